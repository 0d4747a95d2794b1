"""What settles without anybody's word: how many of a shift, and when. Reads, apart from queries.py only for length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from matching.checkin.evidence import SOURCE_KIND
from matching.checkin.models import Attendance
from matching.checkin.queries import ArrivalLine, is_to_look_at
from matching.checkin.states import SETTLES_BY_ITSELF, AttendanceState
from points.earning.models import Award
from volunteer.core.db import db

SETTLES_AFTER = timedelta(hours=72)
"""When no programme says anything: as long as host and desk may object."""


@dataclass(frozen=True)
class Resting:
    """How many attendances of a shift settle without a word, and when the last of them does."""

    count: int
    at: datetime


def settle_alone(shift_ends_at: datetime, lines: Sequence[ArrivalLine]) -> Resting | None:
    """Those nobody has to look at and that nobody has answered; None when there are none."""
    rest = [one.attendance for one in lines if one.attendance and _settles_alone(one.attendance)]
    if not rest:
        return None
    statement = select(Award.source_id, Award.settles_at).where(
        Award.source_kind == SOURCE_KIND,
        Award.source_id.in_([one.id for one in rest]),
        Award.settles_at.is_not(None),
    )
    rows = db.session.execute(statement.order_by(Award.revision))
    settles = {row[0]: row[1] for row in rows if row[1] is not None}
    usual = shift_ends_at + SETTLES_AFTER
    is_closed = AttendanceState.CLOSED
    times = [settles.get(one.id, one.due_at if one.state is is_closed else usual) for one in rest]
    return Resting(len(rest), max(times))


def _settles_alone(attendance: Attendance) -> bool:
    undecided = attendance.state in (AttendanceState.OPEN, AttendanceState.CLOSED)
    on_site = attendance.grade in SETTLES_BY_ITSELF and attendance.confirmed_at is None
    return undecided and on_site and not is_to_look_at(attendance)


def from_paper(lines: Sequence[ArrivalLine]) -> list[str]:
    """Who was typed from a paper list by staff and can still be put right by the host."""
    return [one.person.name for one in lines if one.attendance and _is_paper(one.attendance)]


def _is_paper(attendance: Attendance) -> bool:
    return attendance.state is AttendanceState.CLOSED and "paper" in attendance.flags
