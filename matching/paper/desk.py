"""The paper of any shift, printed at the desk: posters, name lists, all name lists of a day."""

from flask import Blueprint, request, url_for

from matching.help_requests.models import Shift
from matching.help_requests.queries import help_request as request_with_shifts
from matching.help_requests.queries import shift_with_request
from matching.help_requests.states import ShiftState
from matching.paper import sheets
from matching.paper.queries import shifts_of_day
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow

blueprint = Blueprint("paper_desk", __name__, url_prefix="/desk")


def _published(shift_id: int) -> Shift:
    shift = shift_with_request(shift_id)
    if shift.state is ShiftState.PLANNED:
        raise NotFound(_l("その活動は、まだ公開されていません。"))
    return shift


@blueprint.get("/shifts/<int:shift_id>/poster")
@allow(Role.COORDINATOR)
def shift_poster(shift_id: int) -> str:
    """The A4 poster of one day."""
    shift = _published(shift_id)
    return sheets.show_poster(
        sheets.poster_of_shift(shift),
        back=url_for("checkin_desk.shift", shift_id=shift_id),
        other=url_for(".place_poster", help_request_id=shift.help_request_id),
    )


@blueprint.get("/help-requests/<int:help_request_id>/poster")
@allow(Role.COORDINATOR)
def place_poster(help_request_id: int) -> str:
    """The A4 poster of a place, for all its days."""
    return sheets.show_poster(
        sheets.poster_of_place(request_with_shifts(help_request_id)),
        back=url_for("help_requests_desk.help_request", help_request_id=help_request_id),
        other="",
    )


@blueprint.get("/shifts/<int:shift_id>/name-list")
@allow(Role.COORDINATOR)
def name_list(shift_id: int) -> str:
    """The name list of one shift, for a power cut."""
    back = url_for("checkin_desk.shift", shift_id=shift_id)
    return sheets.show_name_lists([_published(shift_id)], back=back)


@blueprint.get("/name-lists")
@allow(Role.COORDINATOR)
def name_lists() -> str:
    """The name lists of a day, ten shifts in one print."""
    day = sheets.day_asked_for()
    found = shifts_of_day(day, page=request.args.get("page", 1, type=int))
    back = url_for("checkin_desk.arrivals", day=day.isoformat())
    return sheets.show_name_lists(found.shifts, back=back, day=day, of_day=found)
