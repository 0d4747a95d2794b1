"""Pure decisions about help requests: days of a weekly repeat, when an address is shown, what is still missing."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

REPEATS_MAX = 26
"""A weekly repeat covers half a year at most; more is a new help request."""

SEATS_MAX = 200
HOURS_MAX = 12
SHIFTS_MAX = 60

PLACE_OPENS_AT = time(17)
"""The exact place is shown from the evening before (safety-and-speed.md); the evening begins at 17:00."""

PLACE_STAYS = timedelta(hours=12)
"""… until after: half a day, so that things left behind can be fetched."""


def repeated_days(first: date, times: int) -> list[date]:
    """`first` and the same weekday of the following weeks, `times` days in all (1 to REPEATS_MAX)."""
    if not 1 <= times <= REPEATS_MAX:
        raise ValueError("too many repeats")
    return [first + timedelta(weeks=week) for week in range(times)]


def place_opens_on(starts_on: date) -> tuple[date, time]:
    """The Japanese day and time from which accepted people see the exact place."""
    return starts_on - timedelta(days=1), PLACE_OPENS_AT


def place_is_open(now: datetime, opens_at: datetime, ends_at: datetime) -> bool:
    """Whether an accepted person sees the exact place now."""
    return opens_at <= now < ends_at + PLACE_STAYS


def minutes_between(start: time, end: time) -> int:
    """From one time to another of the same day; negative when `end` is earlier."""
    return (end.hour * 60 + end.minute) - (start.hour * 60 + start.minute)


def missing_steps(
    answers: Mapping[str, Any], shift_count: int, *, is_paid: bool = False
) -> list[str]:
    """The steps of the wizard that still lack something needed, in order."""
    needed = {
        "what": bool(answers["title"] and answers["description"]),
        "pay": not is_paid or answers["is_employment"] is False,
        "when": shift_count > 0,
        "where": bool(answers["public_place"] and answers["exact_place"]),
        "contact": bool(answers["contact_name"] and answers["contact_telephone"]),
    }
    return [step for step, is_there in needed.items() if not is_there]
