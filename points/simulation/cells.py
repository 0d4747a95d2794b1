"""One cell of a file as a value. Each function raises `BadCell` with what is expected. Pure."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from points.programmes.eligibility import Held
from points.programmes.wording import N_, Fact, Wording, say
from points.simulation.people import Period
from volunteer.people.states import Tie

YES = frozenset(["yes", "1", "true", "はい"])
NO = frozenset(["no", "0", "false", "いいえ"])
LONGEST = 80
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
UNTIL = ".."
"""Between the first and the last day of a period."""

Word = TypeVar("Word", bound=StrEnum)


class BadCell(ValueError):
    """A cell cannot be read."""

    def __init__(self, message: str, **facts: Fact) -> None:
        self.wording: Wording = say(message, **facts)
        super().__init__(message)


def text(value: str) -> str:
    """Words of ordinary length, which may be missing."""
    if len(value) > LONGEST:
        raise BadCell(N_("長すぎます（%(most)s字まで）"), most=LONGEST)
    if not value.isprintable():
        raise BadCell(N_("使えない文字があります"))
    return value


def name(value: str) -> str:
    """Words that must be there."""
    if not value:
        raise BadCell(N_("何か書いてください"))
    return text(value)


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two others."""

    def read(value: str) -> int:
        is_short = value.isdecimal() and len(value) <= len(str(most))
        found = int(value) if is_short else least - 1
        if not least <= found <= most:
            raise BadCell(
                N_("%(least)sから%(most)sまでの整数で書いてください"), least=least, most=most
            )
        return found

    return read


def day(value: str) -> date:
    """2026-04-01, or 2026/4/1 as spreadsheets write it."""
    parts = value.replace("/", "-").split("-")
    try:
        found = date(*(int(one) for one in parts if one.isdecimal()))
    except (TypeError, ValueError, OverflowError):
        found = date.min
    if len(parts) != len("ymd") or not EARLIEST <= found <= LATEST:
        raise BadCell(N_("日付を 2026-04-01 の形で書いてください"))
    return found


def flag(missing: bool) -> Callable[[str], bool]:  # noqa: FBT001 - the value of an empty cell
    """yes or no, and what an empty cell means."""

    def read(value: str) -> bool:
        word = value.lower()
        if not word:
            return missing
        if word not in YES | NO:
            raise BadCell(N_("yes か no で書いてください"))
        return word in YES

    return read


def word_of(words: type[Word], missing: Word | None = None) -> Callable[[str], Word]:
    """One of the words of an enum."""

    def read(value: str) -> Word:
        if not value and missing is not None:
            return missing
        if value not in set(words):
            raise BadCell(N_("%(words)s のどれかを書いてください"), words="・".join(words))
        return words(value)

    return read


def ties(value: str) -> frozenset[Tie]:
    """lives, works, studies, other; several with a semicolon."""
    read = word_of(Tie)
    return frozenset(read(one) for one in _parts(value))


def periods(value: str) -> tuple[Period, ...]:
    """2026-04-01 (from then on) or 2026-04-01..2027-03-31; several with a semicolon."""
    return tuple(_period(one) for one in _parts(value))


def records(value: str) -> tuple[Held, ...]:
    """snow_training@2026-04-01..2027-03-31; the last day may be missing, several with a semicolon."""
    found = []
    for one in _parts(value):
        code, _at, days = one.partition("@")
        period = _period(days)
        found.append(Held(name(code), period.first, period.last))
    return tuple(found)


def _parts(value: str) -> list[str]:
    return [one.strip() for one in value.split(";") if one.strip()]


def _period(value: str) -> Period:
    first, _to, last = value.partition(UNTIL)
    found = Period(day(first.strip()), day(last.strip()) if last.strip() else None)
    if found.last is not None and found.last < found.first:
        raise BadCell(N_("終わりの日が始まりの日より前です"))
    return found
