"""What paid help costs: the first hour in full, then every half hour begun; what a cancellation costs."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from points.billing.pricing import (
    MINUTES_MAX,
    Called,
    Line,
    PriceRule,
    cancelled_quote,
    charged_minutes,
    how_called_off,
    quote,
)
from volunteer.core.clock import TOKYO

RULE = PriceRule(yen_per_hour=1000)
STARTS = datetime(2026, 12, 1, 9, 0, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("minutes", "yen"),
    [
        (1, 1000),
        (59, 1000),
        (60, 1000),
        (61, 1500),
        (90, 1500),
        (91, 2000),
        (180, 3000),
        (720, 12000),
    ],
)
def test_the_first_hour_in_full_then_every_half_hour_begun(minutes: int, yen: int) -> None:
    assert quote(RULE, minutes).amount_yen == yen


def test_a_quote_says_its_sum_in_lines() -> None:
    rule = PriceRule(yen_per_hour=1100, travel_yen=240, fee_percent=10)
    lines = quote(rule, 100).lines
    assert [(one.line, one.minutes, one.yen) for one in lines] == [
        (Line.FIRST, 60, 1100),
        (Line.FURTHER, 60, 1100),
        (Line.TRAVEL, 0, 240),
        (Line.FEE, 0, 220),
    ]
    whole = quote(rule, 100)
    assert (whole.amount_yen, whole.payee_yen, whole.fee_yen) == (2660, 2440, 220)


def test_without_fee_and_travel_everything_is_the_student_s() -> None:
    whole = quote(RULE, 120)
    assert (whole.payee_yen, whole.fee_yen) == (2000, 0)
    assert {one.line for one in whole.lines} == {Line.FIRST, Line.FURTHER}


@pytest.mark.parametrize(("yen", "is_below"), [(1000, True), (1074, True), (1075, False)])
def test_a_price_below_the_minimum_wage_is_told(yen: int, is_below: bool) -> None:
    assert PriceRule(yen_per_hour=yen).is_below_floor is is_below


@pytest.mark.parametrize("minutes", [0, -60, MINUTES_MAX + 1])
def test_no_quote_for_no_time_or_more_than_a_day_s_work(minutes: int) -> None:
    with pytest.raises(ValueError, match="minutes must be"):
        quote(RULE, minutes)


@pytest.mark.parametrize(
    "values",
    [
        {"yen_per_hour": 0},
        {"yen_per_hour": -1000},
        {"yen_per_hour": 20_001},
        {"step_minutes": 0},
        {"fee_percent": 51},
        {"fee_percent": -1},
        {"travel_yen": -1},
        {"unannounced_percent": 101},
    ],
)
def test_a_rule_of_nonsense_is_refused_by_name(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        PriceRule(**{"yen_per_hour": 1000, **values})


@pytest.mark.parametrize(
    ("at", "called"),
    [
        (STARTS - timedelta(days=3), Called.EARLY),
        (datetime(2026, 11, 30, 23, 59, tzinfo=TOKYO), Called.EARLY),
        (datetime(2026, 12, 1, 0, 0, tzinfo=TOKYO), Called.SAME_DAY),
        (STARTS - timedelta(minutes=1), Called.SAME_DAY),
        (STARTS, Called.UNANNOUNCED),
    ],
)
def test_how_a_cancellation_counts_goes_by_the_day_in_japan(at: datetime, called: Called) -> None:
    assert how_called_off(at, STARTS) is called


@pytest.mark.parametrize(
    ("called", "yen"), [(Called.EARLY, 0), (Called.SAME_DAY, 1000), (Called.UNANNOUNCED, 3000)]
)
def test_what_a_cancellation_of_three_hours_costs(called: Called, yen: int) -> None:
    assert cancelled_quote(RULE, 180, called).amount_yen == yen


def test_a_cancellation_never_costs_more_than_the_work_would_have() -> None:
    rule = PriceRule(yen_per_hour=1000, first_minutes=30, same_day_minutes=60, travel_yen=500)
    for called in Called:
        assert cancelled_quote(rule, 20, called).amount_yen <= quote(rule, 20).amount_yen


RULES = some.builds(
    PriceRule,
    yen_per_hour=some.integers(1, 20_000),
    first_minutes=some.integers(0, 240),
    step_minutes=some.integers(1, 240),
    travel_yen=some.integers(0, 3000),
    fee_percent=some.integers(0, 50),
)


@given(rule=RULES, minutes=some.integers(1, MINUTES_MAX - 1))
def test_longer_work_never_costs_less_and_no_yen_is_lost(rule: PriceRule, minutes: int) -> None:
    shorter, longer = quote(rule, minutes), quote(rule, minutes + 1)
    assert shorter.amount_yen <= longer.amount_yen
    assert charged_minutes(rule, minutes) >= minutes
    assert shorter.payee_yen + shorter.fee_yen == shorter.amount_yen
    assert all(one.yen > 0 for one in shorter.lines)
    assert shorter.payee_yen * 60 >= rule.yen_per_hour * minutes
