"""Reads of attendances by what is kept of them elsewhere: their events, the lines of the passbook."""

from typing import Any

from sqlalchemy import select

from matching.assignments.models import Participation
from matching.checkin.models import Attendance, AttendanceEvent
from matching.checkin.states import Direction
from volunteer.core.db import db


def noted(uuid: str) -> dict[str, Any]:
    """The facts kept with a scan, an entry or a correction."""
    statement = select(AttendanceEvent.detail).where(AttendanceEvent.scan_uuid == uuid)
    return db.session.execute(statement).scalar_one_or_none() or {}


def was_struck(attendance_id: int) -> bool:
    """Whether the last refusal of an attendance was the decision of two people that it is false."""
    statement = (
        select(AttendanceEvent.detail)
        .where(
            AttendanceEvent.attendance_id == attendance_id,
            AttendanceEvent.direction == Direction.REFUSAL,
        )
        .order_by(AttendanceEvent.id.desc())
        .limit(1)
    )
    return bool((db.session.execute(statement).scalar_one_or_none() or {}).get("struck"))


def own_shift_of(attendance_id: int, person_id: int | None) -> int | None:
    """The shift of one of this person's attendances; None for anybody else's."""
    statement = (
        select(Participation.shift_id)
        .join(Attendance, Attendance.participation_id == Participation.id)
        .where(Attendance.id == attendance_id, Participation.person_id == person_id)
    )
    return db.session.execute(statement).scalar_one_or_none()
