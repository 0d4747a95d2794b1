"""What the code on a card leads to when anybody opens it with the camera of a phone."""

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from volunteer.core.permissions import PUBLIC, allow

blueprint = Blueprint("cards", __name__)


@blueprint.get("/c/<code>")
@allow(PUBLIC)
def found(code: str) -> ResponseReturnValue:
    """What this card is for and where to bring one that was found.

    The code is not looked at: the page is the same for every card, lost, replaced or never made, so it tells nobody
    anything about anybody.
    """
    response = make_response(render_template("volunteer/cards/found.html"))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
