"""Until when work must have been paid for, and which work is still unpaid. Pure.

The law on freelance work (特定受託事業者に係る取引の適正化等に関する法律) wants pay within 60 days of the day of the
work, that day counted as the first (専門家に確認). Money leaves a month's earnings from the oldest work on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

PAY_WITHIN = timedelta(days=59)
"""The sixtieth day, the day of the work being the first."""
WARN_AFTER = timedelta(days=45)
"""From then on student and staff are told every week."""


@dataclass(frozen=True, slots=True)
class Earned:
    """What a piece of work earned."""

    charge_id: int
    done_on: date
    yen: int


def last_day(done_on: date) -> date:
    """The last day on which this work may be paid for."""
    return done_on + PAY_WITHIN


def is_due_soon(done_on: date, today: date) -> bool:
    """Whether it is time to warn."""
    return today >= done_on + WARN_AFTER


def is_late(done_on: date, today: date) -> bool:
    """Whether the day has passed."""
    return today > last_day(done_on)


def unpaid_parts(unpaid_yen: int, earned: Sequence[Earned]) -> dict[int, int]:
    """What of one month's earnings is still with the center, by charge: the newest work is paid for last."""
    left, found = unpaid_yen, {}
    for one in sorted(earned, key=lambda one: (one.done_on, one.charge_id), reverse=True):
        part = min(left, one.yen)
        if part > 0:
            found[one.charge_id] = part
            left -= part
    return found
