"""Participation and its history."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.assignments.states import ParticipationState
from matching.help_requests.models import Shift
from volunteer.core.db import Model, one_of
from volunteer.people.models import Person

ASKED = text("offered_by_user_id IS NOT NULL")


class Participation(Model):
    """One per person and shift. Holds the seat; says nothing about having been there."""

    __table_args__ = (
        UniqueConstraint("person_id", "shift_id"),
        Index("ix_participation_shift_state", "shift_id", "state"),
        Index("ix_participation_asked", "person_id", sqlite_where=ASKED, postgresql_where=ASKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    state: Mapped[ParticipationState] = mapped_column(one_of(ParticipationState))
    walk_in: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    """Until when an offer waits for an answer."""
    offered_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who asked last; NULL = the person was never asked for this shift."""
    person: Mapped[Person] = relationship()
    shift: Mapped[Shift] = relationship()

    @property
    def holds_seat(self) -> bool:
        """Whether this row occupies a seat."""
        return self.state in (ParticipationState.APPLIED, ParticipationState.ACCEPTED)


class ParticipationEvent(Model):
    """Each move of a participation: who, when, why. Added only."""

    __table_args__ = (Index("ix_participation_event_state", "to_state", "at", "participation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"), index=True)
    to_state: Mapped[ParticipationState] = mapped_column(one_of(ParticipationState))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
