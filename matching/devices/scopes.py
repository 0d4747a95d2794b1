"""Which shifts a device receives people at, and who is expected there. Plain columns, read often."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, bindparam, or_, select

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.categories.models import Category
from matching.checkin.models import Attendance
from matching.checkin.rules import Window, window_of
from matching.checkin.states import AttendanceState
from matching.devices.models import Device
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.db import db, run_core
from volunteer.people.models import Person

SHIFTS_MAX = 40
LEAVE_VISIBLE = timedelta(hours=2)
"""So long after its end a shift of yesterday is still shown, for those who go home after midnight."""


@dataclass(frozen=True, slots=True)
class Here:
    """One person on the list of a shift."""

    person_id: int
    name: str
    kana: str
    number: str | None
    state: AttendanceState | None
    came_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShiftHere:
    """A shift as a device shows it."""

    id: int
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    state: ShiftState
    walk_in_allowed: bool
    is_paid: bool
    people: list[Here] = field(default_factory=list)

    @property
    def window(self) -> Window:
        """When one can check in and out."""
        return window_of(self.starts_at, self.ends_at)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody can check in at `at`."""
        return self.window.opens_at <= at < self.ends_at

    def takes_leave(self, at: datetime) -> bool:
        """Whether somebody can check in or out at `at`."""
        return self.window.opens_at <= at < self.window.check_out_until


Binding = tuple[bool, bool, bool]
"""Whether a device is bound to a host, to a place, to shifts that are named."""


def _binding(device: Device) -> Binding:
    return device.host_party_id is not None, bool(device.place), bool(device.shift_ids)


def _is_among(binding: Binding) -> ColumnElement[bool]:
    """The condition on shifts and help requests that a device is bound by: among its shifts, on its days."""
    has_host, has_place, has_shifts = binding
    found: ColumnElement[bool] = Shift.starts_at >= bindparam("valid_from")
    found &= Shift.starts_at < bindparam("valid_until")
    if has_host:
        found &= HelpRequest.host_party_id == bindparam("host")
    if has_place:
        found &= HelpRequest.public_place == bindparam("place")
    if has_shifts:
        found &= Shift.id.in_(bindparam("shifts", expanding=True))
    return found


def _bound(device: Device) -> dict[str, Any]:
    """What `_is_among` asks for, and more: a statement takes what it needs."""
    return {
        "valid_from": device.valid_from,
        "valid_until": device.valid_until,
        "host": device.host_party_id,
        "place": device.place,
        "shifts": device.shift_ids,
    }


_SHIFTS = (
    select(
        Shift.id,
        HelpRequest.title,
        HelpRequest.public_place,
        Shift.starts_at,
        Shift.ends_at,
        Shift.state,
        HelpRequest.walk_in_allowed,
        Category.is_paid,
    )
    .join_from(Shift, HelpRequest)
    .join(Category, Category.code == HelpRequest.category_code)
)
SHOWN = or_(*(Shift.state == one for one in (ShiftState.OPEN, ShiftState.FULL, ShiftState.ENDED)))


def shifts_near(device: Device, at: datetime) -> list[ShiftHere]:
    """The shifts of the day of `at` that a device is bound to, and those that reach into it, earliest first."""
    rows = run_core(_near(_binding(device)), **_bound(device), **_around(at))
    return [ShiftHere(*row) for row in rows]


def shifts_for(device: Device, at: datetime, person_id: int) -> list[tuple[ShiftHere, bool]]:
    """The same shifts, each with whether this person has a seat in it; in one statement."""
    statement = _near(_binding(device), with_seat=True)
    rows = run_core(statement, **_bound(device), **_around(at), person=person_id)
    return [(ShiftHere(*row[:-1]), bool(row[-1])) for row in rows]


def called_off(device: Device, at: datetime, person_id: int) -> int | None:
    """A shift of this device that was called off although this person had a place in it, and would have been on."""
    rows = run_core(_off(_binding(device)), **_bound(device), **_around(at), person=person_id)
    found = (ShiftHere(*row) for row in rows)
    return next((one.id for one in found if one.takes_leave(at)), None)


@cache
def _off(binding: Binding) -> Executable:
    return (
        _SHIFTS.join(Participation, Participation.shift_id == Shift.id)
        .where(
            _is_among(binding),
            Shift.state == ShiftState.CANCELLED,
            Shift.ends_at > bindparam("after"),
            Shift.starts_at < bindparam("before"),
            Participation.person_id == bindparam("person"),
            Participation.state.in_((ParticipationState.CANCELLED, ParticipationState.ACCEPTED)),
        )
        .order_by(Shift.starts_at, Shift.id)
    )


def _around(at: datetime) -> dict[str, datetime]:
    start, end = clock.day_bounds(clock.to_tokyo(at).date())
    return {"after": min(start, at - LEAVE_VISIBLE), "before": max(end, at + LEAVE_VISIBLE)}


_HAS_SEAT = (
    select(Participation.id)
    .where(
        Participation.shift_id == Shift.id,
        Participation.person_id == bindparam("person"),
        Participation.state == ParticipationState.ACCEPTED,
    )
    .correlate(Shift)
    .exists()
)


@cache
def _near(binding: Binding, *, with_seat: bool = False) -> Executable:
    """The statement of `shifts_near`; what a device is not bound to is not asked."""
    statement = _SHIFTS.add_columns(_HAS_SEAT) if with_seat else _SHIFTS
    return (
        statement.where(
            _is_among(binding),
            Shift.ends_at > bindparam("after"),
            Shift.starts_at < bindparam("before"),
            SHOWN,
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(SHIFTS_MAX)
    )


def shift_here(device: Device, shift_id: int) -> ShiftHere | None:
    """A shift on one of the days that the device is bound to; None for any other."""
    statement = _one(_binding(device))
    row = run_core(statement, **_bound(device), shift=shift_id).one_or_none()
    return None if row is None else ShiftHere(*row)


@cache
def _one(binding: Binding) -> Executable:
    return _SHIFTS.where(
        _is_among(binding), Shift.id == bindparam("shift"), Shift.state != ShiftState.PLANNED
    )


def with_people(shifts: Sequence[ShiftHere]) -> None:
    """Fill in everybody who has a place in the shifts or came to them, by kana."""
    by_id = {one.id: one for one in shifts}
    statement = (
        select(
            Participation.shift_id,
            Person.party_id,
            Person.name,
            Person.kana,
            Person.number,
            Attendance.state,
            Attendance.checked_in_at,
            Attendance.checked_out_at,
        )
        .join_from(Participation, Person, Person.party_id == Participation.person_id)
        .outerjoin(Attendance, Attendance.participation_id == Participation.id)
        .where(
            Participation.shift_id.in_(by_id),
            (Participation.state == ParticipationState.ACCEPTED) | Attendance.id.is_not(None),
        )
        .order_by(Person.kana, Person.party_id)
    )
    for row in db.session.execute(statement):
        by_id[row[0]].people.append(Here(*row[1:]))


def accepted_among(person_id: int, shift_ids: Sequence[int]) -> list[int]:
    """Those of the shifts in which a person has a seat."""
    statement = select(Participation.shift_id).where(
        Participation.person_id == person_id,
        Participation.shift_id.in_(shift_ids),
        Participation.state == ParticipationState.ACCEPTED,
    )
    return list(db.session.execute(statement).scalars())


def is_expected(person_id: int, shift_id: int) -> bool:
    """Whether a person stands on the list of a shift."""
    statement = select(Participation.id).where(
        Participation.person_id == person_id,
        Participation.shift_id == shift_id,
        Participation.state == ParticipationState.ACCEPTED,
    )
    return db.session.execute(statement).scalar() is not None
