"""Print runs of cards: which cards, in which order, and which hundreds of them have been printed. Added only."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.cards.states import CardChoice
from volunteer.core.db import Model, one_of


class CardPrintRun(Model):
    """One choice of cards, frozen when it was made, so that it can be left and found again."""

    __table_args__ = (CheckConstraint("cards > 0", name="cards"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    choice: Mapped[CardChoice] = mapped_column(one_of(CardChoice))
    since: Mapped[date | None]
    cards: Mapped[int]
    made_at: Mapped[datetime]
    made_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class CardInRun(Model):
    """A card of a run and the portion it is printed with."""

    __table_args__ = (
        UniqueConstraint("run_id", "position"),
        UniqueConstraint("run_id", "card_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("card_print_run.id"))
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), index=True)
    position: Mapped[int]
    portion: Mapped[int]


class CardPrintPortion(Model):
    """Somebody said that these (at most) hundred cards have come out of the printer."""

    __table_args__ = (UniqueConstraint("run_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("card_print_run.id"))
    number: Mapped[int]
    printed_at: Mapped[datetime]
    printed_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
