"""Reads of the append-only history of attendances."""

from typing import Any

from sqlalchemy import select

from matching.checkin.models import AttendanceEvent
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
