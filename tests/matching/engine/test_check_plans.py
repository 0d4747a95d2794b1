"""The checker finds everything that is planted, names it, and finds nothing in a plan that is sound."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given

from matching.engine.check import remarks, violations
from matching.engine.check_numbers import value_of
from matching.engine.check_pairs import broken_rules, cost_of, travel_minutes
from matching.engine.model import (
    DAY,
    WEEK,
    Assignment,
    Booking,
    Level,
    Mode,
    Place,
    Plan,
    Policy,
    Problem,
    Rule,
    Season,
    Shift,
    Volunteer,
)
from matching.engine.rules import obstacles_in
from matching.engine.score import pair_cost
from matching.engine.travel import minutes
from tests.matching.engine.often import often
from tests.matching.engine.pairs import BREAKS, FINE, Case
from tests.matching.engine.small_towns import every_plan, honest, small_towns

HOME = Place(0, 0)
NINE = 9 * 60


def _person(number: int, **more: object) -> Volunteer:
    return replace(Volunteer(id=number, place=HOME, mode=Mode.CAR), **more)  # type: ignore[arg-type]


def _work(number: int, start: int, **more: object) -> Shift:
    return replace(Shift(number, "snow", start, start + 60, HOME), **more)  # type: ignore[arg-type]


TOWN = Problem(
    origin="2027-01-18",
    volunteers=(_person(1), _person(2), _person(3, max_minutes_a_week=120, max_shifts_a_week=2)),
    shifts=(
        _work(10, NINE, seats_max=2, priority=0),
        _work(11, NINE + 120, priority=1),
        _work(12, DAY + NINE, place=Place(5_000, 0)),
        _work(13, 2 * DAY + NINE, priority=3),
    ),
    published=(Assignment(1, 10, is_pinned=True), Assignment(2, 12)),
)
ROWS = frozenset({(1, 10), (2, 11), (2, 12), (3, 13)})
BOUND = 200_000


def _sound() -> Plan:
    return honest(TOWN, ROWS, bound=BOUND)


def _with(rows: frozenset[tuple[int, int]], **town: object) -> tuple[Problem, Plan]:
    problem = replace(TOWN, **town)  # type: ignore[arg-type]
    return problem, honest(problem, rows, bound=BOUND)


def _plan(**changes: object) -> tuple[Problem, Plan]:
    return TOWN, replace(_sound(), **changes)  # type: ignore[arg-type]


def _row(row: Assignment) -> tuple[Problem, Plan]:
    rows = sorted((*_sound().assignments, row), key=lambda one: (one.shift, one.volunteer))
    return _plan(assignments=tuple(rows))


def _level(**changes: object) -> tuple[Problem, Plan]:
    first, *others = _sound().levels
    return _plan(levels=(replace(first, **changes), *others))  # type: ignore[arg-type]


def _shifts(number: int, **changes: object) -> tuple[Shift, ...]:
    return tuple(replace(one, **changes) if one.id == number else one for one in TOWN.shifts)  # type: ignore[arg-type]


def _proven(covered_bound: int | None) -> tuple[Problem, Plan]:
    plan = honest(TOWN, ROWS)
    levels = (
        *(replace(level, covered_min_bound=level.covered_min) for level in plan.levels[:-1]),
        replace(plan.levels[-1], covered_min_bound=covered_bound),
    )
    return TOWN, replace(plan, is_proven=True, bound=plan.value, gap=0.0, levels=levels)


PLANTED: dict[str, tuple[str, Callable[[], tuple[Problem, Plan]]]] = {
    "a volunteer nobody knows": ("unknown", lambda: _row(Assignment(77, 13))),
    "a shift nobody knows": ("unknown", lambda: _row(Assignment(1, 77))),
    "a row twice": ("twice", lambda: _row(Assignment(2, 11))),
    "rows in disorder": ("order", lambda: _plan(assignments=_sound().assignments[::-1])),
    "a pinned row left out": ("pinned", lambda: _with(ROWS - {(1, 10)})),
    "a pinned row not marked": (
        "pinned",
        lambda: _plan(
            assignments=tuple(replace(one, is_pinned=False) for one in _sound().assignments)
        ),
    ),
    "a row marked as pinned": (
        "pinned",
        lambda: _plan(
            assignments=tuple(replace(one, is_pinned=True) for one in _sound().assignments[:2])
            + _sound().assignments[2:]
        ),
    ),
    "more people than seats": (
        "seats",
        lambda: _with(ROWS | {(1, 11)}, shifts=_shifts(11, start=NINE + 180, end=NINE + 240)),
    ),
    "two who are kept apart": ("apart", lambda: _with(ROWS | {(3, 10)}, apart=frozenset({(1, 3)}))),
    "two shifts at once": (
        "busy",
        lambda: _with(ROWS | {(2, 10)}, shifts=_shifts(11, start=NINE + 30, end=NINE + 90)),
    ),
    "no time for the way": (
        "busy",
        lambda: _with(ROWS, shifts=_shifts(12, start=NINE + 195, end=NINE + 255)),
    ),
    "no time for the slack": (
        "busy",
        lambda: _with(ROWS | {(3, 10)}, shifts=_shifts(13, start=NINE + 69, end=NINE + 129)),
    ),
    "too many minutes a week": (
        "minutes_cap",
        lambda: _with(ROWS, shifts=_shifts(13, end=2 * DAY + NINE + 121)),
    ),
    "too many shifts a week": (
        "shifts_cap",
        lambda: _with(ROWS, volunteers=(*TOWN.volunteers[:2], _person(3, max_shifts_a_week=0))),
    ),
    "too many shifts with bookings": (
        "shifts_cap",
        lambda: _with(
            ROWS,
            volunteers=(
                *TOWN.volunteers[:2],
                _person(
                    3,
                    max_shifts_a_week=1,
                    booked=(Booking(0, 60, HOME), Booking(WEEK, WEEK + 60, HOME)),
                ),
            ),
        ),
    ),
    "a value one too high": (
        "value",
        lambda: _plan(value=_sound().value + 1, gap=(BOUND - _sound().value - 1) / BOUND),
    ),
    "a value one too low": (
        "value",
        lambda: _plan(value=_sound().value - 1, gap=(BOUND - _sound().value + 1) / BOUND),
    ),
    "a bound below the value": (
        "bound",
        lambda: _plan(bound=_sound().value - 1, gap=-1 / (_sound().value - 1)),
    ),
    "a gap too small": ("gap", lambda: _plan(gap=0.0)),
    "no gap": ("gap", lambda: _plan(gap=None)),
    "a gap without a bound": ("gap", lambda: _plan(bound=None)),
    "no number as gap": ("gap", lambda: _plan(gap=float("nan"))),
    "a proof with a gap": (
        "is_proven",
        lambda: _plan(
            is_proven=True,
            levels=tuple(
                replace(one, covered_min_bound=one.covered_min) for one in _sound().levels
            ),
        ),
    ),
    "a proof with an open level": ("is_proven", lambda: _proven(None)),
    "a proof below the level's bound": ("is_proven", lambda: _proven(2)),
    "wanted heads miscounted": ("levels[0].wanted_min", lambda: _level(wanted_min=2)),
    "covered heads miscounted": ("levels[0].covered_min", lambda: _level(covered_min=0)),
    "wanted seats miscounted": ("levels[0].wanted_max", lambda: _level(wanted_max=3)),
    "covered seats miscounted": ("levels[0].covered_max", lambda: _level(covered_max=2)),
    "a level's bound too low": ("levels[0].covered_min_bound", lambda: _level(covered_min_bound=0)),
    "a level left out": ("levels", lambda: _plan(levels=_sound().levels[1:])),
    "levels in disorder": ("levels", lambda: _plan(levels=_sound().levels[::-1])),
    "a time below zero": ("seconds", lambda: _plan(seconds=-1.0)),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_found_and_nothing_else(name: str) -> None:
    code, plant = PLANTED[name]
    found = violations(*plant())
    assert {one.code for one in found} == {code}, found
    assert all(str(one) and one.words for one in found)


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_is_found_broken_and_no_other(rule: Rule) -> None:
    problem = _alone(BREAKS[rule](FINE))
    (found,) = violations(problem, honest(problem, frozenset({(1, 5)})))
    assert (found.code, found.volunteer) == (rule, 1)
    assert found.shift in {5, None}


def test_a_sound_plan_has_no_violation() -> None:
    assert violations(TOWN, _sound()) == []
    assert violations(_alone(FINE), honest(_alone(FINE), frozenset({(1, 5)}))) == []
    nothing = Problem("2027-01-18", (), ())
    assert violations(nothing, honest(nothing, frozenset())) == []


def _alone(case: Case) -> Problem:
    return Problem(
        "2027-01-18",
        (case.volunteer,),
        (case.shift,),
        policy=case.policy,
        no_go=case.no_go,
        dropped=case.dropped,
    )


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule is not Rule.DROPPED])
def test_what_a_pinned_row_breaks_is_a_remark(rule: Rule) -> None:
    problem = replace(_alone(BREAKS[rule](FINE)), published=(Assignment(1, 5, is_pinned=True),))
    plan = honest(problem, frozenset({(1, 5)}))
    assert violations(problem, plan) == []
    assert [one.code for one in remarks(problem, plan)] == [rule]


def test_nobody_is_added_beside_pinned_rows_that_overfill_a_shift() -> None:
    pins = tuple(Assignment(who, 11, is_pinned=True) for who in (1, 2))
    problem = replace(TOWN, published=pins)
    rows = frozenset({(1, 11), (2, 11)})
    assert violations(problem, honest(problem, rows)) == []
    assert [one.code for one in remarks(problem, honest(problem, rows))] == ["seats"]
    more = honest(problem, rows | {(3, 11)})
    assert [one.code for one in violations(problem, more)] == ["seats"]


def test_a_flood_of_violations_is_cut_off() -> None:
    rows = tuple(Assignment(number, 77) for number in range(2_000))
    assert len(violations(TOWN, replace(_sound(), assignments=rows))) == 1_000


def test_the_value_by_hand() -> None:
    """12 minutes by car for 3 km in winter: 5 + ceil(ceil(3,900 / 400) × 1.5) = 20."""
    place = Place(3_000, 0)
    shift = Shift(5, "snow", NINE, NINE + 90, place, 1, 3, 1, client=7)
    people = (
        Volunteer(
            1,
            HOME,
            Mode.CAR,
            wants=frozenset({"snow"}),
            times_in={"snow": 2},
            times_with={7: 1},
            recent_minutes=460,
        ),
        Volunteer(2, place, Mode.CAR, avoids=frozenset({"snow"}), windows=(), recent_minutes=3_000),
    )
    problem = Problem(
        "2027-01-18", people, (shift,), (Assignment(2, 5),), policy=Policy(season=Season.WINTER)
    )
    heads = 16_000 + 4_000
    first = 20 - 20 + 40 - 30 - 10
    second = 60
    fairness = -(-(20 * 20 + 70 * 60) // 60) + -(-90 * 240 // 60)
    assert value_of(problem, {(1, 5), (2, 5)}) == heads - first - second + 300 - fairness


@often(60, 20_000)
@given(town=small_towns())
def test_engine_and_checker_read_the_text_alike(town: Problem) -> None:
    for who in town.volunteers:
        for shift in town.shifts:
            weekly = {Rule.MINUTES_CAP, Rule.SHIFTS_CAP}
            engine = [rule for rule in obstacles_in(town, who, shift) if rule not in weekly]
            assert engine == [rule for rule, _ in broken_rules(town, who, shift)]
            assert pair_cost(who, shift, town.policy).total == cost_of(town, who, shift)
            if who.place and shift.place:
                way = minutes(who.place, shift.place, who.mode, town.policy.season)
                assert way == travel_minutes(who.place, shift.place, who.mode, town.policy.season)


@often(25, 10_000)
@given(town=small_towns(most=3))
def test_no_plan_that_keeps_the_rules_is_accused(town: Problem) -> None:
    for rows in every_plan(town):
        assert violations(town, honest(town, rows)) == []


def test_every_kind_of_violation_is_planted() -> None:
    names = {"unknown", "twice", "order", "pinned", "seats", "apart"}
    numbers = {"value", "bound", "gap", "is_proven", "levels", "seconds"}
    level = {f"levels[0].{name}" for name in Level.__dataclass_fields__ if name != "priority"}
    assert names | numbers | level <= {code for code, _ in PLANTED.values()}
