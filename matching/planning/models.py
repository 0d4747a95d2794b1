"""A run that makes a plan, its pairs, marks that later plans heed, and every decision with its score and reasons."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.help_requests.models import Shift
from matching.planning.states import (
    LIVE,
    MOVED_LABEL,
    Decision,
    Failure,
    MarkKind,
    PairKind,
    PairState,
    Purpose,
    RunState,
    Stage,
)
from volunteer.core.db import Model, one_of
from volunteer.people.models import Person


class PlanRun(Model):
    """A proposal for some days that somebody of the staff asked for. Nobody is told anything by it."""

    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("until_on > from_on", name="days"),
        CheckConstraint("live_slot = 1", name="live_slot"),
        CheckConstraint("seconds_max > 0", name="seconds_max"),
        UniqueConstraint("live_slot"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    from_on: Mapped[date]
    until_on: Mapped[date]
    """The first day that does not belong to it."""
    seconds_max: Mapped[int]
    state: Mapped[RunState] = mapped_column(one_of(RunState), index=True)
    live_slot: Mapped[int | None]
    """1 while it waits or runs, else NULL: a center works at one plan at a time."""
    stage: Mapped[Stage] = mapped_column(one_of(Stage), default=Stage.READING)
    percent: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(40), default="")
    """The process that took it; one that is told so little later finds that it is not its run any more."""
    told_at: Mapped[datetime]
    """When somebody last said that it is alive; one that is silent for long died with its process."""
    asked_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    failure: Mapped[Failure | None] = mapped_column(one_of(Failure))
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Value, bound, gap, coverage by priority, spread of hours: sums, no people."""

    @property
    def last_on(self) -> date:
        """The last day that belongs to it."""
        return self.until_on - timedelta(days=1)

    @property
    def is_live(self) -> bool:
        """Whether it waits or runs."""
        return self.state in LIVE


class PlanPair(Model):
    """One person for one shift, as a plan proposes it, with its cost and reasons of that moment."""

    __table_args__ = (
        UniqueConstraint("run_id", "shift_id", "person_id"),
        CheckConstraint("(kind = 'move') = (from_shift_id IS NOT NULL)", name="move"),
        Index("ix_plan_pair_state", "state", "run_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("plan_run.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), index=True)
    from_shift_id: Mapped[int | None] = mapped_column(ForeignKey("shift.id"))
    """The shift this person has a place in and would leave for this one."""
    kind: Mapped[PairKind] = mapped_column(one_of(PairKind))
    state: Mapped[PairState] = mapped_column(one_of(PairState))
    cost: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    """What speaks for the pair, by code with its figures; the words are made when somebody reads them."""
    refusal: Mapped[str] = mapped_column(String(40), default="")
    """The code of what stood against it when it was to be asked."""
    decided_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
    shift: Mapped[Shift] = relationship(foreign_keys=[shift_id])

    @property
    def label(self) -> Any:
        """What became of it, for people: whoever was moved was not sent a request."""
        is_moved = self.kind is PairKind.MOVE and self.state is PairState.ASKED
        return MOVED_LABEL if is_moved else self.state.label


class PlanMark(Model):
    """What every later plan heeds about a pair: it stays, or it is never proposed again. Taken away when released."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), primary_key=True, index=True)
    kind: Mapped[MarkKind] = mapped_column(one_of(MarkKind))
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    person: Mapped[Person] = relationship()


class PlanDecision(Model):
    """What somebody decided about a pair, with its cost and reasons of that moment. Added only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("plan_run.id"), index=True)
    """The plan that proposed the pair; NULL = decided at the board."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), index=True)
    decision: Mapped[Decision] = mapped_column(one_of(Decision))
    cost: Mapped[int | None]
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    refusal: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why, in the words of who decided."""
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    shift: Mapped[Shift] = relationship()
