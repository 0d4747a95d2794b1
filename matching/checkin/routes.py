"""Pages of the volunteer: scan, one button, the result with its points, going home; and the host's pages."""

from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matching.checkin import (
    closing,
    evidence,
    history,
    host_pages,
    posters,
    queries,
    scanning,
    services,
)
from matching.checkin.forms import LeaveForm, ShiftCodeForm
from matching.checkin.host_pages import Place
from matching.checkin.models import Attendance
from matching.checkin.rules import REPEATED, Outcome, counted_minutes, may_check_out, window_of
from matching.checkin.states import FLAG_LABELS, AttendanceState, Source
from matching.checkin.stopping import device_hash, refused, stopped, tell_desk
from matching.checkin.tokens import Verdict
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from points.earning.reasons import wording_of
from volunteer.core import clock
from volunteer.core.attempts import count_attempt
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import BaseForm, ButtonForm, act_once, page
from volunteer.core.headers import scans_codes
from volunteer.core.i18n import _, _l
from volunteer.core.links import base
from volunteer.core.permissions import MEMBER, PERSON, PUBLIC, allow, own_or_404, viewer

blueprint = Blueprint("checkin", __name__)

TEMPLATES = "matching/checkin"
CODE_TRIES, CODE_WINDOW = 10, timedelta(minutes=10)
HOST = Place("checkin", "host", "layouts/member.html", by_staff=False)


@blueprint.get("/v/<token>")
@allow(PUBLIC)
def scan(token: str) -> Response:
    """What the QR at the venue leads to: judges its freshness, gives this browser a ticket; checks nobody in."""
    reading = scanning.read_venue_code(token)
    if reading.verdict is Verdict.OK and reading.shift_id is not None:
        response = make_response(redirect(url_for(".arrive", shift_id=reading.shift_id), 303))
        scanning.give_ticket(response, reading)
        return scanning.keep_private(response)
    tell_desk(reading.shift_id, reading.verdict.value)
    return scanning.keep_private(make_response(stopped(reading.verdict.value)))


@blueprint.get("/shifts/<int:shift_id>/check-in")
@allow(PUBLIC)
def arrive(shift_id: int) -> ResponseReturnValue:
    """One page with one button: where, when, what and whose name. Opening it changes nothing."""
    person_id = viewer().person_id
    problem = _ticket_problem(shift_id)
    if problem and person_id is not None and queries.attendance_at(person_id, shift_id):
        return redirect(url_for(".result", shift_id=shift_id))
    if problem:
        tell_desk(shift_id, problem)
        return stopped(problem)
    shift = shift_with_request(shift_id)
    if person_id is None:
        return _show_arrive(shift)
    facts = evidence.shift_facts(shift_id)
    person = evidence.person_facts(person_id, facts)
    answer = services.judge(facts, person, Source.VENUE_CODE, clock.now())
    if answer.outcome in REPEATED:
        return redirect(url_for(".result", shift_id=shift_id, again=1))
    if not answer.checks_in:
        tell_desk(shift_id, answer.outcome.value)
        return stopped(
            answer.outcome.value, at=answer.at, other_shift_id=answer.shift_id, shift=shift
        )
    return _show_arrive(shift, person.name, is_walk_in=answer.outcome is Outcome.WALK_IN)


def _ticket_problem(shift_id: int) -> str:
    """Why the ticket of this browser does not open this page; "" when it does."""
    try:
        services.check_ticket(scanning.read_ticket(), shift_id)
    except DomainError as error:
        return error.code
    return ""


def _show_arrive(shift: Shift, name: str = "", *, is_walk_in: bool = False) -> ResponseReturnValue:
    html, status = page(
        f"{TEMPLATES}/arrive.html",
        form=ButtonForm(),
        action=url_for(".check_in", shift_id=shift.id),
        here=url_for(".arrive", shift_id=shift.id),
        shift=shift,
        name=name,
        is_walk_in=is_walk_in,
        now=clock.now(),
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/shifts/<int:shift_id>/check-in")
@allow(PERSON)
def check_in(shift_id: int) -> ResponseReturnValue:
    """受付する: the ticket is redeemed, the points are credited, the result page shows them."""
    form, who = ButtonForm(), viewer()
    ticket, name = scanning.read_ticket(), device_hash()
    try:
        return act_once(
            form,
            lambda: services.redeem_ticket(
                ticket,
                shift_id,
                who.person_id or 0,
                uuid=str(form.form_key.data),
                actor_user_id=who.user_id,
                device=name,
            ),
            lambda done: _result_url(shift_id, done),
            subject=lambda done: f"attendance:{done.attendance_id}",
        )
    except DomainError as error:
        return refused(shift_id, error, Source.VENUE_CODE)


def _result_url(shift_id: int, done: services.CheckedIn) -> str:
    return url_for(".result", shift_id=shift_id, again=None if done.is_new else 1)


@blueprint.get("/shifts/<int:shift_id>/attendance")
@allow(PERSON)
def result(shift_id: int) -> str:
    """Who, when, how many points, what remains of the caps, until when they hold, and what is not final yet."""
    attendance = queries.attendance_at(viewer().person_id, shift_id)
    own_or_404(attendance is not None)
    assert attendance is not None
    shift = shift_with_request(shift_id)
    award = queries.award_of(attendance.id)
    return render_template(
        f"{TEMPLATES}/result.html",
        attendance=attendance,
        shift=shift,
        award=award,
        why=wording_of(award.reason, award.reason_facts) if award else None,
        decisions=queries.decisions(attendance.id),
        flag_labels=FLAG_LABELS,
        again=request.args.get("again") == "1",
        leaving=_leaving(attendance, shift),
        name=viewer().name,
        now=clock.now(),
        form=ButtonForm(),
    )


@blueprint.get("/me/attendances/<int:attendance_id>")
@allow(PERSON)
def record(attendance_id: int) -> ResponseReturnValue:
    """From a line of the passbook to the record of that activity, where one can say that it is wrong."""
    shift_id = history.own_shift_of(attendance_id, viewer().person_id)
    own_or_404(shift_id is not None)
    return redirect(url_for(".result", shift_id=shift_id), 303)


def _leaving(attendance: Attendance, shift: Shift) -> str:
    """ "" when one cannot check out now, else "now" or "early" (some of the planned time would not count)."""
    window, moment = window_of(shift.starts_at, shift.ends_at), clock.now()
    is_open = attendance.state is AttendanceState.OPEN
    if not is_open or not may_check_out(window, attendance.checked_in_at, moment):
        return ""
    minutes = counted_minutes(window, attendance.checked_in_at, moment)
    return "early" if minutes < attendance.minutes_counted else "now"


@blueprint.get("/shifts/<int:shift_id>/check-out")
@allow(PERSON)
def leave(shift_id: int) -> ResponseReturnValue:
    """Going home early: says what counts then, and asks once."""
    attendance = queries.attendance_at(viewer().person_id, shift_id)
    own_or_404(attendance is not None)
    assert attendance is not None
    if attendance.state is not AttendanceState.OPEN:
        return redirect(url_for(".result", shift_id=shift_id))
    shift = shift_with_request(shift_id)
    window = window_of(shift.starts_at, shift.ends_at)
    form = LeaveForm(formdata=None, sure="y")
    return page(
        f"{TEMPLATES}/leave.html",
        form=form,
        shift=shift,
        attendance=attendance,
        minutes=counted_minutes(window, attendance.checked_in_at, clock.now()),
        now=clock.now(),
    )


@blueprint.post("/shifts/<int:shift_id>/check-out")
@allow(PERSON)
def check_out(shift_id: int) -> ResponseReturnValue:
    """活動を終わる: one tap; going home early is asked once more first."""
    form, who = LeaveForm(), viewer()
    attendance = queries.attendance_at(who.person_id, shift_id)
    own_or_404(attendance is not None)
    assert attendance is not None
    leaving = closing.Leaving(
        attendance.id,
        Source.VENUE_CODE,
        f"out:{form.form_key.data}",
        who.user_id,
        sure=bool(form.sure.data),
    )
    try:
        return act_once(
            form,
            lambda: closing.check_out(leaving),
            lambda _done: url_for(".result", shift_id=shift_id),
            subject=f"attendance:{leaving.attendance_id}",
        )
    except DomainError as error:
        if error.code == "leaves_early":
            return redirect(url_for(".leave", shift_id=shift_id), 303)
        raise


@blueprint.route("/check-in", methods=["GET", "POST"], defaults={"shift_id": None})
@blueprint.route("/shifts/<int:shift_id>/code", methods=["GET", "POST"])
@allow(PERSON)
@scans_codes
def code(shift_id: int | None) -> ResponseReturnValue:
    """The volunteer types the code of the venue: a claim, pending until the host confirms it."""
    form, who = ShiftCodeForm(), viewer()
    if form.validate_on_submit():
        found = _shift_of_code(form)
        if found is not None:
            return _claim(form, found, who.person_id or 0, who.user_id)
    shift = shift_with_request(shift_id) if shift_id else None
    return page(f"{TEMPLATES}/code.html", form, shift=shift, ours=base())


def _shift_of_code(form: ShiftCodeForm) -> int | None:
    count_attempt("shift_code", str(viewer().person_id), CODE_TRIES, CODE_WINDOW)
    found = posters.meant_by(form.code.data, viewer().person_id, clock.now())
    if found is None:
        form.code.errors = [
            _("この番号の活動は見つかりません。会場の番号を、1文字ずつ確かめてください")
        ]
    return found.shift_id if found else None


def _claim(
    form: BaseForm, shift_id: int, person_id: int, user_id: int | None
) -> ResponseReturnValue:
    uuid = str(form.form_key.data)
    claim = services.Scan(
        shift_id, person_id, Source.SHIFT_CODE, uuid, user_id, device=device_hash()
    )
    try:
        return act_once(
            form,
            lambda: services.check_in(claim),
            lambda done: _result_url(shift_id, done),
            subject=lambda done: f"attendance:{done.attendance_id}",
        )
    except DomainError as error:
        return refused(shift_id, error, Source.SHIFT_CODE)


def _hosted(shift_id: int) -> Shift:
    """A shift this organization is the host of; a foreign one answers like a missing one."""
    shift = shift_with_request(shift_id)
    host = shift.help_request.host_party_id
    if host is None or host != viewer().organization_id:
        raise NotFound(_l("その活動は見つかりませんでした。"))
    return shift


@blueprint.get("/o/shifts/<int:shift_id>/venue")
@allow(MEMBER)
def venue(shift_id: int) -> Response:
    """The screen at the venue: a QR that changes by itself, the short code, who has come."""
    return host_pages.venue(HOST, _hosted(shift_id))


@blueprint.route("/o/shifts/<int:shift_id>/arrivals", methods=["GET", "POST"])
@allow(MEMBER)
def host(shift_id: int) -> ResponseReturnValue:
    """Who has come; receive people by card code or name, confirm what differs."""
    return host_pages.arrivals(HOST, _hosted(shift_id))


@blueprint.post("/o/shifts/<int:shift_id>/arrivals/<int:person_id>")
@allow(MEMBER)
def receive(shift_id: int, person_id: int) -> ResponseReturnValue:
    """Somebody on the list is here."""
    return host_pages.receive(HOST, _hosted(shift_id), person_id)


@blueprint.post("/o/shifts/<int:shift_id>/attendances/<int:attendance_id>/check-out")
@allow(MEMBER)
def let_go(shift_id: int, attendance_id: int) -> ResponseReturnValue:
    """Somebody on the list goes home."""
    return host_pages.let_go(HOST, _hosted(shift_id), attendance_id)


@blueprint.post("/o/shifts/<int:shift_id>/confirmation")
@allow(MEMBER)
def confirm(shift_id: int) -> ResponseReturnValue:
    """Yes, the ticked people were here."""
    return host_pages.confirm(HOST, _hosted(shift_id))


@blueprint.route(
    "/o/shifts/<int:shift_id>/attendances/<int:attendance_id>/refusal", methods=["GET", "POST"]
)
@allow(MEMBER)
def refusal(shift_id: int, attendance_id: int) -> ResponseReturnValue:
    """No, this person was not here."""
    return host_pages.refusal(HOST, _hosted(shift_id), attendance_id)


@blueprint.route(
    "/o/shifts/<int:shift_id>/attendances/<int:attendance_id>/times", methods=["GET", "POST"]
)
@allow(MEMBER)
def times(shift_id: int, attendance_id: int) -> ResponseReturnValue:
    """The real times of somebody."""
    return host_pages.times(HOST, _hosted(shift_id), attendance_id)


@blueprint.route("/o/shifts/<int:shift_id>/early-end", methods=["GET", "POST"])
@allow(MEMBER)
def early_end(shift_id: int) -> ResponseReturnValue:
    """The activity ends before its time."""
    return host_pages.early_end(HOST, _hosted(shift_id))
