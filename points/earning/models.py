"""The award: facts handed down by matching, and what came out of the rules — also when it is 0 points."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from points.earning.states import AwardState
from volunteer.core.db import Model, one_of


class Award(Model):
    """One per attendance and revision. Explains for ever why so many points were given."""

    __table_args__ = (
        UniqueConstraint("source_kind", "source_id", "revision"),
        CheckConstraint("points >= 0", name="points"),
        Index("ix_award_settle", "state", "settles_at"),
        Index("ix_award_holder_day", "holder_id", "activity_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_kind: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    holder_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    """NULL when no programme of this person lists the category: recorded with 0 points."""
    rule_version_id: Mapped[int | None] = mapped_column(ForeignKey("rule_version.id"))
    category_code: Mapped[str] = mapped_column(String(40))
    host_party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    activity_on: Mapped[date]
    grade: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The ActivityFacts as handed down (points/earning/facts.py)."""
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    """A code of points/earning/reasons.py."""
    reason_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    day_cap_left: Mapped[int | None]
    year_cap_left: Mapped[int | None]
    """Left before this award; NULL where there is no such cap."""
    day_cap_counted: Mapped[int] = mapped_column(default=0)
    """How much of this award counts against the daily cap (exempt categories: 0)."""
    expires_on: Mapped[date | None]
    state: Mapped[AwardState] = mapped_column(one_of(AwardState), index=True)
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("journal.id"), unique=True)
    settles_at: Mapped[datetime | None]
    """When it settles by itself if nobody objects."""
    entered_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    """Who typed it in by hand (paper, staff entry); such a user may not approve this person's cash-outs."""
    entered_by_person_id: Mapped[int | None]
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
