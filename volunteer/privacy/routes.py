"""The text people agree to."""

from typing import Any

from flask import Blueprint

from volunteer.core.forms import page
from volunteer.core.permissions import PUBLIC, allow
from volunteer.people import consent

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
@allow(PUBLIC)
def text() -> Any:
    """How personal data are used, with the version of the text."""
    return page("volunteer/privacy/text.html", consent=consent)
