"""Signed tokens in QR codes and cookies: the venue code, the scan ticket, the personal code.

A token is base64url without padding: a byte for its purpose, its facts, and a truncated HMAC-SHA256 over both. It
holds row numbers and times only, no personal data. The signature is checked before anything else is believed, so
an altered token is always `FORGED`, whatever the alteration did. Keys and times are arguments.
"""

import base64
import binascii
import enum
import hashlib
import hmac
import math
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from volunteer.core.clock import from_tokyo, to_tokyo

STEP_SECONDS = 30
"""How long one venue code is shown; 10 to 15 for paid tasks."""

TICKET_SECONDS = 15 * 60
_LONGEST = 120


class Purpose(enum.IntEnum):
    """What a token may be used for: its first byte."""

    VENUE = 1
    TICKET = 2
    PERSON = 3


class Verdict(enum.StrEnum):
    """What a token turned out to be."""

    OK = "ok"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    FORGED = "forged"
    WRONG_PURPOSE = "wrong_purpose"
    OTHER_BROWSER = "other_browser"


@dataclass(frozen=True)
class VenueReading:
    """A venue code as read: the shift is known whenever the signature held and the purpose is right."""

    verdict: Verdict
    shift_id: int | None = None
    age_seconds: int | None = None


@dataclass(frozen=True)
class TicketReading:
    """A scan ticket as read; `code_age_seconds` is how old the venue code was when the ticket was made."""

    verdict: Verdict
    shift_id: int | None = None
    age_seconds: int | None = None
    code_age_seconds: int | None = None


@dataclass(frozen=True)
class PersonReading:
    """A personal code as read."""

    verdict: Verdict
    person_id: int | None = None
    valid_until: datetime | None = None


_FORM = {
    Purpose.VENUE: struct.Struct(">BII"),
    Purpose.TICKET: struct.Struct(">BIIH8s"),
    Purpose.PERSON: struct.Struct(">BII"),
}
_SIGNATURE_BYTES = {Purpose.VENUE: 9, Purpose.TICKET: 16, Purpose.PERSON: 9}
"""72 bits where the token must fit a small QR code; who guesses has to ask our server each time."""


def _seconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return math.floor(moment.timestamp())


def _write(key: bytes, facts: bytes) -> str:
    length = _SIGNATURE_BYTES[Purpose(facts[0])]
    signed = facts + hmac.digest(key, facts, hashlib.sha256)[:length]
    return base64.urlsafe_b64encode(signed).decode("ascii").rstrip("=")


def _bytes_of(token: str) -> bytes | None:
    if not token.isascii() or len(token) > _LONGEST:
        return None
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    # spare bits at the end and "+/" for "-_" would make a second spelling of the same token
    written = base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
    return data if written == token else None


def _open(key: bytes, token: str, purpose: Purpose) -> tuple[Any, ...] | Verdict:
    """The facts of a token of this purpose whose signature holds, else why not."""
    data = _bytes_of(token)
    if not data or data[0] not in _FORM:
        return Verdict.FORGED
    form, length = _FORM[Purpose(data[0])], _SIGNATURE_BYTES[Purpose(data[0])]
    if len(data) != form.size + length:
        return Verdict.FORGED
    facts, signature = data[: form.size], data[form.size :]
    if not hmac.compare_digest(signature, hmac.digest(key, facts, hashlib.sha256)[:length]):
        return Verdict.FORGED
    return form.unpack(facts) if data[0] == purpose else Verdict.WRONG_PURPOSE


def venue_token(key: bytes, shift_id: int, at: datetime, step_seconds: int = STEP_SECONDS) -> str:
    """The code shown at the venue of this shift during the step that holds `at`: 24 characters."""
    step_start = _seconds(at) // step_seconds * step_seconds
    return _write(key, _FORM[Purpose.VENUE].pack(Purpose.VENUE, step_start, shift_id))


def seconds_to_next(at: datetime, step_seconds: int = STEP_SECONDS) -> int:
    """How many seconds until the next code must be shown (1 to `step_seconds`)."""
    return step_seconds - _seconds(at) % step_seconds


def read_venue_token(
    key: bytes, token: str, at: datetime, step_seconds: int = STEP_SECONDS
) -> VenueReading:
    """Judge a venue code at `at`: the current step and the one before are good; the age is of its step's start.

    `step_seconds` is the one the shift shows its codes with.
    """
    facts = _open(key, token, Purpose.VENUE)
    if isinstance(facts, Verdict):
        return VenueReading(facts)
    _purpose, step_start, shift_id = facts
    age = _seconds(at) - step_start
    if age < 0:
        return VenueReading(Verdict.NOT_YET, shift_id, age)
    steps_behind = _seconds(at) // step_seconds - step_start // step_seconds
    return VenueReading(Verdict.OK if steps_behind <= 1 else Verdict.EXPIRED, shift_id, age)


def new_browser_id() -> str:
    """A random name for one browser, kept in its own cookie and nowhere else (128 bits)."""
    return secrets.token_urlsafe(16)


def _browser(browser_id: str) -> bytes:
    return hashlib.sha256(browser_id.encode(errors="replace")).digest()[:8]


def scan_ticket(
    key: bytes, shift_id: int, issued_at: datetime, browser_id: str, code_age_seconds: int = 0
) -> str:
    """A ticket for this browser to check in at this shift during the next 15 minutes.

    It remembers how old the venue code was when the page was opened (seconds).
    """
    if not browser_id:
        raise ValueError("a ticket belongs to one browser")
    age = max(0, min(code_age_seconds, 0xFFFF))
    facts = (Purpose.TICKET, _seconds(issued_at), shift_id, age, _browser(browser_id))
    return _write(key, _FORM[Purpose.TICKET].pack(*facts))


def read_scan_ticket(key: bytes, token: str, at: datetime, browser_id: str) -> TicketReading:
    """Judge a ticket presented at `at` by the browser `browser_id` (empty when it has no such cookie)."""
    facts = _open(key, token, Purpose.TICKET)
    if isinstance(facts, Verdict):
        return TicketReading(facts)
    _purpose, issued, shift_id, code_age, browser = facts
    if not hmac.compare_digest(browser, _browser(browser_id)):
        return TicketReading(Verdict.OTHER_BROWSER, shift_id)
    age = _seconds(at) - issued
    return TicketReading(_ticket_verdict(age), shift_id, age, code_age)


def _ticket_verdict(age: int) -> Verdict:
    if age < 0:
        return Verdict.NOT_YET
    return Verdict.OK if age <= TICKET_SECONDS else Verdict.EXPIRED


def end_of_tomorrow(at: datetime) -> datetime:
    """The midnight at which tomorrow, as seen from `at` in Asia/Tokyo, ends."""
    return from_tokyo(to_tokyo(at).date() + timedelta(days=2), time(0))


def person_token(key: bytes, person_id: int, at: datetime) -> str:
    """The personal code of a phone, good until the end of tomorrow (kept for use without a network)."""
    until = _seconds(end_of_tomorrow(at))
    return _write(key, _FORM[Purpose.PERSON].pack(Purpose.PERSON, until, person_id))


def read_person_token(key: bytes, token: str, at: datetime) -> PersonReading:
    """Judge a personal code at `at`. Only midnights at most two days ahead are ever written, so none is early."""
    facts = _open(key, token, Purpose.PERSON)
    if isinstance(facts, Verdict):
        return PersonReading(facts)
    _purpose, until, person_id = facts
    valid_until = datetime.fromtimestamp(until, UTC)
    return PersonReading(
        Verdict.OK if at < valid_until else Verdict.EXPIRED, person_id, valid_until
    )
