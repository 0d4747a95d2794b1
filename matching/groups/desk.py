"""Pages of the desk: the groups of a month, and the host's pages for any shift."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matching.checkin.desk import DESK
from matching.groups import pages, queries
from matching.groups.pages import Frame
from matching.groups.states import VISIT_STATE_LABELS
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.permissions import Role, allow, own_or_404

blueprint = Blueprint("groups_desk", __name__, url_prefix="/desk")

FRAME = Frame("groups_desk", DESK)


@blueprint.get("/groups")
@allow(Role.COORDINATOR)
def visits() -> str:
    """The groups of a month, their heads beside the persons who are named."""
    month = _month()
    start, end = clock.from_tokyo(month), clock.from_tokyo(clock.add_months(month, 1))
    return render_template(
        "matching/groups/list.html",
        month=month,
        before=clock.add_months(month, -1),
        after=clock.add_months(month, 1),
        visits=queries.visits_between(start, end),
        total=queries.heads_between(start, end),
        state_labels=VISIT_STATE_LABELS,
    )


def _month() -> date:
    this_month = clock.month_of(clock.today())
    try:
        asked = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return this_month
    return asked if date.min.year < asked.year < date.max.year else this_month


def _shift(shift_id: int) -> Shift:
    shift = shift_with_request(shift_id)
    own_or_404(shift.state is not ShiftState.PLANNED)
    return shift


@blueprint.route("/shifts/<int:shift_id>/groups/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new(shift_id: int) -> ResponseReturnValue:
    """A group has come, or had come."""
    return pages.new(FRAME, _shift(shift_id))


@blueprint.route("/groups/<int:visit_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def visit(visit_id: int) -> ResponseReturnValue:
    """One group; names are added here."""
    return pages.visit(FRAME, queries.visit(visit_id))


@blueprint.route("/groups/<int:visit_id>/heads", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def heads(visit_id: int) -> ResponseReturnValue:
    """How many there really were."""
    return pages.heads(FRAME, queries.visit(visit_id))


@blueprint.route("/groups/<int:visit_id>/withdrawal", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def withdrawal(visit_id: int) -> ResponseReturnValue:
    """The group was recorded by mistake."""
    return pages.withdrawal(FRAME, queries.visit(visit_id))


@blueprint.route("/groups/<int:visit_id>/names/<int:name_id>/removal", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def removal(visit_id: int, name_id: int) -> ResponseReturnValue:
    """A name was wrong."""
    return pages.removal(FRAME, queries.visit(visit_id), name_id)


@blueprint.post("/groups/<int:visit_id>/departure")
@allow(Role.COORDINATOR)
def departure(visit_id: int) -> ResponseReturnValue:
    """The group goes home."""
    return pages.departure(FRAME, queries.visit(visit_id))


@blueprint.post("/groups/<int:visit_id>/link")
@allow(Role.COORDINATOR)
def link(visit_id: int) -> ResponseReturnValue:
    """The leader gets a page of their own."""
    return pages.link(FRAME, queries.visit(visit_id))


@blueprint.post("/groups/<int:visit_id>/link/end")
@allow(Role.COORDINATOR)
def end_link(visit_id: int) -> ResponseReturnValue:
    """The leader's page is closed."""
    return pages.end_link(FRAME, queries.visit(visit_id))
