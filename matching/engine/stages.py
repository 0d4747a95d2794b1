"""The two kinds of stages of a search: settle how many heads of a priority can be covered, and find the best value.

Both solve the linear program over all pairs (a bound), then an integer program over the pairs that are nearly worth it
(a plan), then one over every pair that a better plan could use at all (the proof).
"""

from matching.engine.arrays import Array, np
from matching.engine.cliques import all_groups
from matching.engine.columns import Generated, first_pairs, generate
from matching.engine.draft import Draft
from matching.engine.lp import Master, Solved
from matching.engine.model import Engine
from matching.engine.problem import covered
from matching.engine.rounding import finished, rounded, take
from matching.engine.rows import FINE, Frame, counted, cover_goal, frame_of, standing, value_goal
from matching.engine.search import Search

NEAR = 20
"""Points: pairs that bring at worst so little less than they cost are in the first integer program."""
NEAR_HEADS = 100
WORK = 20_000
PROOF_MAX = 60_000
"""More pairs than these are not proven one by one."""


def settle_level(search: Search, level: int, *, with_plans: bool) -> bool:
    """How many heads of this priority a plan can cover, given the levels above; whether that is now proven."""
    table = search.table
    frame = frame_of(table, search.caps, cover_goal(table, search.caps, level, tuple(search.settled)))
    mine = search.chosen[frame.goal.allowed[search.chosen]]
    found = generate(frame, search.until, first_pairs(frame, mine), search.is_over)
    bound = found.bound + standing(frame)
    _note_bound(search, level, bound)
    if with_plans and _now(search, level) < bound and not search.is_over():
        near = counted(frame, found.left) > -NEAR_HEADS * FINE
        _cover(search, frame, near, None)
    if with_plans and _now(search, level) < bound and not search.is_over():
        short = (bound - _now(search, level)) * frame.goal.unit * FINE
        near = counted(frame, found.left) >= -short
        if near.sum() <= PROOF_MAX:
            _cover(search, frame, near, level)
    if _now(search, level) >= (search.level_bounds[level] or 0):
        search.settled.append((level, _now(search, level)))
        return True
    return False


def _now(search: Search, level: int) -> int:
    return covered(search.table, search.chosen)[level]


def _note_bound(search: Search, level: int, bound: int) -> None:
    known = search.level_bounds[level]
    bound = max(bound, _now(search, level))
    search.level_bounds[level] = bound if known is None else min(known, bound)


def _cover(search: Search, frame: Frame, near: Array, prove: int | None) -> None:
    unit = frame.goal.unit
    answer = _whole(search, frame, near, search.left / 2, 0.9 * unit, 0.0)
    if answer.pairs is not None:
        draft = Draft(search.table)
        take(draft, answer.pairs)
        search.offer(finished(draft, WORK, search.is_over), Engine.MIP)
    if prove is not None and answer.is_optimal:
        _note_bound(search, prove, _now(search, prove))
    search.was_cut |= answer.is_cut


def best_value(search: Search, levels: tuple[tuple[int, int], ...], *, is_final: bool) -> None:
    """The best value among plans that cover so many heads."""
    table = search.table
    frame = frame_of(table, search.caps, value_goal(table, search.caps, levels))
    share = search.until if is_final else search.until - search.left * 0.3
    found = generate(frame, share, first_pairs(frame, search.chosen), search.is_over)
    _bound(search, found.bound + standing(frame))
    if not found.is_optimal or table.pairs > PROOF_MAX:
        search.offer(
            rounded(table, found.pairs, found.x, WORK, search.is_over), Engine.LP_ROUNDED
        )
    search.say("relaxed")
    if search.is_good_enough() or search.is_over():
        return
    near = found.left > -NEAR * FINE
    answer = _whole(search, frame, near, search.left * 0.7, 0.99, max(search.gap / 4, 1e-6))
    _take_plan(search, answer)
    search.say("near pairs")
    if is_final and not search.is_good_enough() and not search.is_over():
        _prove(search, frame, found)


def _prove(search: Search, frame: Frame, found: Generated) -> None:
    """Pairs that cost more than the gap cannot be in a better plan; over the others the search is complete."""
    reach = found.bound + standing(frame) - search.value
    near = found.left >= -(reach + 1) * FINE
    if near.sum() > PROOF_MAX:
        return
    answer = _whole(search, frame, near, search.left, 0.99, max(search.gap, 0.0))
    _take_plan(search, answer)
    bound = int(np.floor(answer.bound + 1e-3)) if abs(answer.bound) < 1e15 else search.value
    if answer.is_optimal or answer.is_cut:
        known = bound + standing(frame) if abs(answer.bound) < 1e15 else found.bound
        _bound(search, max(search.value, known))
    search.was_cut |= answer.is_cut
    search.say("proof")


def _take_plan(search: Search, answer: Solved) -> None:
    if answer.pairs is not None:
        draft = Draft(search.table)
        take(draft, answer.pairs)
        search.offer(draft.chosen(), Engine.MIP)
    search.was_cut |= answer.is_cut


def _bound(search: Search, bound: int) -> None:
    search.bound = bound if search.bound is None else min(search.bound, bound)


def _whole(
    search: Search, frame: Frame, near: Array, seconds: float, abs_gap: float, rel_gap: float
) -> Solved:
    """The integer program over these pairs and those of the best plan."""
    allowed = frame.goal.allowed
    mine = search.chosen[allowed[search.chosen]]
    pairs = np.union1d(np.nonzero(near & allowed)[0], mine)
    master = Master(frame, search.was_told_to_stop)
    master.add_pairs(pairs)
    groups = all_groups(search.table, pairs)
    if groups:
        master.add_groups(groups)
    return master.solve_whole(mine, seconds, abs_gap, rel_gap)
