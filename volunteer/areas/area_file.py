"""Reads the districts of a town from CSV: `code,name,kana,latitude,longitude,height_m,share`. Strict and pure.

Leading lines that begin with # are the comment; a line whose code is `total` or whose name is 合計 is passed over.
Every mistake is reported at once, each with its line.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from volunteer.core import typed

COLUMNS = ("code", "name", "kana", "latitude", "longitude", "height_m", "share")
NEEDED = COLUMNS[:3]
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
TOTALS = {"total", "合計", "計"}
JAPAN_LATITUDE = (20.0, 46.0)
JAPAN_LONGITUDE = (122.0, 154.0)
HEIGHT_M = (-10, 3800)
SHARES_MAX = 1.005
"""Shares are rounded in the file, so their sum may exceed 1 a little."""
NAME_MAX, KANA_MAX = 40, 80

T = TypeVar("T")


@dataclass(frozen=True)
class AreaLine:
    """One district of the file; degrees, metres, and a share of the population between 0 and 1."""

    code: str
    name: str
    kana: str
    latitude: float | None = None
    longitude: float | None = None
    height_m: int | None = None
    share: float | None = None


class AreaFileError(ValueError):
    """The file cannot be used; `mistakes` says every reason in the order of the lines, which count from 1."""

    def __init__(self, mistakes: list[tuple[int, str]]) -> None:
        self.mistakes = [
            say("%(line)s行目: %(words)s", line=line, words=words)
            for line, words in sorted(mistakes)
        ]
        super().__init__("\n".join(self.mistakes))


def say(message: str, **facts: Any) -> str:
    """The sentence for the operator at the command line, who reads Japanese."""
    return message % facts if facts else message


def decode(data: bytes) -> str:
    """The text of a file as spreadsheets write it: UTF-8, with or without mark, or Shift_JIS."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp932", errors="replace")


def read_areas(text: str) -> tuple[str, list[AreaLine]]:
    """(comment, districts). Raises `AreaFileError` naming every wrong line."""
    lines = text.removeprefix("\ufeff").splitlines()
    head = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    comment = "\n".join(line.lstrip("#").strip() for line in lines[:head])
    reader = csv.reader(io.StringIO("\n".join(lines[head:])))
    columns = [cell.strip().lower() for cell in next(reader, [])]
    _check_columns(columns, head + 1)
    sheet = _Sheet()
    for cells in reader:
        if any(cell.strip() for cell in cells):
            sheet.read(head + reader.line_num, columns, cells)
    sheet.check_all(head + 1)
    if sheet.mistakes:
        raise AreaFileError(sheet.mistakes)
    return comment, sheet.rows


def _check_columns(columns: list[str], line: int) -> None:
    mistakes = [
        (line, say("列 %(name)s がありません", name=name)) for name in NEEDED if name not in columns
    ]
    mistakes += [
        (
            line,
            say(
                "列 %(name)s は使えません。使えるもの：%(known)s",
                name=name,
                known=", ".join(COLUMNS),
            ),
        )
        for name in columns
        if name not in COLUMNS
    ]
    if mistakes:
        raise AreaFileError(mistakes)


class _Sheet:
    """The rows read so far and what was wrong with them."""

    def __init__(self) -> None:
        self.rows: list[AreaLine] = []
        self.mistakes: list[tuple[int, str]] = []
        self.codes: dict[str, int] = {}
        self.names: dict[str, int] = {}

    def wrong(self, line: int, words: str) -> None:
        """Note a mistake."""
        self.mistakes.append((line, words))

    def read(self, line: int, columns: list[str], cells: list[str]) -> None:
        """Take one line; totals are passed over."""
        if len(cells) != len(columns):
            words = say(
                "列の数が %(found)s です。%(wanted)s 必要です",
                found=len(cells),
                wanted=len(columns),
            )
            self.wrong(line, words)
            return
        values = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
        if values["code"].lower() in TOTALS or values["name"] in TOTALS:
            return
        before = len(self.mistakes)
        row = AreaLine(
            code=self._code(line, values["code"]),
            name=self._name(line, values["name"]),
            kana=self._kana(line, values["kana"]),
            latitude=self._number(line, values, "latitude", float, JAPAN_LATITUDE),
            longitude=self._number(line, values, "longitude", float, JAPAN_LONGITUDE),
            height_m=self._number(line, values, "height_m", int, HEIGHT_M),
            share=self._number(line, values, "share", float, (0.0, 1.0)),
        )
        if (row.latitude is None) != (row.longitude is None) and len(self.mistakes) == before:
            self.wrong(line, say("latitude と longitude は、両方書くか、両方空けてください"))
        self.rows.append(row)

    def _code(self, line: int, code: str) -> str:
        if not CODE.fullmatch(code):
            self.wrong(line, say("code は英小文字・数字・-・_ で40字まで書いてください"))
        elif code in self.codes:
            first = self.codes[code]
            self.wrong(
                line, say("code %(code)s は%(first)s行目にもあります", code=code, first=first)
            )
        self.codes.setdefault(code, line)
        return code

    def _name(self, line: int, name: str) -> str:
        if not name or len(name) > NAME_MAX:
            self.wrong(line, say("name（地区の名前）を40字までで書いてください"))
        elif name in self.names:
            first = self.names[name]
            self.wrong(
                line, say("name %(name)s は%(first)s行目にもあります", name=name, first=first)
            )
        self.names.setdefault(name, line)
        return name

    def _kana(self, line: int, kana: str) -> str:
        try:
            reading = typed.to_hiragana(typed.read_kana(kana))
        except typed.Unreadable:
            reading = ""
        if not reading or len(reading) > KANA_MAX:
            self.wrong(line, say("kana（読み）を、ひらがなで書いてください"))
        return reading

    def _number(
        self,
        line: int,
        values: dict[str, str],
        name: str,
        kind: Callable[[str], T],
        bounds: tuple[Any, Any],
    ) -> T | None:
        text = values.get(name, "")
        if not text:
            return None
        try:
            number: Any = kind(typed.half_width(text))
        except ValueError:
            number = None
        if number is None or not bounds[0] <= number <= bounds[1]:
            words = say(
                "%(name)s は%(low)sから%(high)sまでの数です（いま「%(text)s」）",
                name=name,
                low=bounds[0],
                high=bounds[1],
                text=text[:20],
            )
            self.wrong(line, words)
            return None
        return number  # type: ignore[no-any-return]

    def check_all(self, head: int) -> None:
        """What concerns the file as a whole."""
        if not self.rows and not self.mistakes:
            self.wrong(head, say("地区が1つもありません"))
        total = sum(row.share or 0 for row in self.rows)
        if total > SHARES_MAX:
            self.wrong(
                head,
                say("share の合計が %(total)s です。1 までにしてください", total=f"{total:.3f}"),
            )
