"""A person's week: windows as (weekday, from, until) in minutes of the day, and how people say them. Pure.

Weekday 0 is Monday; a window is half-open and ends at 1440 at the latest. The page offers a grid of weekday × part of
the day and, for those who want it, exact times as text; what is kept are windows only.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from volunteer.core import typed

DAY = 24 * 60
WINDOWS_A_DAY_MAX = 6

Span = tuple[int, int]
"""(from, until) in minutes of one day."""
Window = tuple[int, int, int]
"""(weekday, from, until)."""


class Part(StrEnum):
    """A part of the day; together they leave no gap."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


PARTS: dict[Part, Span] = {
    Part.MORNING: (6 * 60, 12 * 60),
    Part.AFTERNOON: (12 * 60, 17 * 60),
    Part.EVENING: (17 * 60, 21 * 60),
}

_BETWEEN = re.compile(r"\s*(?:[~〜～‐‑–—−ーｰ→-]|から)\s*")
_AND = re.compile(r"[\s、,，;；・/／]+")
_END_OF_DAY = re.compile(r"(?:24(?::|時|\.)?(?:00|0分)?|2400)")
_HALF = re.compile(r"^(午前|午後|[AaPp]\.?[Mm]\.?)")


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same times, in order, with whatever touches or overlaps made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def merge_week(windows: Iterable[Window]) -> list[Window]:
    """`merge` for each weekday."""
    by_day: dict[int, list[Span]] = {}
    for weekday, start, end in windows:
        by_day.setdefault(weekday, []).append((start, end))
    return [(day, *span) for day in sorted(by_day) for span in merge(by_day[day])]


def windows_of(ticks: Iterable[tuple[int, Part]], exact: Mapping[int, list[Span]]) -> list[Window]:
    """What somebody means by ticks and exact times: times within a ticked part are said more exactly and stand for it;
    all others come besides.
    """
    found = [(day, *span) for day, spans in exact.items() for span in spans]
    for day, part in ticks:
        start, end = PARTS[part]
        if not any(start <= one and other <= end for one, other in exact.get(day, ())):
            found.append((day, start, end))
    return merge_week(found)


def ticks_and_rest(
    windows: Iterable[Window],
) -> tuple[set[tuple[int, Part]], dict[int, list[Span]]]:
    """How windows stand on the page: parts that are wholly free are ticked, what is left is written out.

    `windows_of` makes the same windows of both again.
    """
    ticks: set[tuple[int, Part]] = set()
    rest: dict[int, list[Span]] = {}
    for day, start, end in merge_week(windows):
        whole = {part for part, (one, other) in PARTS.items() if start <= one and other <= end}
        ticks |= {(day, part) for part in whole}
        rest.setdefault(day, []).extend(_without((start, end), [PARTS[one] for one in whole]))
    return ticks, {day: spans for day, spans in rest.items() if spans}


def _without(span: Span, taken: list[Span]) -> list[Span]:
    left, (at, end) = [], span
    for start, until in sorted(taken):
        if at < start:
            left.append((at, start))
        at = until
    return [*left, (at, end)] if at < end else left


def read_spans(text: str) -> list[Span]:
    """「9:30〜11:00、午後2時〜4時」 as spans, merged. Reasons: `time`, `no_such_time`, `order`, `many`."""
    plain = _BETWEEN.sub("〜", typed.half_width(text))
    spans = [_read_span(one) for one in _AND.split(plain) if one]
    if len(spans) > WINDOWS_A_DAY_MAX:
        raise typed.Unreadable("many")
    return merge(spans)


def _read_span(text: str) -> Span:
    parts = text.removesuffix("まで").split("〜")
    if len(parts) != 2 or not all(parts):
        raise typed.Unreadable("time")
    start, end = _minute(parts[0]), _minute(parts[1])
    if end <= start and _HALF.match(parts[0]) and not _HALF.match(parts[1]):
        end += DAY // 2  # 午後1時〜3時: the half of the day is said once
    if not 0 <= start < end <= DAY:
        raise typed.Unreadable("order")
    return start, end


def _minute(text: str) -> int:
    if _END_OF_DAY.fullmatch(text):
        return DAY
    found = typed.read_time(text)
    return found.hour * 60 + found.minute


def show_minute(minute: int) -> str:
    """9:30; the end of the day is 24:00."""
    return f"{minute // 60}:{minute % 60:02d}"


def show_spans(spans: Iterable[Span]) -> str:
    """9:30〜11:00、14:00〜16:00, which can be read back."""
    return "、".join(f"{show_minute(start)}〜{show_minute(end)}" for start, end in spans)
