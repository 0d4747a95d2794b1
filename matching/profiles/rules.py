"""What a profile means. Pure: what was said in, answers out."""

from dataclasses import dataclass
from datetime import date, timedelta

from matching.profiles.states import TravelMode, WishKind
from matching.profiles.week import Span, Window

PAUSE_LONGEST = timedelta(days=731)
"""Whoever rests longer tells the center, which ends the registration."""
EXCEPTIONS_MAX = 60
"""Days that lie behind us do not count."""


@dataclass(frozen=True, slots=True)
class DayOff:
    """Days (both included) that differ from the week."""

    from_on: date
    to_on: date
    span: Span
    is_free: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Everything a person said about themselves; what is empty was not said and stops nothing."""

    travel_mode: TravelMode | None = None
    travel_minutes_max: int | None = None
    times_per_week_max: int | None = None
    minutes_per_week_max: int | None = None
    paused_until: date | None = None
    wishes: tuple[tuple[str, WishKind], ...] = ()
    skills: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    windows: tuple[Window, ...] = ()
    days_off: tuple[DayOff, ...] = ()

    def of_kind(self, kind: WishKind) -> frozenset[str]:
        """The categories of which the person said this."""
        return frozenset(code for code, one in self.wishes if one is kind)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said that could order anything."""
        return self == Said()


def pause_is_reasonable(until: date, today: date) -> bool:
    """Whether one can rest until this day: it lies ahead, and not years away."""
    return today < until <= today + PAUSE_LONGEST
