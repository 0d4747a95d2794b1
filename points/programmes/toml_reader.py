"""Reads TOML tables strictly: collects every mistake with its key, its line and what was expected."""

import difflib
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from points.programmes.terms import MonthDay
from points.programmes.wording import N_, Fact, Wording, say

LARGEST_FILE = 200_000
LARGEST_NUMBER = 1_000_000_000
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
CODE = re.compile(r"[a-z0-9][a-z0-9_-]*")
MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)*)\s*=")
_POSITION = re.compile(r"\(at line (\d+), column \d+\)")

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a file. `key` is a path like ``awards[0].points``, `line` counts from 1."""

    key: str
    line: int | None
    wording: Wording

    def __str__(self) -> str:
        where = f"{self.line}行目 " if self.line else ""
        return f"{where}{self.key}: {self.wording}" if self.key else f"{where}{self.wording}"


class Source:
    """One file while it is being read: its mistakes, the keys asked for, and where each key stands."""

    def __init__(self, text: str) -> None:
        self.mistakes: list[Mistake] = []
        self.asked: set[str] = set()
        self._lines = _line_of_each_key(text)

    def add(self, path: str, message: str, **facts: Fact) -> None:
        """Note a mistake at a key path."""
        self.mistakes.append(Mistake(path, self._line(path), say(message, **facts)))

    def _line(self, path: str) -> int | None:
        """The line of the key, or of the nearest table around it."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return None


def line_of(text: str, key: str) -> int | None:
    """The line of a key path such as ``exchange.methods[0].code`` in a text."""
    return _line_of_each_key(text).get(key)


class Table:
    """One table of the file. Ask for each key once, then `close` to report what nobody asked for."""

    def __init__(self, source: Source, values: dict[str, Any], path: str = "") -> None:
        self.source, self.values, self.path = source, values, path
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the file states the key."""
        return key in self.values

    def at(self, key: str) -> str:
        """The path of a key of this table."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, message: str, **facts: Fact) -> None:
        """Note a mistake at a key of this table."""
        self.source.add(self.at(key), message, **facts)

    def _take(self, key: str, required: bool) -> Any:
        self._asked.add(key)
        self.source.asked.add(re.sub(r"\[\d+\]", "[]", self.at(key)))
        if required and key not in self.values:
            self.wrong(key, N_("この項目は必ず書いてください"))
        return self.values.get(key)

    def integer(
        self, key: str, low: int = 1, high: int = LARGEST_NUMBER, required: bool = False
    ) -> int | None:
        """A whole number between `low` and `high`, or None."""
        value = self._take(key, required)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            expected = N_("%(low)sから%(high)sまでの整数を書いてください")
            self.wrong(key, expected, low=low, high=high)
            return None
        return value

    def number(self, key: str, default: int, low: int = 1, high: int = LARGEST_NUMBER) -> int:
        """A whole number between `low` and `high`, or the default."""
        value = self.integer(key, low, high)
        return default if value is None else value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._take(key, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, N_("true か false を書いてください"))
            return default
        return value

    def text(self, key: str, required: bool = False, longest: int = 200) -> str:
        """A line of text; empty when missing."""
        value = self._take(key, required)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            self.wrong(
                key, N_("%(longest)s字までの文字を引用符に入れて書いてください"), longest=longest
            )
            return ""
        return value

    def code(self, key: str, longest: int = 40) -> str:
        """A code: small letters, digits, - and _."""
        value = self._take(key, required=True)
        if value is None:
            return ""
        if not isinstance(value, str) or not CODE.fullmatch(value) or len(value) > longest:
            expected = N_("英小文字・数字・-・_ で%(longest)s字までの符号を書いてください")
            self.wrong(key, expected, longest=longest)
            return ""
        return value

    def texts(self, key: str, required: bool = False) -> tuple[str, ...]:
        """A list of different texts."""
        value = self._take(key, required)
        if value is None:
            return ()
        if not _is_list_of_texts(value) or (required and not value):
            self.wrong(key, N_('文字のリストを書いてください（例: ["a", "b"]）'))
            return ()
        if len(set(value)) != len(value):
            self.wrong(key, N_("同じものが2回書かれています"))
        return tuple(value)

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        """One of the words of an enum; without a default it is required."""
        value = self._take(key, required=default is None)
        fallback = default or next(iter(kind))
        if value is None:
            return fallback
        return self._one_of(key, kind, value) or fallback

    def choices(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """A list of words of an enum."""
        found = (self._one_of(key, kind, value) for value in self.texts(key))
        return tuple(word for word in found if word is not None)

    def _one_of(self, key: str, kind: type[E], value: object) -> E | None:
        words = {word.value: word for word in kind}
        if isinstance(value, str) and value in words:
            return words[value]
        self.wrong(key, N_("次のどれかを書いてください: %(words)s"), words=", ".join(words))
        return None

    def day(self, key: str, required: bool = False) -> date | None:
        """A TOML date without quotes."""
        value = self._take(key, required)
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            self.wrong(key, N_("日付を引用符なしで書いてください（例: 2026-04-01）"))
            return None
        if not FIRST_DAY <= value <= LAST_DAY:
            self.wrong(key, N_("1900年から2200年までの日付を書いてください"))
            return None
        return value

    def month_day(self, key: str, required: bool = False) -> MonthDay | None:
        """A day of every year, written "04-01"."""
        value = self._take(key, required)
        if value is None:
            return None
        found = _month_day(value)
        if found is None:
            self.wrong(key, N_('月と日を "04-01" のように書いてください'))
        return found

    def table(self, key: str) -> "Table":
        """The table under a key; an empty one when the file has none."""
        value = self._take(key, required=False)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, N_("[%(name)s] という見出しの表にしてください"), name=self.at(key))
            value = None
        return Table(self.source, value or {}, self.at(key))

    def tables(
        self, key: str, read: Callable[["Table"], T], required: bool = False
    ) -> tuple[T, ...]:
        """Each table of a list, read by `read` and closed."""
        value = self._take(key, required)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.wrong(key, N_("[[%(name)s]] という見出しの表を並べてください"), name=self.at(key))
            return ()
        if required and not value:
            self.wrong(key, N_("少なくとも1つ書いてください"))
        rows = (Table(self.source, row, f"{self.at(key)}[{i}]") for i, row in enumerate(value))
        return tuple(_read_and_close(row, read) for row in rows)

    def close(self) -> None:
        """Report every key that nobody asked for."""
        for key in self.values:
            if key not in self._asked:
                self._report_unknown(key)

    def _report_unknown(self, key: str) -> None:
        near = difflib.get_close_matches(key, sorted(self._asked), n=1)
        if near:
            self.wrong(key, N_("この項目はありません。%(near)s のことですか"), near=near[0])
        else:
            known = ", ".join(sorted(self._asked))
            self.wrong(key, N_("この項目はありません。書けるもの: %(known)s"), known=known)


def _read_and_close(table: Table, read: Callable[[Table], T]) -> T:
    result = read(table)
    table.close()
    return result


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


def _month_day(value: object) -> MonthDay | None:
    found = MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    month, day = int(found[1]), int(found[2])
    try:
        date(2024, month, day)
    except ValueError:
        return None
    return MonthDay(month, day)


def load_toml(text: str) -> tuple[dict[str, Any], Sequence[Mistake]]:
    """The values of a TOML text, or the one mistake that keeps it from being read."""
    if len(text) > LARGEST_FILE:
        too_long = say(N_("ファイルが大きすぎます（%(limit)s字まで）"), limit=LARGEST_FILE)
        return {}, [Mistake("", None, too_long)]
    try:
        return tomllib.loads(text.removeprefix("\ufeff")), []
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        found = _POSITION.search(str(error))
        detail = _POSITION.sub("", str(error)).strip()
        wording = say(N_("TOMLとして読めません（%(detail)s）"), detail=detail)
        return {}, [Mistake("", int(found[1]) if found else None, wording)]
    except RecursionError:
        return {}, [Mistake("", None, say(N_("かっこの入れ子が深すぎます")))]


def _line_of_each_key(text: str) -> dict[str, int]:
    """Where each key stands; best effort, because tomllib does not tell."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            prefix = _numbered(header[2], header[1] == "[[", counts)
            lines.setdefault(prefix, number)
            lines.setdefault(re.sub(r"\[\d+\]$", "", prefix), number)
        elif key := _KEY.match(line):
            lines.setdefault(f"{prefix}.{key[1]}" if prefix else key[1], number)
    return lines


def _numbered(name: str, is_row: bool, counts: dict[str, int]) -> str:
    """The path of a header, with the number of the row for every list of tables on the way."""
    path = ""
    parts = name.split(".")
    for depth, part in enumerate(parts):
        path = f"{path}.{part}" if path else part
        if is_row and depth == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path
