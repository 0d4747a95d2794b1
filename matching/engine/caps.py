"""Weekly caps, sharpened, and the bands of the fairness cost.

A cap of minutes is lowered to what shifts of the lengths in question can add up to at all, a cap of shifts to how many
of the shortest fit. That looks at *all* pairs, so that what follows from it holds for the whole problem.
"""

from dataclasses import dataclass

from matching.engine.arrays import Array, np
from matching.engine.problem import Table

ENDLESS = 2**40


@dataclass(frozen=True, slots=True)
class Caps:
    """By volunteer and week, and the bands by volunteer."""

    minutes: Array
    count: Array
    free: Array
    """Minutes of this plan that cost nothing, by volunteer."""
    widths: Array
    """Minutes of each band that costs, by volunteer and band."""
    rates: Array
    """Cost of an hour in each of these bands."""


def caps_of(table: Table) -> Caps:
    """Sharpened caps and bands of a table."""
    weeks = len(table.work.weeks)
    minutes, count = table.minutes_left.copy(), table.shifts_left.copy()
    if table.pairs:
        lengths = np.unique(table.work.minutes)
        has = np.zeros((len(lengths), len(table.people.ids) * weeks), dtype=bool)
        key = table.volunteer.astype(np.int64) * weeks + table.work.week[table.shift]
        has[np.searchsorted(lengths, table.minutes), key] = True
        _sharpen(minutes.reshape(-1), count.reshape(-1), lengths, has)
    most = np.maximum(0, minutes).sum(axis=1)
    return Caps(minutes, count, *_bands(table, most))


def _sharpen(minutes: Array, count: Array, lengths: Array, has: Array) -> None:
    """One answer for everybody with the same lengths and caps."""
    used = np.nonzero(has.any(axis=0))[0]
    rows = np.column_stack([has[:, used].T, minutes[used], count[used]])
    kinds, which = np.unique(rows, axis=0, return_inverse=True)
    sharp = np.array(
        [_reachable(lengths[kind[:-2] == 1].tolist(), *kind[-2:].tolist()) for kind in kinds]
    )
    minutes[used], count[used] = sharp[which.reshape(-1), 0], sharp[which.reshape(-1), 1]


def _reachable(lengths: list[int], minutes: int, count: int) -> tuple[int, int]:
    """The most minutes that at most `count` shifts of these lengths can fill, and the most shifts that fit."""
    lengths = [one for one in lengths if one <= minutes]
    if not lengths or count <= 0:
        return 0, 0
    most = min(count, minutes // min(lengths))
    if most * max(lengths) <= minutes:
        return most * max(lengths), most
    sums = 1
    for _ in range(most):
        for one in lengths:
            sums |= (sums << one) & ((1 << (minutes + 1)) - 1)
    return sums.bit_length() - 1, most


def _bands(table: Table, most: Array) -> tuple[Array, Array, Array]:
    bands = table.problem.policy.fairness_bands or ((0, 0),)
    begin = table.people.recent_minutes + table.pinned_minutes
    end = begin + most
    rates = [cost for _, cost in bands] + [bands[-1][1] * 2]
    limits = [0, *(until for until, _ in bands), ENDLESS]
    widths = np.column_stack(
        [
            np.maximum(0, np.minimum(end, limits[k + 1]) - np.maximum(begin, limits[k]))
            for k in range(len(rates))
        ]
    )
    costless = np.array(rates) == 0
    return widths[:, costless].sum(axis=1), widths[:, ~costless], np.array(rates)[~costless]
