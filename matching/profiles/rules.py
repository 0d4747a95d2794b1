"""What a profile means. Pure: what was said in, answers out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from matching.profiles.states import TravelMode, WishKind
from matching.profiles.week import DAY, Span, Window, merge

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


class Freedom(StrEnum):
    """Whether somebody is free for all of a time."""

    FREE = "free"
    UNKNOWN = "unknown"
    """The person has not said when they are free."""
    NOT_FREE = "not_free"
    PAUSED = "paused"


def freedom(said: Said, day: date, start: int, end: int) -> Freedom:
    """Whether a person is free from minute `start` of `day` to minute `end` (beyond 1440: on the days after).

    Not free on a day is stronger than the week and than free besides; a pause is stronger than all.
    """
    if said.paused_until is not None and day < said.paused_until:
        return Freedom.PAUSED
    days = range((end - 1) // DAY + 1)
    wanted = (start, end)
    if any(
        _meets(wanted, _shift(one.span, n))
        for n in days
        for one in _on(said.days_off, day + timedelta(days=n), is_free=False)
    ):
        return Freedom.NOT_FREE
    free = [
        _shift(one.span, n)
        for n in days
        for one in _on(said.days_off, day + timedelta(days=n), is_free=True)
    ]
    free += [
        _shift((one, other), n)
        for n in days
        for weekday, one, other in said.windows
        if weekday == (day + timedelta(days=n)).weekday()
    ]
    if any(one <= start and end <= other for one, other in merge(free)):
        return Freedom.FREE
    return Freedom.NOT_FREE if said.windows else Freedom.UNKNOWN


def _shift(span: Span, days: int) -> Span:
    return span[0] + days * DAY, span[1] + days * DAY


def _meets(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _on(days_off: Iterable[DayOff], day: date, *, is_free: bool) -> list[DayOff]:
    return [one for one in days_off if one.is_free is is_free and one.from_on <= day <= one.to_on]


def pause_is_reasonable(until: date, today: date) -> bool:
    """Whether one can rest until this day: it lies ahead, and not years away."""
    return today < until <= today + PAUSE_LONGEST


def meets_wishes(said: Said, traits: set[str], languages: set[str], skills: set[int]) -> bool:
    """Whether a person has all that a request asks of whoever comes; what was not said is not there."""
    return traits <= said.traits and languages <= said.languages and skills <= said.skills
