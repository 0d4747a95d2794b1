"""What paid help costs: a quote in lines, the sum for the time confirmed, what a cancellation costs. Pure.

The rule is data of the center. Its default follows the price lists of comparable services (Family Support Fukushima:
http://www.ffsk.or.jp/koureisya/family/hiyou.html): the first hour in full, then steps of 30 minutes; free until the
day before, one hour on the day, everything when nobody said a word. Yen and minutes are whole numbers.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from volunteer.core.clock import to_tokyo

YEN_PER_HOUR_MAX = 20_000
MINUTES_MAX = 12 * 60
"""One task is a piece of a day."""


class Line(StrEnum):
    """What a line of a quote stands for."""

    FIRST = "first"
    FURTHER = "further"
    TRAVEL = "travel"
    FEE = "fee"


class Called(StrEnum):
    """When and how a task was called off."""

    EARLY = "early"
    """The day before, or earlier."""
    SAME_DAY = "same_day"
    UNANNOUNCED = "unannounced"
    """Nobody was there and nobody had said so."""


@dataclass(frozen=True, slots=True)
class PriceRule:
    """How the center prices an hour. What the orderer pays = work + travel + the platform's fee on the work."""

    yen_per_hour: int
    first_minutes: int = 60
    """Charged in full, also for less."""
    step_minutes: int = 30
    """Beyond the first part every step begun is charged."""
    travel_yen: int = 0
    fee_percent: int = 0
    """The platform's, on top of the work; rounded down to the yen."""
    floor_yen_per_hour: int = 1075
    """Hokkaido's minimum wage from 2025-10-04; paid help below it must not be employment (a warning, no refusal)."""
    same_day_minutes: int = 60
    """What is charged when it is called off on the day, at most what was planned."""
    unannounced_percent: int = 100
    """Of the planned price, when nobody said a word."""

    def __post_init__(self) -> None:
        for name, least, most in (
            ("yen_per_hour", 1, YEN_PER_HOUR_MAX),
            ("first_minutes", 0, MINUTES_MAX),
            ("step_minutes", 1, 240),
            ("travel_yen", 0, YEN_PER_HOUR_MAX),
            ("fee_percent", 0, 50),
            ("floor_yen_per_hour", 0, YEN_PER_HOUR_MAX),
            ("same_day_minutes", 0, MINUTES_MAX),
            ("unannounced_percent", 0, 100),
        ):
            value: Any = getattr(self, name)
            if not least <= value <= most:
                raise ValueError(f"{name} must be {least} to {most}, not {value}")

    @property
    def is_below_floor(self) -> bool:
        """Whether the price is under the wage that employment would need."""
        return self.yen_per_hour < self.floor_yen_per_hour


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line: so many minutes, so many yen."""

    line: Line
    minutes: int
    yen: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What an orderer would pay and for what; what of it is the student's."""

    lines: tuple[QuoteLine, ...]

    @property
    def amount_yen(self) -> int:
        """What the orderer pays."""
        return sum(line.yen for line in self.lines)

    @property
    def fee_yen(self) -> int:
        """What the center keeps."""
        return sum(line.yen for line in self.lines if line.line is Line.FEE)

    @property
    def payee_yen(self) -> int:
        """What the student earns: everything but the fee."""
        return self.amount_yen - self.fee_yen


def charged_minutes(rule: PriceRule, minutes: int) -> int:
    """How many minutes are charged for `minutes` of work (0 for none)."""
    if minutes < 0:
        raise ValueError("time is not negative")
    if minutes == 0:
        return 0
    further = max(0, minutes - rule.first_minutes)
    return rule.first_minutes + -(-further // rule.step_minutes) * rule.step_minutes


def quote(rule: PriceRule, minutes: int, *, with_travel: bool = True) -> Quote:
    """The price of `minutes` of work (1 to 720) by one student. Raises ValueError for another length."""
    if not 1 <= minutes <= MINUTES_MAX:
        raise ValueError(f"minutes must be 1 to {MINUTES_MAX}, not {minutes}")
    charged = charged_minutes(rule, minutes)
    first = min(charged, rule.first_minutes)
    work = _yen(rule, charged)
    first_yen = _yen(rule, first)
    lines = [
        QuoteLine(Line.FIRST, first, first_yen),
        QuoteLine(Line.FURTHER, charged - first, work - first_yen),
        QuoteLine(Line.TRAVEL, 0, rule.travel_yen if with_travel else 0),
        QuoteLine(Line.FEE, 0, work * rule.fee_percent // 100),
    ]
    return Quote(tuple(line for line in lines if line.yen))


def _yen(rule: PriceRule, minutes: int) -> int:
    """Rounded up to the yen: the student never loses by rounding."""
    return -(-rule.yen_per_hour * minutes // 60)


def how_called_off(at: datetime, starts_at: datetime) -> Called:
    """How a cancellation at a moment counts: by days in Asia/Tokyo; after the start nobody had said a word."""
    if at >= starts_at:
        return Called.UNANNOUNCED
    same_day = to_tokyo(at).date() >= to_tokyo(starts_at).date()
    return Called.SAME_DAY if same_day else Called.EARLY


def cancelled_quote(rule: PriceRule, planned_minutes: int, called: Called) -> Quote:
    """What the orderer pays for work that was called off: nothing, an hour, or a share of all; no travel."""
    if called is Called.EARLY:
        return Quote(())
    if called is Called.SAME_DAY:
        minutes = min(rule.same_day_minutes, charged_minutes(rule, planned_minutes))
        return _only_work(rule, _yen(rule, minutes), minutes)
    minutes = charged_minutes(rule, planned_minutes)
    return _only_work(rule, _yen(rule, minutes) * rule.unannounced_percent // 100, minutes)


def _only_work(rule: PriceRule, work: int, minutes: int) -> Quote:
    lines = (
        QuoteLine(Line.FIRST, minutes, work),
        QuoteLine(Line.FEE, 0, work * rule.fee_percent // 100),
    )
    return Quote(tuple(line for line in lines if line.yen))
