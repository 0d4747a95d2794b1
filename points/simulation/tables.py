"""A CSV file line by line, of any size. Every mistake names file, line and column."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TextIO

from points.programmes.wording import N_, Wording, say
from points.simulation.cells import BadCell
from points.simulation.mistakes import MOST, FileMistakes, Place

LONGEST_LINE = 20_000
"""Characters. A line that is longer belongs to no table, and is never read whole."""
LONGEST_LINE_BYTES = 4 * LONGEST_LINE
ENCODINGS = ("utf-8", "cp932")
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")

Row = tuple[int, list[str]]
"""The number of its last line, and its cells."""


@dataclass
class CsvTable:
    """One file. Mistakes are collected up to `MOST`; `check` or the next one too many raises them."""

    path: Path
    needed: Sequence[str]
    more: Sequence[str]
    encoding: str = "utf-8"
    mistakes: list[Place] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    """The names in the header, in the order of the file."""
    tell: Callable[[int], None] = lambda _bytes: None
    """Called now and then with the bytes read so far."""

    def rows(self) -> Iterator[Row]:
        """Every row below the header. Raises FileMistakes for what makes the rest unreadable."""
        try:
            with self.path.open(encoding=self._codec, newline="") as stream:
                yield from self._rows(stream)
        except UnicodeDecodeError:
            self._name_bad_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._stop(0, say(N_("ファイルを開けません（%(reason)s）"), reason=reason))

    def wrong(self, line: int, column: str, wording: Wording) -> None:
        """One more mistake. Raises FileMistakes with all when there are many."""
        self.mistakes.append(Place(str(self.path), line, column, wording))
        if len(self.mistakes) >= MOST:
            raise FileMistakes(self.mistakes)

    def check(self) -> None:
        """Raises FileMistakes when there is a mistake."""
        if self.mistakes:
            raise FileMistakes(self.mistakes)

    @property
    def _codec(self) -> str:
        return "utf-8-sig" if self.encoding == "utf-8" else self.encoding

    def _rows(self, stream: TextIO) -> Iterator[Row]:
        reader = csv.reader(self._lines(stream), strict=True)
        try:
            self._read_header(next(reader, None))
            width, count = len(self.columns), 0
            for row in reader:
                if len(row) == width:
                    count += 1
                    yield reader.line_num, row
                elif row:
                    self.wrong(reader.line_num, "", self._width_words(len(row)))
                if not reader.line_num % 10_000:
                    self.tell(stream.buffer.tell())
        except csv.Error as error:
            message = N_("CSVとして読めません（%(reason)s）")
            self._stop(reader.line_num, say(message, reason=str(error)))
        if not count and not self.mistakes:
            self._stop(reader.line_num + 1, say(N_("見出しの下に1行もありません")))

    def _lines(self, stream: TextIO) -> Iterator[str]:
        """The lines of the file as an editor counts them. Raises FileMistakes for one without an end in sight."""
        lines = iter(partial(stream.readline, LONGEST_LINE + len("\r\n")), "")
        for number, line in enumerate(lines, 1):
            if len(line) > LONGEST_LINE and len(line.rstrip("\r\n")) > LONGEST_LINE:
                self._stop(number, _too_long())
            yield line

    def _width_words(self, found: int) -> Wording:
        text = N_("この行には%(found)s列あります。見出しは%(wanted)s列です")
        return say(text, found=found, wanted=len(self.columns))

    def _read_header(self, header: list[str] | None) -> None:
        if not header:
            self._stop(1, say(N_("ファイルが空です")))
        names = [one.strip().lower()[:40] for one in header]
        known = (*self.needed, *self.more)
        for number, one in enumerate(names):
            if one not in known:
                text = N_("この列は知りません。使える列：%(known)s")
                self.wrong(1, one or str(number + 1), say(text, known=" ".join(known)))
            elif one in names[:number]:
                self.wrong(1, one, say(N_("同じ列が2回あります")))
        for one in self.needed:
            if one not in names:
                self.wrong(1, one, say(N_("この列がありません")))
        self.check()
        self.columns = names

    def _stop(self, line: int, wording: Wording) -> NoReturn:
        self.mistakes.append(Place(str(self.path), line, "", wording))
        raise FileMistakes(self.mistakes)

    def _name_bad_bytes(self) -> NoReturn:
        """Find the line again that is not in the expected encoding."""
        with self.path.open("rb") as stream:
            lines = iter(partial(stream.readline, LONGEST_LINE_BYTES), b"")
            for number, raw in enumerate(lines, 1):
                if number == 1 and raw.startswith(UTF_16_MARKS):
                    self._stop(
                        1, say(N_("UTF-16で保存されています。UTF-8で保存しなおしてください"))
                    )
                if len(raw) == LONGEST_LINE_BYTES:
                    self._stop(number, _too_long())
                if not _decodes(raw, self._codec):
                    self._stop(number, self._encoding_words(raw))
        self._stop(0, self._encoding_words(b"\xff"))

    def _encoding_words(self, raw: bytes) -> Wording:
        if self.encoding == "utf-8" and _decodes(raw, "cp932"):
            text = N_(
                "Shift_JISで保存されているようです。--encoding cp932 をつけるか、UTF-8で保存しなおしてください"
            )
            return say(text)
        return say(N_("%(encoding)sの文字として読めません"), encoding=self.encoding)


def _too_long() -> Wording:
    return say(N_("この行は長すぎます（1行は%(most)s字まで）"), most=LONGEST_LINE)


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


class Cells:
    """Reads some columns of a table by name; a column that is not there is an empty cell."""

    def __init__(self, table: CsvTable, readers: dict[str, Callable[[str], Any]]) -> None:
        self.table = table
        self.readers = readers
        self.at = {one: table.columns.index(one) for one in readers if one in table.columns}

    def read(self, line: int, row: Sequence[str]) -> dict[str, Any] | None:
        """The values by column, or None when a cell is wrong, which the table then knows."""
        found, is_good = {}, True
        for column, reader in self.readers.items():
            value = row[self.at[column]].strip() if column in self.at else ""
            try:
                found[column] = reader(value)
            except BadCell as error:
                self.table.wrong(line, column, error.wording)
                is_good = False
        return found if is_good else None
