"""Pages of the desk: today's activities, refused scans, paper rows; and the host's pages for any shift."""

from datetime import date, timedelta

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from matching.checkin import (
    answers,
    approving,
    host_pages,
    queries,
    services,
    sheet_pages,
)
from matching.checkin.claims import claims_by_day
from matching.checkin.closeness import closeness_of
from matching.checkin.forms import DayForm
from matching.checkin.host_pages import Place
from matching.checkin.models import Attendance
from matching.checkin.states import SOURCE_LABELS, Witness
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.core.forms import ButtonForm, act_once, page
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer

blueprint = Blueprint("checkin_desk", __name__, url_prefix="/desk")

TEMPLATES = "matching/checkin"
DESK = Place("checkin_desk", "shift", "layouts/desk.html", by_staff=True)


def _shift(shift_id: int) -> Shift:
    shift = shift_with_request(shift_id)
    if shift.state is ShiftState.PLANNED:
        raise NotFound(_l("その活動は、まだ公開されていません。"))
    return shift


@blueprint.get("/today")
@allow(Role.COORDINATOR)
def arrivals() -> ResponseReturnValue:
    """The activities of a day with their arrivals, scans that were refused, claims that wait."""
    return _today(DayForm(formdata=None))


def _today(form: DayForm) -> ResponseReturnValue:
    day = _day()
    claims = claims_by_day()
    return page(
        f"{TEMPLATES}/today.html",
        form,
        day=day,
        today=clock.today(),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        shifts=queries.shifts_on(day),
        refusals=queries.unseen_refusals(),
        claims=claims.get(day, []),
        other_days={other: len(found) for other, found in claims.items() if other != day},
        may_confirm={one.id for one in _may_confirm(claims.get(day, []))},
        heading=lambda code: answers.stop(code).heading,
        source_labels=SOURCE_LABELS,
        button=lambda: ButtonForm(formdata=None),
        now=clock.now(),
    )


def _may_confirm(claims: list[Attendance]) -> list[Attendance]:
    """Those of other people, from activities in which nobody of the viewer's household took part."""
    if not claims:
        return []
    user_id = viewer().user_id or 0
    close = closeness_of(user_id)
    own = approving.companions_shifts(user_id, {one.participation.shift_id for one in claims})
    return [
        one
        for one in claims
        if one.participation.shift_id not in own
        and not close.includes(
            one.participation.person_id, one.participation.person.household_party_id
        )
    ]


@blueprint.post("/today/confirmation")
@allow(Role.COORDINATOR)
def confirm_day() -> ResponseReturnValue:
    """The ticked claims of a day are true: one act, with what the desk knows it by."""
    day, form = _day(), DayForm()
    form.offer([one.id for one in _may_confirm(claims_by_day().get(day, []))])
    if not form.validate_on_submit():
        return _today(form)
    ticked = approving.Ticked(
        form.ticked[: approving.MOST_AT_ONCE],
        str(form.form_key.data),
        viewer().user_id or 0,
        by_staff=True,
        witness=Witness(form.witness.data),
    )
    return act_once(
        form,
        lambda: approving.confirm_ticked(ticked),
        lambda done: url_for(".arrivals", day=day.isoformat(), done="confirmed", n=len(done)),
        subject=f"claims:{day.isoformat()}",
    )


def _day() -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return clock.today()


@blueprint.post("/scan-refusals/<int:refusal_id>/sight")
@allow(Role.COORDINATOR)
def see_refusal(refusal_id: int) -> Response:
    """Somebody has looked after the person whose scan was refused."""
    return act_once(
        ButtonForm(),
        lambda: services.mark_refusal_seen(refusal_id, viewer().user_id or 0),
        lambda _done: url_for(".arrivals", done="seen"),
        subject=f"scan_refusal:{refusal_id}",
    )


@blueprint.get("/shifts/<int:shift_id>/venue")
@allow(Role.COORDINATOR)
def venue(shift_id: int) -> Response:
    """The screen at the venue, shown by staff."""
    return host_pages.venue(DESK, _shift(shift_id))


@blueprint.route("/shifts/<int:shift_id>/arrivals", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def shift(shift_id: int) -> ResponseReturnValue:
    """Who has come; receive people by card code or name, confirm what differs."""
    return host_pages.arrivals(DESK, _shift(shift_id))


@blueprint.post("/shifts/<int:shift_id>/arrivals/<int:person_id>")
@allow(Role.COORDINATOR)
def receive(shift_id: int, person_id: int) -> ResponseReturnValue:
    """Somebody on the list is here."""
    return host_pages.receive(DESK, _shift(shift_id), person_id)


@blueprint.post("/shifts/<int:shift_id>/attendances/<int:attendance_id>/check-out")
@allow(Role.COORDINATOR)
def let_go(shift_id: int, attendance_id: int) -> ResponseReturnValue:
    """Somebody on the list goes home."""
    return host_pages.let_go(DESK, _shift(shift_id), attendance_id)


@blueprint.post("/shifts/<int:shift_id>/confirmation")
@allow(Role.COORDINATOR)
def confirm(shift_id: int) -> ResponseReturnValue:
    """Yes, the ticked people were here."""
    return host_pages.confirm(DESK, _shift(shift_id))


@blueprint.route(
    "/shifts/<int:shift_id>/attendances/<int:attendance_id>/refusal", methods=["GET", "POST"]
)
@allow(Role.COORDINATOR)
def refusal(shift_id: int, attendance_id: int) -> ResponseReturnValue:
    """No, this person was not here."""
    return host_pages.refusal(DESK, _shift(shift_id), attendance_id)


@blueprint.route(
    "/shifts/<int:shift_id>/attendances/<int:attendance_id>/times", methods=["GET", "POST"]
)
@allow(Role.COORDINATOR)
def times(shift_id: int, attendance_id: int) -> ResponseReturnValue:
    """The real times of somebody."""
    return host_pages.times(DESK, _shift(shift_id), attendance_id)


@blueprint.route("/shifts/<int:shift_id>/early-end", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def early_end(shift_id: int) -> ResponseReturnValue:
    """The activity ends before its time."""
    return host_pages.early_end(DESK, _shift(shift_id))


@blueprint.route("/shifts/<int:shift_id>/entry", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def entry(shift_id: int) -> ResponseReturnValue:
    """The rows of a paper list are typed in, with the list they are from; the points are credited."""
    return sheet_pages.grid(DESK, _shift(shift_id))


@blueprint.route(
    "/shifts/<int:shift_id>/attendances/<int:attendance_id>/undo-entry", methods=["GET", "POST"]
)
@allow(Role.COORDINATOR)
def undo_entry(shift_id: int, attendance_id: int) -> ResponseReturnValue:
    """A row was typed for the wrong person: it counts nothing, and its points go back."""
    return sheet_pages.undo_entry(DESK, _shift(shift_id), attendance_id)
