"""From a problem to a plan: value, bound and certified gap, by a deadline.

Small and middle problems settle the priorities one after another and then the value; when time is short for that, the
value comes first (a head of one priority is worth four of the next) and the levels are only compared with their bounds.
Without highspy a careful greedy plan is improved by chains of moves, and no bound is known (`no_highs`).
"""

from collections.abc import Callable
from time import monotonic
from typing import Any

from matching.engine import lp
from matching.engine.caps import caps_of
from matching.engine.columns import LARGE
from matching.engine.draft import Draft
from matching.engine.ejection import improve
from matching.engine.greedy import fill, greedy
from matching.engine.model import Engine, Plan, Problem
from matching.engine.problem import build, value_of
from matching.engine.regions import by_regions
from matching.engine.rounding import take
from matching.engine.search import Search
from matching.engine.stages import (
    best_value,
    bound_by_weeks,
    relaxed_value,
    settle_level,
    steep_value,
)

PAIRS_A_SECOND = 1_500
"""With less time than this the levels are not settled by plans of their own."""
STEEP_SHARE = 0.65
"""Of the time at most, for the plan with steep priorities."""
REGIONS_SHARE = 0.65
"""Of the time at most, for the plan of a large town; the rest shows how far it can be from the best."""
LEVELS_SHARE = 0.2
"""Of the time, for levels that are not proven at once; the rest is for the value."""
WORK = 400_000
SMALL = 3_000


def solve(
    problem: Problem,
    seconds: float,
    gap: float | None = None,
    on_progress: Callable[[Any], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """The best plan within `seconds`, or as soon as its gap is at most `gap` (0 = proven).

    Stopped or out of time, the answer is still a whole plan that keeps every rule, with the note `interrupted` or
    `deadline`. ValueError when the problem cannot be read as one.
    """
    began = monotonic()
    table = build(problem)
    search = Search(
        table,
        caps_of(table),
        began,
        seconds,
        gap or 0.0,
        on_progress or (lambda progress: None),
        should_stop or (lambda: False),
    )
    search.offer(greedy(table), Engine.GREEDY)
    _from_published(search)
    search.say("greedy")
    if not table.pairs:
        return _without_choice(search)
    if not lp.is_there():
        return _by_hand(search)
    if not search.is_over():
        _by_programs(search)
    return search.plan()


def _from_published(search: Search) -> None:
    """What is published and still possible, as a first plan: it must never be better than what we give back."""
    table = search.table
    if table.is_published.any():
        draft = Draft(table)
        take(draft, table.is_published.nonzero()[0])
        fill(draft)
        search.offer(draft.chosen(), Engine.GREEDY)


def _without_choice(search: Search) -> Plan:
    """Nobody can take anything: what is pinned is the plan."""
    search.bound = value_of(search.table, search.chosen)
    search.level_bounds = [level.covered_min for level in search.plan().levels]
    search.is_proven, search.engine = True, Engine.EXACT
    return search.plan()


def _by_hand(search: Search) -> Plan:
    draft = Draft(search.table, search.chosen)
    if not search.is_over():
        improve(draft, WORK, search.is_over)
        search.offer(draft.chosen(), Engine.GREEDY)
    return search.plan("interrupted" if search.was_told_to_stop() else "no_highs")


def _by_programs(search: Search) -> None:
    is_lexicographic = search.table.problem.policy.lexicographic
    if search.table.pairs > LARGE:
        by_regions(search, search.began + search.seconds * REGIONS_SHARE)
        _settle_full(search)
    if search.table.pairs > search.seconds * PAIRS_A_SECOND:
        _in_short(search)
        return
    if is_lexicographic:
        share = search.began + search.seconds * STEEP_SHARE
        relaxed_value(search, share)
        if not search.is_over():
            steep_value(search, share)
        _settle(search, search.until, with_plans=search.table.pairs <= SMALL)
    most = search.until - search.seconds * LEVELS_SHARE * _is_open(search)
    best_value(search, _levels(search), most, with_proof=True)
    # a level by itself, without the steep plan to begin from, costs more in the next than it brings
    may_settle = search.table.pairs <= SMALL or search.engine is Engine.MIP
    if _is_open(search) and may_settle and not search.is_over():
        before = search.rank
        _settle(search, search.until, with_plans=True)
        if search.rank != before and not search.is_over():
            best_value(search, _levels(search), search.until, with_proof=True)
    if not _is_open(search) and search.bound == search.value:
        search.is_proven = True
        search.engine = Engine.EXACT if search.table.pairs <= SMALL else search.engine


def _in_short(search: Search) -> None:
    """A plan by regions is not bettered any more, and is compared with plans that cover as much."""
    if search.engine is Engine.REGIONS:
        bound_by_weeks(search, tuple(enumerate(search.rank[:-1])))
    else:
        best_value(search, (), search.until, with_proof=False)
    _settle(search, search.until, with_plans=False)


def _is_open(search: Search) -> bool:
    """Some level is not proven."""
    needed = len(search.level_bounds) if search.table.problem.policy.lexicographic else 0
    return len(search.settled) < needed


def _settle_full(search: Search) -> None:
    """Levels of which every head is covered need no proof."""
    levels = search.plan().levels
    while _is_open(search):
        level = levels[len(search.settled)]
        if level.covered_min < level.wanted_min:
            return
        search.level_bounds[level.priority] = level.wanted_min
        search.settled.append((level.priority, level.covered_min))


def _settle(search: Search, until: float, *, with_plans: bool) -> None:
    while _is_open(search):
        level = len(search.settled)
        if search.is_over() or not settle_level(search, level, until, with_plans=with_plans):
            return
        search.say(f"level {level}")


def _levels(search: Search) -> tuple[tuple[int, int], ...]:
    """The settled levels, and of the first that is not what the plan covers: no plan with less is better."""
    levels = list(search.settled)
    if search.table.problem.policy.lexicographic and len(levels) < 4:
        levels.append((len(levels), search.rank[len(levels)]))
    return tuple(levels)
