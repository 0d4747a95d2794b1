"""When a wave ends, and what an ask has come to. Pure."""

from datetime import datetime, time, timedelta
from enum import StrEnum

ANSWER_HOURS = (6, 24, 48)
"""How long a wave may wait; the first is for days of need."""
TARGETS_PERMILLE = (800, 900, 950)
LEAVES = timedelta(hours=2)
"""An answer must come at least so long before the shift begins."""
MORNING, NIGHT = time(7), time(21)
"""Between them, in Japan, the next wave may go out by itself: a telephone that rings at night wakes somebody."""
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
    """Until when a wave waits: so many hours, or until two hours before the start, or the start itself.

    What would end at night ends in the morning, if that is early enough for the shift; both moments on the wall clock
    of the town.
    """
    latest = starts_at - LEAVES
    latest = latest if latest > now else starts_at
    until = min(now + timedelta(hours=hours), latest)
    morning = _morning(until)
    return morning if morning <= latest else until


def _morning(moment: datetime) -> datetime:
    """The moment itself by day, the end of the night otherwise."""
    if MORNING <= moment.time() < NIGHT:
        return moment
    day = moment.date() + timedelta(days=int(moment.time() >= NIGHT))
    return datetime.combine(day, MORNING, moment.tzinfo)
