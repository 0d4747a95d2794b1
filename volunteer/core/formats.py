"""How days, times, sums and durations are written in each language. Pure: a value and a language in, text out.

Times are shown as in Tokyo. Easy Japanese has Western years and readings ({年|ねん}, see ruby.py).
"""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from volunteer.core import wareki
from volunteer.core.clock import fiscal_year as year_of
from volunteer.core.clock import to_tokyo

JAPANESE, EASY, ENGLISH = "ja", "ja@easy", "en"

_DAYS = {
    JAPANESE: tuple("月火水木金土日"),
    EASY: ("{月|げつ}", "{火|か}", "{水|すい}", "{木|もく}", "{金|きん}", "{土|ど}", "{日|にち}"),
    ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_EASY_WEEKDAYS = tuple(
    f"{{{name}曜日|{reading}ようび}}"
    for name, reading in zip(
        "月火水木金土日", ["げつ", "か", "すい", "もく", "きん", "ど", "にち"], strict=True
    )
)
_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_MONTHS = tuple(name[:3] for name in _LONG_MONTHS)
_DAY_READINGS = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか",
    8: "ようか", 9: "ここのか", 10: "とおか", 20: "はつか",
}  # fmt: skip
_MONTH, _YEAR, _HOUR = "{月|がつ}", "{年|ねん}", "{時|じ}"


def weekday(value: date | datetime, language: str) -> str:
    """土, Sat."""
    return _DAYS[language][_day(value).weekday()]


def date_short(value: date | datetime, language: str) -> str:
    """11月21日（土）, Sat 21 Nov."""
    day = _day(value)
    if language == ENGLISH:
        return f"{weekday(day, language)} {day.day} {_MONTHS[day.month - 1]}"
    return f"{month_only(day, language)}{_day_of_month(day, language)}（{weekday(day, language)}）"


def date_long(value: date | datetime, language: str) -> str:
    """令和8年11月21日（土）, 2026年11月21日（土）, Saturday 21 November 2026."""
    day = _day(value)
    if language == ENGLISH:
        return f"{_LONG_DAYS[day.weekday()]} {day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"
    return f"{_year(day, language)}{date_short(day, language)}"


def date_plain(value: date | datetime, language: str) -> str:
    """令和8年11月21日: the long date without the weekday, for limits and periods."""
    day = _day(value)
    if language == ENGLISH:
        return f"{day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"
    return f"{_year(day, language)}{month_only(day, language)}{_day_of_month(day, language)}"


def date_both(value: date | datetime, language: str) -> str:
    """昭和28年4月9日 ＝ 1953年4月9日: both calendars, to be read back after typing."""
    day = _day(value)
    if language == ENGLISH:
        return f"{date_plain(day, language)} ({wareki.to_era(day)})"
    return f"{date_plain(day, JAPANESE)} ＝ {date_western(day, language)}"


def date_western(value: date | datetime, language: str) -> str:
    """2026年11月21日, 21 November 2026."""
    day = _day(value)
    if language == ENGLISH:
        return date_plain(day, language)
    year = f"{day.year}{_YEAR if language == EASY else '年'}"
    return f"{year}{month_only(day, language)}{_day_of_month(day, language)}"


def day_in_month(value: date | datetime, language: str) -> str:
    """21日（土）, Sat 21: where the month stands above."""
    day = _day(value)
    if language == ENGLISH:
        return f"{weekday(day, language)} {day.day}"
    return f"{_day_of_month(day, language)}（{weekday(day, language)}）"


def month(value: date | datetime, language: str) -> str:
    """令和8年11月, 2026年11月, November 2026."""
    day = _day(value)
    if language == ENGLISH:
        return f"{_LONG_MONTHS[day.month - 1]} {day.year}"
    return f"{_year(day, language)}{month_only(day, language)}"


def month_only(value: date | datetime, language: str) -> str:
    """11月, Nov."""
    day = _day(value)
    if language == ENGLISH:
        return _MONTHS[day.month - 1]
    return f"{day.month}{_MONTH if language == EASY else '月'}"


def fiscal_year(value: date | int, language: str) -> str:
    """令和8年度, 2026年度, FY2026. Takes a day, or the year in which the fiscal year began."""
    year = value if isinstance(value, int) else year_of(_day(value))
    if language == ENGLISH:
        return f"FY{year}"
    if language == EASY:
        return f"{year}{{年度|ねんど}}"
    return f"{wareki.to_era(date(year, 12, 31))}度"


def time_of_day(value: datetime | time, language: str) -> str:
    """9時30分, 9:30 am."""
    at = _time(value)
    if language == ENGLISH:
        return f"{(at.hour - 1) % 12 + 1}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"
    hours = f"{at.hour}{_HOUR if language == EASY else '時'}"
    return hours + _minutes(at.minute, language)


def time_range(start: datetime | time, end: datetime | time | None, language: str) -> str:
    """9時30分〜11時30分, 9:30 am – 11:30 am."""
    shown = time_of_day(start, language)
    if end is None:
        return shown
    until = time_of_day(end, language)
    if isinstance(start, datetime) and isinstance(end, datetime) and _day(start) != _day(end):
        until = moment(end, language)
    return f"{shown} – {until}" if language == ENGLISH else f"{shown}〜{until}"


def moment(value: datetime, language: str) -> str:
    """11月21日（土）9時30分, Sat 21 Nov, 9:30 am."""
    joint = {ENGLISH: ", ", EASY: " "}.get(language, "")
    return f"{date_short(value, language)}{joint}{time_of_day(value, language)}"


def moment_long(value: datetime, language: str) -> str:
    """令和8年11月21日（土）9時30分: where the year matters."""
    joint = {ENGLISH: ", ", EASY: " "}.get(language, "")
    return f"{date_long(value, language)}{joint}{time_of_day(value, language)}"


def clock_time(value: datetime | time, language: str) -> str:
    """9:30, in every language: short, for mails."""
    at = _time(value)
    return f"{at.hour}:{at.minute:02d}"


def when(value: datetime, *end_and_language: Any) -> str:
    """2026年11月21日（土）9:00〜11:00, Saturday 21 November 2026, 9:00–11:00: the end may be left out.

    For mails: they are read in any year, so the year is there, and it is the one of the calendar on the phone.
    """
    *ends, language = end_and_language
    day = _day(value)
    hours = clock_time(value, language)
    for end in ends:
        joint = "–" if language == ENGLISH else "〜"
        is_later = _day(end) != day
        hours += joint + (when(end, language) if is_later else clock_time(end, language))
    if language == ENGLISH:
        return f"{date_long(day, language)}, {hours}"
    written = date_western(day, JAPANESE)
    if language == EASY:
        # in mails a reading stands in brackets, so only the day of the week has one
        return f"{written} {_EASY_WEEKDAYS[day.weekday()]} {hours}"
    return f"{written}（{weekday(day, language)}）{hours}"


def duration(minutes: int, language: str) -> str:
    """1時間30分, 1 h 30 min. Takes minutes."""
    hours, rest = divmod(minutes, 60)
    if language == ENGLISH:
        parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else [])
        return " ".join(parts)
    unit = "{時間|じかん}" if language == EASY else "時間"
    return (f"{hours}{unit}" if hours else "") + (
        _minutes(rest, language) or ("" if hours else f"0{_minute_word(0, language)}")
    )


def number(value: int, language: str) -> str:
    """1,250; the minus is a real one."""
    return f"{value:,}".replace("-", "−")


def signed(value: int, language: str) -> str:
    """＋500, −1,000."""
    return f"{'＋' if value >= 0 else '−'}{abs(value):,}"


def yen(value: int, language: str) -> str:
    """1,000円, 1,000 yen."""
    unit = {ENGLISH: " yen", EASY: "{円|えん}"}.get(language, "円")
    return number(value, language) + unit


def points(value: int, language: str) -> str:
    """1,000ポイント, 1 point."""
    if language == ENGLISH:
        return f"{number(value, language)} {'point' if abs(value) == 1 else 'points'}"
    return f"{number(value, language)}ポイント"


def telephone(value: str, language: str) -> str:
    """0134-00-0000, 090-0000-0000; a number that already has hyphens stays as it is."""
    if not (value.isascii() and value.isdigit()):
        return value
    if len(value) == 11:
        return f"{value[:3]}-{value[3:7]}-{value[7:]}"
    if len(value) != 10:
        return value
    if value.startswith(("0120", "0570", "0800")):
        return f"{value[:4]}-{value[4:7]}-{value[7:]}"
    area = 2 if value.startswith(("03", "06")) else 3 if value.startswith("011") else 4
    return f"{value[:area]}-{value[area:6]}-{value[6:]}"


def stamp(value: date | datetime, language: str) -> str:
    """8.11.21, as in a date stamp; Western in the other languages."""
    day = _day(value)
    if language == JAPANESE:
        return wareki.stamp_text(day)
    return f"{day.year}.{day.month}.{day.day}"


def day_number(value: date | datetime, language: str) -> str:
    """21, as on a calendar leaf."""
    return str(_day(value).day)


def weekday_number(value: date | datetime, language: str) -> int:
    """0 for Monday … 6 for Sunday, in Tokyo."""
    return _day(value).weekday()


FORMATS: dict[str, Callable[..., Any]] = {
    "date": date_short,
    "date_long": date_long,
    "date_plain": date_plain,
    "date_western": date_western,
    "date_both": date_both,
    "day_in_month": day_in_month,
    "month": month,
    "month_only": month_only,
    "weekday": weekday,
    "weekday_number": weekday_number,
    "day_number": day_number,
    "fiscal_year": fiscal_year,
    "time": time_of_day,
    "time_range": time_range,
    "datetime": moment,
    "datetime_long": moment_long,
    "when": when,
    "clock": clock_time,
    "minutes": duration,
    "number": number,
    "signed": signed,
    "yen": yen,
    "points": points,
    "tel": telephone,
    "stamp": stamp,
}
"""The template filters of these names; `i18n` adds the reader's language as the last argument."""


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an aware datetime is needed")
        return to_tokyo(value).date()
    if isinstance(value, date):
        return value
    raise TypeError(f"a date is needed, not {type(value).__name__}")


def _time(value: datetime | time) -> time:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an aware datetime is needed")
        return to_tokyo(value).time()
    return value


def _year(day: date, language: str) -> str:
    return f"{day.year}{_YEAR}" if language == EASY else str(wareki.to_era(day))


def _day_of_month(day: date, language: str) -> str:
    if language != EASY:
        return f"{day.day}日"
    whole = _DAY_READINGS.get(day.day)
    if whole:
        return f"{{{day.day}日|{whole}}}"
    return f"{day.day}{{日|{'か' if day.day in (14, 24) else 'にち'}}}"


def _minute_word(minutes: int, language: str) -> str:
    if language != EASY:
        return "分"
    return "{分|ふん}" if minutes % 10 in (2, 5, 7, 9) else "{分|ぷん}"


def _minutes(minutes: int, language: str) -> str:
    return f"{minutes}{_minute_word(minutes, language)}" if minutes else ""
