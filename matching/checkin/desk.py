"""Pages of the desk: today's activities, refused scans, paper rows; and the host's pages for any shift."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matching.checkin import answers, confirming, host_pages, queries, services
from matching.checkin.claims import claims_for_the_desk
from matching.checkin.forms import EntryForm, moment_of
from matching.checkin.host_pages import Place
from matching.checkin.states import SOURCE_LABELS
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page
from volunteer.core.i18n import _, _l
from volunteer.core.permissions import Role, allow, viewer

blueprint = Blueprint("checkin_desk", __name__, url_prefix="/desk")

TEMPLATES = "matching/checkin"
DESK = Place("checkin_desk", "shift", "layouts/desk.html", by_staff=True)
MANY = 6
"""So many people of one name are offered by number; with more the name must be longer."""


def _shift(shift_id: int) -> Shift:
    shift = shift_with_request(shift_id)
    if shift.state is ShiftState.PLANNED:
        raise NotFound(_l("その活動は、まだ公開されていません。"))
    return shift


@blueprint.get("/today")
@allow(Role.COORDINATOR)
def arrivals() -> str:
    """The activities of a day with their arrivals, scans that were refused, claims that wait."""
    day = _day()
    return render_template(
        f"{TEMPLATES}/today.html",
        day=day,
        today=clock.today(),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        shifts=queries.shifts_on(day),
        refusals=queries.unseen_refusals(),
        claims=claims_for_the_desk(),
        heading=lambda code: answers.stop(code).heading,
        source_labels=SOURCE_LABELS,
        button=lambda: ButtonForm(formdata=None),
        now=clock.now(),
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


@blueprint.post("/shifts/<int:shift_id>/attendances/<int:attendance_id>/confirmation")
@allow(Role.COORDINATOR)
def confirm(shift_id: int, attendance_id: int) -> ResponseReturnValue:
    """Yes, this person was here."""
    return host_pages.confirm(DESK, _shift(shift_id), attendance_id)


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
    """A row of a paper list is typed in, with the reason; the points are credited."""
    found = _shift(shift_id)
    form = EntryForm(data=_planned(found))
    if form.validate_on_submit():
        person_id = _person(form)
        if person_id is not None:
            try:
                return _enter(found, person_id, form)
            except DomainError as error:
                if error.status not in (403, 409, 422) or error.code == "already_sent":
                    raise
                form.problems.append(error.message)
    return page(f"{TEMPLATES}/entry.html", form, place=DESK, shift=found)


def _planned(found: Shift) -> dict[str, Any]:
    return {
        "came": clock.to_tokyo(found.starts_at).time(),
        "left": clock.to_tokyo(found.ends_at).time(),
        "households": found.help_request.households_count,
    }


def _person(form: EntryForm) -> int | None:
    """The one person meant by a number or name; else the field says what to type."""
    found = queries.possible_people(form.person.data)
    if len(found) == 1:
        return found[0].party_id
    if not found:
        words = _(
            "この番号や名前の登録ボランティアは見つかりません。番号か、名前を確かめてください"
        )
    elif len(found) > MANY:
        words = _("当てはまる人が多すぎます。登録番号を入れてください")
    else:
        names = _("、").join(f"{one.number} {one.name}" for one in found)
        words = _("%(n)s人います。登録番号で入れてください：%(names)s", n=len(found), names=names)
    form.person.errors = [words]
    return None


def _enter(found: Shift, person_id: int, form: EntryForm) -> Response:
    day = clock.activity_date(found.starts_at)
    came = moment_of(day, form.came.data)
    row = confirming.Entry(
        found.id,
        person_id,
        confirming.RealTimes(came, moment_of(day, form.left.data, came), form.households.data),
        form.reason.data,
        str(form.form_key.data),
        viewer().user_id or 0,
        viewer().own_person_id,
    )
    return act_once(
        form,
        lambda: confirming.enter_attendance(row),
        lambda new_id: url_for(".shift", shift_id=found.id, done="entered", a=new_id),
        subject=lambda new_id: f"attendance:{new_id}",
    )
