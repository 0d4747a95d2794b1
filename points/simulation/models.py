"""A simulation that somebody of the staff asked for, and what came out: sums, no people."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from points.programmes.models import Programme, RuleVersion
from points.simulation.states import SimulationState
from volunteer.core.db import Model, one_of


class Simulation(Model):
    """Rules tried over the activities of a programme, beside the version that was in force when it was asked for."""

    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    rule_version_id: Mapped[int] = mapped_column(ForeignKey("rule_version.id"))
    name: Mapped[str] = mapped_column(String(120))
    """What the rules that are tried call themselves."""
    source: Mapped[str] = mapped_column(Text)
    asked_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    state: Mapped[SimulationState] = mapped_column(one_of(SimulationState), index=True)
    percent: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]
    """When it last said how far it is; one that is silent for long died with its process."""
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    programme: Mapped[Programme] = relationship()
    rule_version: Mapped[RuleVersion] = relationship()
