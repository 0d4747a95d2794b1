"""An asking of a shift, and each person asked in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.asking.states import AskingState, EndedBecause
from matching.assignments.models import Participation
from matching.help_requests.models import Shift
from volunteer.core.db import Model, one_of
from volunteer.people.models import Person

RUNNING = text("state = 'running'")


class Asking(Model):
    """Somebody of the staff lets people be asked for a shift, wave after wave, until its seats are taken."""

    __table_args__ = (
        CheckConstraint("target_permille BETWEEN 1 AND 1000", name="target"),
        CheckConstraint("answer_hours > 0", name="answer_hours"),
        CheckConstraint("wave > 0", name="wave"),
        Index(
            "uq_asking_running",
            "shift_id",
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        Index("ix_asking_next_wave", "state", "next_wave_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), index=True)
    target_permille: Mapped[int]
    """The chance of filling the seats that each wave aims at."""
    answer_hours: Mapped[int]
    """How long a wave waits for answers before the next goes out."""
    goes_on: Mapped[bool]
    """Whether further waves go out by themselves."""
    wave: Mapped[int]
    """The number of the last wave."""
    next_wave_at: Mapped[datetime]
    state: Mapped[AskingState] = mapped_column(one_of(AskingState))
    started_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[EndedBecause | None] = mapped_column(one_of(EndedBecause))
    shift: Mapped[Shift] = relationship()


class Ask(Model):
    """One person of a wave. The answer is the state of the participation; nobody's answers are kept here."""

    __table_args__ = (UniqueConstraint("asking_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asking_id: Mapped[int] = mapped_column(ForeignKey("asking.id"))
    wave: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    permille: Mapped[int]
    """The chance of a yes that the wave reckoned with."""
    cost: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    """What spoke for the person at that moment: codes and figures; words are made when somebody reads them."""
    sent_at: Mapped[datetime | None]
    """When the person was asked; NULL = not yet, or `refusal` says why not."""
    refusal: Mapped[str] = mapped_column(String(40), default="")
    """The code of what stood against it when the person was to be asked."""
    participation_id: Mapped[int | None] = mapped_column(ForeignKey("participation.id"), index=True)
    answer_by: Mapped[datetime | None]
    ended_because: Mapped[EndedBecause | None] = mapped_column(one_of(EndedBecause))
    """Why it ended without an answer."""
    asking: Mapped[Asking] = relationship()
    person: Mapped[Person] = relationship()
    participation: Mapped[Participation | None] = relationship()
