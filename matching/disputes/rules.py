"""Whether the record of an activity can be disputed, and about what. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from matching.checkin.states import AttendanceState
from matching.disputes.states import DisputeKind


class Closed(StrEnum):
    """Why nothing can be said to be wrong now."""

    NOT_TAKING_PART = "not_taking_part"
    NOT_OVER = "not_over"
    TOO_LATE = "too_late"
    OPEN_ALREADY = "open_already"


@dataclass(frozen=True)
class Record:
    """What is recorded of a person at a shift. `final_at`: since when it is settled, refused, or should exist."""

    took_part: bool
    ends_at: datetime
    state: AttendanceState | None
    final_at: datetime | None
    has_open_dispute: bool = False


def last_moment(record: Record, days: int) -> datetime | None:
    """Until when it can be disputed; None while it is not settled."""
    return None if record.final_at is None else record.final_at + timedelta(days=days)


def why_closed(record: Record, at: datetime, days: int) -> Closed | None:
    """Why this person can dispute nothing now; None when they can."""
    until = last_moment(record, days)
    reasons = {
        Closed.NOT_TAKING_PART: not record.took_part,
        Closed.NOT_OVER: at < record.ends_at or record.state is AttendanceState.OPEN,
        Closed.OPEN_ALREADY: record.has_open_dispute,
        Closed.TOO_LATE: until is not None and at >= until,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def kinds_of(state: AttendanceState | None) -> tuple[DisputeKind, ...]:
    """What can be wrong about a record: one that counts has times, another one should be there."""
    if state in (None, AttendanceState.REFUSED):
        return (DisputeKind.WAS_THERE,)
    return (DisputeKind.OTHER_TIME, DisputeKind.NOT_THERE)
