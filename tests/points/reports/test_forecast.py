"""The range of the forecast holds what really comes, on towns that know nothing of it."""

from datetime import date

import pytest

from bench.exchange_towns import play
from bench.forecast import ASKED_AFTER, ask
from points.reports.forecast import Ahead, Forecast, Month, Silence, forecast, silence
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


@pytest.mark.parametrize("lived", [12, 13, 18, 24, 27])
def test_the_range_of_a_young_town_is_not_too_sure(lived: int) -> None:
    held = 0
    for seed in range(1, 21):
        told, came = ask_young(seed, lived)
        held += told.low <= came <= told.high
        assert told.low < told.high
    assert held >= 16


def ask_young(seed: int, lived: int) -> tuple[Forecast, int]:
    """(forecast to the end of the year, what really came) for a town that has lived so many months."""
    played = play(seed, 48)
    past, future = played[:lived], played[lived : (lived // 12 + 1) * 12]
    history = [Month(one.first_day, one.in_lots_before, one.earned, one.exchanged) for one in past]
    last = past[-1]
    in_lots = last.in_lots_before + last.earned - last.exchanged - last.ended
    told = forecast(history, in_lots, [Ahead(one.first_day) for one in future])
    assert told is not None
    return told, sum(one.exchanged for one in future)


def test_what_is_missing_is_named() -> None:
    ahead = [Ahead(date(2026, 4, 1))]
    nobody_exchanged = steady(14, 100, 0)
    assert silence([]) is silence([Month(APRIL, 0, 0, 0)] * 30) is Silence.NO_POINTS
    assert silence(steady(3)) is silence(steady(1)) is Silence.YOUNG
    assert silence(nobody_exchanged) is Silence.NO_EXCHANGE
    assert forecast(nobody_exchanged, 1400, ahead) is None, "0 to 0 would be a wrong certainty"
    assert silence(steady(12)) is None


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
