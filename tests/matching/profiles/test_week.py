"""A week as windows, ticks and text: what somebody means is what is kept, and is shown again as they would say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.profiles.week import (
    PARTS,
    Part,
    merge_week,
    read_spans,
    show_spans,
    ticks_and_rest,
    windows_of,
)
from volunteer.core.typed import Unreadable

MORNING, AFTERNOON, EVENING = Part.MORNING, Part.AFTERNOON, Part.EVENING


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("9:30〜11:00", "9:30〜11:00"),
        ("９：３０－１１：００", "9:30〜11:00"),
        ("930-1100", "9:30〜11:00"),
        ("9時半から11時まで", "9:30〜11:00"),
        ("午後1時〜3時", "13:00〜15:00"),
        ("9:30 - 11:00 13時〜15時", "9:30〜11:00、13:00〜15:00"),
        ("14:00〜16:00、9:00〜10:00", "9:00〜10:00、14:00〜16:00"),
        ("9:00〜11:00、10:00〜12:00", "9:00〜12:00"),
        ("9:00〜10:00、10:00〜12:00", "9:00〜12:00"),
        ("22:00〜24:00", "22:00〜24:00"),
        ("0:00〜24時", "0:00〜24:00"),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, shown: str) -> None:
    assert show_spans(read_spans(typed)) == shown
    assert read_spans(shown) == read_spans(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("11:00〜9:00", "order"),
        ("9:00〜9:00", "order"),
        ("24:00〜24:00", "order"),
        ("9:00", "time"),
        ("朝から", "time"),
        ("9:00〜25:00", "no_such_time"),
        ("、".join(f"{hour}:00〜{hour}:30" for hour in range(7)), "many"),
    ],
)
def test_what_is_no_time_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(Unreadable) as error:
        read_spans(typed)
    assert error.value.reason == reason


def test_a_tick_means_its_part_of_the_day() -> None:
    assert windows_of([(0, MORNING), (0, AFTERNOON), (6, EVENING)], {}) == [
        (0, 360, 1020),
        (6, 1020, 1260),
    ]


def test_exact_times_within_a_ticked_part_stand_for_it() -> None:
    assert windows_of([(1, MORNING), (1, EVENING)], {1: [(570, 660)]}) == [
        (1, 570, 660),
        (1, 1020, 1260),
    ]


def test_exact_times_beyond_a_ticked_part_come_besides() -> None:
    assert windows_of([(1, MORNING)], {1: [(690, 780)]}) == [(1, 360, 780)]


SPAN = st.tuples(st.integers(0, 1438), st.integers(1, 1440)).filter(lambda one: one[0] < one[1])
WINDOWS = st.lists(
    st.tuples(st.integers(0, 6), SPAN).map(lambda one: (one[0], *one[1])), max_size=9
)


@given(WINDOWS)
def test_what_was_kept_comes_back_when_the_page_is_saved_unchanged(
    windows: list[tuple[int, int, int]],
) -> None:
    kept = merge_week(windows)
    ticks, rest = ticks_and_rest(kept)
    assert windows_of(ticks, rest) == kept


@given(WINDOWS)
def test_merged_windows_neither_touch_nor_lose_a_minute(
    windows: list[tuple[int, int, int]],
) -> None:
    kept = merge_week(windows)
    assert all(
        one[0] != other[0] or one[2] < other[1] for one, other in zip(kept, kept[1:], strict=False)
    )
    minutes = {(day, minute) for day, start, end in windows for minute in range(start, end)}
    assert minutes == {(day, minute) for day, start, end in kept for minute in range(start, end)}


def test_the_parts_of_the_day_leave_no_gap() -> None:
    spans = list(PARTS.values())
    assert all(one[1] == other[0] for one, other in zip(spans, spans[1:], strict=False))
