"""Better prices without a linear program: steps along the subgradient of the bound, over all pairs at once.

A linear program over some pairs knows nothing of the others; at its prices many of them look good, and the bound is
poor. A step here costs one look at all pairs; a hundred of them cost as much as one such program and take away most
of what the bound is too high (30,000 people, 10,000 shifts). Any prices prove a bound, so that rounding and a
poor step cost nothing but time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from matching.engine.arrays import Array, np
from matching.engine.rows import FINE, Frame, best_by_week, reduced
from matching.engine.weeks import Weeks

STEPS = 500
HOUR_AND_A_HALF = 90
"""Rows that count minutes are as many times steeper than those that count people."""
PATIENCE, SHORTER, SHORTEST = 5, 0.6, 0.01
"""After so many steps that did not help the next begins at the best prices and is shorter; too short a one ends."""

LOOKS = 400
HEAD_SHARE, SLOWEST = 128, 0.01
"""The first step moves a price by this part of the dearest head, the last by so small a share of that."""
DRIFT, SWING, TINY = 0.9, 0.99, 1e-3
"""How much of the mean slope, and of its mean square, is kept at each step."""


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
        slope = _downhill(now[:rows], look.slope, frame.shifts)
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


def tightened_by_weeks(
    frame: Frame, weeks: Weeks, price: Array, used: Callable[[int], float]
) -> tuple[int, Array]:
    """The lowest bound by weeks on the way from these prices (of seats, then of levels), and its prices.

    `used` is told the best bound after each step and says which share of the time is gone. Steps are Adam's (Kingma
    and Ba): each price has a pace of its own, because one of a scarce seat has far to go and the others have not.
    """
    now = price.astype(np.float64)
    drift, swing = np.zeros(len(price)), np.zeros(len(price))
    longest = int(frame.goal.head_value.max(initial=0)) * FINE / HEAD_SHARE
    best, at = 0, price
    for step in count(1):
        price = np.rint(now).astype(np.int64)
        total, slope = _by_weeks(frame, weeks, price)
        if step == 1 or total < best:
            best, at = total, price
        done = max(step / LOOKS, used(best // FINE))
        if done >= 1:
            break
        slope = _downhill(price, slope, frame.shifts)
        drift += (1 - DRIFT) * (slope - drift)
        swing += (1 - SWING) * (slope**2 - swing)
        mean = drift / (1 - DRIFT**step), np.sqrt(swing / (1 - SWING**step) + TINY)
        now -= longest * SLOWEST**done * mean[0] / mean[1]
        now[frame.shifts :] = np.maximum(0, now[frame.shifts :])
    return best // FINE, at


def _downhill(price: Array, slope: Array, free: int) -> Array:
    """The slope without rows, but for the first, that cost nothing and would become cheaper still."""
    at_zero = (price <= 0) & (slope > 0)
    at_zero[:free] = False
    return np.where(at_zero, 0, slope)


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
