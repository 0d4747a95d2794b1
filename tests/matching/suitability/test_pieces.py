"""Windows of the week and days besides make up a shift only together, day by day."""

from datetime import date

import pytest

from matching.suitability.scene import is_pieced

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
DAY = 1440


@pytest.mark.parametrize(
    ("days", "windows", "is_free"),
    [
        ([(TUESDAY, TUESDAY, 0, DAY)], [(4, 0, DAY)], True),  # a window of another weekday alone
        ([(TUESDAY, TUESDAY, 600, 720)], [(1, 480, 600)], True),
        ([(TUESDAY, TUESDAY, 601, 720)], [(1, 480, 600)], False),
        ([(WEDNESDAY, WEDNESDAY, 0, DAY)], [(1, 480, 600)], False),
        ([(date(2026, 1, 1), WEDNESDAY, 600, 720)], [(1, 0, 600)], True),
    ],
)
def test_the_week_and_days_besides_count_together(
    days: list[tuple[date, date, int, int]], windows: list[tuple[int, int, int]], is_free: bool
) -> None:
    assert is_pieced([(TUESDAY, 480, 720)], days, windows) is is_free


def test_each_day_of_a_shift_over_midnight_must_be_free() -> None:
    pieces = [(TUESDAY, 1320, DAY), (WEDNESDAY, 0, 120)]
    assert is_pieced(pieces, [(WEDNESDAY, WEDNESDAY, 0, 300)], [(1, 1200, DAY)])
    assert not is_pieced(pieces, [(WEDNESDAY, WEDNESDAY, 60, 300)], [(1, 1200, DAY)])
