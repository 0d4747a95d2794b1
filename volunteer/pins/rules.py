"""Which digits may be a PIN. Pure."""

from collections.abc import Iterable
from datetime import date

from volunteer.core.codes import normalise_digits

DIGITS_MIN, DIGITS_MAX = 4, 6
TRIES_MAX = 5
_RUNS = ("01234567890", "98765432109", "2580", "0852", "147", "369", "258")
_ERAS = (1867, 1911, 1925, 1988, 2018)
"""The year before the first one of 明治 to 令和."""


def read_pin(typed: str) -> str:
    """What was typed as ASCII digits; "" when it is no PIN."""
    digits = normalise_digits(typed)
    ok = digits.isascii() and digits.isdecimal() and DIGITS_MIN <= len(digits) <= DIGITS_MAX
    return digits if ok else ""


def is_easy(pin: str, birth_on: date, own_digits: Iterable[str] = ()) -> bool:
    """Whether somebody who finds the card would try it first: a run, a repetition, the birth date, an own number."""
    return (
        any(pin in run for run in _RUNS)
        or _repeats(pin)
        or pin in _birthdays(birth_on)
        or any(digits and digits.endswith(pin) for digits in own_digits)
    )


def _repeats(pin: str) -> bool:
    """0000, 1212, 123123, 1122."""
    pieces = (pin[:size] for size in (1, 2, 3) if len(pin) % size == 0 and size < len(pin))
    pairs = len(pin) % 2 == 0 and all(pin[at] == pin[at + 1] for at in range(0, len(pin), 2))
    return pairs or any(piece * (len(pin) // len(piece)) == pin for piece in pieces)


def _birthdays(day: date) -> set[str]:
    """The ways to write a birth date with four to six digits, also in Japanese years."""
    month_day, plain = f"{day:%m%d}", f"{day.month}{day.day}"
    years = {f"{day:%Y}", f"{day:%y}"}
    years |= {f"{day.year - before:02d}" for before in _ERAS if 0 < day.year - before < 65}
    dates = {month_day, f"{day:%d%m}", f"{day:%Y}", plain}
    for year in years:
        dates |= {year + month_day, month_day + year, year + plain, plain + year}
        dates |= {f"{year}{day:%m}", f"{year}{day.month}"}
    return {one for one in dates if DIGITS_MIN <= len(one) <= DIGITS_MAX}
