"""Reads of devices: by the API inside and outside its turns, and by the pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from matching.devices.models import Device, DeviceEnrolment, DeviceScan, DeviceScanDecision
from matching.devices.states import DeviceKind
from matching.help_requests.models import Shift
from matching.help_requests.queries import names_of_users
from volunteer.core import clock
from volunteer.core.db import db, run_core
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.people.models import Card, Person
from volunteer.users.models import Acting, Party, User
from volunteer.users.states import ActingAs

_OF_TOKEN = select(Device).where(Device.token_hash == bindparam("hash"))


def device_of_token(token_hash: str) -> Device | None:
    """The device with this token, also when it was revoked."""
    return db.session.execute(_OF_TOKEN, {"hash": token_hash}).scalar_one_or_none()


_is_member = (
    select(Acting.id)
    .join(User, User.id == Acting.user_id)
    .where(
        Acting.user_id == Device.user_id,
        Acting.party_id == Device.host_party_id,
        Acting.capacity == ActingAs.MEMBER,
        Acting.ended_at.is_(None),
        User.disabled_at.is_(None),
    )
    .correlate(Device)
    .exists()
)
STANDING: Any = (
    Device.revoked_at.is_not(None) | ((Device.kind == DeviceKind.LEADER) & ~_is_member)
).label("is_revoked")
"""Whether a device may no longer receive people: it was revoked, or its owner no longer acts for the organization."""


def is_revoked(device_id: int) -> bool:
    """`STANDING` of a device as it is now."""
    return bool(db.session.execute(select(STANDING).where(Device.id == device_id)).scalar_one())


def standing_and_scan(device_id: int, uuid: str) -> tuple[bool, datetime, Any]:
    """Whether a device was revoked, its end, and what it sent with this uuid before; in one statement."""
    row = run_core(_STANDING_AND_SCAN, device=device_id, uuid=uuid).one()
    return bool(row[0]), row[1], row if row.status is not None else None


SCAN_COLUMNS: Any = (
    DeviceScan.uuid,
    DeviceScan.status,
    DeviceScan.outcome,
    DeviceScan.is_out,
    DeviceScan.at,
    DeviceScan.shift_id,
    DeviceScan.person_id,
    DeviceScan.facts,
)
_STANDING_AND_SCAN = (
    select(STANDING, Device.valid_until, *SCAN_COLUMNS)
    .outerjoin_from(
        Device,
        DeviceScan,
        (DeviceScan.device_id == Device.id) & (DeviceScan.uuid == bindparam("uuid")),
    )
    .where(Device.id == bindparam("device"))
)


@dataclass(frozen=True, slots=True)
class Known:
    """A person as a device may name them."""

    person_id: int
    name: str
    number: str


_OF_CARD = (
    select(Person.party_id, Person.name, Person.number, Card.revoked_at)
    .join_from(Card, Person, Person.party_id == Card.person_id)
    .where(Card.code == bindparam("code"))
)


def person_of_card(code: str) -> tuple[Known, datetime | None] | None:
    """Whose card this is, and when it was revoked."""
    row = run_core(_OF_CARD, code=code).one_or_none()
    return None if row is None else (Known(row[0], row[1], row[2] or ""), row[3])


def people(ids: Iterable[int]) -> dict[int, Known]:
    """Names and numbers of people."""
    wanted = set(ids)
    if not wanted:
        return {}
    statement = select(Person.party_id, Person.name, Person.number).where(
        Person.party_id.in_(wanted)
    )
    return {row[0]: Known(row[0], row[1], row[2] or "") for row in db.session.execute(statement)}


def neighbours(device_id: int, counter: int) -> tuple[datetime | None, datetime | None, bool]:
    """When the scans before and after this counter happened, and whether the counter came before."""
    own = select(DeviceScan.at).where(DeviceScan.device_id == device_id)
    earlier = own.where(DeviceScan.counter < counter).order_by(DeviceScan.counter.desc()).limit(1)
    later = own.where(DeviceScan.counter > counter).order_by(DeviceScan.counter).limit(1)
    same = own.where(DeviceScan.counter == counter).limit(1)
    session = db.session
    return (
        session.execute(earlier).scalar(),
        session.execute(later).scalar(),
        session.execute(same).scalar() is not None,
    )


def enrolment_of_code(code_hash: str) -> DeviceEnrolment | None:
    """The enrolment that a code belongs to."""
    statement = select(DeviceEnrolment).where(DeviceEnrolment.code_hash == code_hash)
    return db.session.execute(statement).scalar_one_or_none()


@dataclass(frozen=True)
class DeviceLine:
    """A device as a list shows it."""

    device: Device
    received: int
    """How many scans came from it."""
    counted: int
    """How many it has counted since the first that came: the rest is still on it, or lost with it."""
    host: str
    owner: str

    @property
    def missing(self) -> int:
        """How many scans it counted that never came."""
        return max(0, self.counted - self.received)


_span = func.max(DeviceScan.counter) - func.min(DeviceScan.counter) + 1


def devices(*, host_party_id: int | None = None, limit: int = 100) -> list[DeviceLine]:
    """Devices, newest first, those that were ended last; the phones of one organization where named."""
    statement = select(Device).order_by(Device.revoked_at.is_not(None), Device.id.desc())
    if host_party_id is not None:
        statement = statement.where(
            Device.host_party_id == host_party_id, Device.kind == DeviceKind.LEADER
        )
    return _lines(list(db.session.execute(statement.limit(limit)).scalars()))


def line_of(device_id: int) -> DeviceLine:
    """One device as a list shows it. Raises `NotFound`."""
    return _lines([device(device_id)])[0]


def _lines(found: list[Device]) -> list[DeviceLine]:
    sums = (
        select(DeviceScan.device_id, func.count(), _span)
        .where(DeviceScan.device_id.in_([one.id for one in found]))
        .group_by(DeviceScan.device_id)
    )
    by_id = {row[0]: (row[1], row[2] or 0) for row in db.session.execute(sums)}
    hosts = _party_names({one.host_party_id for one in found if one.host_party_id is not None})
    owners = names_of_users({one.user_id for one in found if one.user_id is not None})
    return [
        DeviceLine(
            one,
            *by_id.get(one.id, (0, 0)),
            hosts.get(one.host_party_id or 0, ""),
            owners.get(one.user_id or 0, ""),
        )
        for one in found
    ]


def _party_names(ids: set[int]) -> dict[int, str]:
    statement = select(Party.id, Party.display_name).where(Party.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(statement)}


def open_enrolment(device_id: int) -> DeviceEnrolment | None:
    """The code with which a device can be enrolled now."""
    statement = (
        select(DeviceEnrolment)
        .where(
            DeviceEnrolment.device_id == device_id,
            DeviceEnrolment.used_at.is_(None),
            DeviceEnrolment.expires_at > clock.now(),
        )
        .order_by(DeviceEnrolment.id.desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar_one_or_none()


def device(device_id: int, host_party_id: int | None = None) -> Device:
    """A device; of this organization where named. Raises `NotFound`."""
    found = db.session.get(Device, device_id)
    if found is None or (host_party_id is not None and found.host_party_id != host_party_id):
        raise NotFound(_l("その端末は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def _waiting() -> Select[DeviceScan]:
    decided = (
        select(DeviceScanDecision.id)
        .where(DeviceScanDecision.device_scan_id == DeviceScan.id)
        .correlate(DeviceScan)
        .exists()
    )
    return select(DeviceScan).where(DeviceScan.for_desk.is_(True), ~decided)


def scans_for_the_desk_counted() -> Select[int, datetime]:
    """The statement for how many there are, and since when."""
    return _waiting().with_only_columns(func.count(DeviceScan.id), func.min(DeviceScan.received_at))


def scans_for_the_desk(limit: int = 100) -> list[DeviceScan]:
    """Uploads that credited nothing and that nobody has decided, oldest first."""
    statement = (
        _waiting()
        .options(
            joinedload(DeviceScan.device),
            joinedload(DeviceScan.person),
            joinedload(DeviceScan.shift).joinedload(Shift.help_request),
        )
        .order_by(DeviceScan.received_at, DeviceScan.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def scan_for_the_desk(scan_id: int) -> DeviceScan:
    """One of them, also when it was decided meanwhile. Raises `NotFound`."""
    found = db.session.get(DeviceScan, scan_id)
    if found is None or not found.for_desk:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def scans_beside(scan: DeviceScan) -> list[DeviceScan]:
    """What else waits about the same person at the same shift (going home, a second reading), oldest first."""
    if scan.person_id is None or scan.shift_id is None:
        return []
    statement = (
        _waiting()
        .where(
            DeviceScan.person_id == scan.person_id,
            DeviceScan.shift_id == scan.shift_id,
            DeviceScan.id != scan.id,
        )
        .order_by(DeviceScan.at, DeviceScan.id)
    )
    return list(db.session.execute(statement).scalars())


def decision_of(scan_id: int) -> DeviceScanDecision | None:
    """What the desk made of an upload."""
    statement = select(DeviceScanDecision).where(DeviceScanDecision.device_scan_id == scan_id)
    return db.session.execute(statement).scalar_one_or_none()
