"""The range of the forecast holds what really comes, on towns that know nothing of it."""

from datetime import date

import pytest

from bench.exchange_towns import play
from bench.forecast import ASKED_AFTER, ask
from points.reports.forecast import Ahead, Month, forecast
from volunteer.core import clock

APRIL = date(2024, 4, 1)


def steady(months: int, earned: int = 1000, exchanged: int = 500) -> list[Month]:
    return [
        Month(clock.add_months(APRIL, n), n * (earned - exchanged), earned, exchanged)
        for n in range(months)
    ]


@pytest.mark.parametrize("passed", ASKED_AFTER)
def test_the_range_holds_the_outcome_in_eight_of_ten_towns(passed: int) -> None:
    held = 0
    for seed in range(1, 11):
        told, came = ask(seed, 4, passed)
        held += told.low <= came <= told.high
        assert 0 <= told.low <= told.middle <= told.high
    assert held >= 8


def test_a_range_is_no_use_when_it_is_endless() -> None:
    widths = []
    for seed in range(1, 11):
        told, came = ask(seed, 4, 6)
        widths.append((told.high - told.low) / came)
    assert sorted(widths)[5] < 1


def test_the_same_history_gives_the_same_forecast() -> None:
    assert ask(3, 4, 6) == ask(3, 4, 6)
    assert play(3, 48) == play(3, 48)


def test_a_town_that_never_changes_is_forecast_exactly() -> None:
    history = [Month(clock.add_months(APRIL, n), 500, 500, 500) for n in range(24)]
    told = forecast(history, 500, [Ahead(date(2026, 4, 1)), Ahead(date(2026, 5, 1), 0.5)])
    assert told is not None
    assert told.low == told.middle == told.high == 500 + round((500 + 250) * 0.25)
    assert [one[0] for one in told.by_month] == [date(2026, 4, 1), date(2026, 5, 1)]


def test_nothing_is_said_from_a_short_history() -> None:
    ahead = [Ahead(date(2026, 4, 1))]
    assert forecast(steady(11), 100, ahead) is None
    assert forecast(steady(12), 100, ahead) is not None
    assert forecast([Month(APRIL, 0, 0, 0)] * 30, 100, ahead) is None, "nobody had points"
    assert forecast(steady(24), 100, []) is None, "the year is over"


def test_never_more_is_exchanged_than_there_is() -> None:
    told = forecast(steady(24, 1000, 1000), 0, [Ahead(date(2026, 4, 1))])
    assert told is not None
    assert told.high <= 1000


def test_points_that_end_cannot_be_exchanged_later() -> None:
    ahead = [Ahead(date(2026, 4, 1), ending=5000), Ahead(date(2026, 5, 1))]
    fewer = forecast(steady(24), 5000, ahead)
    more = forecast(steady(24), 5000, [Ahead(one.first_day) for one in ahead])
    assert fewer is not None
    assert more is not None
    assert fewer.middle < more.middle
