"""Days, times, sums and durations in the three languages, always as in Tokyo."""

from datetime import UTC, date, datetime, time

import pytest

from volunteer.core.formats import EASY, ENGLISH, FORMATS, JAPANESE
from volunteer.core.ruby import without_readings

MORNING = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)  # 9:30 in Tokyo
LATE = datetime(2026, 11, 21, 15, 5, tzinfo=UTC)  # 0:05 of the next day in Tokyo


@pytest.mark.parametrize(
    ("name", "value", "japanese", "easy", "english"),
    [
        ("date", MORNING, "11月21日（土）", "11月21日（土）", "Sat 21 Nov"),
        ("date", LATE, "11月22日（日）", "11月22日（日）", "Sun 22 Nov"),
        (
            "date_long", MORNING,
            "令和8年11月21日（土）", "2026年11月21日（土）", "Saturday 21 November 2026",
        ),
        ("date_plain", date(2027, 3, 31), "令和9年3月31日", "2027年3月31日", "31 March 2027"),
        ("date_both", date(1953, 4, 9),
         "昭和28年4月9日 ＝ 1953年4月9日", "昭和28年4月9日 ＝ 1953年4月9日", "9 April 1953 (昭和28年)"),
        ("day_in_month", MORNING, "21日（土）", "21日（土）", "Sat 21"),
        ("month", MORNING, "令和8年11月", "2026年11月", "November 2026"),
        ("fiscal_year", date(2027, 3, 31), "令和8年度", "2026年度", "FY2026"),
        ("fiscal_year", 2019, "令和元年度", "2019年度", "FY2019"),
        ("time", MORNING, "9時30分", "9時30分", "9:30 am"),
        ("time", time(13, 0), "13時", "13時", "1:00 pm"),
        ("time", LATE, "0時5分", "0時5分", "12:05 am"),
        ("datetime", MORNING, "11月21日（土）9時30分", "11月21日（土） 9時30分", "Sat 21 Nov, 9:30 am"),
        (
            "when", MORNING,
            "2026年11月21日（土）9:30", "2026年11月21日 土曜日 9:30", "Saturday 21 November 2026, 9:30",
        ),
        ("minutes", 90, "1時間30分", "1時間30分", "1 h 30 min"),
        ("minutes", 120, "2時間", "2時間", "2 h"),
        ("minutes", 0, "0分", "0分", "0 min"),
        ("yen", 1000, "1,000円", "1,000円", "1,000 yen"),
        ("yen", -1000, "−1,000円", "−1,000円", "−1,000 yen"),
        ("points", 1, "1ポイント", "1ポイント", "1 point"),
        ("points", 1250, "1,250ポイント", "1,250ポイント", "1,250 points"),
        ("signed", 500, "＋500", "＋500", "＋500"),
        ("stamp", MORNING, "8.11.21", "2026.11.21", "2026.11.21"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_the_language_has_it(
    name: str, value: object, japanese: str, easy: str, english: str
) -> None:
    assert FORMATS[name](value, JAPANESE) == japanese
    assert without_readings(FORMATS[name](value, EASY)) == easy
    assert FORMATS[name](value, ENGLISH) == english


def test_easy_japanese_carries_readings_of_days_and_minutes() -> None:
    assert FORMATS["date"](date(2026, 4, 1), EASY) == "4{月|がつ}{1日|ついたち}（{水|すい}）"
    assert FORMATS["date"](date(2026, 4, 24), EASY) == "4{月|がつ}24{日|か}（{金|きん}）"
    assert FORMATS["time"](time(9, 5), EASY) == "9{時|じ}5{分|ふん}"
    assert FORMATS["time"](time(9, 30), EASY) == "9{時|じ}30{分|ぷん}"


def test_a_mail_writes_a_span_in_one_line() -> None:
    end = MORNING.replace(hour=2)
    assert FORMATS["when"](MORNING, end, JAPANESE) == "2026年11月21日（土）9:30〜11:30"
    assert FORMATS["when"](MORNING, end, ENGLISH) == "Saturday 21 November 2026, 9:30–11:30"
    overnight = "2026年11月21日（土）9:30〜2026年11月22日（日）0:05"
    assert FORMATS["when"](MORNING, LATE, JAPANESE) == overnight


def test_a_span_of_time_names_the_second_day_only_when_it_differs() -> None:
    end = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
    assert FORMATS["time_range"](MORNING, end, JAPANESE) == "9時30分〜11時30分"
    assert FORMATS["time_range"](MORNING, end, ENGLISH) == "9:30 am – 11:30 am"
    assert FORMATS["time_range"](MORNING, LATE, JAPANESE) == "9時30分〜11月22日（日）0時5分"
    assert FORMATS["time_range"](MORNING, None, JAPANESE) == "9時30分"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("0134000000", "0134-00-0000"),
        ("09000000000", "090-0000-0000"),
        ("0311112222", "03-1111-2222"),
        ("0111112222", "011-111-2222"),
        ("0120000000", "0120-000-000"),
        ("0134-00-0000", "0134-00-0000"),
        ("119", "119"),
    ],
)
def test_a_telephone_number_is_grouped(typed: str, shown: str) -> None:
    assert FORMATS["tel"](typed, JAPANESE) == shown


def test_a_moment_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="aware"):
        FORMATS["date"](datetime(2026, 11, 21), JAPANESE)  # noqa: DTZ001 - that is the point
