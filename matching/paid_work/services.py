"""The verbs about the time of paid work: signed, reported, confirmed, left to silence, said to be another, decided.

Each begins by locking its task, so that a confirmation, an objection and the job of silence cannot pass each other.
Money follows by the services of paid_tasks alone.
"""

from dataclasses import dataclass
from datetime import datetime

from matching.checkin.services import refuse_own
from matching.paid_tasks import services as paid_tasks
from matching.paid_tasks.states import By, PaidTaskState
from matching.paid_work import family, notices, recording
from matching.paid_work.models import (
    CallBack,
    WorkDispute,
    WorkMessage,
    WorkReport,
    WorkSignature,
    WorkSlip,
)
from matching.paid_work.queries import (
    Work,
    dispute,
    locked,
    report_with,
    signature_with,
    work,
)
from matching.paid_work.rules import MINUTES_MAX, Trouble, due_at, is_drawn, is_minutes, why_not
from matching.paid_work.states import CallState, WorkDisputeState
from points.billing.states import DecisionReason
from volunteer.core import clock
from volunteer.core.db import db, insert_once
from volunteer.core.errors import AlreadyDecided, AlreadySent, Refused
from volunteer.core.i18n import _l
from volunteer.core.transitions import move

SENT = _l("この画面はもう送信ずみです。")
DECIDED = _l("もう決まっています。画面を開きなおして、いまの状態を確かめてください。")
REPORTS_MAX = 20


@dataclass(frozen=True)
class Actor:
    """Who speaks: a household by its link is nobody's user. `key` is that of their form."""

    by: By
    user_id: int | None
    key: str


def make_slip(task_id: int, user_id: int, *, anew: bool = False) -> WorkSlip:
    """The paper of this task; with `anew` the old one is worthless from now on. Raises `Refused` (work_done)."""
    found = locked(task_id)
    if not found.task.is_open:
        raise Refused(_l("この仕事は、もう終わりになっています。"), code="work_done")
    if found.slip is not None and not anew:
        return found.slip
    if found.slip is not None:
        found.slip.revoked_at = clock.now()
        db.session.flush()
    made = WorkSlip(paid_task_id=task_id, made_by_user_id=user_id, made_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made


@dataclass(frozen=True)
class Signing:
    """What was signed on the student's phone; `strokes` is cleaned (strokes.py), or empty where a name was typed."""

    key: str
    user_id: int
    device: str
    strokes: str
    signer: str
    came_at: datetime
    left_at: datetime


def sign(task_id: int, signing: Signing, lot: bytes) -> WorkSignature:
    """The orderer has signed from when to when: a claim in the record, and perhaps a call of the desk (`lot`: its key).

    Raises `Refused` (not_agreed, work_done, signed_already, times, future, unsigned) and all of the check-in.
    """
    first = signature_with(signing.key)
    if first is not None:
        return _same_task(first, task_id)
    found = work(task_id)
    recording.refuse_not_agreed(found)
    if not found.may_sign:
        raise _not_to_sign()
    _refuse_times(signing)
    claimed = recording.Claim(
        signing.key, signing.user_id, signing.device, signing.came_at, signing.left_at
    )
    recording.claim(found, claimed)  # shift and place are locked before the task, as by everybody
    if locked(task_id).signature is not None:
        raise _not_to_sign()
    made = WorkSignature(
        key=signing.key,
        paid_task_id=task_id,
        strokes=signing.strokes,
        signer=signing.signer,
        came_at=signing.came_at,
        left_at=signing.left_at,
        by_user_id=signing.user_id,
        at=clock.now(),
    )
    db.session.add(made)
    is_typed = not signing.strokes
    if is_drawn(lot, task_id, is_typed=is_typed):
        db.session.add(
            CallBack(
                paid_task_id=task_id,
                is_typed=is_typed,
                state=CallState.WAITING,
                made_at=clock.now(),
            )
        )
    db.session.flush()
    return made


def _not_to_sign() -> Refused:
    return Refused(_l("いまは署名をもらえません。画面を開きなおしてください。"), code="not_to_sign")


def _same_task(first: WorkSignature, task_id: int) -> WorkSignature:
    if first.paid_task_id != task_id:
        raise AlreadySent(SENT)
    return first


def _refuse_times(signing: Signing) -> None:
    if not signing.strokes and not signing.signer:
        raise Refused(_l("署名か、お名前を入れてもらってください。"), code="unsigned")
    if signing.left_at <= signing.came_at:
        raise Refused(_l("終わった時刻は、来た時刻より後にしてください。"), code="times")
    if signing.left_at > clock.now():
        raise Refused(_l("これから先の時刻は入れられません。"), code="future")


WHY_NOT = {
    Trouble.NOT_AGREED: _l(
        "依頼した方が、まだ料金に返事をしていません。センターに電話してください。"
    ),
    Trouble.STILL_THERE: _l("まだ仕事中です。先に、終わりの受付か署名をしてください。"),
    Trouble.DONE: _l("この仕事の時間は、もう決まったか、センターが確かめています。"),
}


def report(task_id: int, minutes: int, words: str, actor: Actor) -> WorkReport:
    """The student says how long it took, or corrects it before there was an answer; the 72 hours begin anew.

    Raises `Refused` (a `Trouble`, minutes, too_often).
    """
    first = report_with(actor.key)
    if first is not None:
        if (first.paid_task_id, first.minutes) != (task_id, minutes):
            raise AlreadySent(SENT)
        return first
    if not is_minutes(minutes):
        raise _bad_minutes()
    found = locked(task_id)
    _refuse_report(found)
    number = found.report.number + 1 if found.report is not None else 1
    if number > REPORTS_MAX:
        raise Refused(
            _l("時間を何度も直しています。センターに電話してください。"), code="too_often"
        )
    made = WorkReport(
        key=actor.key,
        paid_task_id=task_id,
        number=number,
        minutes=minutes,
        words=words,
        by_user_id=actor.user_id,
        at=clock.now(),
        due_at=due_at(clock.now()),
    )
    db.session.add(made)
    db.session.flush()
    if found.task.state is PaidTaskState.AGREED:
        paid_tasks.report_time(task_id, minutes, actor.user_id, actor.key)
    notices.tell_reported(locked(task_id))
    return made


def _bad_minutes() -> Refused:
    return Refused(
        _l("時間は1分から%(most)s分までで入れてください。", most=MINUTES_MAX), code="minutes"
    )


def _refuse_report(found: Work) -> None:
    trouble = why_not(found.facts)
    if trouble is Trouble.NO_RECORD:
        raise recording.no_record()
    if trouble is not None:
        raise Refused(WHY_NOT[trouble], code=trouble.value)


def _reported(task_id: int, report_id: int) -> Work:
    """The task while its report is the one that was shown. Raises `AlreadyDecided`, `Refused` (other_report)."""
    found = locked(task_id)
    if found.task.state is not PaidTaskState.REPORTED or found.report is None:
        raise AlreadyDecided(DECIDED)
    if found.report.id != report_id:
        raise Refused(
            _l("学生が時間を直しました。いまの時間を、もう一度確かめてください。"),
            code="other_report",
        )
    return found


def confirm(task_id: int, report_id: int, actor: Actor, note: str = "") -> int:
    """The orderer (or staff who asked them) says yes to the reported time, also to more than was agreed. The minutes.

    Raises `AlreadyDecided`, `Refused` (other_report), `NotAllowed` (own_attendance) and what the price raises.
    """
    found = _reported(task_id, report_id)
    if actor.user_id is not None:
        refuse_own(actor.user_id, [found.task.student_id])
    assert found.report is not None
    _close_call(found, actor, note)
    recording.confirm(found, actor.key[:40], actor.user_id, by_staff=actor.by is By.STAFF)
    _settle(found, found.report.minutes, note, actor)
    return found.report.minutes


def _close_call(found: Work, actor: Actor, note: str) -> None:
    """Who says so themselves need not be called; staff who have just asked need not call again."""
    if found.call is None or found.call.state is not CallState.WAITING:
        return
    is_staff = actor.by is By.STAFF
    found.call.state = CallState.CONFIRMED if is_staff else CallState.NEEDLESS
    found.call.closed_at = clock.now()
    found.call.by_user_id = actor.user_id if is_staff else None
    found.call.note = note[:200]
    db.session.flush()


def _settle(
    found: Work,
    minutes: int,
    words: str,
    actor: Actor,
    reason: DecisionReason = DecisionReason.DONE,
) -> None:
    """The time stands, the money follows, and both learn of it from paid_tasks; the family, too, where it may."""
    paid_tasks.settle_time(
        found.task.id, minutes, reason, actor.by, actor.user_id, actor.key, words
    )
    family.tell(found, minutes)


def confirm_by_silence(task_id: int) -> bool:
    """After 72 hours without a word the reported time counts, unless it needs a yes. Whether it does so now."""
    found = locked(task_id)
    report_now = found.report
    if found.task.state is not PaidTaskState.REPORTED or report_now is None:
        return False
    if report_now.due_at > clock.now() or found.waits:
        return False
    key = f"silence:{report_now.id}"
    recording.confirm(found, key, None)
    _settle(found, report_now.minutes, "", Actor(By.SYSTEM, None, key))
    return True


@dataclass(frozen=True)
class Objection:
    """What the orderer says it took, and why; `report_id` is the report that was shown."""

    report_id: int
    minutes: int
    words: str


def object_to(task_id: int, objection: Objection, actor: Actor) -> WorkDispute:
    """The orderer (or staff for them) says that it was another time: staff will decide, the student is asked.

    Raises `AlreadyDecided`, `Refused` (other_report, minutes, same_minutes), `NotAllowed` (own_attendance).
    """
    if not is_minutes(objection.minutes, least=0):
        raise _bad_minutes()
    found = _reported(task_id, objection.report_id)
    if actor.user_id is not None:
        refuse_own(actor.user_id, [found.task.student_id])
    assert found.report is not None
    if objection.minutes == found.report.minutes:
        raise Refused(
            _l("学生の報告と同じ時間です。ちがわないときは、前の画面で「はい」を押してください。"),
            code="same_minutes",
        )
    made = WorkDispute(
        key=actor.key,
        paid_task_id=task_id,
        minutes=objection.minutes,
        state=WorkDisputeState.OPEN,
        opened_by=actor.by,
        opened_by_user_id=actor.user_id,
        opened_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    _add(made.id, objection.words, actor)
    paid_tasks.dispute(task_id, actor.by, actor.user_id, actor.key)
    notices.tell_disputed(found, objection.minutes, objection.words)
    return made


def _add(dispute_id: int, words: str, actor: Actor, *, is_answer: bool = False) -> None:
    values = {
        "key": actor.key,
        "dispute_id": dispute_id,
        "side": actor.by,
        "user_id": actor.user_id,
        "at": clock.now(),
        "is_answer": is_answer,
        "words": words,
    }
    if insert_once(WorkMessage, values) is None:
        raise AlreadySent(SENT)


def say(task_id: int, words: str, actor: Actor) -> WorkDispute:
    """One side adds words while it is open; the others are told. Raises `NotFound`, `Refused` (closed)."""
    found = locked(task_id)
    subject = dispute(task_id)
    if not subject.is_open:
        raise Refused(_l("もう決まっています。画面を開きなおしてください。"), code="closed")
    _add(subject.id, words, actor)
    to_student = actor.by is not By.STUDENT
    to_orderer = actor.by is not By.ORDERER
    notices.tell_said(found, actor.key, to_student=to_student, to_orderer=to_orderer)
    return subject


def most_minutes(found: Work, subject: WorkDispute) -> int:
    """What staff can decide at most: what was reported, and more money than agreed only as far as the orderer says."""
    assert found.report is not None
    most = found.report.minutes
    if found.yen(most) <= found.task.amount_yen:
        return most
    return min(most, max(found.task.planned_minutes, subject.minutes))


def decide(task_id: int, minutes: int, reason: str, actor: Actor) -> WorkDispute:
    """Staff decide how long it was, 0 to what was reported, with the reason both sides read; the money follows.

    Raises `NotFound`, `AlreadyDecided`, `Refused` (over_reported), `NotAllowed` (own_attendance).
    """
    found = locked(task_id)
    subject = dispute(task_id)
    user_id = actor.user_id or 0
    refuse_own(user_id, [found.task.student_id])
    if not subject.is_open:
        raise AlreadyDecided(DECIDED)
    most = most_minutes(found, subject)
    if not 0 <= minutes <= most:
        raise Refused(
            _l("0分から%(most)s分までで決めてください。", most=most), code="over_reported"
        )
    move(
        WorkDispute,
        subject.id,
        WorkDisputeState.OPEN,
        WorkDisputeState.DECIDED,
        decided_minutes=minutes,
        decided_by_user_id=user_id,
        closed_at=clock.now(),
    )
    found = locked(task_id)
    _add(subject.id, reason, actor, is_answer=True)
    if minutes:
        recording.confirm(found, actor.key[:40], user_id, by_staff=True)
    else:
        recording.refuse(found, actor.key[:40], user_id, reason)
    _close_call(found, actor, "")
    _settle(found, minutes, reason, actor, DecisionReason.COMPLAINT)
    notices.tell_decided(found, minutes, reason)
    return dispute(task_id)
