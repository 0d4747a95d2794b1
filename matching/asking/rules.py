"""When a wave ends, and what an ask has come to. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

ANSWER_HOURS = (6, 24, 48)
"""How long a wave may wait; the first is for days of need."""
TARGETS_PERMILLE = (800, 900, 950)
LEAVES = timedelta(hours=2)
"""An answer must come at least so long before the shift begins."""
CAP_DAYS = timedelta(days=7)


class Outcome(StrEnum):
    """What somebody who was asked finds on the page of the link."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    FILLED = "filled"
    LAPSED = "lapsed"
    CALLED_OFF = "called_off"
    BEGUN = "begun"
    OVER = "over"
    """For any other reason; nothing is to be done."""


def answer_by(now: datetime, hours: int, starts_at: datetime) -> datetime:
    """Until when a wave waits: so many hours, or until two hours before the start, or the start itself."""
    latest = starts_at - LEAVES
    return min(now + timedelta(hours=hours), latest if latest > now else starts_at)
