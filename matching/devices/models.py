"""Devices that receive people, the codes that enrol them, and every scan they have uploaded."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.devices.states import Asked, Decision, DeviceKind, How, ScanStatus
from matching.help_requests.models import Shift
from volunteer.core.db import Model, one_of
from volunteer.people.models import Person


class Device(Model):
    """A tablet or phone with a credential of its own (decision 11). Bound to some shifts and some days.

    It receives people at the shifts of `host_party_id`, at `place`, among `shift_ids`; what is empty binds nothing.
    """

    __table_args__ = (CheckConstraint("valid_until > valid_from", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DeviceKind] = mapped_column(one_of(DeviceKind))
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the token that the device made itself; NULL until it is enrolled."""
    host_party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    place: Mapped[str] = mapped_column(String(80), default="")
    shift_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    """Whose phone it is: they act with it, and never for themselves."""
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    pin_salt: Mapped[str] = mapped_column(String(44), default="")
    pin_hash: Mapped[str] = mapped_column(String(64), default="")
    """PBKDF2 of the PIN of its settings page, which the device checks by itself when there is no network."""
    made_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    enrolled_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    @property
    def is_revoked(self) -> bool:
        """Whether somebody has ended it."""
        return self.revoked_at is not None

    def is_over(self, at: datetime) -> bool:
        """Whether its last day is past."""
        return at >= self.valid_until

    @property
    def last_moment(self) -> datetime:
        """When it is used for the last time: of a device for whole days, on the last of them."""
        return self.valid_until - timedelta(seconds=1)


class DeviceEnrolment(Model):
    """A code that makes one device ours: 15 minutes, once."""

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(32))
    """From it and our key the page of the desk writes the code again; the database alone does not know it."""
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    made_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DeviceScan(Model):
    """One upload of a device with what became of it; the same `uuid` again gets the same answer."""

    __table_args__ = (
        UniqueConstraint("device_id", "uuid"),
        Index("ix_device_scan_order", "device_id", "counter"),
        Index("ix_device_scan_waiting", "for_desk", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    uuid: Mapped[str] = mapped_column(String(36))
    counter: Mapped[int | None]
    device_time: Mapped[datetime | None]
    """As the clock of the device said."""
    at: Mapped[datetime]
    """When it happened, as far as we can tell."""
    received_at: Mapped[datetime]
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shift.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.party_id"), index=True)
    how: Mapped[How] = mapped_column(one_of(How))
    asked: Mapped[Asked] = mapped_column(one_of(Asked))
    is_out: Mapped[bool] = mapped_column(default=False)
    """Whether it was taken as going home."""
    status: Mapped[ScanStatus] = mapped_column(one_of(ScanStatus))
    outcome: Mapped[str] = mapped_column(String(40))
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the answer told besides: a moment, another shift. No names."""
    for_desk: Mapped[bool] = mapped_column(default=False)
    """Nobody was told about it at the time, or nobody could be: the desk decides."""
    device: Mapped[Device] = relationship()
    person: Mapped[Person | None] = relationship()
    shift: Mapped[Shift | None] = relationship()


class DeviceScanDecision(Model):
    """What the desk made of an upload, with the reason. Added only, once for each upload."""

    id: Mapped[int] = mapped_column(primary_key=True)
    device_scan_id: Mapped[int] = mapped_column(ForeignKey("device_scan.id"), unique=True)
    decision: Mapped[Decision] = mapped_column(one_of(Decision))
    reason: Mapped[str] = mapped_column(String(400), default="")
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id"))
    decided_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime]
