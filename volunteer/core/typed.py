"""What people type, read as what they mean: half and full width, kana, hyphens, eras. Pure.

Each reader returns the value in its one stored form or raises `Unreadable` with a short reason; the words for the
person stand in `fields`.
"""

import re
import unicodedata
from datetime import date, time

from volunteer.core import wareki

_HALF_KATAKANA = re.compile("[\uff61-\uff9f]+")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_LONG_MARKS = re.compile("(?<=[ァ-ヺー])[-‐‑‒–—―−ｰ~〜]")
_KATAKANA = re.compile("[ァ-ヺー・ヽヾ ]+")
_HYPHENS = re.compile(r"[-‐‑‒–—―−ーｰ()（）\s.・]")
_NOT_IN_ADDRESS = frozenset(' ,;<>()"\\[]')

_ERA_LETTERS = {era.letter: era.name for era in wareki.ERAS}
_ERAS = "|".join([*(era.name for era in wareki.ERAS), *_ERA_LETTERS])
_DATE = re.compile(
    rf"(?:(?:(?P<era>{_ERAS})\s*)?(?P<year>\d{{1,4}}|元)\s*(?:年|[-/.])\s*)?"
    r"(?P<month>\d{1,2})\s*(?:月|[-/.])\s*(?P<day>\d{1,2})\s*日?\s*(?:[(（].[)）])?"
)
_TIME = re.compile(
    r"(?P<half>午前|午後|AM|PM|A\.M\.|P\.M\.)?\s*(?P<hour>\d{1,2})\s*"
    r"(?:[:.時]\s*(?:(?P<minute>\d{1,2})\s*分?|(?P<thirty>半))?)?",
    re.IGNORECASE,
)


class Unreadable(ValueError):
    """What was typed cannot be meant; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def one_line(text: str) -> str:
    """Typed text without control characters, outer spaces and doubled spaces. Kanji stay exactly as typed."""
    folded = _HALF_KATAKANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return " ".join(_CONTROL.sub("", folded).split())


def several_lines(text: str) -> str:
    """The same for text of several lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_CONTROL.sub("", line).rstrip() for line in lines).strip()


def half_width(text: str) -> str:
    """Half-width digits, letters and signs, spaces trimmed."""
    return " ".join(unicodedata.normalize("NFKC", _CONTROL.sub("", text)).split())


def to_katakana(text: str) -> str:
    """Hiragana, katakana and half-width katakana as full-width katakana; everything else unchanged."""
    return "".join(
        chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" or sign in "ゝゞ" else sign
        for sign in half_width(text)
    )


def to_hiragana(text: str) -> str:
    """The same reading in hiragana."""
    return "".join(
        chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" or sign in "ヽヾ" else sign
        for sign in to_katakana(text)
    )


def read_kana(text: str) -> str:
    """A name's reading in full-width katakana. Reason: `not_kana`."""
    kana = _LONG_MARKS.sub("ー", to_katakana(text))
    if not _KATAKANA.fullmatch(kana):
        raise Unreadable("not_kana")
    return kana


def read_telephone(text: str) -> str:
    """Ten or eleven digits beginning with 0, without hyphens. Reasons: `letters`, `first`, `short`, `long`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.startswith("+81"):
        rest = plain.removeprefix("+81").replace("(0)", "")
        plain = "0" + _HYPHENS.sub("", rest).removeprefix("0")
    digits = _HYPHENS.sub("", plain)
    if not (digits.isascii() and digits.isdigit()):
        raise Unreadable("letters")
    if not digits.startswith("0"):
        raise Unreadable("first")
    if len(digits) not in (10, 11):
        raise Unreadable("short" if len(digits) < 10 else "long")
    return digits


def read_postcode(text: str) -> str:
    """Seven digits as 047-0001. Reason: `digits`."""
    digits = _HYPHENS.sub("", unicodedata.normalize("NFKC", text).replace("〒", ""))
    if not (len(digits) == 7 and digits.isascii() and digits.isdigit()):
        raise Unreadable("digits")
    return f"{digits[:3]}-{digits[3:]}"


def read_email(text: str) -> str:
    """An address: one @, something before it, a domain after it in small letters.

    Loose on purpose: old mobile phone addresses with two dots in a row or a dot before the @ are real.
    Reasons: `at`, `local`, `domain`, `signs`.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if plain.count("@") != 1:
        raise Unreadable("at")
    local, domain = plain.split("@")
    if not plain.isascii() or set(plain) & _NOT_IN_ADDRESS or not plain.isprintable():
        raise Unreadable("signs")
    if not local:
        raise Unreadable("local")
    labels = domain.lower().split(".")
    if len(labels) < 2 or not all(
        re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", one) for one in labels
    ):
        raise Unreadable("domain")
    return f"{local}@{domain.lower()}"


def read_integer(text: str) -> int:
    """A whole number: full width, thousands separated, a unit of the field left out. Reason: `number`."""
    plain = half_width(text).replace(",", "").replace("、", "").replace(" ", "")
    if not re.fullmatch(r"[-+]?[0-9]{1,12}", plain):
        raise Unreadable("number")
    return int(plain)


def read_date(text: str, today: date, *, prefer_past: bool = False) -> date:
    """11/21, 11月21日, 2026-11-21, 令和8年11月21日, R8.11.21, 20261121.

    Without a year: the next such day from `today` on (the last one with `prefer_past`). A year under 100 without an
    era is refused, because nobody can tell which is meant. Reasons: `date`, `no_such_day`, `outside_era`, `era`.
    """
    plain = half_width(text).upper()
    if re.fullmatch(r"\d{8}", plain):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    found = _DATE.fullmatch(plain)
    if not found:
        raise Unreadable("date")
    month, day = int(found["month"]), int(found["day"])
    if found["year"] is None:
        return _nearest(today, month, day, prefer_past=prefer_past)
    era = _ERA_LETTERS.get(found["era"], found["era"]) if found["era"] else wareki.WESTERN
    year = wareki.read_year(found["year"])
    if era == wareki.WESTERN and year < 100:
        raise Unreadable("era")
    try:
        return wareki.from_era(era, year, month, day)
    except wareki.NoSuchDate as error:
        raise Unreadable(error.reason) from error


def _nearest(today: date, month: int, day: int, *, prefer_past: bool) -> date:
    step = -1 if prefer_past else 1
    for year in range(today.year, today.year + step * 9, step):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if (found <= today) if prefer_past else (found >= today):
            return found
    raise Unreadable("no_such_day")


def read_time(text: str) -> time:
    """9:30, 9時半, 9時, 9.30, 930, 午後1時30分. Reasons: `time`, `no_such_time`."""
    plain = half_width(text)
    if re.fullmatch(r"\d{3,4}", plain):
        plain = f"{plain[:-2]}:{plain[-2:]}"
    found = _TIME.fullmatch(plain)
    if not found:
        raise Unreadable("time")
    hour = int(found["hour"])
    minute = 30 if found["thirty"] else int(found["minute"] or 0)
    half = (found["half"] or "").upper()[:2]
    if half in ("午後", "PM", "P.") and hour < 12:
        hour += 12
    elif half in ("午前", "AM", "A.") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        raise Unreadable("no_such_time")
    return time(hour, minute)
