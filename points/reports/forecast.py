"""How many points will be exchanged by the end of the programme year, with a range. Pure: history in, forecast out.

The method can be told in three sentences. A calendar month earns, and of what lies there exchanges, what the same month
of other years did (the median). How far this was off is taken from history itself: every stretch of as many months as
now lie ahead is forecast from the other months, and the forecast is multiplied by what really came, divided by it.
A thousand futures are put together from such misses, drawn with a fixed seed; the middle one is the forecast, and the
range leaves out the lowest and the highest twentieth. A short history is cut into shorter stretches, which miss by
more: from a few long ones it would look as if nothing ever went wrong.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

HISTORY_MIN = 12
"""Months of history below which nothing is said about the future."""
FUTURES = 1000
SEED = 20210401
LOW, HIGH = 0.05, 0.95
RECENT = 6
"""So many months before say how high the level is now."""
STRETCHES = 5
"""History is cut into stretches of at most this part of it, so that there are some to compare …"""
STRETCH_MIN = 3
"""… but not shorter than so many months."""
WIDENED = 1.1
"""Misses are taken this much larger than history shows: a few years never show the worst one."""


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in one month; `in_lots_before` lay in people's hands when it began."""

    first_day: date
    in_lots_before: int
    earned: int
    exchanged: int

    @property
    def at_hand(self) -> int:
        """What could be exchanged in the month."""
        return self.in_lots_before + self.earned

    @property
    def rate(self) -> float:
        """Which part of it was exchanged."""
        return max(0, self.exchanged) / self.at_hand if self.at_hand > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Ahead:
    """A month to come, or the rest of this one: `share` is the part of it that is left."""

    first_day: date
    share: float = 1.0
    ending: int = 0
    """Points that lie there today and end with this month."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Points that will be exchanged in the months ahead."""

    low: int
    middle: int
    high: int
    by_month: tuple[tuple[date, int, int, int], ...]
    """(month, low, middle, high), added up from the first month ahead to this one."""


class Silence(StrEnum):
    """Why nothing is said of the months ahead."""

    NO_POINTS = "no_points"
    YOUNG = "young"
    NO_EXCHANGE = "no_exchange"


def silence(history: list[Month]) -> Silence | None:
    """What is missing in these whole months before they say something of others; None when nothing is."""
    months = _since_the_first_points(history)
    if not months:
        return Silence.NO_POINTS
    if len(months) < HISTORY_MIN:
        return Silence.YOUNG
    return None if any(one.exchanged > 0 for one in months) else Silence.NO_EXCHANGE


def forecast(history: list[Month], in_lots: int, ahead: list[Ahead]) -> Forecast | None:
    """What the months ahead will exchange; None where history says too little (`silence`).

    `history` holds whole months in order, `in_lots` is what lies in people's hands now.
    """
    if silence(history) is not None or not ahead:
        return None
    months = _since_the_first_points(history)
    days = [one.first_day for one in ahead]
    earned, rates = _Habit(months, _EARNED), _Habit(months, _RATE)
    expected = [(earned.expected(day), rates.expected(day)) for day in days]
    misses_earned, misses_rate = earned.misses(len(ahead)), rates.misses(len(ahead))
    luck = random.Random(SEED)  # noqa: S311 - the same history gives the same forecast
    futures = []
    for _future in range(FUTURES):
        miss = luck.choice(misses_earned), luck.choice(misses_rate)
        futures.append(_one_future(in_lots, ahead, expected, miss))
    return _summed_up(ahead, futures)


def _since_the_first_points(history: list[Month]) -> list[Month]:
    first = next((n for n, month in enumerate(history) if month.at_hand > 0), len(history))
    return history[first:]


Series = tuple[Callable[[Month], float], Callable[[Month], float]]
"""A number of each month, and how much the month weighs when numbers are added up."""
_EARNED: Series = (lambda month: month.earned, lambda _month: 1)
_RATE: Series = (lambda month: month.rate, lambda month: month.at_hand)


class _Habit:
    """What a calendar month is used to bring, and how far off that was."""

    def __init__(self, months: list[Month], series: Series) -> None:
        self.months = months
        self.values = [series[0](one) for one in months]
        self.weights = [series[1](one) for one in months]

    def expected(self, day: date) -> float:
        """For a month to come: its like in other years, at the level of the last months."""
        nothing = range(0)
        return self._typical(day, nothing) * self._level(len(self.months), nothing)

    def _typical(self, day: date, without: range) -> float:
        """The median of the same calendar month in other years; of all months where there is no such one."""
        left = [n for n in range(len(self.months)) if n not in without]
        same = [n for n in left if self.months[n].first_day.month == day.month]
        return median([self.values[n] for n in same or left] or [0.0])

    def _level(self, before: int, without: range) -> float:
        """What the last months before this one brought, divided by what they are used to bring."""
        recent = range(max(0, before - RECENT), before)
        came, told = self._sums(recent, without)
        return came / told if told > 0 and len(recent) == RECENT else 1.0

    def _sums(self, span: range, without: range) -> tuple[float, float]:
        came = sum(self.values[n] * self.weights[n] for n in span)
        told = sum(self._typical(self.months[n].first_day, without) * self.weights[n] for n in span)
        return came, told

    def misses(self, length: int) -> list[float]:
        """What came, divided by what was to be expected from the other months, for each stretch of such a length."""
        length = min(length, max(STRETCH_MIN, len(self.months) // STRETCHES))
        found = []
        for start in range(len(self.months) - length + 1):
            stretch = range(start, start + length)
            came, told = self._sums(stretch, stretch)
            told *= self._level(start, stretch)
            if told > 0:
                found.append(max(0.0, 1 + WIDENED * (came / told - 1)))
        return found or [1.0]


def _one_future(
    in_lots: int,
    ahead: list[Ahead],
    expected: list[tuple[float, float]],
    miss: tuple[float, float],
) -> list[float]:
    """Exchanged points, added up month by month, in one of the futures."""
    at_hand, exchanged, left, sums = float(in_lots), 0.0, 1.0, []
    for one, (month_earned, rate) in zip(ahead, expected, strict=True):
        at_hand += month_earned * miss[0] * one.share
        taken = at_hand * min(1.0, rate * miss[1] * one.share)
        exchanged += taken
        left *= 1 - (taken / at_hand if at_hand else 0)
        at_hand = max(0.0, at_hand - taken - one.ending * left)
        sums.append(exchanged)
    return sums


def _summed_up(ahead: list[Ahead], futures: list[list[float]]) -> Forecast:
    lines = []
    for number, one in enumerate(ahead):
        values = sorted(future[number] for future in futures)
        low, middle, high = (
            round(values[round(part * (len(values) - 1))]) for part in (LOW, 0.5, HIGH)
        )
        lines.append((one.first_day, low, middle, high))
    return Forecast(*lines[-1][1:], tuple(lines))
