"""Months later: the two ways in which schemes count them."""

from calendar import monthrange
from datetime import date


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day where it has none."""
    year, month = _month(day, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def end_of_month(day: date, months: int = 0) -> date:
    """The last day of the month which is `months` after the month of `day`."""
    year, month = _month(day, months)
    return date(year, month, monthrange(year, month)[1])


def _month(day: date, months: int) -> tuple[int, int]:
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1
