"""A dispute about the record of one participation, and what each side says in it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.assignments.models import Participation
from matching.disputes.states import DisputeKind, DisputeState, Side
from volunteer.core.db import Model, one_of


class TimeDispute(Model):
    """Somebody says what was different: the times they give, or that they were (not) there. One open at a time."""

    __table_args__ = (
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        CheckConstraint(
            "(state IN ('corrected', 'stands')) = (decided_by_user_id IS NOT NULL)", name="decided"
        ),
        CheckConstraint("(came_at IS NULL) = (left_at IS NULL)", name="times"),
        CheckConstraint(
            "decided_by_user_id IS NULL OR decided_by_user_id <> opened_by_user_id",
            name="not_by_oneself",
        ),
        Index(
            "uq_time_dispute_open",
            "participation_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"), index=True)
    kind: Mapped[DisputeKind] = mapped_column(one_of(DisputeKind))
    came_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    """The times the person gives; NULL where they were not there."""
    state: Mapped[DisputeState] = mapped_column(one_of(DisputeState), index=True)
    opened_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime]
    decided_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    closed_at: Mapped[datetime | None]
    participation: Mapped[Participation] = relationship()
    messages: Mapped[list["DisputeMessage"]] = relationship(order_by="DisputeMessage.id")

    @property
    def is_open(self) -> bool:
        """Whether staff still have to decide."""
        return self.state is DisputeState.OPEN


class DisputeMessage(Model):
    """What one side says; only added; emptied when the person is erased. `is_answer`: the reason of the decision."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("time_dispute.id"), index=True)
    side: Mapped[Side] = mapped_column(one_of(Side))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    is_answer: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(String(400))
