"""May this person do this shift? Every rule as one small predicate, in the order of `Rule`.

What is not known stops nobody, except what must be shown to exist: a qualification, an insurance, a consent, a
clearance. The day of a shift is that of its planned start (the activity date), its week that of its start, Monday to
Sunday. Wherever a rule has a source it stands at the predicate; docs/matching.md has the table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matching.engine import travel
from matching.engine.model import (
    DAY,
    WEEK,
    Booking,
    Mode,
    Period,
    Place,
    Policy,
    Problem,
    Rule,
    Shift,
    Volunteer,
)

Pairs = frozenset[tuple[int, int]]
NO_PAIRS: Pairs = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """One person, one shift, and what else the rules look at."""

    volunteer: Volunteer
    shift: Shift
    policy: Policy = Policy()
    no_go: Pairs = NO_PAIRS
    """(volunteer, client)"""
    dropped: Pairs = NO_PAIRS
    """(volunteer, shift)"""
    others: tuple[Booking, ...] = ()
    """What the person does besides: bookings and other shifts of the plan."""

    @property
    def day(self) -> int:
        """The activity date."""
        return self.shift.start // DAY


def obstacles(
    volunteer: Volunteer,
    shift: Shift,
    policy: Policy,
    *,
    no_go: Pairs = NO_PAIRS,
    dropped: Pairs = NO_PAIRS,
    others: Sequence[Shift] = (),
) -> tuple[Rule, ...]:
    """Every rule that stops this person, in the order of `Rule`; empty = may.

    `others` are shifts given to the person besides this one; the bookings count always.
    """
    more = tuple(as_booking(one) for one in others if one.id != shift.id)
    pair = Pair(volunteer, shift, policy, no_go, dropped, (*volunteer.booked, *more))
    return tuple(rule for rule, stops in RULES.items() if stops(pair))


def obstacles_in(
    problem: Problem, volunteer: Volunteer, shift: Shift, others: Sequence[Shift] = ()
) -> tuple[Rule, ...]:
    """The same with the pairs and the policy of a problem."""
    return obstacles(
        volunteer,
        shift,
        problem.policy,
        no_go=problem.no_go,
        dropped=problem.dropped,
        others=others,
    )


def as_booking(shift: Shift) -> Booking:
    """A shift as time that is taken."""
    return Booking(shift.start, shift.end, shift.place)


def is_inactive(pair: Pair) -> bool:
    """Not registered, suspended or gone. Source: the center's registration (要綱: only registered people take part)."""
    return not pair.volunteer.is_active


def is_refused_category(pair: Pair) -> bool:
    """The person said "never" of this kind of activity. Others, not wished for or rather not, only cost."""
    return pair.shift.category in pair.volunteer.refuses


def lacks_qualification(pair: Pair) -> bool:
    """No training or licence of the kind that is good on the shift's day. Source: the category's demand."""
    wanted, day = pair.shift.qualification, pair.day
    return bool(wanted) and not any(
        one.kind == wanted
        and (one.first_day is None or one.first_day <= day)
        and (one.last_day is None or day <= one.last_day)
        for one in pair.volunteer.qualifications
    )


def lacks_insurance(pair: Pair) -> bool:
    """The insurance ends before the shift's day. Source: ボランティア活動保険, one fiscal year to 31 March."""
    last = pair.volunteer.insured_last_day
    return pair.shift.needs_insurance and (last is None or last < pair.day)


def lacks_skill(pair: Pair) -> bool:
    """A skill the request names is missing."""
    return not pair.shift.skills <= pair.volunteer.skills


def lacks_car(pair: Pair) -> bool:
    """A car is needed and the person does not come by car."""
    return pair.shift.needs_car and pair.volunteer.mode is not Mode.CAR


def lacks_language(pair: Pair) -> bool:
    """A language besides Japanese is missing."""
    return not pair.shift.languages <= pair.volunteer.languages


def is_no_student(pair: Pair) -> bool:
    """Paid tasks are for students. Source: the rules of the scheme's paid work."""
    return pair.shift.is_paid and not pair.volunteer.is_student


def misses_preference(pair: Pair) -> bool:
    """The household asked for something about the person (a woman, somebody fine with dogs …)."""
    return not pair.shift.traits <= pair.volunteer.traits


def is_too_young(pair: Pair) -> bool:
    """Under the request's least age; whose age is not known is not stopped here."""
    age, least = pair.volunteer.age, pair.shift.age_min
    return age is not None and least is not None and age < least


def lacks_guardian(pair: Pair) -> bool:
    """A minor whose guardian has not agreed. Source: 民法 4 (full age at 18), 5 (consent of the guardian)."""
    age = pair.volunteer.age
    return (
        age is not None
        and age < pair.policy.guardian_until_age
        and not pair.volunteer.has_guardian_consent
    )


def lacks_clearance(pair: Pair) -> bool:
    """Work with children, and the center has not confirmed the person for it."""
    return pair.shift.with_children and not pair.volunteer.is_cleared_for_children


def is_no_go(pair: Pair) -> bool:
    """These two are never brought together (staff only)."""
    client = pair.shift.client
    return client is not None and (pair.volunteer.id, client) in pair.no_go


def is_dropped(pair: Pair) -> bool:
    """Staff took this pair out, or the person has declined this shift."""
    return (pair.volunteer.id, pair.shift.id) in pair.dropped


def is_paused(pair: Pair) -> bool:
    """The person rests; on `paused_until_day` they begin again."""
    until = pair.volunteer.paused_until_day
    return until is not None and pair.day < until


def is_unavailable(pair: Pair) -> bool:
    """Some minute of the shift is `busy`, or lies neither in a weekly window nor in `free`.

    Without windows (None) every time is good that is not busy.
    """
    person, shift = pair.volunteer, pair.shift
    if any(one.start < shift.end and shift.start < one.end for one in person.busy):
        return True
    if person.windows is None:
        return False
    return not _covers((*_weekly(person.windows, shift), *person.free), shift)


def _weekly(windows: tuple[Period, ...], shift: Shift) -> list[Period]:
    """The weekly windows on the calendar, in the weeks which the shift touches."""
    weeks = range(shift.start // WEEK, (shift.end - 1) // WEEK + 1)
    return [
        Period(week * WEEK + one.start, week * WEEK + one.end) for week in weeks for one in windows
    ]


def _covers(periods: Sequence[Period], shift: Shift) -> bool:
    at = shift.start
    for one in sorted(periods, key=lambda period: period.start):
        if one.start > at:
            break
        at = max(at, one.end)
    return at >= shift.end


def is_busy(pair: Pair) -> bool:
    """Another shift at the same time, or so close that the way between the two and the slack do not fit."""
    return any(
        clash(as_booking(pair.shift), other, pair.volunteer, pair.policy) for other in pair.others
    )


def clash(a: Booking, b: Booking, volunteer: Volunteer, policy: Policy) -> bool:
    """Whether one person cannot do both: end + way + slack > start, the one that begins first (then ends) first."""
    first, second = (a, b) if (a.start, a.end) <= (b.start, b.end) else (b, a)
    way = travel.minutes_between(first.place, second.place, volunteer.mode, policy.season)
    return first.end + way + policy.slack_minutes > second.start


def is_too_far(pair: Pair) -> bool:
    """One way from home takes longer than the person's (else the policy's) limit; unknown places are not judged."""
    way = way_minutes(pair.volunteer, pair.shift.place, pair.policy)
    limit = pair.volunteer.max_travel_minutes
    return way is not None and way > (pair.policy.max_travel_minutes if limit is None else limit)


def way_minutes(volunteer: Volunteer, place: Place | None, policy: Policy) -> int | None:
    """One way from home; None when one of the places is not known."""
    if volunteer.place is None or place is None:
        return None
    return travel.minutes(volunteer.place, place, volunteer.mode, policy.season)


def exceeds_minutes(pair: Pair) -> bool:
    """More minutes in the week of the shift than the person (else the policy) allows."""
    limit = pair.volunteer.max_minutes_a_week
    allowed = pair.policy.default_max_minutes_a_week if limit is None else limit
    return pair.shift.minutes + sum(one.end - one.start for one in _same_week(pair)) > allowed


def exceeds_shifts(pair: Pair) -> bool:
    """More shifts in the week of the shift than the person (else the policy) allows."""
    limit = pair.volunteer.max_shifts_a_week
    allowed = pair.policy.default_max_shifts_a_week if limit is None else limit
    return 1 + len(_same_week(pair)) > allowed


def _same_week(pair: Pair) -> list[Booking]:
    week = pair.shift.start // WEEK
    return [one for one in pair.others if one.start // WEEK == week]


RULES: dict[Rule, Callable[[Pair], bool]] = {
    Rule.INACTIVE: is_inactive,
    Rule.CATEGORY: is_refused_category,
    Rule.QUALIFICATION: lacks_qualification,
    Rule.INSURANCE: lacks_insurance,
    Rule.SKILL: lacks_skill,
    Rule.CAR: lacks_car,
    Rule.LANGUAGE: lacks_language,
    Rule.STUDENT: is_no_student,
    Rule.PREFERENCE: misses_preference,
    Rule.TOO_YOUNG: is_too_young,
    Rule.GUARDIAN: lacks_guardian,
    Rule.CHILD_SAFETY: lacks_clearance,
    Rule.NO_GO: is_no_go,
    Rule.DROPPED: is_dropped,
    Rule.PAUSED: is_paused,
    Rule.AVAILABILITY: is_unavailable,
    Rule.BUSY: is_busy,
    Rule.TRAVEL: is_too_far,
    Rule.MINUTES_CAP: exceeds_minutes,
    Rule.SHIFTS_CAP: exceeds_shifts,
}
"""The only list of rules; its order is that of `Rule` (a test)."""

PRIVATE_RULES = frozenset(
    {
        Rule.INACTIVE,
        Rule.INSURANCE,
        Rule.PREFERENCE,
        Rule.GUARDIAN,
        Rule.CHILD_SAFETY,
        Rule.NO_GO,
    }
)
"""Reasons about a person that only staff may read."""
