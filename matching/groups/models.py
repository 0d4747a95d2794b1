"""The visit of a group to a shift, the persons named of it, and what happened to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.checkin.models import Attendance
from matching.groups.states import Side, VisitEventKind, VisitState
from matching.help_requests.models import Shift
from volunteer.core.db import Model, one_of
from volunteer.people.models import Person

HEADS_MAX = 999
"""More do not come to one shift; a slip of the finger (3200 for 32) is found by it."""
_STANDS = "state <> 'withdrawn'"
_LIVE = "taken_out_at IS NULL"


class GroupVisit(Model):
    """A school or firm is at a shift: how many, who leads them. Heads hold no seats; whoever is named takes one."""

    __table_args__ = (
        CheckConstraint(f"heads BETWEEN 1 AND {HEADS_MAX}", name="heads"),
        CheckConstraint("names_count BETWEEN 0 AND heads", name="names"),
        CheckConstraint("left_at IS NULL OR left_at >= came_at", name="order"),
        CheckConstraint("state <> 'withdrawn' OR names_count = 0", name="withdrawn"),
        Index(
            "uq_group_visit_name",
            "shift_id",
            "name",
            unique=True,
            sqlite_where=text(_STANDS),
            postgresql_where=text(_STANDS),
        ),
        Index("ix_group_visit_due", "state", "names_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), index=True)
    organization_party_id: Mapped[int | None] = mapped_column(ForeignKey("organization.party_id"))
    """The group, where it is an organization of the platform; else its name is all that is known."""
    name: Mapped[str] = mapped_column(String(80))
    leader_name: Mapped[str] = mapped_column(String(60), default="")
    leader_telephone: Mapped[str] = mapped_column(String(20), default="")
    """Emptied when the visit is settled: nobody has to be called any more. The name stays, as whose word it was."""
    leader_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.party_id"), index=True)
    heads: Mapped[int]
    names_count: Mapped[int] = mapped_column(default=0)
    """How many are named now; moved by a trigger with every name, so that the CHECK holds under races."""
    state: Mapped[VisitState] = mapped_column(one_of(VisitState))
    came_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    names_until: Mapped[datetime]
    """Until when names can be added; fixed when the visit is recorded."""
    link_number: Mapped[int] = mapped_column(default=0)
    """Which link of the leader counts, 0 = none was made; every new one ends the one before."""
    link_is_open: Mapped[bool] = mapped_column(default=False)
    shift: Mapped[Shift] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether names may still be added, but for the time."""
        return self.state is VisitState.OPEN

    @property
    def unnamed(self) -> int:
        """How many are counted, but not named."""
        return self.heads - self.names_count


class GroupName(Model):
    """One registered person of a group. Added and, when that was wrong, taken out; never rewritten."""

    __table_args__ = (
        CheckConstraint(
            "taken_out_by_user_id IS NULL OR taken_out_at IS NOT NULL", name="taken_out"
        ),
        Index(
            "uq_group_name_live",
            "shift_id",
            "person_id",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("group_visit.id"), index=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"))
    side: Mapped[Side] = mapped_column(one_of(Side))
    was_in_before: Mapped[bool] = mapped_column(default=False)
    """They had checked in by themselves: the name only says that they are of the group."""
    added_at: Mapped[datetime]
    added_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    taken_out_at: Mapped[datetime | None]
    taken_out_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    person: Mapped[Person] = relationship()
    attendance: Mapped[Attendance] = relationship()


class GroupEvent(Model):
    """What happened to a visit: who, when, why, before and after. Added only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("group_visit.id"), index=True)
    kind: Mapped[VisitEventKind] = mapped_column(one_of(VisitEventKind))
    side: Mapped[Side] = mapped_column(one_of(Side))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
