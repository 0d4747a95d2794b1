"""The two kinds of stages of a search: settle how many heads of a priority can be covered, and find the best value.

Both solve the linear program over all pairs (a bound), then an integer program over the pairs that are nearly worth it
(a plan), then one over every pair that a better plan could use at all (the proof).
"""

from time import monotonic

from matching.engine.arrays import Array, np
from matching.engine.cliques import all_groups
from matching.engine.columns import LARGE, Generated, first_pairs, generate
from matching.engine.draft import Draft
from matching.engine.lp import Master, Solved
from matching.engine.model import Engine
from matching.engine.problem import covered
from matching.engine.rounding import finished, priced, rounded, take
from matching.engine.rows import (
    FINE,
    Frame,
    counted,
    cover_goal,
    frame_of,
    standing,
    steep_goal,
    value_goal,
)
from matching.engine.search import Search
from matching.engine.subgradient import tightened_by_weeks
from matching.engine.weeks import weeks_of

NEAR = 20
"""Points: pairs that bring at worst so little less than they cost are in the first integer program."""
WIDE, WIDE_PAIRS = 3_000, 20_000
"""Points: also pairs that bring so much less, the nearest first, while the program stays that small."""
WORK = 20_000
NEAR_MAX = 150_000
"""More pairs than these are too many for an integer program."""
DEAR = 300
"""Points: a plan by prices takes pairs that bring so much less than they cost, too."""
ROUGH = 1e-5
"""A share: heads are looked for to this gap before the levels are settled one by one."""
PROOF_MAX = 60_000
"""More pairs than these are not proven one by one."""


def settle_level(search: Search, level: int, until: float, *, with_plans: bool) -> bool:
    """How many heads of this priority a plan can cover, given the levels above; whether that is now proven."""
    table = search.table
    frame = frame_of(
        table, search.caps, cover_goal(table, search.caps, level, tuple(search.settled))
    )
    found = _relaxed(search, frame, until)
    bound = found.bound + standing(frame)
    _note_bound(search, level, bound)
    if with_plans and found.is_optimal:
        _approach(search, frame, found, until)
    if _now(search, level) >= (search.level_bounds[level] or 0):
        search.settled.append((level, _now(search, level)))
        return True
    return False


def _relaxed(search: Search, frame: Frame, until: float) -> Generated:
    """The linear program, begun with what earlier ones let in."""
    allowed = frame.goal.allowed
    mine = np.concatenate([search.chosen, search.pairs]).astype(np.int64)
    start = first_pairs(frame, mine[allowed[mine]])
    groups = [group[allowed[group]] for group in search.groups]
    groups = [group for group in groups if len(group) > 1]
    least = search.value - standing(frame)
    found = generate(frame, until, (start, groups), search.is_over, least)
    search.pairs, search.groups = found.pairs, found.groups
    return found


def _approach(search: Search, frame: Frame, found: Generated, until: float) -> None:
    """Plans that cover as many heads as the bound, or the proof that there are none."""
    level, brought = frame.goal.level, counted(frame, found.left)
    assert level is not None
    bound = found.bound + standing(frame)
    if _now(search, level) < bound:
        near = rounded(search.table, found.pairs, found.x, WORK, search.is_over)
        search.offer(near, Engine.LP_ROUNDED)
    if _now(search, level) < bound and monotonic() < until:
        half = monotonic() + (until - monotonic()) * 0.6
        _cover(search, frame, _near(brought), half, is_proof=False)
        search.say(f"level {level}, near pairs")
    if _now(search, level) < bound and monotonic() < until:
        short = (bound - _now(search, level)) * frame.goal.unit * FINE
        if (brought >= -short).sum() <= PROOF_MAX:
            _cover(search, frame, brought >= -short, until, is_proof=True)


def _near(left: Array) -> Array:
    """Pairs for a first integer program, by what they would still bring at the prices of the linear program."""
    likely = np.sort(left[left > -WIDE * FINE])
    last = int(likely[max(0, len(likely) - WIDE_PAIRS)]) if len(likely) else 0
    return left >= min(last, -NEAR * FINE)


def _now(search: Search, level: int) -> int:
    return covered(search.table, search.chosen)[level]


def _note_bound(search: Search, level: int, bound: int) -> None:
    known = search.level_bounds[level]
    bound = max(bound, _now(search, level))
    search.level_bounds[level] = bound if known is None else min(known, bound)


def _cover(search: Search, frame: Frame, near: Array, until: float, *, is_proof: bool) -> None:
    answer = _whole(search, frame, near, until, 0.9 * frame.goal.unit, 0.0)
    if answer.pairs is not None:
        draft = Draft(search.table)
        take(draft, answer.pairs)
        search.offer(finished(draft, WORK, search.is_over), Engine.MIP)
    if is_proof and answer.is_optimal and frame.goal.level is not None:
        _note_bound(search, frame.goal.level, _now(search, frame.goal.level))
    search.was_cut |= answer.is_cut


def relaxed_value(search: Search, until: float) -> None:
    """A bound of the value whatever the levels, and a plan near it."""
    frame = frame_of(search.table, search.caps, value_goal(search.table, search.caps))
    found = _relaxed(search, frame, until)
    _bound(search, found.bound + standing(frame))
    near = rounded(search.table, found.pairs, found.x, WORK, search.is_over)
    search.offer(near, Engine.LP_ROUNDED)
    search.say("relaxed")


def steep_value(search: Search, until: float) -> None:
    """A good plan with priorities that outweigh each other: mostly it has the best levels there are."""
    frame = frame_of(search.table, search.caps, steep_goal(search.table, search.caps))
    found = _relaxed(search, frame, until)
    near = rounded(search.table, found.pairs, found.x, WORK, search.is_over)
    search.offer(near, Engine.LP_ROUNDED)
    search.say("priorities, relaxed")
    if found.is_optimal and not search.is_over():
        _take_plan(search, _whole(search, frame, _near(found.left), until, NEAR, ROUGH))
        search.say("priorities, near pairs")


def best_value(
    search: Search, levels: tuple[tuple[int, int], ...], until: float, *, with_proof: bool
) -> None:
    """The best value among plans that cover so many heads; `with_proof`: or the proof that there is none better."""
    table = search.table
    frame = frame_of(table, search.caps, value_goal(table, search.caps, levels))
    is_first = search.engine is not Engine.MIP
    found = _relaxed(search, frame, until - (until - monotonic()) * 0.3)
    _bound(search, found.bound + standing(frame))
    if is_first and (not found.is_optimal or table.pairs > PROOF_MAX):
        search.offer(rounded(table, found.pairs, found.x, WORK, search.is_over), Engine.LP_ROUNDED)
    if is_first and table.pairs > LARGE:
        dear = priced(table, found.left, -DEAR * FINE, WORK, search.is_over)
        search.offer(dear, Engine.COLUMNS)
    search.say("relaxed")
    if is_first and not search.is_good_enough() and not search.is_over():
        _try_near(
            search, frame, found, monotonic() + (until - monotonic()) * (0.4 if with_proof else 0.7)
        )
    if with_proof and not search.is_good_enough() and not search.is_over():
        _prove(search, frame, found, until)


def bound_by_weeks(search: Search, levels: tuple[tuple[int, int], ...]) -> None:
    """What no plan that covers so many heads exceeds, where nothing is found any more that would better the plan."""
    table, began = search.table, monotonic()
    frame = frame_of(table, search.caps, value_goal(table, search.caps, levels))

    def used(bound: int) -> float:
        _bound(search, bound + standing(frame))
        if search.is_over() or search.is_good_enough():
            return 1.0
        return (monotonic() - began) / (search.until - began)

    price = np.zeros(frame.shifts + len(levels), dtype=np.int64)
    tightened_by_weeks(frame, weeks_of(table, search.caps), price, used)
    search.say("bound by weeks")


def _try_near(search: Search, frame: Frame, found: Generated, until: float) -> None:
    near = _near(found.left)
    if near.sum() <= NEAR_MAX:
        answer = _whole(search, frame, near, until, 0.99, max(search.gap / 4, 1e-6))
        _take_plan(search, answer)
        search.say("near pairs")


def _prove(search: Search, frame: Frame, found: Generated, until: float) -> None:
    """Pairs that cost more than the gap cannot be in a better plan; over the others the search is complete."""
    reach = found.bound + standing(frame) - search.value
    near = found.left >= -(reach + 1) * FINE
    if near.sum() > PROOF_MAX:
        return
    answer = _whole(search, frame, near, until, 0.99, max(search.gap, 0.0))
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
    search: Search, frame: Frame, near: Array, until: float, abs_gap: float, rel_gap: float
) -> Solved:
    """The integer program over these pairs and those of the best plan."""
    allowed = frame.goal.allowed
    mine = search.chosen[allowed[search.chosen]]
    pairs = np.union1d(np.nonzero(near & allowed)[0], mine)
    master = Master(frame, search.was_told_to_stop)
    master.add_pairs(pairs)
    groups = all_groups(search.table, search.caps, pairs)
    # those of the linear program say nothing new, but they make its bound the first of this program
    is_in = master.place >= 0
    known = [group[is_in[group]] for group in search.groups]
    groups += [group for group in known if len(group) > 1]
    if groups:
        master.add_groups(groups)
    return master.solve_whole(mine, until - monotonic(), abs_gap, rel_gap)
