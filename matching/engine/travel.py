"""How long somebody is under way, one way, in whole minutes: an estimate simple enough to be checked by hand.

    street  = floor(straight line in metres) × 13 div 10
    moving  = ceil(street / metres a minute) + ceil(climb / metres of climb a minute), the climb only on foot or wheels
    minutes = wait + ceil(moving × winter percent / 100);  0 between two places that are the same point

Whoever takes the bus walks where walking is quicker. In winter there is no bicycle: its owner travels like a bus
passenger. Sources: 80 m a minute on foot is what Japanese notices of flats must use (不動産の表示に関する公正競争
規約施行規則); a minute for 10 m of climb is Naismith's rule (1892). That streets are 1.3 times as long as the straight
line, speeds of wheels, waits and the winter percentages are settings of ours for a hilly town with snow, not measured.
"""

from dataclasses import dataclass
from math import isqrt

from matching.engine.model import Mode, Place, Season

DETOUR_NUMERATOR, DETOUR_DENOMINATOR = 13, 10


@dataclass(frozen=True, slots=True)
class Pace:
    """How one mode travels."""

    metres_a_minute: int
    climb_metres_a_minute: int | None
    """None: hills do not count."""
    wait_minutes: int
    """To the stop and waiting; to the car, scraping and parking."""
    winter_percent: int


PACES = {
    Mode.WALK: Pace(80, 10, 0, 140),
    Mode.BICYCLE: Pace(200, 10, 0, 140),
    Mode.BUS: Pace(250, None, 10, 140),
    Mode.CAR: Pace(400, None, 5, 150),
}

SUMMER_PERCENT = 100


def straight_metres(a: Place, b: Place) -> int:
    """Metres as the crow flies, rounded down."""
    return isqrt((a.x_m - b.x_m) ** 2 + (a.y_m - b.y_m) ** 2)


def street_metres(a: Place, b: Place) -> int:
    """Metres by street, estimated."""
    return straight_metres(a, b) * DETOUR_NUMERATOR // DETOUR_DENOMINATOR


def ways(mode: Mode, season: Season) -> tuple[Mode, ...]:
    """What somebody may use in this season; the quickest is taken."""
    if mode is Mode.BUS or (mode is Mode.BICYCLE and season is Season.WINTER):
        return (Mode.BUS, Mode.WALK)
    return (mode,)


def minutes(a: Place, b: Place, mode: Mode, season: Season) -> int:
    """From `a` to `b`, one way. Uphill is longer than downhill."""
    if a == b:
        return 0
    return min(_minutes(a, b, PACES[way], season) for way in ways(mode, season))


def _minutes(a: Place, b: Place, pace: Pace, season: Season) -> int:
    moving = _ceil(street_metres(a, b), pace.metres_a_minute)
    if pace.climb_metres_a_minute is not None:
        moving += _ceil(max(0, b.height_m - a.height_m), pace.climb_metres_a_minute)
    percent = pace.winter_percent if season is Season.WINTER else SUMMER_PERCENT
    return pace.wait_minutes + _ceil(moving * percent, 100)


def minutes_between(a: Place | None, b: Place | None, mode: Mode, season: Season) -> int:
    """The same; 0 where a place is not known."""
    return 0 if a is None or b is None else minutes(a, b, mode, season)


def _ceil(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
