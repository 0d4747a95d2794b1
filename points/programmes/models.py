"""Programmes (制度), their dated rule versions, enrolments."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from points.ledger.states import Unit
from volunteer.core.db import Model, one_of


class Programme(Model):
    """A points scheme of the center. Which rule applies is decided by the activity's date."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    """The center's order; decides ties between programmes that list the same category."""
    unit: Mapped[Unit] = mapped_column(
        one_of(Unit), default=Unit.POINTS, server_default=Unit.POINTS.value
    )
    """What it counts; never changes. Its accounts, journals and standings carry the same."""
    created_at: Mapped[datetime]


class RuleVersion(Model):
    """One TOML file, immutable once used; versions of a programme never overlap."""

    __table_args__ = (
        UniqueConstraint("programme_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """Half-open: the first day it no longer applies; NULL = until further notice."""
    source: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    loaded_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    loaded_at: Mapped[datetime]
    programme: Mapped[Programme] = relationship()


class Enrolment(Model):
    """A person takes part in a programme, in a class, from a day to a day."""

    __table_args__ = (
        Index(
            "uq_enrolment_open",
            "person_id",
            "programme_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    class_code: Mapped[str] = mapped_column(String(20), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """Half-open: the first day no longer enrolled."""
    entered_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    programme: Mapped[Programme] = relationship()
