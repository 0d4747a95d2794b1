"""Tables as CSV for Excel, safe to open, and file names that every browser understands."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from volunteer.core.clock import to_tokyo

BOM = "\ufeff"
"""Without it Excel reads UTF-8 as Shift_JIS."""

Cell = str | int | float | Decimal | date | datetime | None

_STARTS_FORMULA = frozenset("=+-@\t\r\n")
_NAME_LONGEST = 120
_ENDING_LONGEST = 10
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')
_RESERVED = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))]
)


def guard_text(text: str) -> str:
    """`text` so that a spreadsheet shows it instead of computing it: a quote in front where it looks like a formula.

    Full-width ＝＋－＠ and their small forms count too, also behind spaces and invisible signs (ASVS 5.0 1.2.10).
    """
    plain = text.replace("\x00", "")
    first = plain[:1]
    seen = next((s for s in plain if not s.isspace() and unicodedata.category(s) != "Cf"), "")
    looks = first in _STARTS_FORMULA or unicodedata.normalize("NFKC", seen)[:1] in _STARTS_FORMULA
    return "'" + plain if plain and looks else plain


def cell(value: Cell) -> str:
    """One value as written: numbers bare (a minus stays a minus), days as 2026-11-21, moments in Japanese time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        raise TypeError("write a word for yes or no")
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return to_tokyo(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return guard_text(str(value))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The table line by line, the first with the mark that makes Excel read UTF-8. Nothing is held in memory."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([cell(value) for value in header])
    yield BOM + buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([cell(value) for value in row])
        yield buffer.getvalue()


def safe_file_name(name: str, otherwise: str = "download") -> str:
    """A file name without paths, control or direction signs, reserved words or excessive length; the ending stays."""
    plain = unicodedata.normalize("NFC", name)
    kept = "".join(
        "_" if s in _NOT_IN_NAMES else s for s in plain if unicodedata.category(s)[0] != "C"
    )
    whole = " ".join(kept.split()).strip(" .")
    stem, ending = _split_ending(whole)
    stem = stem.rstrip(" .") or otherwise
    if stem.split(".")[0].upper() in _RESERVED:
        stem = "_" + stem
    return stem[: _NAME_LONGEST - len(ending)] + ending


def _split_ending(name: str) -> tuple[str, str]:
    """("list", ".csv"); the ending is empty unless it looks like one."""
    stem, dot, ending = name.rpartition(".")
    if dot and ending.isascii() and ending.isalnum() and len(ending) <= _ENDING_LONGEST:
        return stem, dot + ending
    return name, ""


def content_disposition(name: str) -> str:
    """The header that makes a browser save the answer under `name` (RFC 6266, with an ASCII twin for old ones)."""
    safe = safe_file_name(name)
    stem, ending = _split_ending(safe)
    bare = stem.encode("ascii", "ignore").decode()
    if bare != stem:
        bare = bare.strip(" ._-") or "download"
    plain = bare + ending
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def csv_headers(name: str) -> dict[str, str]:
    """Headers of a CSV answer saved under `name`."""
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": content_disposition(name),
        "Cache-Control": "no-store",
    }
