"""Japanese eras: from a Western date to an era year and back. Pure; the law's first days of each era."""

import unicodedata
from dataclasses import dataclass
from datetime import date

WESTERN = "西暦"


class NoSuchDate(ValueError):
    """The parts do not name a day; `reason` is "no_such_day", "outside_era" or "unknown_era"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Era:
    """One era: its name, its letter, and the days (both included) on which it may be written."""

    name: str
    letter: str
    first: date
    last: date | None


# Meiji and Taishō ended on the day the next era began, so that day may be written either way;
# Shōwa and Heisei ended the day before.
ERAS = (
    Era("明治", "M", date(1868, 10, 23), date(1912, 7, 30)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", date(2019, 5, 1), None),
)
_BY_NAME = {era.name: era for era in ERAS}


@dataclass(frozen=True)
class EraYear:
    """A year counted in an era; the first is written 元."""

    era: Era
    year: int

    def __str__(self) -> str:
        return f"{self.era.name}{'元' if self.year == 1 else self.year}年"


def to_era(day: date) -> EraYear:
    """The era year of `day`; on a day of change the newer era. Raises `NoSuchDate` before Meiji."""
    for era in reversed(ERAS):
        if day >= era.first:
            return EraYear(era, day.year - era.first.year + 1)
    raise NoSuchDate("outside_era")


def from_era(era_name: str, year: int, month: int, day: int) -> date:
    """The date written as `year`, `month`, `day` of the era (or 西暦).

    Raises `NoSuchDate` when there is no such day, or when the era had not begun or was over then
    (昭和64年1月8日).
    """
    if era_name == WESTERN:
        return _date(year, month, day)
    era = _BY_NAME.get(era_name)
    if era is None:
        raise NoSuchDate("unknown_era")
    if year < 1:
        raise NoSuchDate("no_such_day")
    found = _date(era.first.year + year - 1, month, day)
    if found < era.first or (era.last is not None and found > era.last):
        raise NoSuchDate("outside_era")
    return found


def read_year(text: str) -> int:
    """The number in a typed year: full or half width, 元 for 1. Raises `ValueError` otherwise."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("年").strip()
    if plain == "元":
        return 1
    if not (plain.isascii() and plain.isdigit()):
        raise ValueError(f"not a year: {text!r}")
    return int(plain)


def long_text(day: date) -> str:
    """令和8年11月21日."""
    return f"{to_era(day)}{day.month}月{day.day}日"


def both_text(day: date) -> str:
    """昭和28年4月9日 ＝ 1953年4月9日: the two calendars side by side, to be read back."""
    return f"{long_text(day)} ＝ {day.year}年{day.month}月{day.day}日"


def stamp_text(day: date) -> str:
    """8.11.21, as in a date stamp."""
    return f"{to_era(day).year}.{day.month}.{day.day}"


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError) as error:
        raise NoSuchDate("no_such_day") from error
