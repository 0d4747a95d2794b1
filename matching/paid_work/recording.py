"""The attendance of paid work: made, ended, confirmed and refused through the check-in, so that there is one record.

These are verbs like those of services.py, apart only for length.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from matching.checkin import closing, confirming
from matching.checkin.confirming import Word
from matching.checkin.models import Attendance
from matching.checkin.services import CheckedIn, Scan, check_in, confirm_live_award, note_event
from matching.checkin.states import AttendanceState, Direction, Source
from matching.paid_tasks.states import PaidTaskState
from matching.paid_work.queries import Work, work
from volunteer.core import clock
from volunteer.core.db import guarded_update
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.core.i18n import _l

SLIP, SIGNATURE = "work_slip", "work_signature"
"""Flags of an attendance: by which paper of paid work it came."""


@dataclass(frozen=True)
class Reading:
    """A slip was read and its button pressed. `key` is that of the form."""

    task_id: int
    slip_id: int
    key: str
    user_id: int | None
    device: str


def refuse_not_agreed(found: Work) -> None:
    """Nobody begins before the orderer has agreed to the price. Raises `Refused` (not_agreed, work_done)."""
    state = found.task.state
    if state is PaidTaskState.QUOTED:
        raise Refused(
            _l("依頼した方が、まだ料金に返事をしていません。センターに電話してください。"),
            code="not_agreed",
        )
    if not found.task.is_open:
        raise Refused(_l("この仕事は、もう終わりになっています。"), code="work_done")


def _live(reading: Reading) -> Work:
    """The task of a slip. It is not locked: the check-in holds shift and place, which whoever calls off needs first."""
    found = work(reading.task_id)
    refuse_not_agreed(found)
    if found.slip is None or found.slip.id != reading.slip_id:
        raise Refused(
            _l("この用紙は古いものです。新しい用紙があるか、見てもらってください。"),
            code="old_slip",
        )
    return found


def arrive(reading: Reading) -> CheckedIn:
    """The student is there: seen on site by the paper in the resident's hand. Raises all of the check-in."""
    found = _live(reading)
    scan = Scan(
        found.shift.id,
        found.task.student_id,
        Source.VENUE_CODE,
        reading.key,
        reading.user_id,
        device=reading.device,
        signs=(SLIP,),
    )
    return check_in(scan)


def leave(reading: Reading) -> int:
    """The student goes home; a second time changes nothing. The attendance. Raises `Refused` (no_record, over)."""
    found = _live(reading)
    if found.attendance is None:
        raise no_record()
    closing.check_out(
        closing.Leaving(
            found.attendance.id,
            Source.VENUE_CODE,
            f"out:{reading.key}",
            reading.user_id,
            device=reading.device,
            signs=(SLIP,),
        )
    )
    return found.attendance.id


def no_record() -> Refused:
    """The error where nothing tells that anybody was there."""
    return Refused(
        _l(
            "来たことの記録がありません。用紙のQRを読むか、依頼した方に署名してもらってください。"
            "もう帰ったあとなら、センターに電話してください。"
        ),
        code="no_record",
    )


@dataclass(frozen=True)
class Claim:
    """From when to when, as signed on the student's phone."""

    key: str
    user_id: int
    device: str
    came_at: datetime
    left_at: datetime


def claim(found: Work, claimed: Claim) -> int:
    """Coming (where no slip told of it) and going as signed: a claim. The attendance. Raises all of the check-in."""
    attendance_id = found.attendance.id if found.attendance is not None else None
    if attendance_id is None:
        scan = Scan(
            found.shift.id,
            found.task.student_id,
            Source.POSTER,
            claimed.key,
            claimed.user_id,
            device=claimed.device,
            at=claimed.came_at,
            signs=(SIGNATURE,),
        )
        attendance_id = check_in(scan).attendance_id
    closing.check_out(
        closing.Leaving(
            attendance_id,
            Source.POSTER,
            f"out:{claimed.key}",
            claimed.user_id,
            at=claimed.left_at,
            device=claimed.device,
            signs=(SIGNATURE,),
        )
    )
    return attendance_id


def confirm(found: Work, key: str, user_id: int | None, *, by_staff: bool = False) -> None:
    """The orderer's word about the time is also a word about the record: what was claimed is confirmed by it."""
    if found.attendance is None or not found.is_claimed:
        return
    if user_id is not None:
        with suppress(AlreadyDecided):
            word = Word(found.attendance.id, f"paid:{key}", user_id, by_staff=by_staff)
            confirming.confirm_attendance(word)
        return
    statement = (
        update(Attendance)
        .where(
            Attendance.id == found.attendance.id,
            Attendance.confirmed_at.is_(None),
            Attendance.state.in_((AttendanceState.OPEN, AttendanceState.CLOSED)),
        )
        .values(confirmed_at=clock.now())
    )
    if guarded_update(statement):
        scan = Scan(
            found.shift.id, found.task.student_id, found.attendance.source, f"paid:{key}", None
        )
        what = Direction.CONFIRMATION
        note_event(found.attendance.id, scan, what, found.attendance.grade, clock.now())
        confirm_live_award(found.attendance.id, None)


def refuse(found: Work, key: str, user_id: int, reason: str) -> None:
    """Staff decided that nobody came: a record that is not final goes."""
    if found.attendance is None:
        return
    word = Word(found.attendance.id, f"paid:{key}", user_id, reason[:200], by_staff=True)
    with suppress(
        AlreadyDecided
    ):  # settled or confirmed meanwhile: it is struck where that is done
        confirming.refuse_attendance(word)
