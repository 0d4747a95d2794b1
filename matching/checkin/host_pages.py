"""Pages of whoever receives people: the same for an organization at its own shifts and for staff at the desk."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matching.assignments.queries import participation_at
from matching.checkin import (
    answers,
    approving,
    closing,
    confirming,
    evidence,
    queries,
    scanning,
    services,
    tokens,
)
from matching.checkin.closeness import closeness_of, told_by_phone
from matching.checkin.forms import CardForm, ConfirmForm, EarlyEndForm, RefuseForm, TimesForm
from matching.checkin.models import Attendance
from matching.checkin.names import shown_names
from matching.checkin.resting import from_paper, settle_alone
from matching.checkin.rules import window_of
from matching.checkin.services import CheckedIn
from matching.checkin.states import (
    FLAG_LABELS,
    GRADE_LABELS,
    LATE_BY_PHONE,
    AttendanceState,
    Source,
)
from matching.checkin.typed_times import real_moments
from matching.help_requests.models import Shift
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.attempts import count_attempt
from volunteer.core.audit import record_views
from volunteer.core.db import run_turn
from volunteer.core.errors import DomainError
from volunteer.core.forms import BaseForm, ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _
from volunteer.core.permissions import own_or_404, viewer
from volunteer.core.qr import qr_svg

TEMPLATES = "matching/checkin"
CARD_TRIES, CARD_WINDOW = 200, timedelta(minutes=10)
FINAL_FOR_HOSTS = (AttendanceState.SETTLED, AttendanceState.REFUSED)
WAIT_SECONDS = 60
"""How often the venue page looks again while its window is shut."""


@dataclass(frozen=True)
class Place:
    """Where the pages are shown: blueprint, the endpoint of the list, the frame around it."""

    blueprint: str
    list_page: str
    layout: str
    by_staff: bool

    def url(self, page_name: str, **values: Any) -> str:
        """The address of one of its pages."""
        return url_for(f"{self.blueprint}.{page_name}", **values)

    def list_url(self, shift_id: int, **values: Any) -> str:
        """The address of the list of a shift."""
        return self.url(self.list_page, shift_id=shift_id, **values)


def venue(place: Place, shift: Shift) -> Response:
    """The screen at the venue. It asks for itself again by an HTTP header when the code changes."""
    moment = clock.now()
    window = window_of(shift.starts_at, shift.ends_at)
    is_live = shift.state in (ShiftState.OPEN, ShiftState.FULL)
    is_open = is_live and window.opens_at <= moment < window.check_out_until
    is_paid = shift.help_request.category.is_paid
    step = scanning.step_seconds(is_paid)
    left = tokens.seconds_to_next(moment, step) if is_open else WAIT_SECONDS
    address = scanning.venue_address(shift.id, is_paid, moment) if is_open else ""
    lines = [one for one in queries.arrival_lines(shift.id) if not _is_refused(one)]
    names = {one.person.party_id: one.person.name for one in lines}
    called, alike = shown_names(names, is_whole=False)
    html = render_template(
        f"{TEMPLATES}/venue.html",
        place=place,
        shift=shift,
        lines=lines,
        called=called,
        alike=alike,
        code=qr_svg(address, _("受付のQRコード")) if address else None,
        address=address,
        window=window,
        is_over=moment >= window.check_out_until or not is_live,
        left=left,
        step=step,
        now=moment,
    )
    response = scanning.keep_private(make_response(html))
    response.headers["Refresh"] = str(left)
    return response


def _is_refused(line: queries.ArrivalLine) -> bool:
    return line.attendance is not None and line.attendance.state is AttendanceState.REFUSED


def arrivals(place: Place, shift: Shift) -> ResponseReturnValue:
    """The list; a card code typed into it receives its owner."""
    form = CardForm()
    if form.validate_on_submit():
        count_attempt("card_code", str(viewer().user_id), CARD_TRIES, CARD_WINDOW)
        person_id = _person_of_card(form)
        if person_id is not None:
            return _receive(place, shift, person_id, Source.CARD_CODE, form)
    return show(place, shift, form)


def _person_of_card(form: CardForm) -> int | None:
    try:
        return services.person_of_card(form.code.data)
    except DomainError as error:
        form.code.errors = [str(answers.stop(error.code).heading), str(error.message)]
        return None


def show(
    place: Place, shift: Shift, form: BaseForm, ticks: ConfirmForm | None = None
) -> ResponseReturnValue:
    """The list as it is now, with the problems of `form` or of the ticked ones."""
    lines = queries.arrival_lines(shift.id)
    to_confirm = [line for line in lines if line.needs_word]
    may_confirm = _may_confirm(place, shift, to_confirm)
    window = window_of(shift.starts_at, shift.ends_at)
    moment = clock.now()
    is_today = clock.activity_date(shift.starts_at) == clock.today()
    to_call = [line.person for line in lines if is_today and line.may_be_called]
    record_views([one.party_id for one in to_call], "telephone")
    return page(
        f"{TEMPLATES}/arrivals.html",
        ticks if ticks is not None and ticks.has_problems else form,
        card=form,
        ticks=ticks or ConfirmForm(formdata=None),
        place=place,
        shift=shift,
        lines=lines,
        to_confirm=to_confirm,
        may_confirm={one.id for one in may_confirm},
        from_paper=from_paper(lines),
        resting=settle_alone(shift.ends_at, lines),
        arrived=sum(line.attendance is not None for line in lines),
        told=_told(shift.id),
        flag_labels=FLAG_LABELS,
        grade_labels=GRADE_LABELS,
        window=window,
        is_open=window.opens_at <= moment < window.ends_at,
        day_iso=clock.activity_date(shift.starts_at).isoformat(),
        to_call=to_call,
        button=lambda: ButtonForm(formdata=None),
        now=moment,
    )


def _told(shift_id: int) -> Attendance | None:
    """The attendance which the page was opened for by the act before."""
    about = request.args.get("a", type=int)
    if about is None:
        return None
    try:
        return queries.attendance_in(about, shift_id)
    except DomainError:
        return None


def receive(place: Place, shift: Shift, person_id: int) -> ResponseReturnValue:
    """Somebody on the list is here. Raises `NotFound` for anybody else."""
    own_or_404(participation_at(person_id, shift.id) is not None)
    return _receive(place, shift, person_id, Source.NAME_LIST, ButtonForm())


def _receive(
    place: Place, shift: Shift, person_id: int, source: Source, form: BaseForm
) -> ResponseReturnValue:
    who = viewer()

    def go() -> CheckedIn:
        if isinstance(form, CardForm):  # the card may have been replaced since the form was read
            services.person_of_card(form.code.data)
        return services.check_in_by_host(
            shift.id,
            person_id,
            source,
            uuid=str(form.form_key.data),
            actor_user_id=who.user_id or 0,
            actor_person_id=who.own_person_id,
        )

    try:
        return act_once(
            form,
            go,
            lambda done: place.list_url(
                shift.id, done="in" if done.is_new else "again", a=done.attendance_id
            ),
            subject=lambda done: f"attendance:{done.attendance_id}",
        )
    except DomainError as error:
        if error.status not in (403, 422):
            raise
        run_turn(services.record_refusal, shift.id, person_id, source, error.code, who.user_id)
        name = evidence.name_of(person_id)
        words = answers.for_host(error, by_staff=place.by_staff)
        card = form if isinstance(form, CardForm) else CardForm(formdata=None)
        card.problems.append(_("%(name)sさん：%(words)s", name=name, words=words))
        return show(place, shift, card)


def let_go(place: Place, shift: Shift, attendance_id: int) -> ResponseReturnValue:
    """Somebody on the list goes home."""
    queries.attendance_in(attendance_id, shift.id)
    form = ButtonForm()
    return act_once(
        form,
        lambda: closing.check_out_by_host(
            attendance_id,
            uuid=f"out:{form.form_key.data}",
            actor_user_id=viewer().user_id or 0,
        ),
        lambda _done: place.list_url(shift.id, done="out", a=attendance_id),
        subject=f"attendance:{attendance_id}",
    )


def _word(place: Place, form: BaseForm, attendance_id: int, reason: str = "") -> confirming.Word:
    return confirming.Word(
        attendance_id,
        f"word:{form.form_key.data}",
        viewer().user_id or 0,
        reason,
        place.by_staff,
    )


def confirm(place: Place, shift: Shift) -> ResponseReturnValue:
    """Yes, the ticked people were here: one act for all of them."""
    form = ConfirmForm()
    form.offer([one.id for one in _may_confirm(place, shift, queries.arrival_lines(shift.id))])
    if not form.validate_on_submit():
        return show(place, shift, CardForm(formdata=None), form)
    ticked = approving.Ticked(
        form.ticked, str(form.form_key.data), viewer().user_id or 0, place.by_staff
    )
    return act_once(
        form,
        lambda: approving.confirm_ticked(ticked),
        lambda done: place.list_url(
            shift.id, done="confirmed", n=len(done), **({"a": done[0]} if len(done) == 1 else {})
        ),
        subject=_about(shift, form.ticked),
    )


def _about(shift: Shift, attendance_ids: list[int]) -> str:
    """One attendance by itself, several as their shift."""
    (first, *more) = attendance_ids
    return f"shift:{shift.id}" if more else f"attendance:{first}"


def _may_confirm(place: Place, shift: Shift, lines: list[queries.ArrivalLine]) -> list[Attendance]:
    """What this viewer may confirm: not their own, not their household's, not what their own phone told late."""
    if not lines:
        return []
    user_id = viewer().user_id or 0
    close = closeness_of(user_id)
    if place.by_staff and approving.companions_shifts(user_id, {shift.id}):
        return []
    found = [
        one.attendance
        for one in lines
        if one.attendance is not None
        and not close.includes(one.person.party_id, one.person.household_party_id)
    ]
    if not any(LATE_BY_PHONE in one.flags for one in found):
        return found
    own = told_by_phone(user_id, [one.id for one in found])
    return [one for one in found if one.id not in own]


def refusal(place: Place, shift: Shift, attendance_id: int) -> ResponseReturnValue:
    """No, this person was not here; why."""
    attendance = queries.attendance_in(attendance_id, shift.id)
    form = RefuseForm()
    if form.validate_on_submit():
        word = _word(place, form, attendance_id, form.reason.data)
        return act_once(
            form,
            lambda: confirming.refuse_attendance(word),
            lambda _done: place.list_url(shift.id, done="refused", a=attendance_id),
            subject=f"attendance:{attendance_id}",
        )
    return page(f"{TEMPLATES}/refuse.html", form, place=place, shift=shift, attendance=attendance)


def times(place: Place, shift: Shift, attendance_id: int) -> ResponseReturnValue:
    """When somebody really came and went; the points follow."""
    attendance = queries.attendance_in(attendance_id, shift.id)
    form = TimesForm(
        data=_times_now(attendance, shift),
        stands=lambda: _times_kept(queries.attendance_in(attendance_id, shift.id)),
    )
    if form.validate_on_submit():
        came, left = form.came.data, form.left.data
        moments = real_moments(shift.starts_at, shift.ends_at, came, left)
        real = confirming.RealTimes(*moments, form.households.data)
        word = _word(place, form, attendance_id, form.reason.data)
        try:
            return act_once(
                form,
                lambda: confirming.correct_times(word, real),
                lambda _minutes: place.list_url(shift.id, done="corrected", a=attendance_id),
                subject=f"attendance:{attendance_id}",
            )
        except DomainError as error:
            if error.status != 422:
                raise
            refuse(form, error)
    return page(
        f"{TEMPLATES}/times.html",
        form,
        place=place,
        shift=shift,
        attendance=attendance,
        decisions=queries.decisions(attendance_id),
        is_final=attendance.state in FINAL_FOR_HOSTS and not place.by_staff,
        flag_labels=FLAG_LABELS,
    )


def _times_now(attendance: Attendance, shift: Shift) -> dict[str, Any]:
    left = attendance.checked_out_at or min(clock.now(), shift.ends_at)
    return {
        "came": clock.to_tokyo(attendance.checked_in_at).time().replace(second=0, microsecond=0),
        "left": clock.to_tokyo(left).time().replace(second=0, microsecond=0),
        "households": attendance.households,
    }


def _times_kept(attendance: Attendance) -> dict[str, Any]:
    """The facts that a correction replaces."""
    left = attendance.checked_out_at
    return {
        "came": clock.to_tokyo(attendance.checked_in_at).time().replace(second=0, microsecond=0),
        "left": clock.to_tokyo(left).time().replace(second=0, microsecond=0) if left else None,
        "households": attendance.households,
    }


def early_end(place: Place, shift: Shift) -> ResponseReturnValue:
    """The activity ends before its time: who is here goes home now."""
    form = EarlyEndForm()
    if form.validate_on_submit():
        early = closing.EarlyEnd(
            shift.id, form.reason.data, form.counts.data == "planned", viewer().user_id or 0
        )
        try:
            return act_once(
                form,
                lambda: closing.end_early(early),
                lambda _count: place.list_url(shift.id, done="ended"),
                subject=f"shift:{shift.id}",
            )
        except DomainError as error:
            if error.status not in (403, 422):
                raise
            form.problems.append(error.message)
    lines = queries.arrival_lines(shift.id)
    is_here = [
        one for one in lines if one.attendance and one.attendance.state is AttendanceState.OPEN
    ]
    return page(
        f"{TEMPLATES}/early_end.html", form, place=place, shift=shift, here=is_here, now=clock.now()
    )
