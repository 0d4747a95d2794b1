"""A town planned region by region: sound, never worse than before, and worth what the whole plan is worth."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan_towns import make_town
from matching.engine import regions, solve
from matching.engine.arrays import np
from matching.engine.caps import caps_of
from matching.engine.check import violations
from matching.engine.greedy import greedy
from matching.engine.model import Engine, Plan, Problem
from matching.engine.parts import part_of
from matching.engine.problem import Table, build, covered, value_of
from matching.engine.regions import regions_of
from matching.engine.rows import slots_of
from matching.engine.search import Search
from tests.matching.engine.often import often
from tests.matching.engine.small_towns import best_of_all, rank, small_towns

SECONDS = 20.0
SOME = often(25, 5_000)


def _by_regions(town: Problem, times: int) -> Plan:
    """As a large town is planned, in so many regions, with no more done about value and levels than their bounds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "LARGE", 0)
        patch.setattr(solve, "PAIRS_A_SECOND", 0)
        patch.setattr(regions, "PAIRS", max(1, build(town).pairs / times**2))
        patch.setattr(regions, "LEAST", 0.0)
        return solve.solve(town, SECONDS)


@SOME
@given(town=small_towns(), times=st.integers(2, 4))
def test_the_plan_is_sound_and_not_better_than_the_best(town: Problem, times: int) -> None:
    plan = _by_regions(town, times)
    assert violations(town, plan) == []
    assert plan.bound is None or plan.bound >= plan.value
    mine = rank(town, frozenset((row.volunteer, row.shift) for row in plan.assignments))
    assert mine <= best_of_all(town)
    table = build(town)
    first = greedy(table)
    levels = covered(table, first) if town.policy.lexicographic else ()
    assert mine >= (*levels, value_of(table, first))


@SOME
@given(town=small_towns(), luck=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(town: Problem, luck: random.Random) -> None:
    mixed = replace(
        town,
        volunteers=tuple(luck.sample(town.volunteers, len(town.volunteers))),
        shifts=tuple(luck.sample(town.shifts, len(town.shifts))),
        published=tuple(luck.sample(town.published, len(town.published))),
    )
    assert _by_regions(town, 2).assignments == _by_regions(mixed, 2).assignments


@SOME
@given(town=small_towns(), number=st.integers(0, 4))
def test_a_plan_of_a_part_is_worth_what_the_whole_is(town: Problem, number: int) -> None:
    table = build(town)
    whole = greedy(table)
    inside = table.shift == number
    fixed, mine = whole[~inside[whole]], whole[inside[whole]]
    rows, part = part_of(table, inside, fixed)
    again = np.searchsorted(rows, mine)
    assert (rows[again] == mine).all()
    assert value_of(part, again) == value_of(table, whole)
    assert covered(part, again) == covered(table, whole)


@SOME
@given(town=small_towns())
def test_whatever_a_part_may_take_fits_beside_the_rest(town: Problem) -> None:
    table = build(town)
    whole = greedy(table)
    for number in range(len(town.shifts)):
        inside = table.shift == number
        fixed = whole[~inside[whole]]
        rows, part = part_of(table, inside, fixed)
        for pair in rows[greedy(part)].tolist():
            assert violations(town, _plan(table, np.append(fixed, pair))) == []


def test_a_town_planned_by_regions_says_so() -> None:
    town = make_town(60, 40, 1)
    assert _by_regions(town, 2).engine is Engine.REGIONS


def _plan(table: Table, chosen: "np.ndarray[int]") -> Plan:
    search = Search(table, caps_of(table), 0.0, 0.0, 0.0, lambda one: None, lambda: True)
    search.offer(chosen, Engine.GREEDY)
    return replace(search.plan(), note="")


@SOME
@given(town=small_towns(), count=st.integers(2, 4), turn=st.integers(0, 1))
def test_everybody_and_everything_has_one_region(town: Problem, count: int, turn: int) -> None:
    table = build(town)
    found = regions_of(table, count, turn)
    for numbers, rows in ((found.shift, town.shifts), (found.person, town.volunteers)):
        assert len(numbers) == len(rows)
        assert ((numbers >= 0) & (numbers < count)).all()


@SOME
@given(town=small_towns())
def test_shifts_of_a_slot_all_go_on_at_one_moment(town: Problem) -> None:
    work = build(town).work
    slots = slots_of(work)
    for slot in set(slots.tolist()):
        here = np.nonzero(slots == slot)[0]
        assert work.start[here].max() < work.end[here].min()
        assert len(set(work.week[here].tolist())) == 1
    by_end = sorted(range(len(slots)), key=lambda one: (work.week[one], work.end[one]))
    assert all(slots[one] <= slots[other] for one, other in pairwise(by_end))
