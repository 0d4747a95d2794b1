"""What a pair costs, and of which parts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.model import Policy, Volunteer
from matching.engine.score import Term, fairness_cost, head_value, pair_cost, ranking_cost
from tests.matching.engine.pairs import CLIENT, FINE

POLICY = Policy()
BARE = replace(FINE.volunteer, place=None)


def test_a_pair_with_nothing_special_costs_the_way() -> None:
    assert pair_cost(FINE.volunteer, FINE.shift, POLICY).terms == ((Term.TRAVEL, 8),)


@pytest.mark.parametrize(
    ("changes", "terms"),
    [
        ({}, ()),
        ({"avoids": frozenset({"snow_removal"})}, ((Term.AVOIDED, 60),)),
        ({"wants": frozenset({"snow_removal"})}, ((Term.WANTED, -20),)),
        ({"wants": frozenset({"talk"})}, ()),
        ({"windows": None}, ((Term.UNKNOWN_AVAILABILITY, 40),)),
        ({"times_with": {CLIENT: 2}}, ((Term.CONTINUITY, -30),)),
        ({"times_in": {"snow_removal": 4, "talk": 1}}, ((Term.EXPERIENCE, -10),)),
    ],
)
def test_each_term_alone(changes: dict[str, object], terms: tuple[tuple[Term, int], ...]) -> None:
    cost = pair_cost(replace(BARE, **changes), FINE.shift, POLICY)  # type: ignore[arg-type]
    assert cost.terms == terms
    assert cost.total == sum(value for _term, value in terms)


def test_the_weightiest_term_is_said_first() -> None:
    person = replace(FINE.volunteer, windows=None, times_with={CLIENT: 1}, recent_minutes=240)
    cost = ranking_cost(person, FINE.shift, POLICY)
    assert cost.by_weight == (
        (Term.UNKNOWN_AVAILABILITY, 40),
        (Term.FAIRNESS, 40),
        (Term.CONTINUITY, -30),
        (Term.TRAVEL, 8),
    )
    assert cost.total == 40 + 40 - 30 + 8


@pytest.mark.parametrize(
    ("recent", "minutes", "cost"),
    [
        (0, 240, 0),
        (0, 241, 1),
        (240, 60, 20),
        (180, 120, 20),
        (420, 120, 80),
        (960, 60, 120),
        (1_920, 60, 240),
        (1_890, 60, 60 + 120),
        (5_000, 30, 120),
        (300, 0, 0),
    ],
)
def test_an_hour_costs_more_the_more_there_were(recent: int, minutes: int, cost: int) -> None:
    assert fairness_cost(recent, minutes, POLICY) == cost


@given(recent=st.integers(0, 3_000), more=st.integers(0, 1_000), minutes=st.integers(0, 600))
def test_who_did_more_lately_is_never_cheaper(recent: int, more: int, minutes: int) -> None:
    least = fairness_cost(recent, minutes, POLICY)
    assert fairness_cost(recent + more, minutes, POLICY) >= least >= 0
    assert fairness_cost(recent, minutes + more, POLICY) >= least


def test_without_bands_hours_cost_nothing() -> None:
    assert fairness_cost(10_000, 600, replace(POLICY, fairness_bands=())) == 0


def test_heads_below_the_least_number_count_fully_and_those_above_in_part() -> None:
    shift = replace(FINE.shift, seats_min=2, seats_max=4, priority=1)
    values = [head_value(shift, heads, POLICY) for heads in range(6)]
    assert values == [0, 16_000, 32_000, 36_000, 40_000, 40_000]


@given(st.sets(st.sampled_from(["snow_removal", "talk"])))
def test_a_wish_never_makes_a_pair_dearer(wants: set[str]) -> None:
    plain = pair_cost(Volunteer(id=1), FINE.shift, POLICY)
    wishing = pair_cost(Volunteer(id=1, wants=frozenset(wants)), FINE.shift, POLICY)
    assert wishing.total <= plain.total
