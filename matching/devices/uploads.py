"""A scan as a device sends it, read from JSON that may be anything. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from matching.devices.rules import CODE_MAX, COUNTER_MAX, SCANS_MAX, Told
from matching.devices.states import Asked, How

UUID = re.compile(r"[0-9A-Za-z-]{8,36}")
NUMBER_MAX = 2**31 - 1
OFFSET_MS_MAX = 10**13
YEARS = range(1970, 2200)

Kind = TypeVar("Kind", bound=StrEnum)


class Unreadable(ValueError):
    """A body, or a part of one, that is no upload; the words name the field for whoever writes a device."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One scan as the device tells it."""

    uuid: str
    counter: int
    told: Told
    shift_id: int | None
    asked: Asked
    code: str | None
    person_id: int | None
    how: How


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a body that is no scan; it is answered, and nothing is kept of it."""

    uuid: str
    detail: str


def read_body(body: Any) -> tuple[datetime | None, list[Upload | Unread]]:
    """When the device sent it, and its scans. Raises `Unreadable` for a body that is no such thing."""
    if not isinstance(body, dict):
        raise Unreadable("an object was expected")
    scans = body.get("scans")
    if not isinstance(scans, list) or not scans:
        raise Unreadable("scans: a list of 1 to 50 was expected")
    if len(scans) > SCANS_MAX:
        raise Unreadable(f"scans: at most {SCANS_MAX} at once, {len(scans)} were sent")
    sent_at = _moment(body, "sent_at", required=True)
    return sent_at, [_read(one, sent_at) for one in scans]


def _read(scan: Any, sent_at: datetime | None) -> Upload | Unread:
    uuid = scan.get("uuid") if isinstance(scan, dict) else None
    name = uuid if isinstance(uuid, str) and UUID.fullmatch(uuid) else ""
    try:
        return _upload(scan, name, sent_at)
    except Unreadable as error:
        return Unread(name, str(error))


def _upload(scan: Any, uuid: str, sent_at: datetime | None) -> Upload:
    if not isinstance(scan, dict):
        raise Unreadable("an object was expected")
    if not uuid:
        raise Unreadable("uuid: 8 to 36 letters, digits or hyphens were expected")
    counter = _number(scan, "counter", 0, COUNTER_MAX, required=True)
    device_time = _moment(scan, "device_time", required=True)
    assert counter is not None
    assert device_time is not None
    offset_ms = _number(scan, "offset_ms", -OFFSET_MS_MAX, OFFSET_MS_MAX)
    offset = None if offset_ms is None else timedelta(milliseconds=offset_ms)
    code, person_id = _code(scan), _number(scan, "person_id", 1, NUMBER_MAX)
    if (code is None) == (person_id is None):
        raise Unreadable("either code or person_id was expected")
    return Upload(
        uuid,
        counter,
        Told(device_time, sent_at, _moment(scan, "last_server_time"), offset),
        _number(scan, "shift_id", 1, NUMBER_MAX),
        _kind(scan, "direction", Asked, Asked.AUTO),
        code,
        person_id,
        _kind(scan, "how", How, How.CAMERA if person_id is None else How.LIST),
    )


def _code(scan: dict[str, Any]) -> str | None:
    code = scan.get("code")
    if code is not None and not isinstance(code, str):
        raise Unreadable("code: text or null was expected")
    return None if code is None else code[: CODE_MAX + 1]


def _number(
    of: dict[str, Any], name: str, least: int, most: int, *, required: bool = False
) -> int | None:
    value = of.get(name)
    if value is None and not required:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Unreadable(f"{name}: a whole number from {least} to {most} was expected")
    return value


def _moment(of: dict[str, Any], name: str, *, required: bool = False) -> datetime | None:
    value = of.get(name)
    if value is None and not required:
        return None
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None or found.year not in YEARS:
        raise Unreadable(f"{name}: an ISO 8601 time with its offset was expected")
    return found


def _kind(of: dict[str, Any], name: str, kinds: type[Kind], usual: Kind) -> Kind:
    value = of.get(name)
    if value is None:
        return usual
    try:
        return kinds(value)
    except ValueError:
        raise Unreadable(f"{name}: one of {', '.join(kinds)} was expected") from None
