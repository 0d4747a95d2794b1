"""An independent reader and checker of 総合振込 files: bytes in, findings out.

It shares no code with the generator and is written from the published layout alone: its own table
of fields, its own character set, its own calendar. Findings of level "error" mean a bank would
refuse the file or pay wrongly; "warn" asks a person to look.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import jpholiday

SIZE = 120
# kind of record -> fields: name, first and last position (from 1), form:
# N digits, C text, S spaces, H the unused clearing house
LAYOUT: dict[str, tuple[tuple[str, int, int, str], ...]] = {
    "1": (
        ("kind", 1, 1, "N"),
        ("service", 2, 3, "N"),
        ("code_kind", 4, 4, "N"),
        ("originator_code", 5, 14, "N"),
        ("originator_name", 15, 54, "C"),
        ("month_day", 55, 58, "N"),
        ("bank", 59, 62, "N"),
        ("bank_name", 63, 77, "C"),
        ("branch", 78, 80, "N"),
        ("branch_name", 81, 95, "C"),
        ("account_type", 96, 96, "N"),
        ("account_number", 97, 103, "N"),
        ("filler", 104, 120, "S"),
    ),
    "2": (
        ("kind", 1, 1, "N"),
        ("bank", 2, 5, "N"),
        ("bank_name", 6, 20, "C"),
        ("branch", 21, 23, "N"),
        ("branch_name", 24, 38, "C"),
        ("clearing_house", 39, 42, "H"),
        ("account_type", 43, 43, "N"),
        ("account_number", 44, 50, "N"),
        ("name", 51, 80, "C"),
        ("amount", 81, 90, "N"),
        ("change_mark", 91, 91, "N"),
        ("customer_1", 92, 101, "N"),
        ("customer_2", 102, 111, "N"),
        ("transfer_kind", 112, 112, "N"),
        ("mark", 113, 113, "S"),
        ("filler", 114, 120, "S"),
    ),
    "8": (
        ("kind", 1, 1, "N"),
        ("count", 2, 7, "N"),
        ("total", 8, 19, "N"),
        ("filler", 20, 120, "S"),
    ),
    "9": (("kind", 1, 1, "N"), ("filler", 2, 120, "S")),
}
VOICED, HALF_VOICED, WO = 0xDE, 0xDF, 0xA6
_DIGITS = frozenset(range(0x30, 0x3A))
_CAPITALS = frozenset(range(0x41, 0x5B))
_KANA = frozenset(range(0xB1, 0xE0))  # ｱ to ﾟ: without ｡｢｣､･ (A1-A5), small letters (A7-AF), ｰ (B0)
_VOICEABLE = frozenset([0xB3, *range(0xB6, 0xC5), *range(0xCA, 0xCF)])
_HALF_VOICEABLE = frozenset(range(0xCA, 0xCF))
Record = dict[str, bytes]


@dataclass(frozen=True)
class Finding:
    """What is wrong in which record (from 1; 0 is the file as a whole)."""

    level: str
    code: str
    record: int = 0


@dataclass(frozen=True)
class Expected:
    """What the ledger knows of the batch, and what this bank accepts; None is not compared."""

    transfer_date: date | None = None
    today: date | None = None
    count: int | None = None
    total_yen: int | None = None
    clearing_house: str | None = None
    wo_allowed: bool = False
    symbols: bytes = b"()-."


class Unreadable(Exception):
    """The bytes do not divide into records."""


def errors(data: bytes, expected: Expected | None = None) -> list[str]:
    """The codes of all findings of level "error", none if the file is good."""
    return [finding.code for finding in check(data, expected) if finding.level == "error"]


def check(data: bytes, expected: Expected | None = None) -> list[Finding]:
    """Everything that is wrong with a file."""
    wanted = expected or Expected()
    try:
        raw = split(data)
    except Unreadable as problem:
        return [Finding("error", str(problem))]
    findings = list(_sequence(raw))
    if findings:
        return findings
    records = [fields(record) for record in raw]
    for number, record in enumerate(records, start=1):
        for code in (*_field_forms(record, wanted), *_values(record)):
            findings.append(Finding("error", code, number))
    if findings:
        return findings
    return [*_sums(records, wanted), *_dates(records[0], wanted), *_questions(records)]


def split(data: bytes) -> list[bytes]:
    """The records without separators. One final 0x1A is tolerated, lone CR or LF never."""
    body = data[:-1] if data.endswith(b"\x1a") else data
    if not body:
        raise Unreadable("empty")
    step = SIZE + 2
    if len(body) % step == 0 and all(
        body[at + SIZE : at + step] == b"\r\n" for at in range(0, len(body), step)
    ):
        records = [body[at : at + SIZE] for at in range(0, len(body), step)]
    elif len(body) % SIZE == 0:
        records = [body[at : at + SIZE] for at in range(0, len(body), SIZE)]
    else:
        raise Unreadable("length")
    if any(b"\r" in record or b"\n" in record for record in records):
        raise Unreadable("separator")
    return records


def fields(record: bytes) -> Record:
    """One record by the names of its fields."""
    layout = LAYOUT[chr(record[0])]
    return {name: record[first - 1 : last] for name, first, last, _ in layout}


def read_payments(data: bytes) -> list[dict[str, str | int]]:
    """The payments as a bank would read them, for comparison with what was meant."""
    return [
        {
            "id": int(record["customer_1"]),
            "bank": record["bank"].decode("ascii"),
            "branch": record["branch"].decode("ascii"),
            "account_type": record["account_type"].decode("ascii"),
            "account_number": record["account_number"].decode("ascii"),
            "name": record["name"].decode("shift_jis").rstrip(" "),
            "amount_yen": int(record["amount"]),
        }
        for record in map(fields, split(data))
        if record["kind"] == b"2"
    ]


def _sequence(raw: list[bytes]) -> Iterator[Finding]:
    kinds = b"".join(record[:1] for record in raw)
    middle = kinds[1:-2]
    good = kinds[:1] == b"1" and kinds[-2:] == b"89" and len(middle) > 0 and not middle.strip(b"2")
    if not good:
        yield Finding("error", "sequence")


def _field_forms(record: Record, wanted: Expected) -> Iterator[str]:
    for name, _, _, form in LAYOUT[record["kind"].decode("ascii")]:
        value = record[name]
        if form == "N" and not _DIGITS.issuperset(value):
            yield f"digits:{name}"
        elif form == "S" and value.strip(b" "):
            yield f"spaces:{name}"
        elif form == "H" and not _clearing_house_good(value, wanted):
            yield f"clearing_house:{name}"
        elif form == "C":
            yield from (f"{problem}:{name}" for problem in _text(value, wanted))


def _clearing_house_good(value: bytes, wanted: Expected) -> bool:
    forms = {"zeros": b"0000", "spaces": b"    "}
    if wanted.clearing_house is None:
        return value in forms.values()
    return value == forms[wanted.clearing_house]


def _text(value: bytes, wanted: Expected) -> Iterator[str]:
    allowed = _DIGITS | _CAPITALS | _KANA | frozenset(wanted.symbols) | {0x20}
    if wanted.wo_allowed:
        allowed |= {WO}
    if not allowed.issuperset(value):
        yield "letter"
    if value.strip(b" ") and value.startswith(b" "):
        yield "leading_space"
    for before, letter in zip(b" " + value, value, strict=False):
        if letter == VOICED and before not in _VOICEABLE:
            yield "voiced_mark"
        if letter == HALF_VOICED and before not in _HALF_VOICEABLE:
            yield "half_voiced_mark"


def _values(record: Record) -> Iterator[str]:
    kind = record["kind"]
    if kind == b"1":
        yield from _header_values(record)
    elif kind == b"2":
        yield from _payment_values(record)


def _header_values(record: Record) -> Iterator[str]:
    if record["service"] != b"21":
        yield "service"
    if record["code_kind"] != b"0":
        yield "code_kind"
    if record["account_type"] not in (b"1", b"2", b"9"):
        yield "account_type"
    if not record["originator_name"].strip():
        yield "name_missing"
    yield from _zero_codes(record)


def _payment_values(record: Record) -> Iterator[str]:
    if record["account_type"] not in (b"1", b"2", b"4", b"9"):
        yield "account_type"
    if record["change_mark"] not in (b"0", b"1", b"2"):
        yield "change_mark"
    if record["transfer_kind"] not in (b"7", b"8"):
        yield "transfer_kind"
    if not record["name"].strip():
        yield "name_missing"
    if not record["amount"].strip(b"0"):
        yield "amount_zero"
    if not record["customer_1"].strip(b"0"):
        yield "customer_missing"
    if record["customer_2"].strip(b"0"):
        yield "customer_2_used"
    yield from _zero_codes(record)


def _zero_codes(record: Record) -> Iterator[str]:
    if record["bank"] == b"0000":
        yield "bank_zero"
    if record["account_number"] == b"0000000":
        yield "account_zero"


def _sums(records: list[Record], wanted: Expected) -> Iterator[Finding]:
    payments, trailer = records[1:-2], records[-2]
    total = sum(int(record["amount"]) for record in payments)
    if int(trailer["count"]) != len(payments):
        yield Finding("error", "count")
    if int(trailer["total"]) != total:
        yield Finding("error", "total")
    if wanted.count is not None and wanted.count != len(payments):
        yield Finding("error", "count_of_ledger")
    if wanted.total_yen is not None and wanted.total_yen != total:
        yield Finding("error", "total_of_ledger")
    ids = [record["customer_1"] for record in payments]
    if len(set(ids)) != len(ids):
        yield Finding("error", "customer_twice")


def _dates(header: Record, wanted: Expected) -> Iterator[Finding]:
    month, day = int(header["month_day"][:2]), int(header["month_day"][2:])
    year = wanted.transfer_date.year if wanted.transfer_date else 2028  # a leap year
    try:
        written = date(year, month, day)
    except ValueError:
        yield Finding("error", "no_such_date")
        return
    if wanted.transfer_date is None:
        return
    if written != wanted.transfer_date:
        yield Finding("error", "other_date")
    if not _bank_open(written):
        yield Finding("error", "bank_closed")
    if wanted.today is not None and written < wanted.today:
        yield Finding("error", "date_past")


def _bank_open(day: date) -> bool:
    # 31 December is the eve of the first day of a year, the others are its first three days
    eve = (day + timedelta(days=1)).timetuple().tm_yday == 1
    around_new_year = eve or day.timetuple().tm_yday <= 3
    weekend = day.isoweekday() in (6, 7)
    return not (around_new_year or weekend or jpholiday.is_holiday(day))


def _questions(records: list[Record]) -> Iterator[Finding]:
    seen: set[tuple[bytes, ...]] = set()
    for number, record in enumerate(records[1:-2], start=2):
        names = ("bank", "branch", "account_type", "account_number", "amount")
        key = tuple(record[name] for name in names)
        if key in seen:
            yield Finding("warn", "same_account_and_amount", number)
        seen.add(key)
        if record["branch"] == b"000":
            yield Finding("warn", "branch_zero", number)
