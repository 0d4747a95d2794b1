"""What is known of paid work beyond the attendance: slips, signatures, call-backs, reported times, objections, and
what a family may read."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.states import By, PaidTaskState
from matching.paid_work.states import CallState, ConsentWay, WorkDisputeState
from volunteer.core.db import Model, one_of

KEY_LENGTH = 64
WORDS_MAX = 400


class WorkSlip(Model):
    """A paper with the code of one task. A new one makes the old one worthless; one is live at a time."""

    __table_args__ = (
        Index(
            "uq_work_slip_live",
            "paid_task_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paid_task_id: Mapped[int] = mapped_column(ForeignKey("paid_task.id"), index=True)
    made_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    paid_task: Mapped[PaidTask] = relationship()


class WorkSignature(Model):
    """The orderer's finger, or typed name, on the student's phone: from when to when. Emptied after half a year."""

    __table_args__ = (
        CheckConstraint("strokes <> '' OR signer <> '' OR forgotten_at IS NOT NULL", name="signed"),
        CheckConstraint("length(strokes) <= 8000", name="small"),
        CheckConstraint("left_at >= came_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    paid_task_id: Mapped[int] = mapped_column(ForeignKey("paid_task.id"), unique=True)
    strokes: Mapped[str] = mapped_column(Text)
    """A path of ours (strokes.py); empty where a name was typed instead."""
    signer: Mapped[str] = mapped_column(String(40))
    came_at: Mapped[datetime]
    left_at: Mapped[datetime]
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    """On whose phone."""
    at: Mapped[datetime] = mapped_column(index=True)
    forgotten_at: Mapped[datetime | None]


class CallBack(Model):
    """A signature of which the desk asks by telephone whether it is true. One for a task."""

    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name="closed"),
        CheckConstraint("state IN ('waiting', 'needless') OR by_user_id IS NOT NULL", name="by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paid_task_id: Mapped[int] = mapped_column(ForeignKey("paid_task.id"), unique=True)
    is_typed: Mapped[bool]
    """Because a name was typed; else drawn by lot."""
    state: Mapped[CallState] = mapped_column(one_of(CallState), index=True)
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    paid_task: Mapped[PaidTask] = relationship()


class WorkReport(Model):
    """How long it took, as the student says; the highest number counts. Words are emptied after a year."""

    __table_args__ = (
        UniqueConstraint("paid_task_id", "number"),
        CheckConstraint("minutes BETWEEN 1 AND 720", name="minutes"),
        CheckConstraint("number BETWEEN 1 AND 20", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    paid_task_id: Mapped[int] = mapped_column(ForeignKey("paid_task.id"))
    number: Mapped[int]
    minutes: Mapped[int]
    words: Mapped[str] = mapped_column(String(WORDS_MAX), default="")
    """What was done and how it went: read by the orderer, and by the family where the household agreed."""
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    """When silence counts as a yes."""
    paid_task: Mapped[PaidTask] = relationship()


class WorkDispute(Model):
    """The orderer says that it was another time. One for a task: what staff decide is final."""

    __table_args__ = (
        CheckConstraint("minutes BETWEEN 0 AND 720", name="minutes"),
        CheckConstraint("decided_minutes BETWEEN 0 AND 720", name="decided_minutes"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        CheckConstraint(
            "(state = 'decided') = (decided_by_user_id IS NOT NULL)"
            " AND (state = 'decided') = (decided_minutes IS NOT NULL)",
            name="decided",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    paid_task_id: Mapped[int] = mapped_column(ForeignKey("paid_task.id"), unique=True)
    minutes: Mapped[int]
    """What the orderer says it took; 0: nobody came."""
    state: Mapped[WorkDisputeState] = mapped_column(one_of(WorkDisputeState), index=True)
    opened_by: Mapped[By] = mapped_column(one_of(By))
    opened_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime]
    decided_minutes: Mapped[int | None]
    decided_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    closed_at: Mapped[datetime | None]
    paid_task: Mapped[PaidTask] = relationship()
    messages: Mapped[list["WorkMessage"]] = relationship(order_by="WorkMessage.id")

    @property
    def is_open(self) -> bool:
        """Whether staff still have to decide: a task that was called off or where nobody came needs no more."""
        is_disputed = self.paid_task.state is PaidTaskState.DISPUTED
        return is_disputed and self.state is WorkDisputeState.OPEN


class WorkMessage(Model):
    """What one side says about the time; only added. `is_answer`: the reason of the decision. Emptied after a year."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("work_dispute.id"), index=True)
    side: Mapped[By] = mapped_column(one_of(By))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Nobody where it was said by the household's link."""
    at: Mapped[datetime]
    is_answer: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(String(WORDS_MAX))


class FamilyConsent(Model):
    """A household lets one of the family read how it went. Revoked: name and address are emptied."""

    __table_args__ = (
        Index(
            "uq_family_consent_live",
            "household_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("revoked_at IS NULL OR (name = '' AND email = '')", name="revoked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.party_id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    relation: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    way: Mapped[ConsentWay] = mapped_column(one_of(ConsentWay))
    given_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """The staff who wrote it down; nobody where the household did it by its link."""
    given_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class FamilyReport(Model):
    """What the family was told of one task. One for a task. Words are emptied after a year."""

    id: Mapped[int] = mapped_column(primary_key=True)
    paid_task_id: Mapped[int] = mapped_column(ForeignKey("paid_task.id"), unique=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("family_consent.id"), index=True)
    minutes: Mapped[int]
    words: Mapped[str] = mapped_column(String(WORDS_MAX))
    by_mail: Mapped[bool]
    at: Mapped[datetime]
    paid_task: Mapped[PaidTask] = relationship()
