"""Who was never asked, who is asked too often, what becomes of asking, how soon seats are filled: sums over records.

Records in, numbers and ids out; days are whole numbers on any scale. What people answered serves to ask enough of
them, never to judge them: nothing here puts people in an order by their answers.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

WEEK_DAYS = 7
NEW_DAYS = 28
"""Who registered more recently than that is not yet "never asked"."""
PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody one may ask."""

    id: int
    since_day: int
    district: str = ""
    is_resting: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """One person was asked once."""

    volunteer: int
    day: int
    category: str = ""
    said_yes: bool | None = None
    """None: no answer."""


@dataclass(frozen=True, slots=True)
class Often:
    """Somebody who was asked more often than the center wants."""

    volunteer: int
    most_in_a_week: int
    """In any seven days."""
    asked: int


@dataclass(frozen=True, slots=True)
class Filling:
    """The seats of one shift and what became of them. `filled_day`: when the last needed one was taken."""

    category: str
    district: str
    seats: int
    filled: int
    published_day: int
    filled_day: int | None = None


@dataclass(frozen=True, slots=True)
class FillRate:
    """Seats of one group of shifts."""

    seats: int
    filled: int
    permille: int | None
    """None: there were no seats."""
    days_to_fill: int | None
    """Median over the shifts that were filled; None: none was."""
    shifts: int
    full_shifts: int


def never_asked(
    people: Iterable[Registered], asked: Iterable[Asking], today: int
) -> dict[str, list[int]]:
    """District → people who have been registered for four weeks, do not rest, and were never asked; longest first."""
    known = {one.volunteer for one in asked}
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for who in people:
        if who.id not in known and not who.is_resting and who.since_day <= today - NEW_DAYS:
            found[who.district].append((who.since_day, who.id))
    return {
        district: [number for _, number in sorted(rows)] for district, rows in sorted(found.items())
    }


def asked_too_often(asked: Iterable[Asking], most_a_week: int) -> list[Often]:
    """Who was asked more than so many times in any seven days; the most often first."""
    days: dict[int, list[int]] = defaultdict(list)
    for one in asked:
        days[one.volunteer].append(one.day)
    found = [Often(who, _most_in_a_week(sorted(rows)), len(rows)) for who, rows in days.items()]
    often = [one for one in found if one.most_in_a_week > most_a_week]
    return sorted(often, key=lambda one: (-one.most_in_a_week, -one.asked, one.volunteer))


def _most_in_a_week(days: Sequence[int]) -> int:
    return max(place + 1 - bisect_left(days, day - WEEK_DAYS + 1) for place, day in enumerate(days))


def share_of_the_most_asked(
    people: Sequence[Registered], asked: Iterable[Asking], percent: int = 10
) -> int | None:
    """How many thousandths of all askings went to the most asked tenth of the people; None without any."""
    counts = Counter(one.volunteer for one in asked)
    if not counts or not people:
        return None
    size = max(1, len(people) * percent // 100)
    top = sum(count for _, count in counts.most_common(size))
    return top * PERMILLE // counts.total()


def answers(asked: Iterable[Asking]) -> dict[str, tuple[int, int, int]]:
    """Category → (yes, no, no answer)."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in asked:
        found[one.category][2 if one.said_yes is None else int(not one.said_yes)] += 1
    return {category: (yes, no, none) for category, (yes, no, none) in sorted(found.items())}


def fill_rates(shifts: Iterable[Filling]) -> dict[tuple[str, str], FillRate]:
    """(category, district) → rate; ("", "") is everything, (category, "") and ("", district) are sums."""
    groups: dict[tuple[str, str], list[Filling]] = defaultdict(list)
    for one in shifts:
        for key in {
            (one.category, one.district),
            (one.category, ""),
            ("", one.district),
            ("", ""),
        }:
            groups[key].append(one)
    return _rates(groups)


def _rates(groups: Mapping[tuple[str, str], Sequence[Filling]]) -> dict[tuple[str, str], FillRate]:
    return {key: rate_of(rows) for key, rows in sorted(groups.items())}


def rate_of(shifts: Sequence[Filling]) -> FillRate:
    """Of these shifts together; people above the seats count for nothing."""
    seats = sum(one.seats for one in shifts)
    filled = sum(min(one.filled, one.seats) for one in shifts)
    full = [one for one in shifts if one.filled >= one.seats]
    days = [one.filled_day - one.published_day for one in full if one.filled_day is not None]
    return FillRate(
        seats=seats,
        filled=filled,
        permille=filled * PERMILLE // seats if seats else None,
        days_to_fill=median_low(max(0, day) for day in days) if days else None,
        shifts=len(shifts),
        full_shifts=len(full),
    )
