"""Until when an answer is waited for, and which links are ours."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from matching.asking.links import Link, read_token, token_of
from matching.asking.rules import answer_by
from tests.cast import NOW
from volunteer.core import clock

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "starts_in", "until"),
    [(24, 100, 24), (24, 26, 24), (24, 10, 8), (6, 3, 1), (6, 2, 2), (48, 1, 1)],
)
def test_a_wave_waits_so_long_but_ends_two_hours_before_the_shift(
    hours: int, starts_in: int, until: int
) -> None:
    now = clock.to_tokyo(NOW)
    assert answer_by(now, hours, now + starts_in * HOUR) == now + until * HOUR


EVENING = datetime(2026, 11, 20, 22, tzinfo=clock.TOKYO)


@pytest.mark.parametrize(
    ("hours", "starts_in", "until"),
    [(6, 100, 9), (24, 100, 33), (6, 11, 9), (6, 10, 6), (48, 12, 10)],
)
def test_a_wave_does_not_end_at_night_unless_the_shift_is_too_near(
    hours: int, starts_in: int, until: int
) -> None:
    assert answer_by(EVENING, hours, EVENING + starts_in * HOUR) == EVENING + until * HOUR


def test_a_link_names_one_ask_and_its_end(app: Flask) -> None:
    link = read_token(token_of(12, NOW))
    assert link == Link(12, NOW)
    assert link.is_over(NOW)
    assert not link.is_over(NOW - HOUR)


@pytest.mark.parametrize("change", ["", "x", "1{}", "{}x", "13{}"])
def test_a_link_that_is_not_ours_names_nothing(app: Flask, change: str) -> None:
    token = token_of(12, NOW)
    assert read_token(change.format(token) if "{}" in change else change) is None


def test_another_end_needs_another_signature(app: Flask) -> None:
    ask_id, _until, signature = token_of(12, NOW).split(".")
    later = int((NOW + HOUR).timestamp())
    assert read_token(f"{ask_id}.{later}.{signature}") is None
