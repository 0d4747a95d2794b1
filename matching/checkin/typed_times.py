"""Times of day typed for a shift, as moments. Pure.

Nobody types a date: a time means the moment nearest to the plan, on the day of the shift or, around midnight, the day
after. So 0:30 after a shift until 23:30 is the next day, and 8:00 as the end of one from 9:00 is a slip, not a night.
Who came at 23:40 to a shift from 0:00 came the evening before.
"""

from datetime import datetime, time, timedelta

from volunteer.core import clock

COMES_BEFORE = timedelta(hours=2)
"""Nobody comes earlier than this; a time of day further back is one of the day of the shift."""


def real_moments(
    starts_at: datetime, ends_at: datetime, came: time, left: time
) -> tuple[datetime, datetime]:
    """When somebody came and went, by the times typed for a shift planned from `starts_at` to `ends_at`."""
    came_at = _nearest(starts_at, starts_at, came)
    evening_before = came_at - timedelta(days=1)
    if starts_at - evening_before <= COMES_BEFORE:
        came_at = evening_before
    return came_at, _nearest(starts_at, ends_at, left)


def _nearest(starts_at: datetime, planned: datetime, at: time) -> datetime:
    day = clock.to_tokyo(starts_at).date()
    same, next_day = clock.from_tokyo(day, at), clock.from_tokyo(day + timedelta(days=1), at)
    return min(same, next_day, key=lambda one: abs(one - planned))
