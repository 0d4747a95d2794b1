"""Accounts, journals, postings, standings, cap rows, notes, seals. Guards that SQL must keep are in guards.py."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from points.ledger.states import AccountKind, CapPeriod, JournalKind, Unit
from volunteer.core.db import Model, one_of

NEVER = date(9999, 12, 31)
"""`expires_on` of a lot that does not expire, so that uniqueness holds without NULLs."""

Id = BigInteger().with_variant(Integer, "sqlite")


class LedgerAccount(Model):
    """A pot of units. System accounts keep no balance; holders' accounts never pass their sign."""

    __table_args__ = (
        CheckConstraint(
            "(kind IN ('pending', 'lot', 'hold') AND balance >= 0)"
            " OR (kind = 'owed' AND balance <= 0)"
            " OR (kind IN ('issued', 'paid', 'expired', 'forfeited', 'adjust') AND balance = 0)",
            name="sign",
        ),
        CheckConstraint(
            "(kind IN ('pending', 'lot', 'hold', 'owed')) = (holder_id IS NOT NULL)", name="holder"
        ),
        CheckConstraint(
            "(kind = 'lot') = (month IS NOT NULL AND expires_on IS NOT NULL)", name="lot_has_dates"
        ),
        CheckConstraint("(kind = 'hold') = (hold_key IS NOT NULL)", name="hold_has_key"),
        Index(
            "uq_ledger_account_system",
            "unit",
            "kind",
            unique=True,
            sqlite_where=text("holder_id IS NULL"),
            postgresql_where=text("holder_id IS NULL"),
        ),
        Index(
            "uq_ledger_account_lot",
            "unit",
            "holder_id",
            "programme_id",
            "month",
            "expires_on",
            unique=True,
            sqlite_where=text("kind = 'lot'"),
            postgresql_where=text("kind = 'lot'"),
        ),
        Index(
            "uq_ledger_account_single",
            "unit",
            "holder_id",
            "programme_id",
            "kind",
            unique=True,
            sqlite_where=text("kind IN ('pending', 'owed')"),
            postgresql_where=text("kind IN ('pending', 'owed')"),
        ),
        Index(
            "ix_ledger_account_expiring",
            "expires_on",
            sqlite_where=text("kind = 'lot' AND balance > 0"),
            postgresql_where=text("kind = 'lot' AND balance > 0"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit: Mapped[Unit] = mapped_column(one_of(Unit))
    kind: Mapped[AccountKind] = mapped_column(one_of(AccountKind))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    month: Mapped[date | None]
    """First day of the month of activity (lots)."""
    expires_on: Mapped[date | None]
    """Last valid day (lots); `NEVER` when the points do not expire."""
    hold_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    """`cash_out:<key>`: one hold a cash-out."""
    balance: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    opened_at: Mapped[datetime]


class Journal(Model):
    """One act (仕訳). Its key makes a repeat harmless; `reverses_id` is unique: reversed at most once."""

    __table_args__ = (
        Index(
            "uq_journal_resolves",
            "source",
            unique=True,
            sqlite_where=text("kind IN ('confirm', 'refuse')"),
            postgresql_where=text("kind IN ('confirm', 'refuse')"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[JournalKind] = mapped_column(one_of(JournalKind))
    unit: Mapped[Unit] = mapped_column(one_of(Unit))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    rule_version_id: Mapped[int | None] = mapped_column(ForeignKey("rule_version.id"))
    actor_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    effective_on: Mapped[date]
    """The activity date for credits; the day of the act otherwise (Asia/Tokyo)."""
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journal.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(40), default="")
    """A code; free text lives in journal_note."""
    source: Mapped[str] = mapped_column(String(60), default="", index=True)
    """What caused it, such as `attendance:12` or `cash_out:7`; `journal:5` where it resolves a pending credit."""
    note_id: Mapped[int | None] = mapped_column(ForeignKey("journal_note.id"))


class JournalNote(Model):
    """Free text beside a journal, outside the frozen tables so that it can be emptied on erasure."""

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[str] = mapped_column(String(32))
    words_hash: Mapped[str] = mapped_column(String(64))
    written_at: Mapped[datetime]


class Posting(Model):
    """`amount` units from one account to another: zero-sum by construction. Frozen."""

    __table_args__ = (
        UniqueConstraint("journal_id", "seq"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("from_account_id <> to_account_id", name="moves"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"))
    seq: Mapped[int]
    from_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    to_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)


class Standing(Model):
    """One row per holder and programme: the lock of every act on their accounts, and what is exchangeable.

    `in_lots` is kept by trigger, `unsettled` by the earning services; available = in_lots − unsettled.
    """

    __table_args__ = (
        UniqueConstraint("holder_id", "programme_id", "unit"),
        CheckConstraint("in_lots >= 0", name="in_lots"),
        CheckConstraint("unsettled >= 0", name="unsettled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    unit: Mapped[Unit] = mapped_column(one_of(Unit))
    in_lots: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    unsettled: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    turns: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """How often the row was locked; only there to be written."""


class CapUsage(Model):
    """What was used of a cap in a period; the row is the lock, never COUNT(*)."""

    __table_args__ = (
        UniqueConstraint("holder_id", "programme_id", "period", "starts_on"),
        CheckConstraint("used >= 0", name="used"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    period: Mapped[CapPeriod] = mapped_column(one_of(CapPeriod))
    starts_on: Mapped[date]
    used: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class LedgerSeal(Model):
    """A link of the hash chain over postings, made in batches off the hot path."""

    id: Mapped[int] = mapped_column(primary_key=True)
    from_posting_id: Mapped[int]
    to_posting_id: Mapped[int] = mapped_column(unique=True)
    previous: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
    """HMAC with a key outside the database."""
    sealed_at: Mapped[datetime]
