"""Whatever a plan is, one mistake planted in it is found and named."""

import random
from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from matching.engine.check import violations
from matching.engine.model import Assignment, Plan, Problem
from tests.matching.engine.often import often
from tests.matching.engine.small_towns import Rows, every_plan, honest, pinned_rows, small_towns

UNKNOWN = 999
Mistake = Callable[[Problem, Plan, random.Random], Plan | None]
"""None where such a plan has nothing to be mistaken about."""


def _row(plan: Plan, row: Assignment) -> Plan:
    rows = (*plan.assignments, row)
    return replace(
        plan, assignments=tuple(sorted(rows, key=lambda one: (one.shift, one.volunteer)))
    )


def _one(plan: Plan, luck: random.Random) -> Assignment | None:
    return luck.choice(plan.assignments) if plan.assignments else None


def _nobody(town: Problem, plan: Plan, luck: random.Random) -> Plan | None:
    return _row(plan, Assignment(UNKNOWN, luck.choice(town.shifts).id)) if town.shifts else None


def _nothing(town: Problem, plan: Plan, luck: random.Random) -> Plan | None:
    people = town.volunteers
    return _row(plan, Assignment(luck.choice(people).id, UNKNOWN)) if people else None


def _twice(_town: Problem, plan: Plan, luck: random.Random) -> Plan | None:
    row = _one(plan, luck)
    return None if row is None else _row(plan, row)


def _order(_town: Problem, plan: Plan, _luck: random.Random) -> Plan | None:
    rows = plan.assignments
    return replace(plan, assignments=rows[::-1]) if len(rows) > 1 else None


def _pin(_town: Problem, plan: Plan, luck: random.Random) -> Plan | None:
    row = _one(plan, luck)
    other = None if row is None else replace(row, is_pinned=not row.is_pinned)
    rows = tuple(other if one is row and other else one for one in plan.assignments)
    return replace(plan, assignments=rows) if other else None


def _unpinned(town: Problem, plan: Plan, luck: random.Random) -> Plan | None:
    pinned = sorted(pinned_rows(town))
    rows = frozenset((one.volunteer, one.shift) for one in plan.assignments)
    return honest(town, rows - {luck.choice(pinned)}, bound=plan.bound) if pinned else None


def _level(name: str) -> Mistake:
    def plant(_town: Problem, plan: Plan, luck: random.Random) -> Plan | None:
        place, more = luck.randrange(len(plan.levels)), luck.choice((-1, 1, 3))
        wrong = replace(plan.levels[place], **{name: getattr(plan.levels[place], name) + more})
        return replace(plan, levels=(*plan.levels[:place], wrong, *plan.levels[place + 1 :]))

    return plant


def _level_bound(_town: Problem, plan: Plan, luck: random.Random) -> Plan | None:
    place = luck.randrange(len(plan.levels))
    low = replace(plan.levels[place], covered_min_bound=plan.levels[place].covered_min - 1)
    return replace(plan, levels=(*plan.levels[:place], low, *plan.levels[place + 1 :]))


def _level_gone(_town: Problem, plan: Plan, luck: random.Random) -> Plan | None:
    gone = luck.choice(plan.levels)
    return replace(plan, levels=tuple(one for one in plan.levels if one is not gone))


MISTAKES: dict[str, tuple[str, Mistake]] = {
    "a volunteer nobody knows": ("unknown", _nobody),
    "a shift nobody knows": ("unknown", _nothing),
    "a row twice": ("twice", _twice),
    "rows in disorder": ("order", _order),
    "a pin too many or too few": ("pinned", _pin),
    "a pinned row left out": ("pinned", _unpinned),
    "another value": (
        "value",
        lambda _town, plan, luck: replace(plan, value=plan.value + luck.choice((-9, -1, 1, 400))),
    ),
    "a bound below the value": (
        "bound",
        lambda _town, plan, luck: replace(plan, bound=plan.value - luck.randint(1, 99)),
    ),
    "another gap": (
        "gap",
        lambda _town, plan, luck: replace(plan, gap=(plan.gap or 0) + luck.choice((-0.01, 0.02))),
    ),
    "no gap": ("gap", lambda _town, plan, _luck: replace(plan, gap=None)),
    "a gap without a bound": ("gap", lambda _town, plan, _luck: replace(plan, bound=None)),
    "a proof with a gap": (
        "is_proven",
        lambda _town, plan, _luck: replace(plan, is_proven=True, bound=plan.value + 1),
    ),
    "a time that cannot be": (
        "seconds",
        lambda _town, plan, luck: replace(plan, seconds=luck.choice((-1.0, float("nan")))),
    ),
    "a level left out": ("levels", _level_gone),
    "a level's bound too low": ("covered_min_bound", _level_bound),
    **{
        f"{name} miscounted": (name, _level(name))
        for name in ("wanted_min", "covered_min", "wanted_max", "covered_max")
    },
}


def _some_plan(town: Problem, luck: random.Random) -> Rows:
    return luck.choice(list(every_plan(town)))


@often(30, 10_000)
@given(town=small_towns(most=4), luck=st.randoms(use_true_random=False))
def test_every_mistake_planted_in_a_sound_plan_is_found_by_its_name(
    town: Problem, luck: random.Random
) -> None:
    rows = _some_plan(town, luck)
    plan = honest(town, rows, bound=honest(town, rows).value + luck.randint(0, 500))
    assert violations(town, plan) == []
    for name, (code, plant) in MISTAKES.items():
        wrong = plant(town, plan, luck)
        if wrong is not None:
            codes = {one.code.rpartition(".")[2] for one in violations(town, wrong)}
            assert code in codes, name


@often(30, 10_000)
@given(town=small_towns(most=4), luck=st.randoms(use_true_random=False))
def test_a_plan_is_accused_exactly_when_trying_every_plan_does_not_make_it(
    town: Problem, luck: random.Random
) -> None:
    sound = list(every_plan(town))
    grid = [(who.id, shift.id) for who in town.volunteers for shift in town.shifts]
    for _number in range(5):
        more = luck.sample(grid, min(len(grid), luck.randint(0, 2)))
        rows = luck.choice(sound) | frozenset(more)
        assert (violations(town, honest(town, rows)) == []) is (rows in sound), sorted(rows)
