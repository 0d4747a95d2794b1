"""The solver against trying every plan, on problems of at most five people and five shifts."""

import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import columns, lp
from matching.engine.check import violations
from matching.engine.model import Plan, Problem
from matching.engine.solve import solve
from tests.matching.engine.often import often
from tests.matching.engine.small_towns import (
    best_of_all,
    every_plan,
    pinned_rows,
    rank,
    small_towns,
)

SECONDS = 20.0
SOME, FEW = often(60, 3_000), often(25, 2_000)


def _rows(plan: Plan) -> frozenset[tuple[int, int]]:
    return frozenset((row.volunteer, row.shift) for row in plan.assignments)


def _sound(problem: Problem, plan: Plan) -> None:
    assert violations(problem, plan) == []
    assert pinned_rows(problem) <= _rows(plan)
    assert plan.bound is None or plan.bound >= plan.value


@SOME
@given(town=small_towns())
def test_what_is_proven_is_the_best_of_all_plans(town: Problem) -> None:
    plan = solve(town, SECONDS)
    _sound(town, plan)
    best = best_of_all(town)
    assert plan.is_proven
    assert rank(town, _rows(plan)) == best
    assert plan.value == best[-1]


@FEW
@given(town=small_towns())
def test_no_plan_exceeds_the_bound_and_no_level_its_bound(town: Problem) -> None:
    plan = solve(town, SECONDS)
    mine = [level.covered_min for level in plan.levels]
    for rows in every_plan(town):
        found = rank(town, rows)
        if town.policy.lexicographic:
            assert list(found[:-1]) != mine or plan.bound is None or found[-1] <= plan.bound
        else:
            assert plan.bound is None or found[-1] <= plan.bound


@FEW
@given(town=small_towns())
def test_prices_bettered_over_all_pairs_prove_true_bounds_too(town: Problem) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "LARGE", 0)
        plan = solve(town, SECONDS)
    _sound(town, plan)
    assert plan.is_proven
    assert plan.value == best_of_all(town)[-1]


@FEW
@given(town=small_towns(), luck=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(town: Problem, luck: random.Random) -> None:
    mixed = replace(
        town,
        volunteers=tuple(luck.sample(town.volunteers, len(town.volunteers))),
        shifts=tuple(luck.sample(town.shifts, len(town.shifts))),
        published=tuple(luck.sample(town.published, len(town.published))),
    )
    first, second = solve(town, SECONDS), solve(mixed, SECONDS)
    assert first.assignments == second.assignments
    assert (first.value, first.bound) == (second.value, second.bound)


@FEW
@given(town=small_towns(), number=st.integers(0, 4))
def test_one_person_fewer_is_never_better(town: Problem, number: int) -> None:
    bound_to_stay = {row[0] for row in pinned_rows(town)}
    movable = [who.id for who in town.volunteers if who.id not in bound_to_stay]
    if number >= len(movable):
        return
    gone = movable[number]
    fewer = replace(
        town,
        volunteers=tuple(who for who in town.volunteers if who.id != gone),
        published=tuple(row for row in town.published if row.volunteer != gone),
        dropped=frozenset(pair for pair in town.dropped if pair[0] != gone),
        no_go=frozenset(pair for pair in town.no_go if pair[0] != gone),
        apart=frozenset(pair for pair in town.apart if gone not in pair),
    )
    more, less = solve(town, SECONDS), solve(fewer, SECONDS)
    assert rank(town, _rows(more)) >= rank(fewer, _rows(less))


@FEW
@given(town=small_towns())
def test_a_plan_that_is_published_stays_as_it_is(town: Problem) -> None:
    pins = tuple(row for row in town.published if row.is_pinned)
    first = solve(replace(town, published=pins), SECONDS)
    again = solve(replace(town, published=first.assignments), SECONDS)
    assert again.assignments == first.assignments


@FEW
@given(town=small_towns())
def test_without_highs_the_plan_is_sound_and_says_so(town: Problem) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lp, "is_there", lambda: False)
        plan = solve(town, SECONDS)
    _sound(town, plan)
    plans = sum(1 for _ in every_plan(town))
    if plans > 1:
        assert (plan.bound, plan.gap, plan.is_proven, plan.note) == (None, None, False, "no_highs")
    assert rank(town, _rows(plan)) <= best_of_all(town)


def test_a_highs_that_cannot_be_loaded_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "highspy.py").write_text("raise ImportError('libhighs.so: no such file')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "highspy", raising=False)
    assert not lp.is_there()


@FEW
@given(town=small_towns())
def test_with_no_time_at_all_the_plan_is_sound(town: Problem) -> None:
    plan = solve(town, 0.0)
    _sound(town, plan)
    assert rank(town, _rows(plan)) <= best_of_all(town)


def test_nobody_and_nothing_is_planned_at_once() -> None:
    empty = Problem("2027-01-18", (), ())
    plan = solve(empty, SECONDS)
    assert plan.assignments == ()
    assert (plan.value, plan.is_proven) == (0, True)
    assert violations(empty, plan) == []
