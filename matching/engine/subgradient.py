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
from matching.engine.weeks import Weeks

STEPS = 500
HOUR_AND_A_HALF = 90
"""Rows that count minutes are as many times steeper than those that count people."""
MANY_HEADS = 200
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
    rows = len(frame.limit)

    def look(now: Array) -> _Look:
        return _look(frame, np.append(now, price[rows:]), groups)

    best = _stepped(price[:rows], look, frame.shifts, _weights(frame), least, is_over)
    return np.append(best, price[rows:])


def tightened_by_weeks(
    frame: Frame, weeks: Weeks, price: Array, least: int, is_over: Callable[[], bool]
) -> tuple[int, Array]:
    """The same for prices of seats and then of levels alone, with the bound that they prove."""

    def look(now: Array) -> _Look:
        total, slope = _by_weeks(frame, weeks, now)
        return _Look(total / FINE, slope)

    best = _stepped(price, look, frame.shifts, _level_weights(frame), least, is_over)
    return _by_weeks(frame, weeks, best)[0] // FINE, best


def _stepped(
    price: Array,
    look_at: Callable[[Array], _Look],
    free: int,
    weight: Array,
    least: int,
    is_over: Callable[[], bool],
) -> Array:
    """The best prices on the way; all but the first `free` are never negative."""
    best = now = price
    top = look = look_at(price)
    length, tired = 1.0, 0
    for _ in range(STEPS):
        slope = _downhill(now, look, free)
        steepness = float((slope**2 / weight).sum())
        if is_over() or steepness <= 0 or length < SHORTEST or top.bound <= least:
            break
        step = length * (look.bound - (top.bound + least) / 2) / steepness * FINE
        now = now - np.rint(step * slope / weight).astype(np.int64)
        now[free:] = np.maximum(0, now[free:])
        look = look_at(now)
        tired = 0 if look.bound < top.bound else tired + 1
        if not tired:
            best, top = now, look
        elif tired >= PATIENCE:
            now, look = best, top
            length, tired = length * SHORTER, 0
    return best


def _downhill(price: Array, look: _Look, free: int) -> Array:
    """The slope without rows that cost nothing and would become cheaper still."""
    at_zero = (price <= 0) & (look.slope > 0)
    at_zero[:free] = False
    return np.where(at_zero, 0, look.slope)


def _weights(frame: Frame) -> Array:
    weight = np.ones(len(frame.limit))
    for row in (frame.minutes_row, frame.fair_row):
        weight[row[row >= 0]] = HOUR_AND_A_HALF**2
    return weight


def _level_weights(frame: Frame) -> Array:
    """Rows of a priority count the heads of many shifts: a step that suits these is far too long for them."""
    many = len(frame.goal.levels)
    return np.append(np.ones(frame.shifts), np.full(many, MANY_HEADS))


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
    bound += _buy_heads(frame, price[:shifts], _level_prices(frame, price), slope)
    if len(frame.bands):
        place, band = frame.bands.T
        row = frame.first_level - len(frame.fair) + place
        paid = price[row] - goal.rates[band] * (FINE // 60)
        width = frame.upper[2 * shifts :]
        bound += float((width * np.maximum(0, paid)).sum())
        slope += np.bincount(row, width * (paid > 0), rows)
    return _Look(bound / FINE, slope)


def _by_weeks(frame: Frame, weeks: Weeks, price: Array) -> tuple[int, Array]:
    """The bound at prices of seats and levels, in whole numbers (1/960 points), and the slope."""
    shifts, first_level = frame.shifts, frame.first_level
    limit = frame.limit[first_level:]
    total, taken = weeks.best(price[:shifts])
    every = np.zeros(len(frame.limit), dtype=np.int64)
    every[first_level:] = price[shifts:]
    slope = np.append(-np.bincount(frame.table.shift[taken], minlength=shifts), limit)
    heads = np.zeros(len(frame.limit))
    total += _buy_heads(frame, price[:shifts], _level_prices(frame, every), heads)
    total += int((price[shifts:] * limit).sum())
    return total, slope + np.append(heads[:shifts], heads[first_level:])


def _buy_heads(frame: Frame, price: Array, of_level: Array, slope: Array) -> int:
    """What heads bring beyond the price of their seats (1/960 points); those bought are noted in `slope`."""
    table, goal, total = frame.table, frame.goal, 0
    first = goal.head_value * FINE + price + of_level
    more = goal.extra_value * FINE + price
    for brings, seats in ((first, table.need_min), (more, table.need_more)):
        total += int((seats * np.maximum(0, brings)).sum())
        slope[: frame.shifts] += seats * (brings > 0)
    _fill_levels(frame, slope, table.need_min * (first > 0))
    return total


def _level_prices(frame: Frame, price: Array) -> Array:
    """What the settled levels pay for a head, by shift."""
    extra = np.zeros(frame.shifts, dtype=np.int64)
    for place, (level, _) in enumerate(frame.goal.levels):
        extra += (frame.table.work.priority == level) * price[frame.first_level + place]
    return extra


def _fill_levels(frame: Frame, slope: Array, heads: Array) -> None:
    for place, (level, _) in enumerate(frame.goal.levels):
        slope[frame.first_level + place] += heads[frame.table.work.priority == level].sum()
