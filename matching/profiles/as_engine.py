"""What a person said as the matching engine takes it: weekly windows, exceptions and the pause in its minutes. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from math import cos, radians

from matching.engine.model import Mode, Period, Place
from matching.profiles.rules import DayOff, Said
from matching.profiles.states import TravelMode
from matching.profiles.week import DAY, Window, merge

METRES_A_DEGREE = 111_320
"""Of latitude, and of longitude at the equator (WGS 84, near enough for a town)."""

MODES = {
    TravelMode.WALK: Mode.WALK,
    TravelMode.BICYCLE: Mode.BICYCLE,
    TravelMode.BUS: Mode.BUS,
    TravelMode.CAR: Mode.CAR,
}


def origin_of(day: date) -> date:
    """The Monday of this day's week: day 0 of the engine."""
    return day - timedelta(days=day.weekday())


def mode_of(said: Said) -> Mode:
    """How the person travels; who has not said takes the bus."""
    return MODES[said.travel_mode] if said.travel_mode else Mode.BUS


def week_of(windows: Iterable[Window]) -> tuple[Period, ...] | None:
    """Minutes from Monday 00:00, apart and in order; None when nothing was said."""
    spans = merge((day * DAY + start, day * DAY + end) for day, start, end in windows)
    return tuple(Period(*span) for span in spans) or None


def periods_of(
    days_off: Iterable[DayOff], *, is_free: bool, origin: date, last: date
) -> tuple[Period, ...]:
    """The exceptions of one sort, day by day up to `last`, in minutes from `origin`."""
    spans = [
        (day * DAY + one.span[0], day * DAY + one.span[1])
        for one in days_off
        if one.is_free is is_free
        for day in range((one.from_on - origin).days, (min(one.to_on, last) - origin).days + 1)
    ]
    return tuple(Period(*span) for span in merge(spans))


def paused_until_day(said: Said, origin: date) -> int | None:
    """The day on which the person begins again, counted from `origin`."""
    return None if said.paused_until is None else (said.paused_until - origin).days


def place_of(latitude: float | None, longitude: float | None, height_m: int | None) -> Place | None:
    """A point of the map in the engine's plane; None where it was never measured."""
    if latitude is None or longitude is None:
        return None
    x = round(longitude * METRES_A_DEGREE * cos(radians(round(latitude))))
    return Place(x, round(latitude * METRES_A_DEGREE), height_m or 0)
