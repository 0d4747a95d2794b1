"""Which people were erased, so that it can be done again after an old copy was restored (decision 14)."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.db import Model, one_of
from volunteer.privacy.states import Because


class Erasure(Model):
    """A person was erased (消去). No words of anybody: numbers, moments and a reason from a list."""

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), unique=True)
    because: Mapped[Because] = mapped_column(one_of(Because))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """NULL when it was done again after a restore."""
    erased_at: Mapped[datetime]
