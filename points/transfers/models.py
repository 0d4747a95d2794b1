"""A gift of points from one member to another, with the two journals it is made of."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.db import Model


class PointTransfer(Model):
    """Points that went to another member, out of one journal and into another. Frozen."""

    __table_args__ = (
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("giver_id <> receiver_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    rule_version_id: Mapped[int] = mapped_column(ForeignKey("rule_version.id"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    points: Mapped[int]
    given_journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), unique=True)
    received_journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), unique=True)
    given_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    given_at: Mapped[datetime]
