"""Programme years, expiry and windows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.programmes.calendar import (
    ProgrammeYear,
    expires_on,
    expires_on_after_void,
    is_window_open,
    next_window_opens,
    programme_year_of,
)
from points.programmes.rule_version import RuleVersion
from tests.factories.rules import preset, version

DAYS = st.dates(date(2001, 1, 1), date(2199, 12, 31))
STARTS = st.dates(date(2023, 1, 1), date(2023, 12, 31)).map(lambda day: f"{day:%m-%d}")
KINDS = st.sampled_from(
    [
        'kind = "end_of_year"',
        'kind = "end_of_next_year"',
        'kind = "fixed_day_next_year"\nday = "12-31"',
        'kind = "months"\nmonths = 1',
    ]
)


def starting(start: str) -> RuleVersion:
    return version(more=f'[programme_year]\nstart = "{start}"\n')


def expiring(kind: str, start: str = "04-01") -> RuleVersion:
    return version(expiry=f"[expiry]\n{kind}\n", more=f'[programme_year]\nstart = "{start}"\n')


def window(first: str, last: str) -> RuleVersion:
    return version(more=f'[exchange.window]\nfirst_day = "{first}"\nlast_day = "{last}"\n')


@pytest.mark.parametrize(
    ("start", "day", "first", "after"),
    [
        ("04-01", date(2027, 3, 31), date(2026, 4, 1), date(2027, 4, 1)),
        ("04-01", date(2027, 4, 1), date(2027, 4, 1), date(2028, 4, 1)),
        ("04-01", date(2028, 2, 29), date(2027, 4, 1), date(2028, 4, 1)),
        ("01-01", date(2026, 1, 1), date(2026, 1, 1), date(2027, 1, 1)),
        ("01-01", date(2026, 12, 31), date(2026, 1, 1), date(2027, 1, 1)),
        ("08-01", date(2026, 7, 31), date(2025, 8, 1), date(2026, 8, 1)),
        ("08-01", date(2026, 8, 1), date(2026, 8, 1), date(2027, 8, 1)),
        ("03-01", date(2028, 2, 29), date(2027, 3, 1), date(2028, 3, 1)),
    ],
)
def test_the_year_of_a_day_is_half_open(start: str, day: date, first: date, after: date) -> None:
    assert programme_year_of(day, starting(start)) == ProgrammeYear(first, after)


@given(DAYS, STARTS)
def test_the_years_follow_each_other_without_gap(day: date, start: str) -> None:
    rules = starting(start)
    year = programme_year_of(day, rules)
    assert year.start <= day < year.end
    assert programme_year_of(year.end, rules).start == year.end
    assert programme_year_of(year.last_day, rules) == year


@pytest.mark.parametrize(
    ("kind", "start", "day", "last"),
    [
        ('kind = "end_of_year"', "04-01", date(2027, 3, 31), date(2027, 3, 31)),
        ('kind = "end_of_year"', "04-01", date(2027, 4, 1), date(2028, 3, 31)),
        ('kind = "end_of_year"', "03-01", date(2027, 5, 5), date(2028, 2, 29)),
        ('kind = "end_of_next_year"', "04-01", date(2026, 11, 21), date(2028, 3, 31)),
        ('kind = "end_of_next_year"', "04-01", date(2026, 3, 31), date(2027, 3, 31)),
        ('kind = "end_of_next_year"', "08-01", date(2026, 7, 31), date(2027, 7, 31)),
        # Yokohama: until 31 December of the year after the year in which they were earned
        (
            'kind = "fixed_day_next_year"\nday = "12-31"',
            "04-01",
            date(2026, 1, 1),
            date(2027, 12, 31),
        ),
        (
            'kind = "fixed_day_next_year"\nday = "12-31"',
            "04-01",
            date(2026, 12, 31),
            date(2027, 12, 31),
        ),
        (
            'kind = "fixed_day_next_year"\nday = "02-29"',
            "04-01",
            date(2026, 5, 1),
            date(2027, 2, 28),
        ),
        ('kind = "months"\nmonths = 24', "04-01", date(2026, 2, 1), date(2028, 2, 29)),
        ('kind = "months"\nmonths = 1', "04-01", date(2026, 12, 31), date(2027, 1, 31)),
        ('kind = "months"\nmonths = 12', "04-01", date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_the_last_valid_day(kind: str, start: str, day: date, last: date) -> None:
    assert expires_on(day, expiring(kind, start)) == last


def test_points_may_never_expire() -> None:
    assert expires_on(date(2026, 1, 1), expiring('kind = "never"')) is None


def test_the_presets_expire_as_their_comments_say() -> None:
    assert expires_on(date(2026, 11, 21), preset("otaru-example")) == date(2028, 3, 31)
    assert expires_on(date(2026, 11, 21), preset("example-august-year")) == date(2028, 11, 30)


@given(DAYS, STARTS, KINDS)
def test_later_activities_never_expire_earlier(day: date, start: str, kind: str) -> None:
    rules = expiring(kind, start)
    today, tomorrow = expires_on(day, rules), expires_on(day + timedelta(days=1), rules)
    assert today is not None
    assert tomorrow is not None
    assert day <= today <= tomorrow


@given(DAYS, KINDS)
def test_a_month_has_at_most_two_last_days(day: date, kind: str) -> None:
    """A lot is a month of activity and a last day; a year must not split into many lots."""
    rules = expiring(kind, "04-01")
    month = [date(day.year, day.month, number) for number in range(1, 29)]
    assert len({expires_on(one, rules) for one in month}) == 1


def test_points_that_expired_while_held_stay_expired_or_are_extended() -> None:
    lot_ends, voided_on = date(2027, 3, 31), date(2027, 4, 10)
    strict = preset("otaru-example")
    kind = preset("example-august-year")
    assert expires_on_after_void(lot_ends, voided_on, strict) == lot_ends
    assert expires_on_after_void(lot_ends, voided_on, kind) == voided_on + timedelta(days=60)
    for rules in (strict, kind):
        assert expires_on_after_void(lot_ends, lot_ends, rules) == lot_ends
        assert expires_on_after_void(None, voided_on, rules) is None


@pytest.mark.parametrize(
    ("first", "last", "day", "is_open"),
    [
        ("03-01", "03-31", date(2027, 2, 28), False),
        ("03-01", "03-31", date(2027, 3, 1), True),
        ("03-01", "03-31", date(2027, 3, 31), True),
        ("03-01", "03-31", date(2027, 4, 1), False),
        ("12-01", "01-31", date(2026, 12, 31), True),
        ("12-01", "01-31", date(2027, 1, 31), True),
        ("12-01", "01-31", date(2027, 2, 1), False),
        ("02-01", "02-29", date(2027, 2, 28), True),
        ("02-01", "02-29", date(2028, 2, 29), True),
        ("02-01", "02-29", date(2027, 3, 1), False),
    ],
)
def test_the_window_includes_both_its_days(first: str, last: str, day: date, is_open: bool) -> None:
    assert is_window_open(day, window(first, last)) is is_open


@given(DAYS, STARTS, STARTS)
def test_the_next_opening_is_the_first_open_day(day: date, first: str, last: str) -> None:
    rules = window(first, last)
    opens = next_window_opens(day, rules)
    assert day <= opens <= day + timedelta(days=366)
    assert is_window_open(opens, rules)
    assert opens == day or not is_window_open(opens - timedelta(days=1), rules)


def test_without_a_window_exchange_is_always_open() -> None:
    assert is_window_open(date(2026, 1, 1), version())
    assert next_window_opens(date(2026, 1, 1), version()) == date(2026, 1, 1)
