"""What one more person in a shift would bring: duals of small towns that can be reckoned by hand."""

from dataclasses import replace

import pytest

from bench.plan_towns import make_town
from matching.engine import lp
from matching.engine.model import (
    WEEK,
    Assignment,
    Period,
    Place,
    Policy,
    Problem,
    Qualification,
    Shift,
    Volunteer,
)
from matching.engine.prices import shift_prices

HOME = Place(0, 0)
ALWAYS = (Period(0, WEEK),)
NINE = 9 * 60
FOOD = (Qualification("food"),)
PLAIN = Policy(fairness_bands=(), slack_minutes=0)


def anna(number: int = 1, **values: object) -> Volunteer:
    return Volunteer(number, HOME, windows=ALWAYS, **values)  # type: ignore[arg-type]


def shift(number: int, priority: int, start: int = NINE, seats: int = 1, **values: object) -> Shift:
    return Shift(number, "meals", start, start + 60, HOME, seats, seats, priority, **values)  # type: ignore[arg-type]


def town(*people: Volunteer, shifts: tuple[Shift, ...], policy: Policy = PLAIN) -> Problem:
    return Problem("2027-01-18", people, shifts, policy=policy)


def test_where_nobody_is_missing_one_more_brings_nothing() -> None:
    assert shift_prices(town(anna(1), anna(2), shifts=(shift(10, 0),)), 5) == {10: 0}


def test_one_more_beside_the_only_one_lets_them_move_to_the_lesser_shift() -> None:
    """Both at nine, one person: with one more in either, the lesser one is covered too."""
    assert shift_prices(town(anna(), shifts=(shift(10, 0), shift(11, 2))), 5) == {
        10: 4_000,
        11: 4_000,
    }


def test_the_way_is_taken_off() -> None:
    """A kilometer is 1,300 m of streets: 17 minutes on foot, 6 and 10 of waiting by bus."""
    away = replace(shift(10, 2), place=Place(1_000, 0))
    near = shift(11, 3)
    assert shift_prices(town(anna(), shifts=(away, near)), 5) == {10: 1_000 + 16, 11: 1_000}


def test_a_training_that_nobody_has_is_priced_at_the_whole_head() -> None:
    both = (shift(10, 1, qualification="food"), shift(11, 1, start=NINE + 300))
    assert shift_prices(town(anna(), shifts=both), 5) == {10: 16_000, 11: 0}


def test_one_more_holder_is_worth_what_the_seat_of_the_other_is() -> None:
    """One holder for two shifts of one hour; the one without is covered by somebody else and brings nothing."""

    shifts = (
        shift(10, 1, qualification="food"),
        shift(11, 2, qualification="food"),
        shift(12, 2),
    )
    people = (anna(1, qualifications=FOOD), anna(2))
    assert shift_prices(town(*people, shifts=shifts), 5) == {10: 4_000, 11: 4_000, 12: 0}


def test_caps_of_hours_are_felt_in_every_shift() -> None:
    """Three hours of work, two hours of help: one more anywhere covers the least of them."""
    short = replace(anna(), max_minutes_a_week=120)
    shifts = tuple(shift(10 + n, n + 1, start=NINE + 200 * n) for n in range(3))
    assert shift_prices(town(short, shifts=shifts), 5) == {10: 1_000, 11: 1_000, 12: 1_000}


def test_fair_hours_cost_less_when_somebody_helps() -> None:
    """60 points an hour beyond four hours: relieving somebody who has worked four saves one hour's cost."""
    policy = replace(PLAIN, fairness_bands=((240, 0), (480, 60)))
    tired = replace(anna(), recent_minutes=240)
    assert shift_prices(town(tired, shifts=(shift(10, 2),), policy=policy), 5) == {10: 60}


def test_pinned_people_leave_nothing_to_price() -> None:
    pinned = replace(
        town(anna(), anna(2), shifts=(shift(10, 0),)), published=(Assignment(1, 10, True),)
    )
    assert shift_prices(pinned, 5) in ({10: 0}, None)


def test_nothing_is_said_without_the_engine_or_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    some = make_town(60, 30, seed=3)
    assert shift_prices(some, 0) is None
    monkeypatch.setattr(lp, "is_there", lambda: False)
    assert shift_prices(some, 5) is None


def test_no_shift_of_a_town_is_priced_beyond_the_dearest_head() -> None:
    some = make_town(120, 60, seed=3)
    found = shift_prices(some, 20)
    assert found is not None
    assert set(found) == {one.id for one in some.shifts}
    assert all(0 <= price <= 64_000 + 300 for price in found.values())
