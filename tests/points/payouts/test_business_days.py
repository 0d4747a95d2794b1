"""Bank business days, against dates looked up by hand and the checker's own calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.payouts.business_days import (
    add_business_days,
    business_day_on_or_after,
    is_bank_business_day,
    next_business_day,
)
from tests.points.payouts import zengin_checker


@pytest.mark.parametrize(
    "closed",
    [
        date(2026, 12, 26),  # Saturday
        date(2026, 12, 27),  # Sunday
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2025, 1, 2),  # a Thursday, no national holiday
        date(2025, 1, 3),
        date(2026, 9, 22),  # between two holidays
        date(2026, 5, 6),  # substitute holiday
        date(2026, 11, 3),
    ],
)
def test_banks_are_closed(closed: date) -> None:
    assert not is_bank_business_day(closed)


@pytest.mark.parametrize(
    "opened", [date(2026, 12, 25), date(2026, 12, 30), date(2027, 1, 4), date(2026, 11, 2)]
)
def test_banks_are_open(opened: date) -> None:
    assert is_bank_business_day(opened)
    assert business_day_on_or_after(opened) == opened


def test_the_next_business_day_skips_the_turn_of_the_year() -> None:
    assert next_business_day(date(2026, 12, 30)) == date(2027, 1, 4)
    assert next_business_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert business_day_on_or_after(date(2026, 5, 2)) == date(2026, 5, 7)


def test_adding_business_days_counts_open_days_only() -> None:
    assert add_business_days(date(2026, 12, 26), 0) == date(2026, 12, 28)
    assert add_business_days(date(2026, 12, 28), 3) == date(2027, 1, 4)


@given(st.dates(date(2020, 1, 1), date(2049, 12, 31)))
def test_the_checker_reads_the_same_calendar_its_own_way(day: date) -> None:
    assert is_bank_business_day(day) == zengin_checker._bank_open(day)
    following = next_business_day(day)
    assert day < following <= day + timedelta(days=11)
