"""Insurance cover and qualifications."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.db import Model


class InsuranceCover(Model):
    """ボランティア活動保険: 1 April–31 March, from the day after enrolment. Cancelled, not edited."""

    __table_args__ = (CheckConstraint("covers_to >= covers_from", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    plan: Mapped[str] = mapped_column(String(40))
    covers_from: Mapped[date]
    covers_to: Mapped[date]
    """The last day covered."""
    entered_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class Qualification(Model):
    """A training attended or a licence held; `kind` is a plain code such as `snow_briefing`."""

    __table_args__ = (Index("ix_qualification_person_kind", "person_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"))
    kind: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    """The last valid day; NULL when it does not end."""
    entered_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
