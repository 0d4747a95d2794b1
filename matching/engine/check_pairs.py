"""The checker's own reading of docs/matching.md for one person and one shift: travel, rules, cost.

Written from the text a second time, in other ways than the engine, and shares nothing with it but the model.
"""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from math import ceil, isqrt

from matching.engine.model import (
    DAY,
    WEEK,
    Booking,
    Mode,
    Place,
    Policy,
    Problem,
    Rule,
    Season,
    Shift,
    Volunteer,
)

# metres a minute, metres of climb a minute (0: hills do not count), wait, percent of the time in winter
_WAYS = {
    "walk": (80, 10, 0, 140),
    "bicycle": (200, 10, 0, 140),
    "bus": (250, 0, 10, 140),
    "car": (400, 0, 5, 150),
}


def travel_minutes(origin: Place | None, target: Place | None, mode: Mode, season: Season) -> int:
    """One way; 0 between places that are one point or not known."""
    if origin is None or target is None or origin == target:
        return 0
    choice = [mode.value]
    if mode == "bus" or (mode == "bicycle" and season == "winter"):
        choice = ["walk", "bus"]
    return min(_by(way, origin, target, season) for way in choice)


def _by(way: str, origin: Place, target: Place, season: Season) -> int:
    speed, climbing, wait, winter = _WAYS[way]
    east, north = target.x_m - origin.x_m, target.y_m - origin.y_m
    street = (isqrt(east**2 + north**2) * 13) // 10
    moving = ceil(Fraction(street, speed))
    if climbing and target.height_m > origin.height_m:
        moving += ceil(Fraction(target.height_m - origin.height_m, climbing))
    return wait + ceil(moving * Fraction(winter if season == "winter" else 100, 100))


def clashing(one: Booking | Shift, other: Booking | Shift, who: Volunteer, policy: Policy) -> bool:
    """Whether neither of two pieces of work is over in time for the other."""

    def in_time(first: Booking | Shift, second: Booking | Shift) -> bool:
        way = travel_minutes(first.place, second.place, who.mode, policy.season)
        return first.end + way + policy.slack_minutes <= second.start

    return not (in_time(one, other) or in_time(other, one))


def broken_rules(problem: Problem, who: Volunteer, shift: Shift) -> Iterator[tuple[Rule, str]]:
    """The rules this pair breaks by itself (not by other shifts of a plan), with what is the matter."""
    for rule, judge in _JUDGES:
        words = judge(problem, who, shift)
        if words:
            yield rule, words


_Judge = Callable[[Problem, Volunteer, Shift], str]


def _inactive(_problem: Problem, who: Volunteer, _shift: Shift) -> str:
    return "" if who.is_active else "is not active"


def _category(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    return f"refuses {shift.category!r}" if {shift.category} & who.refuses else ""


def _qualification(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    if shift.qualification == "":
        return ""
    day = shift.start // DAY
    for held in who.qualifications:
        first = day if held.first_day is None else held.first_day
        last = day if held.last_day is None else held.last_day
        if held.kind == shift.qualification and day in range(first, last + 1):
            return ""
    return f"holds no {shift.qualification!r} that is good on day {day}"


def _insurance(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    if not shift.needs_insurance:
        return ""
    if who.insured_last_day is None:
        return "is not insured"
    day = shift.start // DAY
    return (
        f"is insured to day {who.insured_last_day}, not on day {day}"
        if who.insured_last_day < day
        else ""
    )


def _lacking(what: str, wanted: Iterable[str], had: Iterable[str]) -> str:
    missing = sorted(set(wanted).difference(had))
    return f"lacks {what}: {', '.join(map(repr, missing))}" if missing else ""


def _skill(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    return _lacking("skills", shift.skills, who.skills)


def _car(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    return "does not come by car" if shift.needs_car and who.mode != "car" else ""


def _language(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    return _lacking("languages", shift.languages, who.languages)


def _student(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    return (
        "is no student, the task is paid"
        if (shift.is_paid, who.is_student) == (True, False)
        else ""
    )


def _preference(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    return _lacking("what the household asks for", shift.traits, who.traits)


def _too_young(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    if None in (who.age, shift.age_min):
        return ""
    assert who.age is not None
    assert shift.age_min is not None
    return f"is {who.age}, the shift is from {shift.age_min}" if shift.age_min > who.age else ""


def _guardian(problem: Problem, who: Volunteer, _shift: Shift) -> str:
    if who.has_guardian_consent or who.age is None:
        return ""
    minor = problem.policy.guardian_until_age
    return "" if who.age >= minor else f"is {who.age} and has no guardian's consent"


def _child_safety(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    if shift.with_children and not who.is_cleared_for_children:
        return "is not confirmed for work with children"
    return ""


def _no_go(problem: Problem, who: Volunteer, shift: Shift) -> str:
    if shift.client is None or (who.id, shift.client) not in problem.no_go:
        return ""
    return f"must not be sent to client {shift.client}"


def _dropped(problem: Problem, who: Volunteer, shift: Shift) -> str:
    return "was taken out of this shift" if (who.id, shift.id) in problem.dropped else ""


def _paused(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    day, until = shift.start // DAY, who.paused_until_day
    return (
        f"rests until day {until}, the shift is on day {day}"
        if until is not None and until > day
        else ""
    )


def _availability(_problem: Problem, who: Volunteer, shift: Shift) -> str:
    whole = [(shift.start, shift.end)]
    for period in who.busy:
        if _minus(whole, period.start, period.end) != whole:
            return f"said not to be free from {period.start} to {period.end}"
    if who.windows is None:
        return ""
    left = whole
    for period in who.free:
        left = _minus(left, period.start, period.end)
    for week in range((shift.start // WEEK) - 1, (shift.end // WEEK) + 1):
        for period in who.windows:
            left = _minus(left, week * WEEK + period.start, week * WEEK + period.end)
    return f"is not known to be free from {left[0][0]} to {left[0][1]}" if left else ""


def _minus(pieces: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """What is left of the pieces outside [start, end)."""
    cut = [
        part for low, high in pieces for part in ((low, min(high, start)), (max(low, end), high))
    ]
    return [(low, high) for low, high in cut if low < high]


def _busy(problem: Problem, who: Volunteer, shift: Shift) -> str:
    for booking in who.booked:
        if clashing(booking, shift, who, problem.policy):
            return f"has a booking from {booking.start} to {booking.end}, too near to {shift.start} to {shift.end}"
    return ""


def _travel(problem: Problem, who: Volunteer, shift: Shift) -> str:
    limit = who.max_travel_minutes
    if limit is None:
        limit = problem.policy.max_travel_minutes
    way = travel_minutes(who.place, shift.place, who.mode, problem.policy.season)
    if way <= limit or who.place is None or shift.place is None:
        return ""
    return f"travels {way} minutes, the limit is {limit}"


_JUDGES: tuple[tuple[Rule, _Judge], ...] = (
    (Rule.INACTIVE, _inactive),
    (Rule.CATEGORY, _category),
    (Rule.QUALIFICATION, _qualification),
    (Rule.INSURANCE, _insurance),
    (Rule.SKILL, _skill),
    (Rule.CAR, _car),
    (Rule.LANGUAGE, _language),
    (Rule.STUDENT, _student),
    (Rule.PREFERENCE, _preference),
    (Rule.TOO_YOUNG, _too_young),
    (Rule.GUARDIAN, _guardian),
    (Rule.CHILD_SAFETY, _child_safety),
    (Rule.NO_GO, _no_go),
    (Rule.DROPPED, _dropped),
    (Rule.PAUSED, _paused),
    (Rule.AVAILABILITY, _availability),
    (Rule.BUSY, _busy),
    (Rule.TRAVEL, _travel),
)


def cost_of(problem: Problem, who: Volunteer, shift: Shift) -> int:
    """What the pair costs in the objective; below zero where much speaks for it."""
    policy = problem.policy
    way = travel_minutes(who.place, shift.place, who.mode, policy.season)
    cost = way * policy.travel_minute_cost
    if shift.category in who.avoids:
        cost += policy.avoided_category_cost
    if shift.category in who.wants:
        cost -= policy.wanted_category_bonus
    if who.windows is None:
        cost += policy.unknown_availability_cost
    if shift.client is not None and who.times_with.get(shift.client):
        cost -= policy.continuity_bonus
    if who.times_in.get(shift.category):
        cost -= policy.experience_bonus
    return cost
