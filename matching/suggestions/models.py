"""Saved searches: 「新しい募集が出たら知らせて」."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.categories.models import Category
from volunteer.areas.models import Area
from volunteer.core.db import Model


class SavedSearch(Model):
    """A person wants to hear of new requests like this; what is empty means any. Ended, never deleted."""

    __table_args__ = (
        CheckConstraint("weekdays >= 0 AND weekdays < 128", name="weekdays"),
        CheckConstraint("from_minute >= 0 AND until_minute <= 1440", name="day"),
        CheckConstraint("until_minute > from_minute", name="order"),
        Index("ix_saved_search_live", "ended_at", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    category_code: Mapped[str | None] = mapped_column(ForeignKey("category.code"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    weekdays: Mapped[int] = mapped_column(default=0)
    """One bit for each weekday, 1 = Monday, 64 = Sunday; 0 = any day."""
    from_minute: Mapped[int] = mapped_column(default=0)
    until_minute: Mapped[int] = mapped_column(default=1440)
    """A shift counts when it begins within [from, until), in minutes of the Japanese day."""
    told_until: Mapped[datetime]
    """Requests published up to this moment have been told, or were there when the search was saved."""
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    category: Mapped[Category | None] = relationship()
    area: Mapped[Area | None] = relationship()
