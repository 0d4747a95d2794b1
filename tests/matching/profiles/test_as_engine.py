"""What was said, as the engine takes it."""

from datetime import date

from matching.engine.model import Period, Place
from matching.profiles.as_engine import (
    origin_of,
    paused_until_day,
    periods_of,
    place_of,
    week_of,
)
from matching.profiles.rules import DayOff, Said, pause_is_reasonable

MONDAY = date(2026, 11, 16)


def test_the_origin_is_the_monday_of_the_week() -> None:
    assert origin_of(date(2026, 11, 22)) == MONDAY
    assert origin_of(MONDAY) == MONDAY


def test_nothing_said_is_any_time() -> None:
    assert week_of(()) is None


def test_a_night_that_goes_on_is_one_period() -> None:
    assert week_of([(0, 1200, 1440), (1, 0, 120)]) == (Period(1200, 1560),)


def test_exceptions_count_from_the_origin_day_by_day() -> None:
    off = DayOff(date(2026, 11, 17), date(2026, 11, 18), (540, 600), is_free=False)
    found = periods_of([off], is_free=False, origin=MONDAY, last=date(2027, 1, 1))
    assert found == (Period(1440 + 540, 1440 + 600), Period(2880 + 540, 2880 + 600))
    assert periods_of([off], is_free=True, origin=MONDAY, last=date(2027, 1, 1)) == ()


def test_whole_days_in_a_row_are_one_period() -> None:
    off = DayOff(date(2026, 11, 17), date(2026, 11, 19), (0, 1440), is_free=False)
    assert periods_of([off], is_free=False, origin=MONDAY, last=date(2026, 11, 18)) == (
        Period(1440, 3 * 1440),
    )


def test_the_pause_is_the_day_on_which_one_begins_again() -> None:
    assert paused_until_day(Said(paused_until=date(2026, 11, 20)), MONDAY) == 4
    assert paused_until_day(Said(), MONDAY) is None


def test_a_pause_lies_ahead_and_not_years_away() -> None:
    today = date(2026, 11, 21)
    assert pause_is_reasonable(date(2026, 11, 22), today)
    assert not pause_is_reasonable(today, today)
    assert not pause_is_reasonable(date(2026, 11, 1), today)
    assert not pause_is_reasonable(date(2030, 1, 1), today)


def test_a_place_that_was_never_measured_is_none() -> None:
    assert place_of(None, 141.0, 5) is None
    here, there = place_of(43.19, 141.0, 5), place_of(43.20, 141.0, None)
    assert here is not None
    assert there is not None
    assert there == Place(here.x_m, here.y_m + 1113, 0)
