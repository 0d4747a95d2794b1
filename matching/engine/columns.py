"""Column generation: solve over some pairs, price all pairs, let in what still brings something, repeat.

Pruning pairs blindly costs 3 to 8 % of the optimum; here the prices of the rows prove a bound against all pairs after
every round, so it may stop early and still say how far it can be from the optimum.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from matching.engine.arrays import Array, np
from matching.engine.cliques import broken_groups
from matching.engine.lp import Master, Relaxed
from matching.engine.rows import FINE, Frame, bound_of, counted, fine, reduced

FIRST = 20
"""Pairs a shift begins with."""
MORE = 8
"""Pairs a shift and a person gain at most in a round."""


@dataclass(slots=True)
class Generated:
    """Where the column generation stands."""

    bound: int
    """Without what pinned pairs are worth by themselves."""
    left: Array
    """What each pair of the table would still bring at the prices of this bound (1/960 points)."""
    pairs: Array
    """Those that are in, and `x`, their values in the last optimum over them."""
    x: Array
    groups: list[Array] = field(default_factory=list)
    is_optimal: bool = False
    rounds: int = 0


def generate(
    frame: Frame,
    until: float,
    start: tuple[Array, list[Array]],
    should_stop: Callable[[], bool] = lambda: False,
) -> Generated:
    """Solve the linear program over all pairs, until `until` of the monotonic clock; `start`: pairs and groups."""
    master = Master(frame, should_stop)
    master.add_pairs(start[0])
    if start[1]:
        master.add_groups(start[1])
    best: Generated | None = None
    while True:
        answer = master.solve(until - monotonic())
        price = fine(frame, answer.price)
        left = reduced(frame, price, master.groups)
        best = _better(frame, master, answer, (price, left), best)
        if not answer.is_optimal or monotonic() > until or should_stop():
            return best
        groups = broken_groups(frame.table, frame.caps, master.pairs, answer.x)
        fresh = _promising(frame, left, master.place)
        if groups:
            master.add_groups(groups)
        if len(fresh):
            master.add_pairs(fresh)
        elif not groups:
            best.is_optimal = True
            return best


def _better(
    frame: Frame,
    master: Master,
    answer: Relaxed,
    prices: tuple[Array, Array],
    best: Generated | None,
) -> Generated:
    price, left = prices
    bound = bound_of(frame, price, master.groups, counted(frame, left))
    if best is None:
        best = Generated(bound, left, master.pairs, answer.x)
    if bound < best.bound:
        best.bound, best.left = bound, left
    if answer.is_optimal:
        best.pairs, best.x, best.groups = master.pairs, answer.x, list(master.groups)
    best.rounds += 1
    return best


def first_pairs(frame: Frame, kept: Array) -> Array:
    """The cheapest pairs of each shift, chance by seed among equals, and those that must be in."""
    table = frame.table
    rows = np.nonzero(frame.goal.allowed)[0]
    order = np.lexsort((table.tie[table.volunteer[rows]], -table.gain[rows], table.shift[rows]))
    rank = _rank(table.shift[rows[order]])
    keep = rank < FIRST + 3 * (table.need_min + table.need_more)[table.shift[rows[order]]]
    return np.unique(np.concatenate([rows[order][keep], kept])).astype(np.int64)


def _promising(frame: Frame, left: Array, place: Array) -> Array:
    table = frame.table
    rows = np.nonzero((left > FINE // 100) & (place < 0))[0]
    rows = rows[np.argsort(-left[rows], kind="stable")]
    by_shift = rows[np.argsort(table.shift[rows], kind="stable")]
    by_person = rows[np.argsort(table.volunteer[rows], kind="stable")]
    keep = [
        by_shift[_rank(table.shift[by_shift]) < MORE],
        by_person[_rank(table.volunteer[by_person]) < 2],
    ]
    return np.unique(np.concatenate(keep)).astype(np.int64)


def _rank(keys: Array) -> Array:
    """Place of each row among those of its key; equal keys stand together."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    begin = np.concatenate([[True], keys[1:] != keys[:-1]])
    number = np.arange(len(keys))
    return number - np.maximum.accumulate(np.where(begin, number, 0))
