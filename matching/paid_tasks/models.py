"""A piece of paid work: one student on one shift, its frozen quote and terms, its history, the household's link."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.assignments.models import Participation
from matching.paid_tasks.states import OPEN, AgreedBy, By, PaidTaskState
from points.billing.states import CHARGE_YEN_MAX, Collects, PayMethod
from volunteer.core.db import Model, one_of
from volunteer.people.models import Person
from volunteer.users.models import Party

_AGREED = "(agreed_at IS NULL) = (agreed_by IS NULL) AND (agreed_at IS NULL) = (method IS NULL)"


class PaidTask(Model):
    """What one student does for one orderer on one shift. Quote and terms are frozen when the orderer agrees.

    Whoever withdraws and applies again has a new one; one at a time is not called off.
    """

    __table_args__ = (
        CheckConstraint("planned_minutes BETWEEN 1 AND 720", name="planned_minutes"),
        CheckConstraint("confirmed_minutes BETWEEN 0 AND 720", name="confirmed_minutes"),
        CheckConstraint("payee_yen >= 0 AND fee_yen >= 0", name="parts"),
        CheckConstraint("amount_yen = payee_yen + fee_yen", name="sum"),
        CheckConstraint(f"amount_yen BETWEEN 1 AND {CHARGE_YEN_MAX}", name="amount"),
        CheckConstraint("orderer_id <> student_id", name="two"),
        CheckConstraint(_AGREED, name="agreed"),
        CheckConstraint("state <> 'quoted' OR agreed_at IS NULL", name="quoted"),
        CheckConstraint(
            "state NOT IN ('agreed', 'reported', 'disputed', 'confirmed') OR agreed_at IS NOT NULL",
            name="bound",
        ),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_minutes IS NOT NULL)", name="confirmed"
        ),
        Index(
            "uq_paid_task_live",
            "participation_id",
            unique=True,
            sqlite_where=text("state <> 'called_off'"),
            postgresql_where=text("state <> 'called_off'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"), index=True)
    orderer_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    """Who pays: an organization or a household."""
    student_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    planned_minutes: Mapped[int]
    quote: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The price rule, the minutes and the lines."""
    quote_hash: Mapped[str] = mapped_column(String(64))
    """Of quote and terms: what the orderer saw is what they agree to."""
    payee_yen: Mapped[int]
    fee_yen: Mapped[int]
    amount_yen: Mapped[int]
    collects: Mapped[Collects] = mapped_column(one_of(Collects))
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The eight items as values; emptied when the student is erased."""
    state: Mapped[PaidTaskState] = mapped_column(one_of(PaidTaskState), index=True)
    method: Mapped[PayMethod | None] = mapped_column(one_of(PayMethod))
    agreed_at: Mapped[datetime | None]
    agreed_by: Mapped[AgreedBy | None] = mapped_column(one_of(AgreedBy))
    agreed_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    charge_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"))
    """The charge in force; those before it and after it have the same source."""
    confirmed_minutes: Mapped[int | None]
    made_at: Mapped[datetime]
    participation: Mapped[Participation] = relationship()
    orderer: Mapped[Party] = relationship()
    student: Mapped[Person] = relationship()
    events: Mapped[list["PaidTaskEvent"]] = relationship(order_by="PaidTaskEvent.id")

    @property
    def is_open(self) -> bool:
        """Whether something is still to come of it."""
        return self.state in OPEN

    @property
    def source(self) -> str:
        """How its charges name it."""
        return f"paid_task:{self.id}"


class PaidTaskEvent(Model):
    """Each move of a paid task: who, when, in what words, how many minutes. Added only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    paid_task_id: Mapped[int] = mapped_column(ForeignKey("paid_task.id"), index=True)
    to_state: Mapped[PaidTaskState] = mapped_column(one_of(PaidTaskState))
    side: Mapped[By] = mapped_column(one_of(By))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    minutes: Mapped[int | None]
    at: Mapped[datetime]


class OrdererLink(Model):
    """The address by which a household sees, agrees to, pays and confirms one paid task, without a sign-in."""

    __table_args__ = (
        UniqueConstraint("paid_task_id", "number"),
        CheckConstraint("valid_until > made_at", name="valid"),
        Index("ix_orderer_link_valid_until", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paid_task_id: Mapped[int] = mapped_column(ForeignKey("paid_task.id"))
    number: Mapped[int]
    """The how manieth link of this task: the token is made of it and can be printed again."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    valid_until: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    made_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    paid_task: Mapped[PaidTask] = relationship()
