"""Japanese eras: first and last days, both ways, and what nobody can have been born on."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core.wareki import (
    NoSuchDate,
    both_text,
    from_era,
    long_text,
    read_year,
    stamp_text,
    to_era,
)


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 11, 21), "令和8年11月21日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
    ],
)
def test_a_day_is_written_in_its_era_on_both_sides_of_every_change(day: date, shown: str) -> None:
    assert long_text(day) == shown


@given(st.dates(min_value=date(1868, 10, 23), max_value=date(2100, 12, 31)))
def test_every_day_comes_back_from_its_era(day: date) -> None:
    year = to_era(day)
    assert from_era(year.era.name, year.year, day.month, day.day) == day


def test_the_day_of_change_may_be_written_in_the_older_era_where_the_law_had_it_so() -> None:
    assert from_era("大正", 15, 12, 25) == from_era("昭和", 1, 12, 25)
    assert from_era("明治", 45, 7, 30) == from_era("大正", 1, 7, 30)


@pytest.mark.parametrize(
    ("era", "year", "month", "day", "reason"),
    [
        ("昭和", 64, 1, 8, "outside_era"),
        ("昭和", 65, 1, 1, "outside_era"),
        ("昭和", 1, 12, 24, "outside_era"),
        ("平成", 31, 5, 1, "outside_era"),
        ("令和", 1, 4, 30, "outside_era"),
        ("令和", 0, 1, 1, "no_such_day"),
        ("令和", 7, 2, 29, "no_such_day"),
        ("西暦", 2026, 13, 1, "no_such_day"),
        ("西暦", 99999, 1, 1, "no_such_day"),
        ("慶応", 3, 1, 1, "unknown_era"),
    ],
)
def test_a_day_that_never_was_is_refused_with_its_reason(
    era: str, year: int, month: int, day: int, reason: str
) -> None:
    with pytest.raises(NoSuchDate) as caught:
        from_era(era, year, month, day)
    assert caught.value.reason == reason


def test_days_before_the_first_era_have_no_era() -> None:
    with pytest.raises(NoSuchDate):
        to_era(date(1868, 10, 22))


@pytest.mark.parametrize(("text", "year"), [("元", 1), ("２８", 28), (" 8年", 8), ("1953", 1953)])
def test_a_typed_year_is_read_in_any_width(text: str, year: int) -> None:
    assert read_year(text) == year


@pytest.mark.parametrize("text", ["", "八", "-1", "2.5", "1e3", "十"])
def test_a_typed_year_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a year"):
        read_year(text)


def test_both_calendars_and_the_stamp_show_the_same_day() -> None:
    assert both_text(date(1953, 4, 9)) == "昭和28年4月9日 ＝ 1953年4月9日"
    assert stamp_text(date(2026, 11, 21)) == "8.11.21"
