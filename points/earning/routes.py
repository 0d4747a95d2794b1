"""The passbook. Its address is the ledger's; it also reads awards and programmes and therefore lives here."""

from flask import Blueprint, render_template, request

from points.earning.passbook import Shelf, shelf_of
from volunteer.core.center import the_center
from volunteer.core.permissions import PERSON, allow, own_or_404, viewer

blueprint = Blueprint("ledger", __name__)


def asked_for(person_id: int) -> Shelf:
    """What `?programme=` and `?year=` ask for; foreign and impossible ones answer like missing ones."""
    wanted, year = (request.args.get(name, type=int) for name in ("programme", "year"))
    found = shelf_of(person_id, the_center().fiscal_year_start, wanted, year)
    own_or_404(found is not None)
    assert found is not None
    return found


@blueprint.get("/points")
@allow(PERSON)
def passbook() -> str:
    """Balance, lines with their reason, expiry, caps, what waits."""
    shelf = asked_for(viewer().person_id or 0)
    return render_template("points/earning/passbook.html", shelf=shelf, book=shelf.book)


@blueprint.get("/points/print")
@allow(PERSON)
def printed() -> str:
    """One fiscal year on paper."""
    shelf = asked_for(viewer().person_id or 0)
    return render_template("points/earning/print.html", shelf=shelf, book=shelf.book)
