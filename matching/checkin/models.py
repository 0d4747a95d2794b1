"""Attendance (facts) and its append-only events."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.assignments.models import Participation
from matching.checkin.states import AttendanceState, Direction, Grade, Source
from volunteer.core.db import Model, one_of


class Attendance(Model):
    """One per participation: when somebody came and went, how we know, and what it counts."""

    __table_args__ = (
        CheckConstraint("minutes_counted >= 0", name="minutes"),
        CheckConstraint("checked_out_at IS NULL OR checked_out_at >= checked_in_at", name="order"),
        Index("ix_attendance_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"), unique=True)
    state: Mapped[AttendanceState] = mapped_column(one_of(AttendanceState))
    grade: Mapped[Grade] = mapped_column(one_of(Grade))
    source: Mapped[Source] = mapped_column(one_of(Source))
    checked_in_at: Mapped[datetime]
    checked_out_at: Mapped[datetime | None]
    minutes_counted: Mapped[int]
    """What the award was computed from; planned minutes until a correction says otherwise."""
    households: Mapped[int] = mapped_column(default=1)
    auto_closed: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime]
    """When the closing job (state open) or the settling job (state closed) takes it up."""
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Why the host or the desk should look: late, early, walk_in, old_ticket, entered_late …"""
    confirmed_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None]
    participation: Mapped[Participation] = relationship()
    events: Mapped[list["AttendanceEvent"]] = relationship(order_by="AttendanceEvent.id")


class AttendanceEvent(Model):
    """One scan, entry, tap or correction. `scan_uuid` is made by the client: the same again changes nothing."""

    id: Mapped[int] = mapped_column(primary_key=True)
    scan_uuid: Mapped[str] = mapped_column(String(64), unique=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"), index=True)
    direction: Mapped[Direction] = mapped_column(one_of(Direction))
    source: Mapped[Source] = mapped_column(one_of(Source))
    grade: Mapped[Grade] = mapped_column(one_of(Grade))
    actor_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    device: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the browser's or device's id; several people on one device are flagged, not refused."""
    device_time: Mapped[datetime | None]
    server_time: Mapped[datetime]
    ticket_age_s: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ScanRefusal(Model):
    """A scan that was not accepted, for the desk: never a dead end."""

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shift.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.party_id"))
    source: Mapped[Source] = mapped_column(one_of(Source))
    code: Mapped[str] = mapped_column(String(40))
    actor_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime | None]
    seen_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
