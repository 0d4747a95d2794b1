"""Short codes on a printed name list: two digits say which row, the third is a check. Pure.

A row is numbered by the place of its participation among all participations of the shift, whatever became of them.
Participations are only added, so the number of a row stays the same whoever is printed, and whenever. Digits only:
they are typed on the number pad, also while a Japanese keyboard is on. The check is Damm's over the number of the
shift and of the row: one wrong digit and two swapped ones are always found, the sheet of another shift nearly always.
"""

import unicodedata
from collections.abc import Iterable

DIGITS = 3
LONGEST = 5

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def short_code(shift_id: int, place: int) -> str:
    """The code of the row in this place (from 1): three digits up to 99 rows, four up to 999."""
    if place < 1:
        raise ValueError("the first row is 1")
    return f"{place * 10 + _check(shift_id, place):0{DIGITS}}"


def _check(shift_id: int, place: int) -> int:
    interim = 0
    for digit in f"{shift_id}{place:03}":
        interim = int(_DAMM[interim][int(digit)])
    return interim


def short_codes(shift_id: int, participation_ids: Iterable[int]) -> dict[int, str]:
    """participation → code. Give it *all* participations of the shift, also those that were withdrawn."""
    ordered = enumerate(sorted(participation_ids), 1)
    return {participation_id: short_code(shift_id, place) for place, participation_id in ordered}


def looks_like_one(text: str) -> bool:
    """Whether something typed may be a short code: digits only, in any width, and not too many."""
    typed = _plain(text)
    return typed.isdecimal() and len(typed) <= LONGEST


def read_short_code(shift_id: int, text: str) -> int | None:
    """The place of the row that was typed (leading zeros may be missing); None when the check is wrong."""
    typed = _plain(text)
    if not typed.isdecimal() or len(typed) > LONGEST:
        return None
    place, check = divmod(int(typed), 10)
    return place if place >= 1 and _check(shift_id, place) == check else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
