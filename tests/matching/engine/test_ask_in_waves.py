"""Whom to ask next, and how many at once."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.waves import (
    Askable,
    WavePolicy,
    acceptance_permille,
    district_budget,
    filling_chance,
    next_wave,
    queue,
)

POLICY = WavePolicy()


@pytest.mark.parametrize(
    ("said_yes", "asked", "permille"),
    [(0, 0, 400), (1, 1, 500), (0, 1, 333), (10, 10, 800), (0, 10, 133)],
)
def test_a_few_answers_move_the_chance_a_little(said_yes: int, asked: int, permille: int) -> None:
    assert acceptance_permille(said_yes, asked, POLICY) == permille


def test_nobody_fills_no_seat_and_no_seat_is_filled() -> None:
    assert filling_chance(1, []) == 0
    assert filling_chance(0, []) == 1
    assert filling_chance(2, [1000, 1000]) == 1


@given(seats=st.integers(1, 4), permilles=st.lists(st.integers(0, 1000), max_size=7))
def test_the_chance_is_that_of_counting_every_outcome(seats: int, permilles: list[int]) -> None:
    chance = 0.0
    for answers in product((False, True), repeat=len(permilles)):
        if sum(answers) >= seats:
            part = 1.0
            for yes, permille in zip(answers, permilles, strict=True):
                part *= permille / 1000 if yes else 1 - permille / 1000
            chance += part
    assert filling_chance(seats, permilles) == pytest.approx(chance)


def test_five_people_of_forty_percent_fill_one_seat_in_nine_of_ten_cases() -> None:
    people = [Askable(id=number, cost=number) for number in range(1, 10)]
    wave = next_wave(people, 1, POLICY)
    assert [one.id for one in wave.invites] == [1, 2, 3, 4, 5]
    assert wave.permille == 922
    assert wave.is_enough
    assert not wave.is_out_of_budget


def test_one_fewer_would_not_have_been_enough() -> None:
    people = [Askable(id=number, cost=number) for number in range(1, 30)]
    wave = next_wave(people, 3, POLICY)
    fewer = [one.permille for one in wave.invites[:-1]]
    assert filling_chance(3, fewer) * 1000 < POLICY.target_permille <= wave.permille


def test_those_who_have_not_answered_yet_count() -> None:
    people = [Askable(id=number, cost=number) for number in range(1, 10)]
    assert len(next_wave(people, 1, POLICY, waiting=[400, 400]).invites) == 3
    assert next_wave(people, 1, POLICY, waiting=[950]).invites == ()


def test_who_was_asked_longest_ago_comes_first_then_who_suits_best() -> None:
    people = [
        Askable(1, cost=5, days_since_asked=2),
        Askable(2, cost=50, days_since_asked=8),
        Askable(3, cost=40),
        Askable(4, cost=30, days_since_asked=28),
        Askable(5, cost=1, days_since_asked=20),
        Askable(6, cost=99, days_since_asked=1, is_standing=True),
    ]
    assert [one.id for one in queue(people, POLICY)] == [6, 4, 3, 5, 2, 1]


@given(answers=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8))
def test_what_people_answered_before_moves_nobody_in_the_queue(
    answers: list[tuple[int, int]],
) -> None:
    plain = [Askable(id=number, cost=10) for number in range(len(answers))]
    answered = [
        replace(one, said_yes=yes, asked=yes + no)
        for one, (yes, no) in zip(plain, answers, strict=True)
    ]
    ids = [one.id for one in queue(answered, POLICY)]
    assert ids == [one.id for one in queue(plain, POLICY)]


def test_nobody_is_asked_more_often_than_the_cap_allows() -> None:
    people = [Askable(id=number, cost=0, notices_this_week=number) for number in range(4)]
    wave = next_wave(people, 5, POLICY)
    assert [one.id for one in wave.invites] == [0, 1]
    assert wave.capped == 2
    assert not wave.is_enough


def test_a_spent_district_asks_nobody_and_says_so() -> None:
    people = [Askable(id=number, cost=0) for number in range(9)]
    assert next_wave(people, 1, POLICY, budget_left=0).invites == ()
    assert next_wave(people, 1, POLICY, budget_left=-2).is_out_of_budget
    some = next_wave(people, 1, POLICY, budget_left=3)
    assert (len(some.invites), some.is_out_of_budget, some.is_enough) == (3, True, False)
    assert not next_wave(people, 1, POLICY, budget_left=5).is_out_of_budget


def test_no_candidates_is_an_empty_wave() -> None:
    wave = next_wave([], 2, POLICY)
    assert (wave.invites, wave.permille, wave.is_enough) == ((), 0, False)
    assert not next_wave([], 2, POLICY, budget_left=0).is_out_of_budget


@pytest.mark.parametrize(
    ("wanted", "filled", "notices"), [(0, 0, 60), (10, 10, 60), (10, 0, 120), (10, 5, 90)]
)
def test_districts_where_few_requests_find_people_may_ask_more(
    wanted: int, filled: int, notices: int
) -> None:
    assert district_budget(wanted, filled, POLICY) == notices
