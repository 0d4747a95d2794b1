"""May this person do this shift?"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import rules
from matching.engine.model import (
    DAY,
    WEEK,
    Booking,
    Mode,
    Period,
    Place,
    Policy,
    Problem,
    Qualification,
    Rule,
    Shift,
    Volunteer,
)
from tests.matching.engine.often import often
from tests.matching.engine.pairs import BREAKS, FINE, MENDS, THERE, TUESDAY_NINE, Case


def judge(case: Case) -> tuple[Rule, ...]:
    return rules.obstacles(
        case.volunteer, case.shift, case.policy, no_go=case.no_go, dropped=case.dropped
    )


def test_whoever_has_everything_may_come() -> None:
    assert judge(FINE) == ()


@pytest.mark.parametrize("rule", Rule)
def test_each_rule_alone_stops_a_person_and_mending_it_lets_them_come(rule: Rule) -> None:
    broken = BREAKS[rule](FINE)
    assert judge(broken) == (rule,)
    assert judge(MENDS[rule](broken)) == ()


def test_the_rules_are_complete_and_said_in_their_order() -> None:
    assert list(rules.RULES) == list(Rule)
    everything = FINE
    for rule in (one for one in Rule if one not in (Rule.BUSY, Rule.SHIFTS_CAP)):
        everything = BREAKS[rule](everything)
    found = judge(everything)
    assert list(found) == sorted(found, key=list(Rule).index)
    assert len(found) >= 15


def test_who_told_nothing_is_stopped_by_nothing_but_what_must_be_shown() -> None:
    plain = Shift(id=1, category="talk", start=0, end=60, place=THERE)
    assert judge(Case(Volunteer(id=1), plain)) == ()
    assert judge(Case(Volunteer(id=1), replace(plain, needs_insurance=True))) == (Rule.INSURANCE,)
    assert judge(Case(Volunteer(id=1), replace(plain, age_min=18))) == ()


@pytest.mark.parametrize(
    ("first", "last", "may"),
    [(None, None, True), (1, 1, True), (None, 0, False), (2, None, False), (0, 1, True)],
)
def test_a_qualification_counts_on_the_day_the_shift_begins(
    first: int | None, last: int | None, may: bool
) -> None:
    overnight = replace(FINE.shift, start=DAY + 1_380, end=2 * DAY + 60)
    person = replace(
        FINE.volunteer, qualifications=(Qualification("snow", first, last),), windows=None
    )
    assert (Rule.QUALIFICATION not in judge(Case(person, overnight))) is may


@pytest.mark.parametrize(
    ("windows", "free", "busy", "may"),
    [
        (None, (), (), True),
        ((), (), (), False),
        ((Period(540, 660),), (), (), True),
        ((Period(541, 660),), (), (), False),
        ((Period(540, 659),), (), (), False),
        ((Period(540, 600), Period(600, 660)), (), (), True),
        ((Period(540, 600),), (Period(WEEK + 600, WEEK + 700),), (), True),
        ((Period(540, 600),), (Period(600, 700),), (), False),
        ((), (Period(WEEK + 540, WEEK + 660),), (), True),
        ((Period(540, 660),), (), (Period(WEEK + 659, WEEK + 900),), False),
        ((Period(540, 660),), (), (Period(WEEK + 660, WEEK + 900),), True),
        (None, (Period(WEEK, WEEK + 900),), (Period(WEEK, WEEK + 541),), False),
    ],
)
def test_a_shift_lies_in_the_free_times_and_outside_the_busy_ones(
    windows: tuple[Period, ...] | None,
    free: tuple[Period, ...],
    busy: tuple[Period, ...],
    may: bool,
) -> None:
    second_monday = Shift(id=1, category="talk", start=WEEK + 540, end=WEEK + 660, place=None)
    person = Volunteer(id=1, windows=windows, free=free, busy=busy)
    assert (judge(Case(person, second_monday)) == ()) is may


def test_a_night_from_sunday_to_monday_uses_the_windows_of_both_weeks() -> None:
    night = Shift(id=1, category="watch", start=WEEK - 60, end=WEEK + 60, place=None)
    both = (Period(0, 60), Period(WEEK - 60, WEEK))
    assert judge(Case(Volunteer(id=1, windows=both), night)) == ()
    assert judge(Case(Volunteer(id=1, windows=both[1:]), night)) == (Rule.AVAILABILITY,)
    before = replace(night, start=-60, end=60)
    assert judge(Case(Volunteer(id=1, windows=both), before)) == ()


@pytest.mark.parametrize(("gap", "may"), [(9, False), (10, True), (-30, False)])
def test_two_shifts_in_one_place_need_the_slack_between_them(gap: int, may: bool) -> None:
    end = FINE.shift.end
    later = Booking(end + gap, end + gap + 60, THERE)
    earlier = Booking(FINE.shift.start - gap - 60, FINE.shift.start - gap, THERE)
    assert (judge(FINE.person(booked=(later,))) == ()) is may
    assert (judge(FINE.person(booked=(earlier,))) == ()) is may


def test_the_way_between_two_shifts_counts_uphill_when_it_is_uphill() -> None:
    low, high = Place(0, 0, 0), Place(800, 0, 100)
    first, second = Booking(0, 60, low), Booking(95, 150, high)
    walker = Volunteer(id=1, mode=Mode.WALK)
    # 1,040 m of street = 13 min, 100 m of climb = 10 min, slack 10 min
    assert not rules.clash(first, second, walker, Policy())
    assert rules.clash(first, replace(second, start=92), walker, Policy())
    down = Booking(0, 60, high), Booking(83, 150, low)
    assert not rules.clash(*down, walker, Policy())


def test_other_shifts_of_the_plan_count_like_bookings_but_the_shift_itself_does_not() -> None:
    other = replace(FINE.shift, id=6)
    found = rules.obstacles(FINE.volunteer, FINE.shift, FINE.policy, others=[FINE.shift, other])
    assert found == (Rule.BUSY,)
    capped = replace(FINE.volunteer, max_shifts_a_week=1, windows=None)
    friday = replace(FINE.shift, id=7, start=4 * DAY, end=4 * DAY + 60)
    next_week = replace(FINE.shift, id=8, start=WEEK, end=WEEK + 60)
    assert rules.obstacles(capped, FINE.shift, FINE.policy, others=[friday]) == (Rule.SHIFTS_CAP,)
    assert rules.obstacles(capped, FINE.shift, FINE.policy, others=[next_week]) == ()


def test_a_problem_brings_its_own_pairs_and_policy() -> None:
    problem = Problem("2026-11-23", (FINE.volunteer,), (FINE.shift,), no_go=frozenset({(1, 7)}))
    assert rules.obstacles_in(problem, FINE.volunteer, FINE.shift) == (Rule.NO_GO,)


@often(100, 20_000)
@given(broken=st.sets(st.sampled_from(Rule)), data=st.data())
def test_mending_all_that_stops_a_person_lets_them_come(
    broken: set[Rule], data: st.DataObject
) -> None:
    case = FINE
    for rule in data.draw(st.permutations(sorted(broken))):
        case = BREAKS[rule](case)
    for rule in judge(case):
        case = MENDS[rule](case)
    assert judge(case) == ()


BETTER = {
    "place": lambda one: replace(one, place=THERE),
    "limit": lambda one: replace(one, max_travel_minutes=(one.max_travel_minutes or 45) + 30),
    "week": lambda one: replace(one, windows=None),
    "busy": lambda one: replace(one, busy=()),
    "booked": lambda one: replace(one, booked=one.booked[1:]),
    "minutes": lambda one: replace(one, max_minutes_a_week=(one.max_minutes_a_week or 1_200) + 60),
    "skills": lambda one: replace(one, skills=one.skills | {"cooking", "ladder"}),
    "refuses": lambda one: replace(one, refuses=frozenset()),
    "insured": lambda one: replace(one, insured_last_day=(one.insured_last_day or 0) + 30),
}


@often(100, 20_000)
@given(
    broken=st.sets(st.sampled_from(Rule), max_size=6),
    better=st.sampled_from(sorted(BETTER)),
    start=st.integers(0, 2 * WEEK),
)
def test_being_able_to_do_more_never_stops_anybody(
    broken: set[Rule], better: str, start: int
) -> None:
    case = replace(FINE, shift=replace(FINE.shift, start=start, end=start + 90))
    for rule in sorted(broken):
        case = BREAKS[rule](case)
    after = replace(case, volunteer=BETTER[better](case.volunteer))
    assert set(judge(after)) <= set(judge(case))


def test_nothing_depends_on_the_clock_or_the_order_of_rows() -> None:
    person = BREAKS[Rule.AVAILABILITY](FINE).volunteer
    windows = (Period(TUESDAY_NINE + 60, 2 * DAY), Period(DAY, TUESDAY_NINE + 60))
    assert judge(replace(FINE, volunteer=replace(person, windows=windows))) == ()
