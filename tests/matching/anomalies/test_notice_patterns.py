"""The rules by themselves: what they notice, what they leave alone, and what holds for any facts."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from matching.anomalies.rules import Fact, Hand, Noticed, is_at_night, notice, percentile
from matching.anomalies.states import AnomalyKind
from volunteer.core.clock import TOKYO

START = datetime(2026, 9, 1, 10, tzinfo=TOKYO)


def _fact(number: int, **values: object) -> Fact:
    """The attendance of a person of their own, on a day of its own, without anything odd."""
    starts_at = START + timedelta(days=number % 80)
    made = Fact(
        attendance_id=number + 1,
        shift_id=number + 1,
        person_id=number + 1,
        home=f"person:{number + 1}",
        organization_id=1,
        place="公民館",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        came_at=starts_at,
        left_at=starts_at + timedelta(hours=2),
    )
    return replace(made, **values)  # type: ignore[arg-type]


def _device_days(days: int, people: int, home: str = "") -> list[Fact]:
    return [
        replace(
            _fact(day),
            attendance_id=day * 10 + who,
            person_id=who + 1,
            home=home or f"person:{who}",
            device="phone",
        )
        for day in range(days)
        for who in range(people)
    ]


def _kinds(facts: list[Fact]) -> set[AnomalyKind]:
    return {one.kind for one in notice(facts)}


def test_three_homes_on_three_days_are_noticed_and_less_is_not() -> None:
    assert _kinds(_device_days(3, 3)) == {AnomalyKind.SHARED_DEVICE}
    assert _kinds(_device_days(2, 9)) == set()
    assert _kinds(_device_days(40, 2)) == set()


def test_a_family_may_share_a_phone_every_day() -> None:
    assert _kinds(_device_days(40, 5, home="household:1")) == set()


def test_a_kiosk_is_no_shared_device() -> None:
    assert _kinds([replace(one, device="") for one in _device_days(40, 9)]) == set()


def test_names_of_groups_neither_make_nor_hide_a_share_by_hand() -> None:
    others = [_fact(number, organization_id=2) for number in range(100, 200)]
    by_hand = [_fact(number, is_by_hand=True) for number in range(25)]
    group = [_fact(number, is_of_group=True) for number in range(25, 75)]
    assert _kinds(others + by_hand + group) == {AnomalyKind.BY_HAND}
    assert _kinds(others + group) == set()


def test_planned_hours_that_fill_the_cap_are_no_correction() -> None:
    every_day = [_fact(day, person_id=1, fills_cap=True) for day in range(60)]
    assert _kinds(every_day) == set()
    assert _kinds([replace(one, is_corrected=True) for one in every_day]) == {AnomalyKind.EXACT_CAP}


def test_the_night_of_an_activity_is_part_of_it() -> None:
    starts_at = datetime(2026, 9, 1, 21, tzinfo=TOKYO)
    shelter = _fact(0, starts_at=starts_at, ends_at=starts_at + timedelta(hours=9))
    assert not is_at_night(shelter, starts_at + timedelta(hours=5))
    assert is_at_night(_fact(0), START.replace(hour=2) + timedelta(days=2))
    assert not is_at_night(_fact(0), START.replace(hour=23))


def test_one_long_night_is_left_alone() -> None:
    night = START.replace(hour=2) + timedelta(days=90)
    facts = [_fact(day, hands=(Hand(5, night),)) for day in range(20)]
    assert _kinds(facts) == set()
    several = [
        replace(one, hands=(Hand(5, night + timedelta(days=number % 3)),))
        for number, one in enumerate(facts)
    ]
    assert _kinds(several) == {AnomalyKind.AT_NIGHT}


def test_two_places_at_once_are_noticed_the_second_time() -> None:
    twice = [
        replace(_fact(day), attendance_id=10 * day + half, person_id=1, place=f"会館{half}")
        for day in range(2)
        for half in range(2)
    ]
    assert _kinds(twice) == {AnomalyKind.TWO_PLACES}
    assert _kinds(twice[:3]) == set()
    assert _kinds([replace(one, is_auto_closed=True) for one in twice]) == set()


facts_of_all_sorts = st.lists(
    st.builds(
        _fact,
        st.integers(0, 400),
        person_id=st.integers(1, 6),
        shift_id=st.integers(1, 12),
        home=st.sampled_from(["a", "b", "c", "d"]),
        organization_id=st.sampled_from([None, 1, 2]),
        place=st.sampled_from(["公民館", "集会所"]),
        device=st.sampled_from(["", "p", "q"]),
        is_by_hand=st.booleans(),
        is_corrected=st.booleans(),
        fills_cap=st.booleans(),
        hands=st.lists(
            st.builds(
                Hand,
                st.integers(1, 3),
                st.integers(0, 4000).map(lambda hours: START + timedelta(hours=hours)),
            ),
            max_size=2,
        ).map(tuple),
    ),
    max_size=120,
    unique_by=lambda one: one.attendance_id,
)


@given(facts_of_all_sorts, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_changes_nothing(facts: list[Fact], random: Random) -> None:
    mixed = facts[:]
    random.shuffle(mixed)
    assert [_frozen(one) for one in notice(facts)] == [_frozen(one) for one in notice(mixed)]


@given(facts_of_all_sorts)
def test_what_was_shown_once_is_not_shown_again(facts: list[Fact]) -> None:
    found = notice(facts)
    seen = {(one.kind.value, one.subject): frozenset(one.attendance_ids) for one in found}
    keys = {one.key for one in found}
    assert len(keys) == len(found)
    again = notice(facts, seen)
    assert not keys & {one.key for one in again}
    for one in again:
        assert not set(one.attendance_ids) & seen.get((one.kind.value, one.subject), frozenset())


@given(facts_of_all_sorts)
def test_a_finding_names_attendances_of_the_period_and_whole_figures(facts: list[Fact]) -> None:
    known = {one.attendance_id for one in facts}
    for one in notice(facts):
        assert one.attendance_ids
        assert set(one.attendance_ids) <= known
        assert all(isinstance(value, int) and value >= 0 for value in one.figures.values())


@given(st.lists(st.integers(0, 1000), min_size=1), st.integers(1, 100))
def test_a_percentile_is_one_of_the_values(values: list[int], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert 100 * sum(one <= found for one in values) >= percent * len(values)


def _frozen(one: Noticed) -> tuple[object, ...]:
    return (one.key, sorted(one.figures.items()), one.attendance_ids)
