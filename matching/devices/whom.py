"""Whose code a device has read, and which of its shifts is meant. Core statements, inside a turn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from matching.assignments.models import Participation
from matching.checkin import answers as checkin_answers
from matching.checkin.models import Attendance
from matching.checkin.rules import Outcome
from matching.checkin.states import AttendanceState
from matching.checkin.tokens import Verdict, read_person_token
from matching.devices import answers, queries, scopes
from matching.devices.models import Device
from matching.devices.queries import Known
from matching.devices.readings import Read, read
from matching.devices.rules import LIVE_WITHIN
from matching.devices.states import DeviceKind
from matching.devices.uploads import Upload
from volunteer.core import clock
from volunteer.core.crypto import purpose_key
from volunteer.core.db import db
from volunteer.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Asking:
    """A device as its request found it. Whether it still stands is asked again in every turn."""

    device: Device
    id: int
    is_leader: bool
    user_id: int | None
    enrolled_at: datetime | None

    @classmethod
    def of(cls, device: Device) -> "Asking":
        """The plain facts of a device, which outlive its turns."""
        is_leader = device.kind is DeviceKind.LEADER
        return cls(device, device.id, is_leader, device.user_id, device.enrolled_at)

    def is_before_its_time(self, at: datetime) -> bool:
        """Whether the device was not even ours at that time, so that it cannot have seen anybody."""
        return self.enrolled_at is None or at < self.enrolled_at - LIVE_WITHIN


def stop(code: str, **facts: Any) -> Refused:
    """The refusal with this code; what is known of person and shift goes with it."""
    words = answers.words_of(code, for_leader=False)
    return Refused(words.todo, code=code, heading=words.heading, **facts)


def person_of(asking: Asking, upload: Upload, at: datetime) -> Known:
    """Whose code it was, or who was picked from the list. Raises `Refused` with what it was instead."""
    if upload.person_id is not None:
        return _listed(asking, upload.person_id, upload.shift_id, at)
    reading = read(upload.code or "")
    if reading.kind is Read.CARD:
        return _of_card(reading.value, at)
    if reading.kind is Read.PHONE:
        return _of_phone(reading.value, at)
    raise stop(reading.kind.value)


def _of_card(code: str, at: datetime) -> Known:
    found = queries.person_of_card(code)
    if found is None:
        raise stop(checkin_answers.UNKNOWN_CARD)
    known, revoked_at = found
    if revoked_at is not None and revoked_at <= at:
        raise stop(checkin_answers.REVOKED_CARD, person_id=known.person_id)
    return known


def _of_phone(token: str, at: datetime) -> Known:
    reading = read_person_token(purpose_key("check-in tokens"), token, at)
    if reading.verdict is Verdict.EXPIRED:
        raise stop(answers.PHONE_EXPIRED, person_id=reading.person_id)
    if reading.verdict is not Verdict.OK or reading.person_id is None:
        raise stop(answers.PHONE_FORGED)
    known = queries.people([reading.person_id]).get(reading.person_id)
    if known is None:
        raise stop(answers.UNKNOWN_PERSON)
    return known


def _listed(asking: Asking, person_id: int, shift_id: int | None, at: datetime) -> Known:
    """Somebody picked by name: only from a list which this device was given."""
    near = [shift_id] if shift_id else [one.id for one in scopes.shifts_near(asking.device, at)]
    if scopes.accepted_among(person_id, near) or seen_at(person_id, near):
        known = queries.people([person_id]).get(person_id)
        if known is not None and (not shift_id or scopes.shift_here(asking.device, shift_id)):
            return known
    raise stop(answers.NOT_ON_LIST)


def shift_of(asking: Asking, upload: Upload, known: Known, at: datetime) -> int:
    """The shift that is meant: as told, else the one that is on now and has a seat for the person.

    Raises `Refused` (not_here, no_shift_now, cancelled).
    """
    if upload.shift_id is not None:
        if scopes.shift_here(asking.device, upload.shift_id) is None:
            raise stop(answers.NOT_HERE, person_id=known.person_id)
        return upload.shift_id
    found = scopes.shifts_for(asking.device, at, known.person_id)
    near = [(one, has_seat) for one, has_seat in found if one.takes_leave(at)]
    if not any(has_seat for _one, has_seat in near):
        _refuse_called_off(asking, known, at, near)
    best, _has_seat = min(
        near, key=lambda one: (not one[1], not one[0].is_open(at), not one[0].walk_in_allowed)
    )
    return best.id


def _refuse_called_off(
    asking: Asking, known: Known, at: datetime, near: list[tuple[scopes.ShiftHere, bool]]
) -> None:
    """Somebody without a seat where something is on: perhaps what they came for was called off.

    Whoever stands here now may still join what is on. Of a scan that comes later nobody knows what was said at the
    door: the desk hears for which activity it was.
    """
    is_now = abs(clock.now() - at) <= LIVE_WITHIN
    off = None if near and is_now else scopes.called_off(asking.device, at, known.person_id)
    if off is not None:
        facts = {"person_id": known.person_id, "shift_id": off}
        raise stop(Outcome.CANCELLED.value, **facts)
    if not near:
        raise stop(answers.NO_SHIFT_NOW, person_id=known.person_id)


@dataclass(frozen=True, slots=True)
class Seen:
    """An attendance, as far as an answer needs it."""

    id: int
    state: AttendanceState
    came_at: datetime
    left_at: datetime | None
    auto_closed: bool


def seen_at(person_id: int, shift_ids: list[int]) -> Seen | None:
    """The attendance of a person at one of these shifts."""
    statement = (
        select(
            Attendance.id,
            Attendance.state,
            Attendance.checked_in_at,
            Attendance.checked_out_at,
            Attendance.auto_closed,
        )
        .join(Participation, Participation.id == Attendance.participation_id)
        .where(Participation.person_id == person_id, Participation.shift_id.in_(shift_ids))
        .limit(1)
    )
    row = db.session.execute(statement).first()
    return None if row is None else Seen(*row)
