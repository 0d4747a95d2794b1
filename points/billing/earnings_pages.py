"""報酬: what a student earned by paid work, and the sheet of a year. For the student, and for the desk to print."""

from typing import Any

from flask import Blueprint, request

from points.billing.own import REASONS, STAND_TAGS, earnings_of
from points.billing.pay_days import PAY_WITHIN
from points.billing.yearly import asked_year, year_of
from points.ledger.states import Unit
from points.redemption.queries import own_cash_outs
from points.redemption.states import CASH_OUT_STATE_LABELS
from points.redemption.stories import LOOKS
from volunteer.core import audit, clock
from volunteer.core.forms import page
from volunteer.core.permissions import PERSON, Role, allow, own_or_404, viewer

blueprint = Blueprint("earnings", __name__)
desk_blueprint = Blueprint("earnings_desk", __name__, url_prefix="/desk")


@blueprint.get("/earnings")
@allow(PERSON)
def earnings() -> Any:
    """What was earned, what is frozen and why, what can be cashed out."""
    person_id = _own_id()
    return page(
        "points/billing/earnings.html",
        found=earnings_of(person_id),
        tags=STAND_TAGS,
        reasons=REASONS,
        own=own_cash_outs(person_id, 5, Unit.YEN),
        state_labels=CASH_OUT_STATE_LABELS,
        looks=LOOKS,
        days=PAY_WITHIN.days + 1,
    )


@blueprint.get("/earnings/year")
@allow(PERSON)
def year() -> Any:
    """One calendar year of paid work on a sheet."""
    return _year(_own_id(), at_desk=False)


@desk_blueprint.get("/people/<int:person_id>/earnings/year")
@allow(Role.COORDINATOR, Role.APPROVER, Role.PAYER)
def yearly(person_id: int) -> Any:
    """The same, to be handed over."""
    return _year(person_id, at_desk=True)


def _year(person_id: int, *, at_desk: bool) -> Any:
    found = year_of(person_id, asked_year(request.args))
    own_or_404(found is not None)
    if at_desk:
        audit.record_view(person_id, "earnings")
    return page("points/billing/year.html", s=found, today=clock.today(), at_desk=at_desk)


def _own_id() -> int:
    person_id = viewer().person_id
    assert person_id is not None, "the guard admits persons only"
    return person_id
