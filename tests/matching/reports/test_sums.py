"""Seats, medians, shares and chances, reckoned by hand and against the engine's own sums."""

from hypothesis import given
from hypothesis import strategies as st

from matching.engine.asked import Asking, Filling, Registered, rate_of
from matching.engine.asked import share_of_the_most_asked as engine_share
from matching.reports.rules import Answers, Group, share_of_the_most_asked, sums_by, together

GROUPS = [
    Group("snow", 1, 2, shifts=1, seats=2, taken=2),
    Group("snow", 2, None, shifts=2, seats=5, taken=1),
    Group("meals", 2, 8, shifts=2, seats=2, taken=2),
    Group("meals", 1, None, shifts=1, seats=1, taken=1),
]


def test_seats_add_up_and_half_of_the_full_shifts_give_the_days() -> None:
    whole = together(GROUPS)
    assert (whole.seats, whole.taken, whole.percent) == (10, 6, 60)
    assert (whole.shifts, whole.full, whole.days) == (6, 4, 8)
    by_area = sums_by(GROUPS, lambda one: one.area_id)
    assert (by_area[1].percent, by_area[1].days) == (100, 2)
    assert (by_area[2].taken, by_area[2].seats, by_area[2].full) == (3, 7, 2)


def test_a_seat_too_few_in_a_thousand_is_not_all() -> None:
    assert together([Group("snow", 1, None, 1, 1_000, 999)]).percent == 99
    assert together([]).percent is None
    assert together([]).days is None


@given(days=st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_the_middle_is_that_of_the_engine(days: list[int]) -> None:
    groups = [Group("snow", 1, one, 1, 1, 1) for one in days]
    rows = [Filling("snow", "1", 1, 1, 0, one) for one in days]
    assert together(groups).days == rate_of(rows).days_to_fill


@given(asks=st.lists(st.integers(1, 5), min_size=1, max_size=30), others=st.integers(0, 50))
def test_the_share_of_the_most_asked_is_that_of_the_engine(asks: list[int], others: int) -> None:
    people = [Registered(number, 0) for number in range(len(asks) + others)]
    rows = [Asking(number, 1) for number, count in enumerate(asks) for _ in range(count)]
    permille = engine_share(people, rows)
    assert permille is not None
    counts = {count: asks.count(count) for count in asks}
    assert share_of_the_most_asked(counts, len(people)) == permille // 10
    assert share_of_the_most_asked({}, 5) is None


def test_the_chance_of_a_yes_is_two_more_of_five_more() -> None:
    assert Answers("snow", 0, 0).percent == 40
    assert Answers("snow", 1, 0).percent == 33
    assert Answers("snow", 5, 4).percent == 60
