"""Days on which banks carry out transfers.

Source: 銀行法 15条 and 銀行法施行令 5条: closed on Saturdays, Sundays, national holidays (with
their substitutes) and from 31 December to 3 January. Local holidays of single branches do not
count.
"""

from datetime import date, timedelta

import jpholiday

_YEAR_END = frozenset({(12, 31), (1, 1), (1, 2), (1, 3)})


def is_bank_business_day(day: date) -> bool:
    """Whether banks are open on this date (Asia/Tokyo)."""
    if day.weekday() >= 5 or (day.month, day.day) in _YEAR_END:
        return False
    return not jpholiday.is_holiday(day)


def business_day_on_or_after(day: date) -> date:
    """The day itself if banks are open on it, else the first open day after it."""
    while not is_bank_business_day(day):
        day += timedelta(days=1)
    return day


def next_business_day(day: date) -> date:
    """The first open day after this one, never the day itself."""
    return business_day_on_or_after(day + timedelta(days=1))


def add_business_days(day: date, count: int) -> date:
    """The date `count` open days after this one (count ≥ 0); 0 gives the first open day from it on.

    Banks want a file some open days before the transfer date; this finds the earliest date.
    """
    day = business_day_on_or_after(day)
    for _ in range(count):
        day = next_business_day(day)
    return day
