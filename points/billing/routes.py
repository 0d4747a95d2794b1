"""Where the payment service tells its news, and where the payer comes back to from its page."""

import logging

from flask import Blueprint, Flask, Response, abort, render_template, request

from points.billing.gateway import ForgedNotice
from points.billing.gateways import the_gateway
from points.billing.services import keep_notice
from volunteer.core.db import run_turn
from volunteer.core.permissions import PUBLIC, allow

blueprint = Blueprint("billing", __name__, url_prefix="/payments")
log = logging.getLogger("otagai.billing")

BODY_MAX_BYTES = 256 * 1024


def init_app(app: Flask) -> None:
    """The payment service has no token of a form: its signature is what is believed."""
    app.extensions["csrf"].exempt("points.billing.routes.notices")


@blueprint.post("/notices")
@allow(PUBLIC, cookies=False)
def notices() -> Response:
    """Keep a webhook that is signed with one of our secrets: 200, also when it came before; 400 for any other.

    The raw bytes are checked, nothing in them is believed but which payment to look at.
    """
    gateway = the_gateway()
    if gateway is None:
        abort(404)
    if (request.content_length or 0) > BODY_MAX_BYTES:
        return Response("too long\n", 400, mimetype="text/plain")
    try:
        notice = gateway.read_notice(
            request.get_data(), request.headers.get("Stripe-Signature", "")
        )
    except ForgedNotice as problem:
        log.warning("a webhook was refused: %s", problem)
        return Response("refused\n", 400, mimetype="text/plain")
    is_new = run_turn(keep_notice, notice)
    return Response("kept\n" if is_new else "known\n", 200, mimetype="text/plain")


@blueprint.get("/done")
@allow(PUBLIC)
def done() -> str:
    """After the payer has entered a card. What happened to the money is told by the service, not by this address."""
    return render_template("points/billing/back.html", is_done=True)


@blueprint.get("/later")
@allow(PUBLIC)
def later() -> str:
    """After the payer has left the page of the service without a card."""
    return render_template("points/billing/back.html", is_done=False)
