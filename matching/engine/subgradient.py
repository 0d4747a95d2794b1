"""Better prices without a linear program: steps along the subgradient of the bound, over all pairs at once.

A linear program over some pairs knows nothing of the others; at its prices many of them look good, and the bound is
poor. A step here costs one look at all pairs; a hundred of them cost as much as one such program and take away most
of what the bound is too high (30,000 people, 10,000 shifts). Any prices prove a bound, so that rounding and a
poor step cost nothing but time.
"""

from collections.abc import Callable
from dataclasses import dataclass

from matching.engine.arrays import Array, np
from matching.engine.rows import FINE, Frame, best_by_week, reduced

STEPS = 500
HOUR_AND_A_HALF = 90
"""Rows that count minutes are as many times steeper than those that count people."""
PATIENCE, SHORTER, SHORTEST = 5, 0.6, 0.01
"""After so many steps that did not help the next begins at the best prices and is shorter; too short a one ends."""


@dataclass(slots=True)
class _Look:
    """The bound at some prices (points), and how much each row is under-used by what would be taken at them."""

    bound: float
    slope: Array


def tightened(
    frame: Frame, price: Array, groups: list[Array], least: int, is_over: Callable[[], bool]
) -> Array:
    """Prices (1/960 points) with a lower bound than these, if some are found; those of groups stay.

    `least` (points): what a plan reaches; the bound is thought to come down half of the way to it.
    """
    weight = _weights(frame)
    rows = len(frame.limit)
    best, top = price, _look(frame, price, groups)
    now, look = best, top
    length, tired = 1.0, 0
    for _ in range(STEPS):
        slope = _downhill(frame, now, look)
        steepness = float((slope**2 / weight).sum())
        if is_over() or steepness <= 0 or length < SHORTEST or top.bound <= least:
            break
        step = length * (look.bound - (top.bound + least) / 2) / steepness * FINE
        now = now.copy()
        now[:rows] -= np.rint(step * slope / weight).astype(np.int64)
        now[frame.shifts : rows] = np.maximum(0, now[frame.shifts : rows])
        look = _look(frame, now, groups)
        tired = 0 if look.bound < top.bound else tired + 1
        if not tired:
            best, top = now, look
        elif tired >= PATIENCE:
            now, look = best, top
            length, tired = length * SHORTER, 0
    return best


def _downhill(frame: Frame, price: Array, look: _Look) -> Array:
    """The slope without rows that are free and would become cheaper still."""
    rows = len(frame.limit)
    at_zero = (price[:rows] <= 0) & (look.slope > 0)
    at_zero[: frame.shifts] = False
    return np.where(at_zero, 0, look.slope)


def _weights(frame: Frame) -> Array:
    weight = np.ones(len(frame.limit))
    for row in (frame.minutes_row, frame.fair_row):
        weight[row[row >= 0]] = HOUR_AND_A_HALF**2
    return weight


def _look(frame: Frame, price: Array, groups: list[Array]) -> _Look:
    table, goal, shifts, rows = frame.table, frame.goal, frame.shifts, len(frame.limit)
    left = reduced(frame, price, groups)
    taken = best_by_week(frame, left)
    bound = float((price[:rows] * frame.limit).sum() + price[rows:].sum() + left[taken].sum())
    slope = frame.limit.astype(np.float64)
    minutes = table.minutes[taken].astype(np.float64)
    for row, used in (
        (table.shift, None),
        (frame.minutes_row, minutes),
        (frame.count_row, None),
        (frame.fair_row, minutes),
    ):
        # row −1 (none) is counted in a place of its own, and left out
        slope -= np.bincount(row[taken] + 1, used, rows + 1)[1:]
    for value, seats in ((goal.head_value, table.need_min), (goal.extra_value, table.need_more)):
        brings = value * FINE + price[:shifts]
        if value is goal.head_value:
            brings = brings + _level_prices(frame, price)
        bound += float((seats * np.maximum(0, brings)).sum())
        slope[:shifts] += seats * (brings > 0)
        if value is goal.head_value:
            _fill_levels(frame, slope, seats * (brings > 0))
    if len(frame.bands):
        place, band = frame.bands.T
        row = frame.first_level - len(frame.fair) + place
        paid = price[row] - goal.rates[band] * (FINE // 60)
        width = frame.upper[2 * shifts :]
        bound += float((width * np.maximum(0, paid)).sum())
        slope += np.bincount(row, width * (paid > 0), rows)
    return _Look(bound / FINE, slope)


def _level_prices(frame: Frame, price: Array) -> Array:
    """What the settled levels pay for a head, by shift."""
    extra = np.zeros(frame.shifts, dtype=np.int64)
    for place, (level, _) in enumerate(frame.goal.levels):
        extra += (frame.table.work.priority == level) * price[frame.first_level + place]
    return extra


def _fill_levels(frame: Frame, slope: Array, heads: Array) -> None:
    for place, (level, _) in enumerate(frame.goal.levels):
        slope[frame.first_level + place] += heads[frame.table.work.priority == level].sum()
