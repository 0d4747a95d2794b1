"""Say that a record is wrong, say something about it, decide it. Only added to; the times follow through the ledger.

Lock order: the dispute, then the attendance, then what a correction locks.
"""

from dataclasses import dataclass
from datetime import datetime

from matching.assignments.models import Participation
from matching.checkin import striking
from matching.checkin.confirming import (
    Entry,
    RealTimes,
    Word,
    correct_times,
    enter_attendance,
)
from matching.checkin.services import refuse_own
from matching.checkin.states import AttendanceState
from matching.disputes import notices, queries
from matching.disputes.models import DisputeMessage, TimeDispute
from matching.disputes.rules import Closed, kinds_of, why_closed
from matching.disputes.states import DisputeKind, DisputeState, Side
from volunteer.core import clock
from volunteer.core.db import insert_once
from volunteer.core.errors import AlreadySent, NotAllowed, NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.core.transitions import move

WHY_CLOSED = {
    Closed.NOT_TAKING_PART: _l("参加していない活動なので、ここからは伝えられません。"),
    Closed.NOT_OVER: _l("活動が終わってから、伝えられます。"),
    Closed.OPEN_ALREADY: _l("もう伝わっています。センターが確かめています。"),
    Closed.TOO_LATE: _l("伝えられる期間がすぎました。センターに電話してください。"),
}


@dataclass(frozen=True)
class Saying:
    """Somebody's words. `key` is that of their form."""

    key: str
    side: Side
    user_id: int
    words: str


@dataclass(frozen=True)
class Wanted:
    """What a person says is right."""

    kind: DisputeKind
    came_at: datetime | None = None
    left_at: datetime | None = None


def open_dispute(
    person_id: int, shift_id: int, wanted: Wanted, saying: Saying, days: int
) -> TimeDispute:
    """The desk will decide, the host is asked what they know. The same key again gives the first.

    Raises `NotFound`, `Refused` (a `Closed`, kind, times). Two at once are safe: one open dispute per participation
    is a unique index.
    """
    used = queries.key_used(saying.key)
    if used is not None:
        return _same(used, person_id, shift_id)
    subject = queries.subject_at(person_id, shift_id)
    if subject is None:
        raise NotFound(_l("その活動は見つかりませんでした。"))
    closed = why_closed(subject.record, clock.now(), days)
    if closed is not None:
        raise Refused(WHY_CLOSED[closed], code=closed.value)
    if wanted.kind not in kinds_of(subject.record.state):
        raise Refused(_l("記録が変わりました。画面を開きなおしてください。"), code="kind")
    _refuse_times(wanted)
    made = insert_once(
        TimeDispute,
        {
            "key": saying.key,
            "participation_id": subject.participation_id,
            "kind": wanted.kind,
            "came_at": wanted.came_at,
            "left_at": wanted.left_at,
            "state": DisputeState.OPEN,
            "opened_by_user_id": saying.user_id,
            "opened_at": clock.now(),
        },
    )
    if made is None:
        raise Refused(WHY_CLOSED[Closed.OPEN_ALREADY], code=Closed.OPEN_ALREADY.value)
    _add(made, saying)
    found = queries.dispute(made)
    notices.tell_opened(found)
    return found


def _same(dispute_id: int, person_id: int, shift_id: int) -> TimeDispute:
    found = queries.dispute(dispute_id)
    seat = found.participation
    if (seat.person_id, seat.shift_id) != (person_id, shift_id):
        raise AlreadySent(_l("この画面はもう送信ずみです。"))
    return found


def _refuse_times(wanted: Wanted) -> None:
    if wanted.kind is DisputeKind.NOT_THERE:
        return
    if wanted.came_at is None or wanted.left_at is None or wanted.left_at <= wanted.came_at:
        raise Refused(_l("終わった時刻は、来た時刻より後にしてください。"), code="times")
    if wanted.left_at > clock.now():
        raise Refused(_l("これから先の時刻は入れられません。"), code="future")


def _add(dispute_id: int, saying: Saying, *, is_answer: bool = False) -> None:
    values = {
        "key": saying.key,
        "dispute_id": dispute_id,
        "side": saying.side,
        "user_id": saying.user_id,
        "at": clock.now(),
        "is_answer": is_answer,
        "words": saying.words,
    }
    if insert_once(DisputeMessage, values) is None:
        raise AlreadySent(_l("この画面はもう送信ずみです。"))


def say(dispute_id: int, saying: Saying) -> TimeDispute:
    """One side adds words while it is open; the others are told. Raises `Refused` (closed), `NotFound`."""
    found = queries.dispute(dispute_id)
    if not found.is_open:
        raise Refused(_l("もう決まっています。画面を開きなおしてください。"), code="closed")
    _add(dispute_id, saying)
    notices.tell_said(found, saying.side, saying.key)
    return found


def withdraw(dispute_id: int) -> TimeDispute:
    """Whoever opened it lets it be. Raises `AlreadyDecided`."""
    states = {"closed_at": clock.now()}
    move(TimeDispute, dispute_id, DisputeState.OPEN, DisputeState.WITHDRAWN, **states)
    return queries.dispute(dispute_id)


@dataclass(frozen=True)
class Decision:
    """What staff decide. `real`: the times that are right, where they correct them."""

    outcome: DisputeState
    saying: Saying
    actor_person_id: int | None
    real: RealTimes | None = None


def decide(dispute_id: int, decision: Decision) -> TimeDispute:
    """The record is corrected or stands, with the reason both sides read; the points follow.

    Raises `NotAllowed` (own_attendance) for oneself and one's household, `AlreadyDecided` when somebody was faster,
    and what a correction raises.
    """
    found = queries.dispute(dispute_id)
    seat, saying = found.participation, decision.saying
    refuse_own(saying.user_id, [seat.person_id])
    if saying.user_id == found.opened_by_user_id:
        raise NotAllowed(_l("ご自分の申し出は、ほかの職員が決めます。"), code="own_attendance")
    by = {"decided_by_user_id": saying.user_id, "closed_at": clock.now()}
    move(TimeDispute, dispute_id, DisputeState.OPEN, decision.outcome, **by)
    _add(dispute_id, saying, is_answer=True)
    if decision.outcome is DisputeState.CORRECTED:
        _correct(found, seat, decision)
    found = queries.dispute(dispute_id)
    notices.tell_decided(found, saying.words)
    return found


def _correct(found: TimeDispute, seat: Participation, decision: Decision) -> None:
    attendance = queries.attendance_of(found)
    saying, uuid = decision.saying, f"dispute:{found.id}"
    if found.kind is DisputeKind.NOT_THERE:
        if attendance is not None and attendance.state is not AttendanceState.REFUSED:
            word = Word(attendance.id, uuid, saying.user_id, saying.words[:200], by_staff=True)
            striking.strike_attendance(word, striking.OWN_WORD, by_two=False)
        return
    if decision.real is None:
        raise Refused(_l("時刻を入れてください。"), code="times")
    if attendance is None:
        seat_of = (seat.shift_id, seat.person_id)
        words = saying.words[:200]
        user_id, own = saying.user_id, decision.actor_person_id
        enter_attendance(Entry(*seat_of, decision.real, words, uuid, user_id, own))
        return
    word = Word(attendance.id, uuid, saying.user_id, saying.words[:200], by_staff=True, tells=False)
    correct_times(word, decision.real)
