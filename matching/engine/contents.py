"""What may stand in the rows of a problem file and in a plan file: keys, limits, and what must fit within a row."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from matching.engine.model import (
    DAY,
    WEEK,
    Assignment,
    Booking,
    Engine,
    Level,
    Mode,
    Period,
    Place,
    Plan,
    Policy,
    Qualification,
    Season,
    Shift,
    Volunteer,
)
from matching.engine.reading import (
    Reader,
    Record,
    counted,
    digits,
    flag,
    name,
    names,
    number,
    one_of,
    optional,
    pair,
    rows,
    shown,
    text,
    whole,
    wrong,
)

VOLUNTEERS_MAX = 100_000
SHIFTS_MAX = 50_000
PAIRS_MAX = 1_000_000
ID_MAX = 2**53 - 1
DAYS = 40_000
MINUTES = 400 * DAY
POINTS_MAX = 100_000_000
METRES_MAX = 2_000_000

Mistakes = Iterator[tuple[str, str]]

an_id = whole(1, ID_MAX)
a_day = whole(-DAYS, DAYS)
a_minute = whole(-MINUTES, MINUTES)
a_count = whole(0, 1_000_000)
points = whole(0, POINTS_MAX)
in_a_week = whole(0, WEEK)


def period(low: int, high: int) -> Reader:
    """`[start, end]`, not empty."""
    limits = pair(whole(low, high), whole(low, high))

    def read(raw: Any) -> Period:
        start, end = limits(raw)
        if start >= end:
            raise wrong(f"must end after its start, is [{start}, {end}]")
        return Period(start, end)

    return read


def windows(raw: Any) -> tuple[Period, ...]:
    """Weekly times, apart and in order."""
    found: tuple[Period, ...] = rows(period(0, WEEK))(raw)
    for before, after in pairwise(found):
        if after.start < before.end:
            raise wrong(f"must be in order and apart, [{after.start}, {after.end}] is not")
    return found


def monday(raw: Any) -> str:
    """An ISO 8601 date that is a Monday."""
    try:
        day = date.fromisoformat(text(raw))
    except ValueError:
        raise wrong(f"must be a date like 2027-01-18, is {shown(raw)}") from None
    if day.weekday() or day.isoformat() != raw:
        raise wrong(f"must be a Monday written like 2027-01-18, is {shown(raw)}")
    return str(raw)


def _in_order(
    one: Booking | Shift | Qualification, start: int | None, end: int | None, least: int
) -> Mistakes:
    if start is not None and end is not None and end < start + least:
        yield "", f"must end after its start, is from {start} to {end}"


def _volunteer_fits(who: Volunteer) -> Mistakes:
    for one, other in (("wants", "avoids"), ("wants", "refuses"), ("avoids", "refuses")):
        for code in sorted(getattr(who, one) & getattr(who, other)):
            yield "", f"contradicts itself: {code!r} is in {one} and in {other}"
    minutes, shifts = who.max_minutes_a_week, who.max_shifts_a_week
    if minutes == 0 and shifts:
        yield "", f"contradicts itself: max_shifts_a_week is {shifts}, max_minutes_a_week 0"
    if shifts == 0 and minutes:
        yield "", f"contradicts itself: max_minutes_a_week is {minutes}, max_shifts_a_week 0"


def _shift_fits(shift: Shift) -> Mistakes:
    yield from _in_order(shift, shift.start, shift.end, 1)
    if shift.minutes > WEEK:
        yield "", f"lasts {shift.minutes} minutes; at most {WEEK} are planned as one shift"
    if shift.start < 0:
        yield ".start", f"is in the past: {-shift.start} minutes before the origin"
    if shift.seats_min > shift.seats_max:
        yield "", f"contradicts itself: seats_min {shift.seats_min} > seats_max {shift.seats_max}"


def _policy_fits(policy: Policy) -> Mistakes:
    for before, after in pairwise(policy.fairness_bands):
        if after[0] <= before[0] or after[1] < before[1]:
            yield (
                ".fairness_bands",
                f"must rise in minutes and in cost, {list(after)} after {list(before)} does not",
            )
    minutes, shifts = policy.default_max_minutes_a_week, policy.default_max_shifts_a_week
    if bool(minutes) != bool(shifts):
        yield "", f"contradicts itself: by default {minutes} minutes and {shifts} shifts a week"


PLACE = Record(
    Place,
    {
        "x_m": whole(-METRES_MAX, METRES_MAX),
        "y_m": whole(-METRES_MAX, METRES_MAX),
        "height_m": whole(-500, 9_000),
    },
    frozenset({"x_m", "y_m"}),
)
QUALIFICATION = Record(
    Qualification,
    {"kind": name, "first_day": optional(a_day), "last_day": optional(a_day)},
    frozenset({"kind"}),
    lambda one: _in_order(one, one.first_day, one.last_day, 0),
)
BOOKING = Record(
    Booking,
    {"start": a_minute, "end": a_minute, "place": optional(PLACE)},
    frozenset({"start", "end", "place"}),
    lambda one: _in_order(one, one.start, one.end, 1),
)
VOLUNTEER = Record(
    Volunteer,
    {
        "id": an_id,
        "place": optional(PLACE),
        "mode": one_of(Mode),
        "max_travel_minutes": optional(whole(0, DAY)),
        "is_active": flag,
        "age": optional(whole(0, 130)),
        "has_guardian_consent": flag,
        "is_student": flag,
        "is_cleared_for_children": flag,
        "insured_last_day": optional(a_day),
        "qualifications": rows(QUALIFICATION),
        "skills": names,
        "languages": names,
        "traits": names,
        "wants": names,
        "avoids": names,
        "refuses": names,
        "windows": optional(windows),
        "free": rows(period(-MINUTES, MINUTES)),
        "busy": rows(period(-MINUTES, MINUTES)),
        "paused_until_day": optional(a_day),
        "max_minutes_a_week": optional(in_a_week),
        "max_shifts_a_week": optional(in_a_week),
        "booked": rows(BOOKING),
        "recent_minutes": whole(0, 4 * WEEK),
        "times_in": counted(name, a_count),
        "times_with": counted(digits(1, ID_MAX), a_count),
    },
    frozenset({"id"}),
    _volunteer_fits,
)
SHIFT = Record(
    Shift,
    {
        "id": an_id,
        "category": name,
        "start": a_minute,
        "end": a_minute,
        "place": optional(PLACE),
        "seats_min": whole(0, 10_000),
        "seats_max": whole(0, 10_000),
        "priority": whole(0, 3),
        "client": optional(an_id),
        "qualification": text,
        "needs_insurance": flag,
        "skills": names,
        "languages": names,
        "traits": names,
        "needs_car": flag,
        "age_min": optional(whole(0, 130)),
        "with_children": flag,
        "is_paid": flag,
    },
    frozenset({"id", "category", "start", "end", "place"}),
    _shift_fits,
)
ASSIGNMENT = Record(
    Assignment,
    {"volunteer": an_id, "shift": an_id, "is_pinned": flag},
    frozenset({"volunteer", "shift"}),
)


def _four(raw: Any) -> tuple[int, ...]:
    found: tuple[int, ...] = rows(points)(raw)
    if len(found) != 4:
        raise wrong(f"must have four numbers, for priority 0 to 3, has {len(found)}")
    return found


POLICY = Record(
    Policy,
    {
        "season": one_of(Season),
        "head_values": _four,
        "extra_head_percent": whole(0, 100),
        "lexicographic": flag,
        "keep_bonus": points,
        "travel_minute_cost": whole(0, 10_000),
        "max_travel_minutes": whole(0, DAY),
        "fairness_bands": rows(pair(whole(1, 4 * WEEK), whole(0, 1_000_000)), 20),
        "avoided_category_cost": points,
        "wanted_category_bonus": points,
        "unknown_availability_cost": points,
        "continuity_bonus": points,
        "experience_bonus": points,
        "slack_minutes": whole(0, DAY),
        "default_max_minutes_a_week": in_a_week,
        "default_max_shifts_a_week": in_a_week,
        "guardian_until_age": whole(0, 130),
    },
    judge=_policy_fits,
)


LEVEL = Record(
    Level,
    {
        "priority": whole(0, 3),
        "wanted_min": points,
        "covered_min": points,
        "covered_min_bound": optional(points),
        "wanted_max": points,
        "covered_max": points,
    },
    frozenset(
        {"priority", "wanted_min", "covered_min", "covered_min_bound", "wanted_max", "covered_max"}
    ),
)
VALUE_MAX = 10**15
PLAN = Record(
    Plan,
    {
        "assignments": rows(ASSIGNMENT, PAIRS_MAX),
        "value": whole(-VALUE_MAX, VALUE_MAX),
        "bound": optional(whole(-VALUE_MAX, VALUE_MAX)),
        "gap": optional(number),
        "engine": one_of(Engine),
        "seconds": number,
        "is_proven": flag,
        "levels": rows(LEVEL, 4),
        "note": text,
    },
    frozenset({"assignments", "value", "bound", "gap", "engine", "seconds", "is_proven"}),
)
