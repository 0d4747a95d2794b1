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
from matching.engine.subgradient import tightened

FIRST = 10
"""Pairs a shift, and a person, begins with."""
MORE = 8
"""Pairs a shift gains at most in a round."""
LARGE = 200_000
"""With more pairs than these, prices are bettered over all pairs before pairs are chosen by them."""


LP_SHARE = 0.6
"""Of the time left that one of their linear programs may take."""


@dataclass(slots=True)
class Generated:
    """Where the column generation stands."""

    bound: int
    """Without what pinned pairs are worth by themselves."""
    price: Array
    """Of the rows, that prove it (1/960 points)."""
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
    least: int = 0,
) -> Generated:
    """Solve the linear program over all pairs, until `until` of the monotonic clock.

    `start`: pairs and groups to begin with; `least`: what a plan reaches, without what pinned pairs are worth.
    """
    master = Master(frame, should_stop)
    master.add_pairs(start[0])
    if start[1]:
        master.add_groups(start[1])
    best: Generated | None = None
    share = LP_SHARE if _is_large(frame) else 1.0

    def is_over() -> bool:
        return monotonic() > until or should_stop()

    while True:
        answer = master.solve((until - monotonic()) * share)
        price = fine(frame, answer.price)
        left = reduced(frame, price, master.groups)
        best = _better(frame, master, answer, (price, left), best)
        is_last = not answer.is_optimal or is_over()
        fresh = _fresh(frame, master, left, best, least, is_over)
        if is_last:
            return best
        groups = broken_groups(frame.table, frame.caps, master.pairs, answer.x)
        if groups:
            master.add_groups(groups)
        if len(fresh):
            master.add_pairs(fresh)
        elif not groups:
            best.is_optimal = True
            return best


def _is_large(frame: Frame) -> bool:
    return bool(frame.table.pairs > LARGE and frame.goal.level is None)


def _fresh(
    frame: Frame,
    master: Master,
    left: Array,
    best: Generated,
    least: int,
    is_over: Callable[[], bool],
) -> Array:
    """Pairs to let in, by what they bring; in large problems prices are bettered over all pairs before."""
    if _is_large(frame):
        rows = len(frame.limit) + len(master.groups)
        old = np.append(best.price, np.zeros(rows - len(best.price), dtype=np.int64))
        price = tightened(frame, old, master.groups, least, is_over)
        over_all = reduced(frame, price, master.groups)
        bound = bound_of(frame, price, master.groups, counted(frame, over_all))
        _note(best, bound, price, over_all)
        fresh = _promising(frame, best.left, master.place)
        if len(fresh):
            return fresh
    return _promising(frame, left, master.place)


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
        best = Generated(bound, price, left, master.pairs, answer.x)
    _note(best, bound, price, left)
    if answer.is_optimal:
        best.pairs, best.x, best.groups = master.pairs, answer.x, list(master.groups)
    best.rounds += 1
    return best


def _note(best: Generated, bound: int, price: Array, left: Array) -> None:
    if bound < best.bound:
        best.bound, best.price, best.left = bound, price, left


def first_pairs(frame: Frame, kept: Array) -> Array:
    """The cheapest pairs of each shift, the best of each person, chance by seed among equals, and those kept."""
    table, goal = frame.table, frame.goal
    rows = np.nonzero(goal.allowed)[0]
    shift, who, gain = table.shift[rows], table.volunteer[rows], table.gain[rows]
    by_shift = np.lexsort((table.tie[who], -gain, shift))
    seats = (table.need_min + table.need_more)[shift[by_shift]]
    near = by_shift[_rank(shift[by_shift]) < FIRST + 3 * seats]
    worth = goal.head_value[shift] + gain
    by_person = np.lexsort((table.tie_of_shifts[shift], -worth, who))
    best = by_person[_rank(who[by_person]) < FIRST]
    return np.unique(np.concatenate([rows[near], rows[best], kept])).astype(np.int64)


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
