"""How many of a shift are expected, have come, have gone: told with every answer, counted at most once a second.

Each process keeps its own sums and moves them itself with every scan it takes, so that a busy kiosk never counts.
"""

import time
from dataclasses import dataclass

from sqlalchemy import func, select

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.checkin.models import Attendance
from matching.checkin.states import AttendanceState
from volunteer.core.db import database_name, db

KEPT_SECONDS = 1.0


@dataclass(slots=True)
class Sums:
    """People of one shift."""

    expected: int
    arrived: int
    counted_at: float


_kept: dict[tuple[str, int], Sums] = {}


def sums_of(shift_id: int) -> Sums:
    """The sums of a shift, not older than a second."""
    key = (database_name(), shift_id)
    found = _kept.get(key)
    if found is None or time.monotonic() - found.counted_at > KEPT_SECONDS:
        found = _kept[key] = _count(shift_id)
        _forget_old()
    return found


def one_more(shift_id: int, *, is_walk_in: bool) -> None:
    """Somebody has come whom this process let in."""
    found = _kept.get((database_name(), shift_id))
    if found is not None:
        found.arrived += 1
        found.expected += is_walk_in


def forget() -> None:
    """Count anew at the next question (another database, another test)."""
    _kept.clear()


def _forget_old() -> None:
    if len(_kept) > 1000:
        _kept.clear()


def _count(shift_id: int) -> Sums:
    is_here = Attendance.id.is_not(None) & (Attendance.state != AttendanceState.REFUSED)
    statement = (
        select(
            func.count().filter(
                (Participation.state == ParticipationState.ACCEPTED) | Attendance.id.is_not(None)
            ),
            func.count().filter(is_here),
        )
        .select_from(Participation)
        .outerjoin(Attendance, Attendance.participation_id == Participation.id)
        .where(Participation.shift_id == shift_id)
    )
    expected, arrived = db.session.execute(statement).one()
    return Sums(expected, arrived, time.monotonic())
