"""Devices, shifts, people and answers as the API writes them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from matching.checkin import scanning, tokens
from matching.checkin.names import masked, shown_names
from matching.checkin.states import AttendanceState
from matching.devices import answers as words
from matching.devices import arrivals, queries, scopes, services
from matching.devices.models import Device
from matching.devices.rules import kana_row
from matching.devices.scopes import Here, ShiftHere
from matching.devices.states import TONES, DeviceKind, ScanStatus
from matching.devices.taking import Taken
from matching.devices.whom import Asking
from matching.help_requests.states import ShiftState
from volunteer.core.center import the_center
from volunteer.core.i18n import _, language, show
from volunteer.core.qr import qr_path


def iso(moment: datetime) -> str:
    """A moment as the API writes it: UTC with its offset."""
    return moment.astimezone(UTC).isoformat()


def device(one: Device) -> dict[str, Any]:
    """A device to itself."""
    pin = None
    if one.pin_hash:
        pin = {"salt": one.pin_salt, "hash": one.pin_hash, "iterations": services.PIN_ITERATIONS}
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind.value,
        "valid_until": iso(one.valid_until),
        "pin": pin,
    }


def state(one: Device, at: datetime) -> dict[str, Any]:
    """Everything but the time: the same as long as nothing changes."""
    center = the_center()
    shifts = scopes.shifts_near(one, at)
    if shifts:
        scopes.with_people(shifts)
    people = {here.person_id: here.name for shift in shifts for here in shift.people}
    called = shown_names(people, is_whole=one.kind is DeviceKind.LEADER)
    return {
        "device": device(one),
        "center": {"name": center.name, "telephone": center.telephone},
        "shifts": [_shift(shift, at, called) for shift in shifts],
    }


def with_time(body: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The state with what changes every second."""
    shifts = [
        {**shift, "venue_left_s": _left(shift, at) if shift["venue_url"] else 0}
        for shift in body["shifts"]
    ]
    return {"server_time": iso(at), **body, "shifts": shifts}


def _left(shift: dict[str, Any], at: datetime) -> int:
    return tokens.seconds_to_next(at, scanning.step_seconds(shift["is_paid"]))


Called = tuple[dict[int, str], set[int]]
"""What each person is called, and who of them looks like somebody else."""


def _shift(shift: ShiftHere, at: datetime, called: Called) -> dict[str, Any]:
    window = shift.window
    is_live = shift.state in (ShiftState.OPEN, ShiftState.FULL) and shift.is_open(at)
    address = scanning.venue_address(shift.id, shift.is_paid, at) if is_live else None
    return {
        "id": shift.id,
        "title": shift.title,
        "place": shift.place,
        "starts_at": iso(shift.starts_at),
        "ends_at": iso(shift.ends_at),
        "opens_at": iso(window.opens_at),
        "check_out_until": iso(window.check_out_until),
        "walk_in_allowed": shift.walk_in_allowed,
        "is_paid": shift.is_paid,
        "venue_url": address,
        "venue_qr": _drawn(address) if address else None,
        "expected": len(shift.people),
        "arrived": sum(_is_seen(person) for person in shift.people),
        "gone": sum(person.left_at is not None and _is_seen(person) for person in shift.people),
        "people": [_person(person, called) for person in shift.people],
    }


def _drawn(address: str) -> dict[str, Any]:
    size, path = qr_path(address)
    return {"size": size, "path": path}


def _is_seen(person: Here) -> bool:
    return person.state is not None and person.state is not AttendanceState.REFUSED


def _person(person: Here, called: Called) -> dict[str, Any]:
    names, alike = called
    is_seen = _is_seen(person)
    here = "gone" if person.left_at is not None else "here"
    at = person.left_at or person.came_at
    return {
        "id": person.person_id,
        "name": names[person.person_id],
        "number": person.number if person.person_id in alike else None,
        "row": kana_row(person.kana),
        "state": here if is_seen else "expected",
        "at": iso(at) if is_seen and at else None,
    }


def answers(asking: Asking, taken: Sequence[Taken]) -> list[dict[str, Any]]:
    """One answer for each scan, in order."""
    unnamed = {one.person_id for one in taken if one.person is None and one.person_id is not None}
    names = queries.people(unnamed)
    for one in taken:
        if one.is_first and one.status is ScanStatus.ACCEPTED and not one.is_out:
            assert one.shift_id is not None
            arrivals.one_more(one.shift_id, is_walk_in=one.outcome == "walk_in")
    return [_answer(asking, one, names) for one in taken]


def _answer(asking: Asking, one: Taken, names: dict[int, queries.Known]) -> dict[str, Any]:
    known = one.person or names.get(one.person_id or 0)
    heading, todo = _said(one.outcome, asking.is_leader, language())
    sums = arrivals.sums_of(one.shift_id) if one.shift_id is not None else None
    is_named = known is not None and one.status is not ScanStatus.QUARANTINED
    return {
        "uuid": one.uuid,
        "status": one.status.value,
        "outcome": one.outcome,
        "direction": "out" if one.is_out else "in",
        "heading": _heading(one, heading),
        "words": str(one.facts.get("detail") or todo),
        "tone": TONES[one.status],
        "name": _name(asking, known) if is_named and known else None,
        "number": known.number if is_named and known else None,
        "at": iso(one.at),
        "shift_id": one.shift_id,
        "arrived": sums.arrived if sums else None,
        "expected": sums.expected if sums else None,
        "person_id": one.person_id,
    }


@lru_cache(maxsize=512)
def _said(outcome: str, is_leader: bool, _language: str) -> tuple[str, str]:
    """Heading and advice in the language of the answer: looked up once, not for everybody who comes."""
    text = words.words_of(outcome, for_leader=is_leader)
    return str(text.heading), str(text.todo)


def _heading(one: Taken, heading: str) -> str:
    if one.outcome in ("already_in", "already_out"):
        return str(_("%(heading)s（%(time)s）", heading=heading, time=show("time", one.at)))
    return heading


def _name(asking: Asking, known: queries.Known) -> str:
    return known.name if asking.is_leader else masked(known.name)
