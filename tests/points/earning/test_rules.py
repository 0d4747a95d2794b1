"""From facts to points: the real schemes as cases, and what must hold for any scheme."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from points.earning.facts import ActivityFacts, Grade
from points.earning.rules import AwardReason, award_for, points_before_caps, preview
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import AwardRule, Basis, Rounding, Share, Tier
from tests.factories.rules import facts, person, preset, version

INAGI = """
[[awards]]
categories = ["visit"]
basis = "per_hour"
points = 1
unit_minutes = 60
rounding = "floor"
"""
YOKOHAMA = """
[[awards]]
categories = ["visit"]
basis = "per_activity"
points = 200
min_minutes = 30
"""
SAITAMA = """
[[awards]]
categories = ["visit"]
basis = "tiered"
tiers = [{ from_minutes = 30, points = 1 }, { from_minutes = 90, points = 2 }]
"""
CAPS = "[caps]\ndaily_points = {}\n"

MINUTES = st.integers(0, 24 * 60)
LEFT = st.none() | st.integers(-50, 500)


@st.composite
def award_rules(draw: st.DrawFn) -> AwardRule:
    """Any award rule that a file can express."""
    starts = sorted(draw(st.sets(st.integers(0, 600), min_size=1, max_size=4)))
    worth = sorted(draw(st.lists(st.integers(1, 99), min_size=len(starts), max_size=len(starts))))
    return AwardRule(
        categories=("visit",),
        roles=(),
        basis=draw(st.sampled_from(Basis)),
        points=draw(st.integers(1, 500)),
        unit_minutes=draw(st.integers(1, 180)),
        min_minutes=draw(st.integers(0, 180)),
        rounding=draw(st.sampled_from(Rounding)),
        tiers=tuple(Tier(*pair) for pair in zip(starts, worth, strict=True)),
        share=draw(st.sampled_from(Share)),
        counts_against_daily_cap=draw(st.booleans()),
    )


@st.composite
def activities(draw: st.DrawFn) -> ActivityFacts:
    """Any activity."""
    return facts(
        planned_minutes=draw(MINUTES),
        counted_minutes=draw(st.none() | MINUTES),
        households=draw(st.integers(0, 9)),
        people_sharing=draw(st.integers(1, 9)),
        grade=draw(st.sampled_from(Grade)),
    )


def under(rule: AwardRule) -> RuleVersion:
    return replace(version(), awards=(rule,))


@pytest.mark.parametrize(
    ("scheme", "minutes", "points"),
    [
        (INAGI, 0, 0),
        (INAGI, 59, 0),
        (INAGI, 60, 1),
        (INAGI, 119, 1),
        (INAGI, 120, 2),
        (INAGI, 180, 2),  # 2 a day
        (YOKOHAMA, 29, 0),
        (YOKOHAMA, 30, 200),
        (YOKOHAMA, 300, 200),
        (SAITAMA, 29, 0),
        (SAITAMA, 30, 1),
        (SAITAMA, 89, 1),
        (SAITAMA, 90, 2),
        (SAITAMA, 500, 2),
    ],
)
def test_real_schemes_by_the_minute(scheme: str, minutes: int, points: int) -> None:
    day_cap = 200 if scheme is YOKOHAMA else 2
    rules = version(awards=scheme, more=CAPS.format(day_cap))
    decision = award_for(facts(planned_minutes=minutes), rules, day_cap, None, person())
    assert decision.points == points


def test_a_second_activity_of_the_day_in_yokohama_earns_nothing() -> None:
    rules = version(awards=YOKOHAMA, more=CAPS.format(200))
    decision = award_for(facts(), rules, 0, None, person())
    assert (decision.points, decision.points_before_caps) == (0, 200)
    assert decision.reason == AwardReason.DAY_CAP_REACHED


def test_two_snow_households_in_otaru_lose_nothing_to_the_daily_cap() -> None:
    rules = preset("otaru-example")
    snow = facts(category_code="snow", households=2, planned_minutes=90)
    decision = award_for(snow, rules, 200, 5000, person())
    assert (decision.points, decision.reason) == (1000, AwardReason.AWARDED)
    assert (decision.counts_against_day, decision.counts_against_year) == (0, 1000)
    assert (decision.day_left_before, decision.day_left) == (200, 200)
    assert (decision.year_left_before, decision.year_left) == (5000, 4000)


def test_snow_in_otaru_still_counts_for_the_year() -> None:
    snow = facts(category_code="snow", households=1)
    decision = award_for(snow, preset("otaru-example"), 0, 300, person())
    assert (decision.points, decision.reason) == (300, AwardReason.CUT_BY_YEAR_CAP)


@pytest.mark.parametrize(("minutes", "points"), [(59, 0), (60, 100), (119, 100), (120, 200)])
def test_meals_in_otaru_earn_by_full_hours(minutes: int, points: int) -> None:
    meal = facts(category_code="meals", planned_minutes=minutes)
    assert award_for(meal, preset("otaru-example"), 200, 5000, person()).points == points


def test_the_real_time_replaces_the_planned_one() -> None:
    rules = version(awards=INAGI)
    longer = facts(planned_minutes=60, counted_minutes=125)
    left_at_once = facts(planned_minutes=60, counted_minutes=0)
    assert award_for(longer, rules, None, None, person()).points == 2
    assert award_for(left_at_once, rules, None, None, person()).reason == AwardReason.TOO_SHORT


@pytest.mark.parametrize(("minutes", "points"), [(29, 0), (30, 1), (89, 1), (90, 2)])
def test_time_may_be_rounded_to_the_nearest_unit(minutes: int, points: int) -> None:
    rules = version(awards=INAGI.replace("floor", "nearest"))
    found = award_for(facts(planned_minutes=minutes), rules, None, None, person())
    assert found.points == points


def test_a_household_award_may_be_divided() -> None:
    share = 'basis = "per_household"\npoints = 500\nshare = "split"\n'
    rules = version(awards=f'[[awards]]\ncategories = ["visit"]\n{share}')
    three = facts(households=1, people_sharing=3)
    assert award_for(three, rules, None, None, person()).points == 166
    nobody_home = facts(households=0)
    assert award_for(nobody_home, rules, None, None, person()).reason == AwardReason.NO_HOUSEHOLD
    crowd = facts(households=1, people_sharing=501)
    assert award_for(crowd, rules, None, None, person()).reason == AwardReason.SHARE_TOO_SMALL


def test_a_lecture_gives_its_points_whatever_its_length() -> None:
    lecture = facts(category_code="lecture", planned_minutes=5)
    assert award_for(lecture, preset("example-august-year"), 2, 100, person()).points == 1


def test_a_role_may_have_its_own_award() -> None:
    leader = INAGI.replace("points = 1", 'points = 5\nroles = ["leader"]')
    both, only = version(awards=INAGI + leader), version(awards=leader)
    assert award_for(facts(role="leader"), both, None, None, person()).points == 5
    assert award_for(facts(role="driver"), both, None, None, person()).points == 1
    for role in ("driver", ""):
        found = award_for(facts(role=role), only, None, None, person())
        assert found.reason == AwardReason.ROLE_NOT_LISTED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_paid": True}, AwardReason.PAID),
        ({"is_own_family": True}, AwardReason.OWN_FAMILY),
        ({"is_client_here": True}, AwardReason.CLIENT_HERE),
        ({"category_code": "chess"}, AwardReason.NOT_LISTED),
        ({"planned_minutes": 10}, AwardReason.TOO_SHORT),
    ],
)
def test_what_earns_nothing_says_why(changes: dict[str, object], reason: AwardReason) -> None:
    decision = award_for(facts(**changes), version(), 5, 9, person())
    assert (decision.points, decision.points_before_caps, decision.reason) == (0, 0, reason)
    assert (decision.day_left, decision.year_left) == (5, 9)


def test_a_programme_may_lift_an_exclusion() -> None:
    rules = version(more="[exclusions]\nown_family = false\n")
    assert award_for(facts(is_own_family=True), rules, None, None, person()).points == 1


def test_a_person_outside_the_conditions_earns_nothing() -> None:
    rules = version(more="[may_collect]\nage_min = 65\n")
    born = date(1961, 11, 22)  # 65 tomorrow
    decision = award_for(facts(), rules, None, None, person(birth_date=born))
    assert decision.reason == AwardReason.TOO_YOUNG
    tomorrow = facts(activity_on=date(2026, 11, 22))
    assert award_for(tomorrow, rules, None, None, person(birth_date=born)).points == 1


def test_only_a_claimed_award_waits_for_confirmation() -> None:
    found = {
        grade: award_for(facts(grade=grade), version(), None, None, person()).is_pending
        for grade in Grade
    }
    assert found == {Grade.ON_SITE: False, Grade.HOST_SIGNED: False, Grade.CLAIMED: True}


def test_a_claim_of_nothing_does_not_wait() -> None:
    claimed = facts(grade=Grade.CLAIMED)
    assert not award_for(claimed, version(), 0, None, person()).is_pending


def test_when_both_caps_are_used_up_the_year_is_named() -> None:
    decision = award_for(facts(), version(), 0, 0, person())
    assert decision.reason == AwardReason.YEAR_CAP_REACHED


def test_a_version_judges_only_the_days_on_which_it_is_in_force() -> None:
    for day in (date(2025, 7, 31), date(2028, 8, 1)):
        with pytest.raises(ValueError, match="not in force"):
            award_for(facts(activity_on=day), preset("example-august-year"), 2, 100, person())


def test_a_preview_tells_points_what_is_left_and_the_last_day() -> None:
    cafe = facts(category_code="cafe", planned_minutes=180, activity_on=date(2028, 2, 29))
    found = preview(cafe, preset("example-august-year"), 2, 10, person())
    assert (found.points, found.reason) == (2, AwardReason.CUT_BY_DAY_CAP)
    assert (found.day_left, found.year_left) == (0, 8)
    assert found.expires_on == date(2030, 2, 28)


@pytest.mark.parametrize(
    "changes", [{"planned_minutes": -1}, {"counted_minutes": -1}, {"people_sharing": 0}]
)
def test_impossible_facts_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="negative|at least one"):
        facts(**changes)


@given(award_rules(), activities(), LEFT, LEFT)
def test_no_cap_is_ever_exceeded_and_nothing_is_negative(
    rule: AwardRule, activity: ActivityFacts, day: int | None, year: int | None
) -> None:
    found = award_for(activity, under(rule), day, year, person())
    assert 0 <= found.points <= found.points_before_caps
    assert found.counts_against_year == found.points
    assert found.counts_against_day == (found.points if rule.counts_against_daily_cap else 0)
    if day is not None:
        assert found.counts_against_day <= max(day, 0)
        assert found.day_left == found.day_left_before - found.counts_against_day >= 0
    if year is not None:
        assert found.points <= max(year, 0)
        assert found.year_left == found.year_left_before - found.points >= 0


@given(award_rules(), activities(), LEFT, LEFT)
def test_the_reason_agrees_with_the_points(
    rule: AwardRule, activity: ActivityFacts, day: int | None, year: int | None
) -> None:
    found = award_for(activity, under(rule), day, year, person())
    is_cut = found.reason in (AwardReason.CUT_BY_DAY_CAP, AwardReason.CUT_BY_YEAR_CAP)
    assert (found.reason == AwardReason.AWARDED) == (0 < found.points == found.points_before_caps)
    assert is_cut == (0 < found.points < found.points_before_caps)


@given(award_rules(), activities(), MINUTES, st.integers(0, 5), LEFT, LEFT)
def test_more_time_or_households_never_earn_less(
    rule: AwardRule,
    activity: ActivityFacts,
    minutes: int,
    households: int,
    day: int | None,
    year: int | None,
) -> None:
    assume(activity.minutes or activity.counted_minutes is not None)  # nobody plans for no time
    more = replace(
        activity,
        counted_minutes=activity.minutes + minutes,
        households=activity.households + households,
    )
    less_found = award_for(activity, under(rule), day, year, person())
    assert less_found.points <= award_for(more, under(rule), day, year, person()).points


@given(st.integers(1, 10_000), st.integers(1, 9), st.integers(1, 50))
def test_dividing_never_creates_points(points: int, households: int, people: int) -> None:
    rule = replace(version().awards[0], basis=Basis.PER_HOUSEHOLD, points=points, share=Share.SPLIT)
    each = points_before_caps(rule, facts(households=households, people_sharing=people))
    assert points * households - people < each * people <= points * households


@given(st.lists(st.integers(0, 300), max_size=12), st.integers(1, 400), st.integers(1, 900))
def test_a_series_of_activities_fills_the_caps_exactly(
    series: list[int], day_cap: int, year_cap: int
) -> None:
    """However one time is divided over activities of a day: the sum is the smallest of the limits."""
    rules = version(awards=INAGI.replace("unit_minutes = 60", "unit_minutes = 1"))
    day, year, total = day_cap, year_cap, 0
    for minutes in series:
        found = award_for(facts(planned_minutes=minutes), rules, day, year, person())
        day, year, total = found.day_left, found.year_left, total + found.points
    assert total == min(sum(series), day_cap, year_cap)


@given(MINUTES, MINUTES)
def test_cutting_an_activity_in_two_never_gains_when_units_must_be_full(
    first: int, second: int
) -> None:
    rule = version(awards=INAGI).awards[0]
    apart = sum(points_before_caps(rule, facts(planned_minutes=one)) for one in (first, second))
    assert apart <= points_before_caps(rule, facts(planned_minutes=first + second))


@given(MINUTES, st.integers(1, 180))
def test_rounding_is_off_by_less_than_a_unit(minutes: int, unit: int) -> None:
    rule = replace(version().awards[0], unit_minutes=unit)
    floor = points_before_caps(rule, facts(planned_minutes=minutes))
    nearest = points_before_caps(
        replace(rule, rounding=Rounding.NEAREST), facts(planned_minutes=minutes)
    )
    assert 0 <= minutes - floor * unit < unit
    assert abs(2 * (minutes - nearest * unit)) <= unit


@pytest.mark.parametrize("basis", ["fixed", "per_activity"])
def test_what_did_not_take_place_earns_nothing(basis: str) -> None:
    rules = version(f'[[awards]]\ncategories = ["visit"]\nbasis = "{basis}"\npoints = 50\n')
    there = award_for(facts(), rules, None, None, person())
    absent = award_for(facts(counted_minutes=0, households=0), rules, None, None, person())
    assert (there.points, absent.points) == (50, 0)
