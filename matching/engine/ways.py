"""`travel.py` for many pairs at once: the same whole minutes (a test compares them)."""

from dataclasses import dataclass

from matching.engine.arrays import Array, ceil_div, np
from matching.engine.model import Mode, Place, Season
from matching.engine.travel import (
    DETOUR_DENOMINATOR,
    DETOUR_NUMERATOR,
    PACES,
    SUMMER_PERCENT,
    Pace,
    ways,
)

MODES = tuple(Mode)


@dataclass(frozen=True, slots=True)
class Places:
    """Columns of places; `known` is false where there is none."""

    x: Array
    y: Array
    height: Array
    known: Array

    def take(self, rows: Array) -> "Places":
        """Some rows of it."""
        return Places(self.x[rows], self.y[rows], self.height[rows], self.known[rows])


def places_of(places: list[Place | None]) -> Places:
    """As columns."""
    rows = [(0, 0, 0, 0) if one is None else (one.x_m, one.y_m, one.height_m, 1) for one in places]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Places(table[:, 0], table[:, 1], table[:, 2], table[:, 3] == 1)


def minutes(a: Places, b: Places, mode: Array, season: Season) -> Array:
    """From each `a` to each `b` by each mode (number in `MODES`); 0 where a place is not known."""
    street = _straight(a, b) * DETOUR_NUMERATOR // DETOUR_DENOMINATOR
    climb = np.maximum(0, b.height - a.height)
    result = np.zeros(len(street), dtype=np.int64)
    for number, name in enumerate(MODES):
        rows = np.nonzero(mode == number)[0]
        if len(rows):
            quickest = [
                _by(PACES[way], street[rows], climb[rows], season) for way in ways(name, season)
            ]
            result[rows] = np.minimum.reduce(quickest)
    same = (a.x == b.x) & (a.y == b.y) & (a.height == b.height)
    result[same | ~a.known | ~b.known] = 0
    return result


def _by(pace: Pace, street: Array, climb: Array, season: Season) -> Array:
    moving = ceil_div(street, pace.metres_a_minute)
    if pace.climb_metres_a_minute is not None:
        moving = moving + ceil_div(climb, pace.climb_metres_a_minute)
    percent = pace.winter_percent if season is Season.WINTER else SUMMER_PERCENT
    return pace.wait_minutes + ceil_div(moving * percent, 100)


def _straight(a: Places, b: Places) -> Array:
    square = (a.x - b.x) ** 2 + (a.y - b.y) ** 2
    root = np.sqrt(square.astype(np.float64)).astype(np.int64)
    root -= root * root > square
    return root + ((root + 1) * (root + 1) <= square)
