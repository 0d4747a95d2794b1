"""What one more person in a shift would bring, after everybody has moved up: duals of the linear program.

Where a plan is full or empty to the last head many duals fit, and most of them say too much. So a little help that
comes from nowhere is given to every shift with seats to fill: then the duals are those of having more people.
"""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from matching.engine import lp
from matching.engine.arrays import Array, np
from matching.engine.caps import caps_of
from matching.engine.columns import first_pairs, generate
from matching.engine.model import Problem
from matching.engine.problem import build
from matching.engine.rows import FINE, Frame, fine, frame_of, value_goal

HELP = 1e-3
"""Heads that every shift is given."""


def shift_prices(
    problem: Problem, seconds: float, should_stop: Callable[[], bool] = lambda: False
) -> dict[int, int] | None:
    """Shift → points one more person in it would bring; None without highspy, or when time does not suffice."""
    if not lp.is_there():
        return None
    table = build(problem)
    if not table.pairs:
        return None
    frame = frame_of(table, caps_of(table), value_goal(table, caps_of(table)))
    price = _duals(_with_help(frame), monotonic() + seconds, should_stop)
    if price is None:
        return None
    worth = np.maximum(0, -price[: frame.shifts]) // FINE
    wanted = (table.need_min + table.need_more) > 0
    return dict(zip(table.work.ids.tolist(), (worth * wanted).tolist(), strict=True))


def _with_help(frame: Frame) -> Frame:
    """Not the same everywhere: equal amounts would leave ties."""
    wanted = (frame.table.need_min + frame.table.need_more) > 0
    return replace(frame, help=wanted * HELP * (1 + np.arange(frame.shifts) % 97 / 97))


def _duals(frame: Frame, until: float, should_stop: Callable[[], bool]) -> Array | None:
    """Prices of the rows at which no pair outside brings anything: solved by columns, then read once more."""
    start = first_pairs(frame, np.zeros(0, dtype=np.int64))
    found = generate(frame, until, (start, []), should_stop)
    if not found.is_optimal:
        return None
    master = lp.Master(frame, should_stop)
    master.add_pairs(found.pairs)
    if found.groups:
        master.add_groups(found.groups)
    answer = master.solve(until - monotonic())
    return fine(frame, answer.price) if answer.is_optimal else None
