"""Letters of thanks that were handed over."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.db import Model


class GivenRecognition(Model):
    """A letter of thanks (お礼状) in a person's hands; each of a programme once. Frozen."""

    __table_args__ = (
        UniqueConstraint("person_id", "programme_id", "name"),
        CheckConstraint("given_by_person_id <> person_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    rule_version_id: Mapped[int] = mapped_column(ForeignKey("rule_version.id"))
    """The rules by which it was reached."""
    name: Mapped[str] = mapped_column(String(200))
    """As the programme's file calls it."""
    given_on: Mapped[date]
    given_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    given_by_person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"))
    recorded_at: Mapped[datetime]
