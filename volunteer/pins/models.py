"""The PIN of a person's cards, as a sealed slow hash, and how often it was tried wrongly since it was right."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.db import Model, one_of
from volunteer.pins.rules import TRIES_MAX
from volunteer.pins.states import PinReason


class CardPin(Model):
    """One for a person, whichever card they have. Five wrong tries lock it until the desk sets a new one."""

    __table_args__ = (CheckConstraint(f"tries BETWEEN 0 AND {TRIES_MAX}", name="tries"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), primary_key=True)
    pin_sealed: Mapped[str] = mapped_column(String(400))
    """argon2id, sealed: a few digits would be guessed from a stolen hash alone."""
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[PinReason] = mapped_column(one_of(PinReason))
    set_at: Mapped[datetime]
    set_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    @property
    def is_locked(self) -> bool:
        """Whether all tries are used up."""
        return self.tries >= TRIES_MAX
