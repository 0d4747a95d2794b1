"""The end of an attendance: by tap, by the host, by the job, or because the shift ends early. Then it settles.

These are verbs like those of services.py, apart only for length.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from matching.assignments.models import Participation
from matching.assignments.queries import accepted_people
from matching.checkin import evidence, notices, queries
from matching.checkin.confirming import credit_real_time
from matching.checkin.evidence import ShiftFacts
from matching.checkin.models import Attendance
from matching.checkin.resting import SETTLES_AFTER
from matching.checkin.rules import counted_minutes, may_check_out
from matching.checkin.services import Scan, note_event, refuse_own
from matching.checkin.states import AttendanceState, Direction, Source
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from matching.help_requests.states import PUBLIC_SHIFT_STATES, ShiftState
from points.earning.services import settle_award
from points.earning.states import AwardState
from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import AlreadyDecided, NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.core.transitions import move


@dataclass(frozen=True)
class Leaving:
    """Somebody goes home: who says so, and how we know."""

    attendance_id: int
    source: Source
    uuid: str
    actor_user_id: int | None
    sure: bool = True
    """False: a tap that would cost points is refused first (leaves_early), so that nobody loses them by a slip."""
    at: datetime | None = None
    """When it happened, where that is not now."""
    device: str = ""
    device_time: datetime | None = None
    signs: tuple[str, ...] = ()


def check_out(leaving: Leaving) -> None:
    """The attendance is closed now; the time present counts, never more than planned. Twice changes nothing.

    A time that differs from what was credited is corrected in the ledger. Raises `Refused` (over) when the grace
    is past and the job will close it, `Refused` (leaves_early) when not `sure`.
    """
    row = _locked(leaving.attendance_id)
    if row.state is not AttendanceState.OPEN:
        return
    shift = evidence.shift_facts(row.shift_id)
    moment = leaving.at or clock.now()
    if not may_check_out(shift.window, row.checked_in_at, moment):
        raise Refused(
            _l(
                "終わりの時刻をすぎたので、予定の時刻で自動で終わります。ちがうときは会場の担当かセンターに伝えてください。"
            ),
            code="over",
        )
    minutes = counted_minutes(shift.window, row.checked_in_at, moment)
    if minutes < row.minutes_counted and not leaving.sure:
        raise Refused(
            _l("予定より早く終わります。もう一度「活動を終わる」を押すと、いた時間だけ数えます。"),
            code="leaves_early",
            minutes=minutes,
        )
    scan = Scan(
        shift.id,
        row.person_id,
        leaving.source,
        leaving.uuid,
        leaving.actor_user_id,
        device=leaving.device,
        device_time=leaving.device_time,
    )
    _close(row, shift, scan, moment, minutes, *leaving.signs)


def check_out_by_host(attendance_id: int, *, uuid: str, actor_user_id: int) -> None:
    """The organizer (or staff) closes the attendance of somebody who leaves. Raises as `check_out`, `NotAllowed`."""
    refuse_own(actor_user_id, [_locked(attendance_id).person_id])
    check_out(Leaving(attendance_id, Source.NAME_LIST, uuid, actor_user_id))


@dataclass(frozen=True)
class Row:
    """An attendance as a verb needs it, its row locked until the turn ends."""

    id: int
    state: AttendanceState
    checked_in_at: datetime
    checked_out_at: datetime | None
    minutes_counted: int
    households: int
    flags: list[str]
    shift_id: int
    person_id: int


def _locked(attendance_id: int) -> Row:
    statement = (
        select(
            Attendance.id,
            Attendance.state,
            Attendance.checked_in_at,
            Attendance.checked_out_at,
            Attendance.minutes_counted,
            Attendance.households,
            Attendance.flags,
            Participation.shift_id,
            Participation.person_id,
        )
        .join(Participation, Participation.id == Attendance.participation_id)
        .where(Attendance.id == attendance_id)
        .with_for_update(key_share=True, of=Attendance)
    )
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise NotFound(_l("その受付は見つかりませんでした。"))
    return Row(*found)


def _close(
    row: Row,
    shift: ShiftFacts,
    scan: Scan,
    left_at: datetime,
    minutes: int,
    *flags: str,
    reason: str = "",
) -> None:
    """One guarded write; the award follows when the minutes differ."""
    statement = (
        update(Attendance)
        .where(Attendance.id == row.id, Attendance.state == AttendanceState.OPEN)
        .values(
            state=AttendanceState.CLOSED,
            checked_out_at=left_at,
            minutes_counted=minutes,
            auto_closed="auto_closed" in flags,
            flags=list(dict.fromkeys((*row.flags, *flags))),
            due_at=_settles_at(row.id),
        )
    )
    if guarded_update(statement) == 0:
        return
    person = evidence.person_facts(row.person_id, shift)
    left = left_at.isoformat()
    detail = {"minutes": minutes, "before": row.minutes_counted, "left": left}
    grade = person.grade
    assert grade is not None
    note_event(row.id, scan, Direction.CHECK_OUT, grade, clock.now(), reason, detail)
    if minutes != row.minutes_counted:
        credit_real_time(row.id, shift, person, minutes, row.households, scan.actor_user_id)


def _settles_at(attendance_id: int) -> datetime:
    award = queries.live_award(attendance_id)
    usual = clock.now() + SETTLES_AFTER
    return award.settles_at if award is not None and award.settles_at is not None else usual


def close_forgotten(attendance_id: int) -> None:
    """Somebody forgot to check out: closed at the end, marked, never more than planned. Twice is once.

    Where the activity had ended early before their scan reached us, that is the end; the host may say that the work
    was done and more counts.
    """
    row = _locked(attendance_id)
    shift = evidence.shift_facts(row.shift_id)
    if row.state is not AttendanceState.OPEN or clock.now() < shift.window.check_out_until:
        return
    ended_at = min(shift.ended_at or shift.ends_at, shift.ends_at)
    left_at = max(ended_at, row.checked_in_at)
    minutes = counted_minutes(shift.window, row.checked_in_at, left_at)
    scan = Scan(shift.id, row.person_id, Source.NAME_LIST, f"forgotten:{row.id}", None)
    _close(row, shift, scan, left_at, minutes, "auto_closed")


def settle_attendance(attendance_id: int) -> bool:
    """Nobody objected in time: the attendance and its points are final. Whether it was this call that did it.

    Only evidence seen on site, or confirmed by somebody, settles by itself, and not before the programme says.
    """
    _locked(
        attendance_id
    )  # a correction under way ends first: it may leave another award to settle
    award = queries.live_award(attendance_id)
    waits_until = award.settles_at if award is not None else None
    if waits_until is not None and waits_until > clock.now():
        later = update(Attendance).where(Attendance.id == attendance_id)
        guarded_update(later.values(due_at=waits_until))
        return False
    statement = (
        update(Attendance)
        .where(
            Attendance.id == attendance_id,
            Attendance.state == AttendanceState.CLOSED,
            Attendance.due_at <= clock.now(),
            queries.is_sure(),
        )
        .values(state=AttendanceState.SETTLED)
    )
    if guarded_update(statement) == 0:
        return False
    if award is not None and award.state is AwardState.CREDITED:
        with suppress(AlreadyDecided):  # the job of the points was faster: they are settled already
            settle_award(award.id)
    return True


@dataclass(frozen=True)
class EarlyEnd:
    """A shift ends before its time. `work_is_done`: the planned time counts in full, by the host's word."""

    shift_id: int
    reason: str
    work_is_done: bool
    actor_user_id: int


def end_early(early: EarlyEnd) -> int:
    """The shift is over now; everybody present is checked out, those still expected are told. How many were present.

    Before the first check-in a shift is called off instead. Raises `Refused` (nobody_here, not_running),
    `NotAllowed` (own_attendance) when the host would decide about their own time, `AlreadyDecided`.
    """
    moment = clock.now()
    shift = evidence.shift_facts(early.shift_id)
    if moment >= shift.ends_at:
        raise Refused(_l("この活動は、もう終わりの時刻をすぎています。"), code="not_running")
    move(Shift, shift.id, PUBLIC_SHIFT_STATES, ShiftState.ENDED, ended_at=moment)
    present = queries.open_attendances(shift.id)
    if not queries.has_check_ins(shift.id):
        raise Refused(
            _l(
                "まだだれも受付していません。活動をしないときは、依頼のページで中止にしてください。"
            ),
            code="nobody_here",
        )
    if early.work_is_done:
        refuse_own(early.actor_user_id, [person_id for _id, person_id in present])
    for attendance_id, _person_id in present:
        _close_early(attendance_id, shift, early, moment)
    _tell_expected(early, moment)
    return len(present)


def _close_early(attendance_id: int, shift: ShiftFacts, early: EarlyEnd, moment: datetime) -> None:
    row = _locked(attendance_id)
    host_minutes = shift.window.planned_minutes if early.work_is_done else None
    minutes = counted_minutes(shift.window, row.checked_in_at, moment, host_minutes)
    uuid = f"early:{row.id}"
    scan = Scan(shift.id, row.person_id, Source.NAME_LIST, uuid, early.actor_user_id)
    left_at = max(moment, row.checked_in_at)
    _close(row, shift, scan, left_at, minutes, "ended_early", reason=early.reason)


def _tell_expected(early: EarlyEnd, moment: datetime) -> None:
    shift = shift_with_request(early.shift_id)
    here = queries.people_seen(early.shift_id)
    for one in accepted_people(early.shift_id):
        if one.person_id not in here:
            notices.tell_ended_early(one.person_id, shift, moment, early.reason)
