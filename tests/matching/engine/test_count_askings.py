"""Who was never asked, who too often, and how soon seats are filled."""

from hypothesis import given
from hypothesis import strategies as st

from matching.engine.asked import (
    Asking,
    Filling,
    Often,
    Registered,
    answers,
    asked_too_often,
    fill_rates,
    never_asked,
    rate_of,
    share_of_the_most_asked,
)

TODAY = 1_000


def test_who_was_never_asked_is_named_by_district_the_longest_registered_first() -> None:
    people = [
        Registered(1, 900, "sakura"),
        Registered(2, 800, "sakura"),
        Registered(3, 100, "asari"),
        Registered(4, TODAY - 27, "asari"),
        Registered(5, 100, "asari", is_resting=True),
        Registered(6, TODAY - 28, "asari"),
        Registered(7, 100, "asari"),
    ]
    assert never_asked(people, [Asking(7, 950)], TODAY) == {"asari": [3, 6], "sakura": [2, 1]}


def test_asked_too_often_looks_at_any_seven_days() -> None:
    asked = [Asking(1, day) for day in (10, 12, 16)] + [Asking(2, day) for day in (10, 17, 24)]
    asked += [Asking(3, 5)] * 4
    assert asked_too_often(asked, 2) == [Often(3, 4, 4), Often(1, 3, 3)]
    assert asked_too_often(asked, 4) == []
    assert asked_too_often([], 0) == []


@given(days=st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_the_most_in_a_week_is_that_of_trying_every_week(days: list[int]) -> None:
    most = max(sum(first <= day < first + 7 for day in days) for first in range(-7, 41))
    (found,) = asked_too_often([Asking(1, day) for day in days], 0)
    assert found.most_in_a_week == most


def test_how_much_of_the_asking_meets_a_tenth_of_the_people() -> None:
    people = [Registered(number, 0) for number in range(20)]
    asked = [Asking(0, 1)] * 5 + [Asking(1, 1)] * 3 + [Asking(2, 1)] * 2
    assert share_of_the_most_asked(people, asked) == 800
    assert share_of_the_most_asked(people, []) is None


def test_answers_are_counted_by_category() -> None:
    asked = [
        Asking(1, 1, "snow", True),
        Asking(2, 1, "snow", False),
        Asking(3, 1, "snow"),
        Asking(1, 2, "meals", True),
    ]
    assert answers(asked) == {"meals": (1, 0, 0), "snow": (1, 1, 1)}


def test_fill_rates_come_by_category_by_district_and_together() -> None:
    shifts = [
        Filling("snow", "sakura", 2, 3, 10, 12),
        Filling("snow", "asari", 2, 1, 10),
        Filling("meals", "asari", 1, 1, 10, 18),
    ]
    found = fill_rates(shifts)
    assert list(found) == sorted(found)
    assert (found["snow", ""].permille, found["snow", ""].days_to_fill) == (750, 2)
    assert (found["", "asari"].filled, found["", "asari"].seats) == (2, 3)
    assert (found["", ""].permille, found["", ""].full_shifts) == (800, 2)
    assert found["snow", "asari"].days_to_fill is None
    assert rate_of([]).permille is None
