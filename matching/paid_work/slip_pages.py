"""What the code on a household's slip leads to: one page, one button; coming and going. Opening it changes nothing."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from matching.checkin import evidence
from matching.checkin import services as checkin
from matching.checkin.answers import Stop
from matching.checkin.rules import counted_minutes, may_check_out, window_of
from matching.checkin.states import AttendanceState, Source
from matching.checkin.stopping import device_hash, stopped, tell_desk
from matching.paid_work import queries, recording, slips
from matching.paid_work.models import WorkSlip
from matching.paid_work.pages import TEMPLATES, slip_key
from matching.paid_work.queries import Work
from matching.paid_work.recording import Reading
from volunteer.core import clock
from volunteer.core.errors import DomainError
from volunteer.core.forms import ButtonForm, act_once, page
from volunteer.core.i18n import _l
from volunteer.core.permissions import viewer

_CALL = _l("わからないときは、センターに電話してください。")
STOPS: dict[str, tuple[Stop, int]] = {
    "forged": (
        Stop(
            _l("このQRでは受付できません"),
            _l("有償のお手伝いの用紙のQRではないようです。用紙を見せてもらってください。"),
        ),
        404,
    ),
    "old_slip": (
        Stop(
            _l("この用紙は、もう使えません"),
            _l("新しい用紙があるか、見てもらってください。ないときは、署名してもらえます。"),
        ),
        410,
    ),
    "other_person": (
        Stop(_l("この用紙は、別の人の仕事のものです"), _CALL),
        404,
    ),
    "not_agreed": (
        Stop(
            _l("まだ約束ができていません"),
            _l("依頼した方が、まだ料金に返事をしていません。センターに電話してください。"),
        ),
        422,
    ),
    "work_done": (Stop(_l("この仕事は、もう終わっています"), _CALL), 422),
    "over": (
        Stop(
            _l("終わりの受付の時間がすぎました"),
            _l("予定の時刻で自動で終わります。ちがうときは、時間の報告のときに書いてください。"),
        ),
        422,
    ),
}


def told(code: str) -> tuple[str, int]:
    """The page that lets nobody in, in the words of a slip where it has its own."""
    if code not in STOPS:
        return stopped(code)
    found, status = STOPS[code]
    html = render_template("matching/checkin/stop.html", stop=found, now=clock.now())
    return html, status


def slip_of(token: str) -> WorkSlip | str:
    """The live slip of a code, or why there is none."""
    slip_id = slips.read_token(slip_key(), token)
    found = queries.slip(slip_id) if slip_id is not None else None
    if found is None:
        return "forged"
    return found if found.revoked_at is None else "old_slip"


def show(token: str) -> ResponseReturnValue:
    """Arriving, leaving, or why not; who is not signed in is asked to do that first."""
    slip = slip_of(token)
    if isinstance(slip, str):
        return told(slip)
    found = queries.work(slip.paid_task_id)
    person_id = viewer().person_id
    if person_id is None:
        return _arriving(token, found, "")
    if person_id != found.task.student_id:
        return told("other_person")
    try:
        recording.refuse_not_agreed(found)
    except DomainError as error:
        return told(error.code)
    return _for_student(token, found)


def _for_student(token: str, found: Work) -> ResponseReturnValue:
    here = found.attendance
    if here is None:
        return _may_arrive(token, found)
    if here.state is not AttendanceState.OPEN:
        return redirect(f"/paid/{found.task.number}/report", 303)
    window = window_of(found.shift.starts_at, found.shift.ends_at)
    if not may_check_out(window, here.checked_in_at, clock.now()):
        return told("over")
    return page(
        f"{TEMPLATES}/leave.html",
        ButtonForm(),
        work=found,
        shift=found.shift,
        attendance=here,
        action=url_for("paid_work.slip_end", token=token),
        minutes=counted_minutes(window, here.checked_in_at, clock.now()),
        now=clock.now(),
    )


def _may_arrive(token: str, found: Work) -> ResponseReturnValue:
    facts = evidence.shift_facts(found.shift.id)
    person = evidence.person_facts(found.task.student_id, facts)
    answer = checkin.judge(facts, person, Source.VENUE_CODE, clock.now())
    if not answer.checks_in:
        tell_desk(found.shift.id, answer.outcome.value)
        more = {"at": answer.at, "other_shift_id": answer.shift_id, "shift": found.shift}
        return stopped(answer.outcome.value, **more)
    return _arriving(token, found, person.name)


def _arriving(token: str, found: Work, name: str) -> ResponseReturnValue:
    return page(
        "matching/checkin/arrive.html",
        ButtonForm(),
        action=url_for("paid_work.slip_arrive", token=token),
        here=url_for("paid_work.slip", token=token),
        is_claim=not name,  # the paper does not run out while one signs in
        shift=found.shift,
        name=name,
        is_walk_in=False,
        now=clock.now(),
    )


def press(token: str, *, is_end: bool) -> ResponseReturnValue:
    """受付する or 仕事を終わる: one attendance, made and ended by the check-in itself."""
    slip = slip_of(token)
    if isinstance(slip, str):
        return told(slip)
    task_id = slip.paid_task_id
    found = queries.work(task_id)
    if viewer().person_id != found.task.student_id:
        return told("other_person")
    form = ButtonForm()
    reading = Reading(task_id, slip.id, str(form.form_key.data), viewer().user_id, device_hash())
    number = found.task.number
    service: Any = recording.leave if is_end else recording.arrive
    there = f"/paid/{number}/report" if is_end else f"/paid/{number}?done=arrived"
    try:
        return act_once(
            form, lambda: service(reading), lambda _done: there, subject=f"paid_task:{task_id}"
        )
    except DomainError as error:
        if error.status not in (403, 422):
            raise
        tell_desk(found.shift.id, error.code)
        return told(error.code)
