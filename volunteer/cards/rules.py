"""What is asked of the printer. Pure."""

from dataclasses import dataclass
from datetime import date

from volunteer.cards.states import CardChoice


@dataclass(frozen=True)
class Wanted:
    """Whose cards are to be printed."""

    choice: CardChoice
    since: date | None = None
    numbers: tuple[str, ...] = ()
