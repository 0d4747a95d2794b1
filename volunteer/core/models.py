"""Tables of the floor: the center itself, what was done, what was seen, what waits to be sent, what ran."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.db import Model, one_of


class Center(Model):
    """The one center this database belongs to (decision 16); also says whether it is a demo (decision 15)."""

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    short_name: Mapped[str] = mapped_column(String(40))
    telephone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    opening_hours: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(40), default="")
    number_prefix: Mapped[str] = mapped_column(String(8), default="")
    fiscal_year_start: Mapped[str] = mapped_column(String(5), default="04-01")
    areas_comment: Mapped[str] = mapped_column(Text, default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]


class Counter(Model):
    """The last number given out of a series (registration numbers, receipts); the row is the lock."""

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]


class Outcome(StrEnum):
    """How an act ended."""

    DONE = "done"
    REFUSED = "refused"


class AuditEntry(Model):
    """One act: who did what to which row. Added only; ids and names of fields, never their values."""

    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "at"),
        Index("ix_audit_entry_actor", "actor_user_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_user_id: Mapped[int | None]
    actor_party_id: Mapped[int | None]
    act: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(80), default="")
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome))
    code: Mapped[str] = mapped_column(String(60), default="")
    correlation: Mapped[str] = mapped_column(String(32), default="")


class ViewEntry(Model):
    """Who saw which sensitive data of whom, and when; answers "whose data were seen between t1 and t2"."""

    __table_args__ = (
        Index("ix_view_entry_party", "party_id", "at"),
        Index("ix_view_entry_actor", "user_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None]
    party_id: Mapped[int]
    what: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(200), default="")


class FormUse(Model):
    """A form key that was consumed; the same form again gets the first result."""

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(80))
    session_id: Mapped[int | None]
    body_hash: Mapped[str] = mapped_column(String(64))
    result_url: Mapped[str] = mapped_column(String(400), default="")
    used_at: Mapped[datetime] = mapped_column(index=True)


class Attempt(Model):
    """How often something guarded was tried in a window; committed before the secret is compared."""

    __table_args__ = (UniqueConstraint("scope", "key_hash", "window_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(40))
    key_hash: Mapped[str] = mapped_column(String(64))
    window_start: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]


class NoticeState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    KEPT = "kept"
    """No address to send to: shown on paper or read at the desk."""


class Notice(Model):
    """One message to one receiver, rendered when it is sent (送信待ち)."""

    __table_args__ = (Index("ix_notice_due", "state", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    template: Mapped[str] = mapped_column(String(80))
    to_user_id: Mapped[int | None] = mapped_column(index=True)
    to_party_id: Mapped[int | None] = mapped_column(index=True)
    to_address: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(10), default="ja")
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[NoticeState] = mapped_column(one_of(NoticeState), default=NoticeState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    queued_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(200), default="")


class JobRunState(StrEnum):
    """How a run of a job ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRun(Model):
    """The claim of one job for one period: the primary key lets only one process run it."""

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    period: Mapped[str] = mapped_column(String(30), primary_key=True)
    state: Mapped[JobRunState] = mapped_column(one_of(JobRunState))
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(String(400), default="")
