"""Devices are made, enrolled and revoked; what the desk decides about their uploads. See taking.py for the scans."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import update

from matching.checkin import confirming
from matching.checkin.services import refuse_own
from matching.devices import queries
from matching.devices.models import Device, DeviceEnrolment, DeviceScanDecision
from matching.devices.states import Decision, DeviceKind
from volunteer.core import audit, clock
from volunteer.core.codes import ALPHABET, LENGTH, CodeKind, check_character, read_code
from volunteer.core.crypto import blind_index, purpose_key
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotFound, Refused
from volunteer.core.i18n import _l

CODE_LASTS = timedelta(minutes=15)
PIN_ITERATIONS = 310_000
"""PBKDF2-HMAC-SHA256, which browsers compute by themselves."""

TOKEN_SHAPE = re.compile(r"[A-Za-z0-9_-]{43,128}")
"""256 random bits or more, as base64url or hexadecimal digits."""


@dataclass(frozen=True)
class NewDevice:
    """What staff or an organizer say about a device before it is there."""

    kind: DeviceKind
    name: str
    made_by_user_id: int
    valid_from: datetime
    valid_until: datetime
    host_party_id: int | None = None
    place: str = ""
    shift_ids: tuple[int, ...] = ()
    user_id: int | None = None
    pin_salt: str = ""
    pin_hash: str = ""


def hash_token(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_pin(pin: str, salt: str) -> str:
    """What the device checks a PIN against: PBKDF2-HMAC-SHA256, 64 hex digits. Slow: never inside a turn."""
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), bytes.fromhex(salt), PIN_ITERATIONS).hex()


def _hash_code(code: str) -> str:
    return blind_index(f"device code:{code}")


def make_device(new: NewDevice) -> int:
    """A device that waits for its enrolment."""
    row = Device(
        kind=new.kind,
        name=new.name,
        host_party_id=new.host_party_id,
        place=new.place,
        shift_ids=list(new.shift_ids),
        user_id=new.user_id,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
        pin_salt=new.pin_salt,
        pin_hash=new.pin_hash,
        made_by_user_id=new.made_by_user_id,
        made_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def make_with_code(new: NewDevice) -> int:
    """A device that can be enrolled at once."""
    device_id = make_device(new)
    new_enrolment(device_id, new.made_by_user_id)
    return device_id


def new_enrolment(device_id: int, made_by_user_id: int) -> str:
    """A code with which the device may be enrolled during the next 15 minutes; codes before that are over.

    Raises `Refused` (enrolled, device_revoked).
    """
    device = queries.device(device_id)
    if device.is_revoked:
        raise Refused(
            _l("この端末は取り消されています。新しい端末を作ってください。"), code="device_revoked"
        )
    if device.token_hash is not None:
        raise Refused(_l("この端末は、もう登録ずみです。"), code="enrolled")
    moment = clock.now()
    guarded_update(
        update(DeviceEnrolment)
        .where(DeviceEnrolment.device_id == device_id, DeviceEnrolment.expires_at > moment)
        .values(expires_at=moment)
    )
    nonce = secrets.token_urlsafe(18)
    code = code_of(nonce)
    db.session.add(
        DeviceEnrolment(
            device_id=device_id,
            nonce=nonce,
            code_hash=_hash_code(code),
            expires_at=moment + CODE_LASTS,
            made_by_user_id=made_by_user_id,
            made_at=moment,
        )
    )
    return code


def code_of(nonce: str) -> str:
    """The code of an enrolment, one of 594 million; nobody without our key can tell it from the nonce."""
    digest = hmac.digest(purpose_key("device codes"), nonce.encode(), hashlib.sha256)
    number = int.from_bytes(digest, "big")
    body = CodeKind.DEVICE.value
    for _place in range(LENGTH - 2):
        number, sign = divmod(number, len(ALPHABET))
        body += ALPHABET[sign]
    return body + check_character(body)


def enrol(code: str, token: str) -> tuple[Device, bool]:
    """The device of this code has this token from now on; whether it was this call that did it.

    The same code and token again change nothing. Raises `NotFound` (unknown_code), `AlreadySent` (code_used),
    `Refused` (token).
    """
    if not TOKEN_SHAPE.fullmatch(token):
        raise Refused(_l("端末の鍵が短すぎるか、形がちがいます。"), code="bad_token")
    typed = read_code(code, CodeKind.DEVICE)
    found = queries.enrolment_of_code(_hash_code(typed.code)) if typed.fault is None else None
    if found is None:
        raise _unknown()
    device = queries.device(found.device_id)
    hashed = hash_token(token)
    if device.token_hash is not None and hmac.compare_digest(device.token_hash, hashed):
        return device, False
    if device.token_hash is not None:
        raise _used()
    if found.expires_at <= clock.now() or device.is_revoked:
        raise _unknown()
    if queries.device_of_token(hashed) is not None:
        raise _used()
    _give_token(found, hashed)
    db.session.refresh(device)
    return device, True


def _give_token(found: DeviceEnrolment, hashed: str) -> None:
    moment = clock.now()
    statement = (
        update(Device)
        .where(
            Device.id == found.device_id, Device.token_hash.is_(None), Device.revoked_at.is_(None)
        )
        .values(token_hash=hashed, enrolled_at=moment, last_seen_at=moment)
    )
    if guarded_update(statement) == 0:
        raise _used()
    guarded_update(
        update(DeviceEnrolment).where(DeviceEnrolment.id == found.id).values(used_at=moment)
    )
    audit.record("device_api.enrol", f"device:{found.device_id}")


def _unknown() -> NotFound:
    return NotFound(
        _l(
            "この番号の端末はありません。番号は15分で使えなくなります。新しい番号を出してください。"
        ),
        code="unknown_code",
    )


def _used() -> AlreadySent:
    return AlreadySent(
        _l("この番号は、もう別の端末で使われました。新しい番号を出してください。"), code="code_used"
    )


def revoke_device(device_id: int, by_user_id: int) -> None:
    """The device receives nobody any more; what it uploads from now on is decided at the desk. Twice is once."""
    statement = (
        update(Device)
        .where(Device.id == device_id, Device.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_by_user_id=by_user_id)
    )
    guarded_update(statement)


def note_seen(device_id: int) -> None:
    """The device has asked us for something."""
    guarded_update(update(Device).where(Device.id == device_id).values(last_seen_at=clock.now()))


@dataclass(frozen=True)
class Word:
    """What somebody at the desk says about an upload. `key` is that of their form."""

    scan_id: int
    reason: str
    key: str
    user_id: int
    person_id: int | None


def accept_scan(word: Word, times: confirming.RealTimes) -> int:
    """What was uploaded is written down by staff, with the reason; the points are credited. The new attendance.

    Also where the activity had been called off by somebody who could not know that people had come: the time present
    counts, as if it had been ended early. What else waits about the same person and shift (coming and going are two
    uploads) is decided by it, too. Raises `Refused` (unknown_person), `AlreadyDecided`, and all of
    `confirming.enter_attendance`: nobody writes down their own attendance or that of their household.
    """
    scan = queries.scan_for_the_desk(word.scan_id)
    if scan.person_id is None or scan.shift_id is None:
        raise Refused(
            _l("だれの、どの活動か分からない記録です。名簿から入力してください。"),
            code="unknown_person",
        )
    entry = confirming.Entry(
        scan.shift_id,
        scan.person_id,
        times,
        word.reason,
        word.key,
        word.user_id,
        word.person_id,
        although_called_off=True,
    )
    attendance_id = confirming.enter_attendance(entry)
    _decide(word, Decision.ACCEPTED, attendance_id)
    for other in queries.scans_beside(scan):
        _decide(replace(word, scan_id=other.id), Decision.ACCEPTED, attendance_id)
    return attendance_id


def dismiss_scan(word: Word) -> None:
    """What was uploaded credits nothing, and why. Raises `AlreadyDecided`, `NotAllowed` (own_attendance)."""
    scan = queries.scan_for_the_desk(word.scan_id)
    if scan.person_id is not None:
        refuse_own(word.user_id, [scan.person_id])
    _decide(word, Decision.DISMISSED, None)


def _decide(word: Word, decision: Decision, attendance_id: int | None) -> None:
    made = insert_once(
        DeviceScanDecision,
        {
            "device_scan_id": word.scan_id,
            "decision": decision,
            "reason": word.reason,
            "attendance_id": attendance_id,
            "decided_by_user_id": word.user_id,
            "decided_at": clock.now(),
        },
    )
    if made is None:
        raise AlreadyDecided(_l("もうほかの職員が決めています。一覧にもどってください。"))
