"""The board (W6): open shifts at the left, the chosen one's candidates with reasons, those who cannot and why."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from matching.help_requests.queries import shift_with_request
from matching.planning import deciding, fitting, queries
from matching.planning.forms import DropForm
from matching.planning.models import PlanMark
from matching.planning.states import MarkKind
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.people.models import Person
from volunteer.people.queries import person as person_of

blueprint = Blueprint("match_desk", __name__, url_prefix="/desk/match")

TEMPLATES = "matching/planning"
LEFT = "left"


@blueprint.get("")
@allow(Role.COORDINATOR)
def board() -> ResponseReturnValue:
    """Shifts that want people, and who could come to the chosen one (else to the nearest)."""
    only_left = request.args.get("what", "") == LEFT
    listed = queries.needs(only_left=only_left, part=_part())
    wanted = request.args.get("shift", 0, int)
    return _page(ButtonForm(), listed, _chosen(wanted, listed), only_left)


@blueprint.get("/left", endpoint="left")
@allow(Role.COORDINATOR)
def left() -> ResponseReturnValue:
    """From the list of what waits: the shifts that lost somebody, with who could take the seat."""
    return redirect(url_for(".board", what=LEFT))


def _part() -> int:
    return max(1, request.args.get("part", 1, int))


def _chosen(wanted: int, listed: list[queries.Need]) -> queries.Need | None:
    if wanted:
        return fitting.need_of(wanted, listed)
    return next((one for one in listed if one.missing), listed[0] if listed else None)


def _page(
    form: Any, listed: list[queries.Need], need: queries.Need | None, only_left: bool
) -> ResponseReturnValue:
    marks = queries.marks_at(need.shift.id) if need else {}
    is_open = need is not None and need.is_open
    most = fitting.CANDIDATES_MORE if "more" in request.args else fitting.CANDIDATES_SHOWN
    found = fitting.Candidates()
    if need and is_open:
        found = fitting.candidates(need.shift, marks, most)
    return page(
        f"{TEMPLATES}/board.html",
        form,
        needs=listed[: queries.OPEN_SHOWN],
        has_more=len(listed) > queries.OPEN_SHOWN,
        part=_part(),
        need=need,
        is_open=is_open,
        found=found,
        people=queries.people_of(need.shift.id) if need else [],
        dropped=_dropped(marks),
        only_left=only_left,
        here=_here(),
    )


def _dropped(marks: dict[int, PlanMark]) -> list[PlanMark]:
    return [one for one in marks.values() if one.kind is MarkKind.DROPPED]


def _here() -> dict[str, Any]:
    """Which list of activities one looks at, and which part of it."""
    is_left, part = request.args.get("what", "") == LEFT, _part()
    return {"what": LEFT if is_left else None, "part": part if part > 1 else None}


def _back(shift_id: int, **values: Any) -> str:
    return url_for(".board", shift=shift_id, **_here(), **values)


def _about(shift_id: int, person_id: int) -> deciding.About:
    """The pair as it is now. Raises `NotFound` for a shift or a person that is none."""
    shift_with_request(shift_id)
    _person(person_id)
    return fitting.about(person_id, shift_id)


def _person(person_id: int) -> Person:
    found = person_of(person_id)
    if found is None:
        raise NotFound(_l("この人は見つかりませんでした。"))
    return found


@blueprint.post("/<int:shift_id>/people/<int:person_id>/asking")
@allow(Role.COORDINATOR)
def ask(shift_id: int, person_id: int) -> ResponseReturnValue:
    """Ask somebody; they decide themselves."""
    about, form, user_id = _about(shift_id, person_id), ButtonForm(), viewer().user_id or 0
    try:
        return act_once(
            form,
            lambda: deciding.ask_now(about, user_id, fitting.stops_now),
            lambda _made: _back(shift_id, done="asked"),
            f"shift:{shift_id}",
        )
    except DomainError as error:
        refuse(form, error)
    return _page(form, queries.needs(), fitting.need_of(shift_id, []), only_left=False)


@blueprint.route("/<int:shift_id>/people/<int:person_id>/dropping", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def drop(shift_id: int, person_id: int) -> ResponseReturnValue:
    """Somebody is no candidate for this shift, with the reason."""
    form, user_id = DropForm(), viewer().user_id or 0
    person, shift = _person(person_id), shift_with_request(shift_id)
    if form.validate_on_submit():
        about = _about(shift_id, person_id)
        return act_once(
            form,
            lambda: deciding.drop(about, form.reason.data or "", user_id),
            lambda _made: _back(shift_id, done="dropped"),
            f"shift:{shift_id}",
        )
    return page(
        f"{TEMPLATES}/drop.html",
        form,
        person=person,
        shift=shift,
        back=_back(shift_id),
    )


@blueprint.post("/<int:shift_id>/people/<int:person_id>/pinning")
@allow(Role.COORDINATOR)
def pin(shift_id: int, person_id: int) -> Response:
    """Every later plan keeps this person here; nobody is told."""
    about, user_id = _about(shift_id, person_id), viewer().user_id or 0
    return act_once(
        ButtonForm(),
        lambda: deciding.pin(about, user_id),
        lambda _made: _back(shift_id, done="pinned"),
        f"shift:{shift_id}",
    )


@blueprint.post("/<int:shift_id>/people/<int:person_id>/release")
@allow(Role.COORDINATOR)
def release(shift_id: int, person_id: int) -> Response:
    """Pinned or dropped no more."""
    about, user_id = _about(shift_id, person_id), viewer().user_id or 0
    return act_once(
        ButtonForm(),
        lambda: deciding.release(about, user_id),
        lambda _made: _back(shift_id, done="released"),
        f"shift:{shift_id}",
    )
