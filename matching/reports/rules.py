"""Sums of the reports: how full, how soon, how asking is spread, what chance of a yes is reckoned with. Pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from matching.categories.states import Priority
from matching.engine.waves import WavePolicy, acceptance_permille

POLICY = WavePolicy()
WINDOWS = (28, 91, 365)
"""Days one may look back in the report of seats."""
ASKED_DAYS = 28
"""Days in which asks are counted."""
NEW_DAYS = 28
"""Who registered more recently than that is not yet "never asked"."""
TOP_PERCENT = 10

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Group:
    """Shifts of one category, district and priority, filled after so many days (None: not filled), together."""

    category: str
    area_id: int
    days: int | None
    shifts: int
    seats: int
    taken: int
    priority: int = int(Priority.USUAL)
    """How pressing their requests are now."""


@dataclass(frozen=True, slots=True)
class Filling:
    """Some shifts together. `days`: half of the filled ones had their last seat taken by then."""

    shifts: int
    full: int
    seats: int
    taken: int
    days: int | None

    @property
    def percent(self) -> int | None:
        """Of the seats, rounded down, so that 100 means all."""
        return self.taken * 100 // self.seats if self.seats else None


def together(groups: Iterable[Group]) -> Filling:
    """The sum of these groups."""
    found = list(groups)
    by_days: dict[int, int] = defaultdict(int)
    for one in found:
        if one.days is not None:
            by_days[max(0, one.days)] += one.shifts
    return Filling(
        shifts=sum(one.shifts for one in found),
        full=sum(one.shifts for one in found if one.taken == one.seats),
        seats=sum(one.seats for one in found),
        taken=sum(one.taken for one in found),
        days=_median(by_days),
    )


def sums_by(groups: Iterable[Group], key: Callable[[Group], Key]) -> dict[Key, Filling]:
    """One sum for each key."""
    parts: dict[Key, list[Group]] = defaultdict(list)
    for one in groups:
        parts[key(one)].append(one)
    return {name: together(rows) for name, rows in parts.items()}


def _median(counts: Mapping[int, int]) -> int | None:
    """The lower of the two in the middle."""
    half, seen = (sum(counts.values()) + 1) // 2, 0
    for days in sorted(counts):
        seen += counts[days]
        if seen >= half:
            return days
    return None


def share_of_the_most_asked(people_by_asks: Mapping[int, int], people: int) -> int | None:
    """Percent of all asks that went to the most asked tenth of all people; None when nobody was asked."""
    total = sum(asks * count for asks, count in people_by_asks.items())
    left = max(1, people * TOP_PERCENT // 100)
    if not total or not people:
        return None
    top = 0
    for asks in sorted(people_by_asks, reverse=True):
        heads = min(left, people_by_asks[asks])
        top, left = top + heads * asks, left - heads
    return top * 100 // total


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of asking in one category. `asked` counts what is over and could have been answered."""

    category: str
    asked: int
    said_yes: int

    @property
    def percent(self) -> int:
        """The chance of a yes that a wave reckons with: (yes + a) of (asked + b)."""
        return acceptance_permille(self.said_yes, self.asked, POLICY) // 10


PRIOR_YES = POLICY.prior_yes
PRIOR_ALL = POLICY.prior_yes + POLICY.prior_no
"""The a and b of the formula."""
