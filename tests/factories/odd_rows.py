"""The rows of a generated town, and how they are written: many at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from matching.anomalies.states import AnomalyKind
from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.checkin.evidence import SOURCE_KIND
from matching.checkin.models import Attendance, AttendanceEvent
from matching.checkin.rules import grade_of
from matching.checkin.states import AttendanceState, Direction, Source
from matching.help_requests.models import Shift
from matching.help_requests.states import ShiftState
from points.earning.models import Award
from points.earning.states import AwardState
from volunteer.core import clock
from volunteer.core.db import db


@dataclass
class Row:
    """One attendance before it is written."""

    shift: int
    person: int
    source: Source
    came: datetime
    left: datetime
    device: str = ""
    actor: int | None = None
    entered_at: datetime | None = None
    words: list[tuple[Direction, int, datetime]] = field(default_factory=list)
    minutes: int | None = None
    points: int = 0
    cap_left: int | None = None
    fraud: AnomalyKind | None = None


@dataclass
class Planned:
    """A shift: who hosts it, when, by whose users."""

    number: int
    help_request_id: int
    starts_at: datetime
    ends_at: datetime
    users: list[int]


def save(shifts: list[Planned], rows: list[Row]) -> dict[AnomalyKind, set[int]]:
    """Write all of it; which attendances belong to which fraud."""
    shift_ids = _insert(Shift, [_shift_values(one) for one in shifts])
    seat_ids = _insert(Participation, [_seat_values(row, shift_ids) for row in rows])
    values = [
        _attendance_values(row, shifts[row.shift], seat)
        for row, seat in zip(rows, seat_ids, strict=True)
    ]
    ids = _insert(Attendance, values)
    pairs = list(zip(rows, ids, strict=True))
    _insert(AttendanceEvent, [one for pair in pairs for one in _event_values(*pair)])
    _insert(
        Award,
        [
            _award_values(row, shifts[row.shift], attendance_id)
            for row, attendance_id in pairs
            if row.cap_left is not None
        ],
    )
    planted: dict[AnomalyKind, set[int]] = {}
    for row, attendance_id in pairs:
        if row.fraud is not None:
            planted.setdefault(row.fraud, set()).add(attendance_id)
    return planted


def _attendance_values(row: Row, shift: Planned, seat: int) -> dict[str, Any]:
    planned = int((shift.ends_at - shift.starts_at).total_seconds() // 60)
    return {
        "participation_id": seat,
        "state": AttendanceState.SETTLED,
        "grade": grade_of(row.source),
        "source": row.source,
        "checked_in_at": row.came,
        "checked_out_at": row.left,
        "minutes_counted": planned if row.minutes is None else row.minutes,
        "households": 1,
        "auto_closed": False,
        "due_at": row.left,
        "flags": [],
    }


def _award_values(row: Row, shift: Planned, attendance_id: int) -> dict[str, Any]:
    return {
        "source_kind": SOURCE_KIND,
        "source_id": attendance_id,
        "revision": 1,
        "holder_id": row.person,
        "category_code": "meals",
        "activity_on": clock.activity_date(shift.starts_at),
        "grade": grade_of(row.source).value,
        "facts": {},
        "points": row.points,
        "reason": "awarded",
        "reason_facts": {},
        "day_cap_left": row.cap_left,
        "day_cap_counted": 0,
        "state": AwardState.SETTLED,
        "created_at": row.left,
    }


def _insert(model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Many rows; their ids in the order given."""
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(db.session.execute(statement, rows).scalars())


def _shift_values(one: Planned) -> dict[str, Any]:
    return {
        "help_request_id": one.help_request_id,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "seats": 40,
        "seats_taken": 0,
        "state": ShiftState.ENDED,
        "cancelled_because": "",
    }


def _seat_values(row: Row, shift_ids: list[int]) -> dict[str, Any]:
    return {
        "person_id": row.person,
        "shift_id": shift_ids[row.shift],
        "state": ParticipationState.ACCEPTED,
        "walk_in": False,
        "created_at": row.came,
        "changed_at": row.came,
    }


def _event_values(row: Row, attendance_id: int) -> Iterator[dict[str, Any]]:
    came = (Direction.CHECK_IN, row.actor, row.entered_at or row.came, row.source)
    said = [(what, user, at, Source.NAME_LIST) for what, user, at in row.words]
    for number, (what, user, at, source) in enumerate([came, *said]):
        yield {
            "scan_uuid": f"odd:{attendance_id}:{number}",
            "attendance_id": attendance_id,
            "direction": what,
            "source": source,
            "grade": grade_of(row.source),
            "actor_user_id": user,
            "device": row.device if number == 0 else "",
            "server_time": at,
            "reason": "",
            "detail": {},
        }
