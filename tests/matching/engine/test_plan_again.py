"""Planning again: what is published stays where it can, and what changes is said."""

from dataclasses import replace

from bench.plan_towns import make_snow_day, make_town
from matching.engine.check import violations
from matching.engine.model import DAY, Assignment, Period, Plan, Problem
from matching.engine.replan import Move, diff_of, replan
from matching.engine.solve import solve

SECONDS = 30.0
TOWN = make_town(150, 50, 3)


def _published(town: Problem = TOWN) -> Problem:
    return replace(town, published=solve(town, SECONDS).assignments)


def _rows(rows: tuple[Assignment, ...]) -> set[tuple[int, int]]:
    return {(row.volunteer, row.shift) for row in rows}


def _covered(plan: Plan) -> list[int]:
    return [level.covered_min for level in plan.levels]


def test_no_change_in_no_change_out() -> None:
    town = _published()
    plan, diff = replan(town, SECONDS)
    assert plan.assignments == town.published
    assert (diff.added, diff.removed, diff.needless, diff.moves) == ((), (), (), ())
    assert diff.kept == plan.assignments


def test_somebody_falls_ill_and_only_their_seats_are_said_to_be_impossible() -> None:
    town = _published()
    ill = town.published[0].volunteer
    theirs = tuple(row for row in town.published if row.volunteer == ill)
    people = tuple(
        replace(who, busy=(Period(0, 7 * DAY),)) if who.id == ill else who
        for who in town.volunteers
    )
    day = replace(town, volunteers=people)
    plan, diff = replan(day, SECONDS)
    assert violations(day, plan) == []
    assert diff.impossible == theirs
    assert not any(row.volunteer == ill for row in plan.assignments)


def test_a_snow_day_moves_fewer_people_than_a_plan_from_scratch_at_equal_cover() -> None:
    town = make_town(250, 80, 1)
    day = make_snow_day(town, solve(town, SECONDS, gap=0.01).assignments)
    plan, diff = replan(day, SECONDS)
    scratch = solve(replace(day, published=(), policy=replace(day.policy, keep_bonus=0)), SECONDS)
    fewest, least = replan(replace(day, policy=replace(day.policy, keep_bonus=1_000_000)), SECONDS)
    assert _covered(plan) == _covered(scratch) == _covered(fewest)
    assert violations(day, plan) == []
    beyond = len(diff.needless) - len(least.needless)
    assert beyond <= 0.4 * (len(diff_of(day, scratch).needless) - len(least.needless))


def test_what_is_under_way_keeps_everybody() -> None:
    town = _published()
    shift = town.published[0].shift
    kept = {row for row in _rows(town.published) if row[1] == shift}
    more_pressing = tuple(replace(one, priority=3 if one.id == shift else 0) for one in town.shifts)
    plan, _ = replan(replace(town, shifts=more_pressing), SECONDS, under_way=[shift])
    assert kept <= _rows(plan.assignments)


def test_a_move_is_said_as_one() -> None:
    town = _published()
    row = town.published[0]
    plan = solve(town, SECONDS)
    other = next(
        one.id for one in town.shifts if (row.volunteer, one.id) not in _rows(plan.assignments)
    )
    moved = tuple(replace(one, shift=other) if one == row else one for one in plan.assignments)
    diff = diff_of(town, replace(plan, assignments=moved))
    assert diff.moves == (Move(row.volunteer, row.shift, other),)
    assert diff.needless == (row,)
