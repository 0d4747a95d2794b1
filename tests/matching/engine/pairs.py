"""A person who may do a shift, what breaks each rule for them, and what mends it again."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from matching.engine.model import (
    DAY,
    Booking,
    Mode,
    Period,
    Place,
    Policy,
    Qualification,
    Rule,
    Shift,
    Volunteer,
)

HOME = Place(0, 0, 0)
THERE = Place(800, 0, 20)
FAR = Place(60_000, 0, 0)
TUESDAY_NINE = DAY + 9 * 60
CLIENT = 7


@dataclass(frozen=True)
class Case:
    """One pair and the pairs beside it."""

    volunteer: Volunteer
    shift: Shift
    policy: Policy = Policy()
    no_go: frozenset[tuple[int, int]] = frozenset()
    dropped: frozenset[tuple[int, int]] = frozenset()

    def person(self, **changes: object) -> "Case":
        """The same with another person."""
        return replace(self, volunteer=replace(self.volunteer, **changes))  # type: ignore[arg-type]


FINE = Case(
    Volunteer(
        id=1,
        place=HOME,
        mode=Mode.CAR,
        age=30,
        has_guardian_consent=True,
        is_student=True,
        is_cleared_for_children=True,
        insured_last_day=30,
        qualifications=(Qualification("snow", 0, 30),),
        skills=frozenset({"cooking"}),
        languages=frozenset({"en"}),
        traits=frozenset({"woman"}),
        windows=(Period(DAY, 2 * DAY),),
    ),
    Shift(
        id=5,
        category="snow_removal",
        start=TUESDAY_NINE,
        end=TUESDAY_NINE + 120,
        place=THERE,
        client=CLIENT,
        qualification="snow",
        needs_insurance=True,
        skills=frozenset({"cooking"}),
        languages=frozenset({"en"}),
        traits=frozenset({"woman"}),
        needs_car=True,
        age_min=16,
        with_children=True,
        is_paid=True,
    ),
)

_ELSEWHERE_THAT_WEEK = Booking(4 * DAY, 4 * DAY + 180, HOME)

BREAKS: dict[Rule, Callable[[Case], Case]] = {
    Rule.INACTIVE: lambda case: case.person(is_active=False),
    Rule.CATEGORY: lambda case: case.person(refuses=frozenset({"snow_removal"})),
    Rule.QUALIFICATION: lambda case: case.person(qualifications=(Qualification("snow", 0, 0),)),
    Rule.INSURANCE: lambda case: case.person(insured_last_day=0),
    Rule.SKILL: lambda case: case.person(skills=frozenset()),
    Rule.CAR: lambda case: case.person(mode=Mode.WALK),
    Rule.LANGUAGE: lambda case: case.person(languages=frozenset({"ru"})),
    Rule.STUDENT: lambda case: case.person(is_student=False),
    Rule.PREFERENCE: lambda case: case.person(traits=frozenset({"man"})),
    Rule.TOO_YOUNG: lambda case: case.person(age=15),
    Rule.GUARDIAN: lambda case: case.person(age=17, has_guardian_consent=False),
    Rule.CHILD_SAFETY: lambda case: case.person(is_cleared_for_children=False),
    Rule.NO_GO: lambda case: replace(case, no_go=frozenset({(1, CLIENT)})),
    Rule.DROPPED: lambda case: replace(case, dropped=frozenset({(1, 5)})),
    Rule.PAUSED: lambda case: case.person(paused_until_day=2),
    Rule.AVAILABILITY: lambda case: case.person(windows=(Period(DAY, TUESDAY_NINE + 60),)),
    Rule.BUSY: lambda case: case.person(
        booked=(Booking(TUESDAY_NINE + 125, TUESDAY_NINE + 185, THERE),)
    ),
    Rule.TRAVEL: lambda case: case.person(place=FAR),
    Rule.MINUTES_CAP: lambda case: case.person(
        booked=(_ELSEWHERE_THAT_WEEK,), max_minutes_a_week=299
    ),
    Rule.SHIFTS_CAP: lambda case: case.person(booked=(_ELSEWHERE_THAT_WEEK,), max_shifts_a_week=1),
}
"""Each makes exactly its own rule stop FINE."""

_FINE = FINE.volunteer

MENDS: dict[Rule, Callable[[Case], Case]] = {
    Rule.INACTIVE: lambda case: case.person(is_active=True),
    Rule.CATEGORY: lambda case: case.person(refuses=frozenset()),
    Rule.QUALIFICATION: lambda case: case.person(
        qualifications=(Qualification(case.shift.qualification),)
    ),
    Rule.INSURANCE: lambda case: case.person(insured_last_day=case.shift.end),
    Rule.SKILL: lambda case: case.person(skills=case.volunteer.skills | case.shift.skills),
    Rule.CAR: lambda case: case.person(mode=Mode.CAR, max_travel_minutes=10_000),
    Rule.LANGUAGE: lambda case: case.person(
        languages=case.volunteer.languages | case.shift.languages
    ),
    Rule.STUDENT: lambda case: case.person(is_student=True),
    Rule.PREFERENCE: lambda case: case.person(traits=case.volunteer.traits | case.shift.traits),
    Rule.TOO_YOUNG: lambda case: case.person(age=case.shift.age_min),
    Rule.GUARDIAN: lambda case: case.person(has_guardian_consent=True),
    Rule.CHILD_SAFETY: lambda case: case.person(is_cleared_for_children=True),
    Rule.NO_GO: lambda case: replace(case, no_go=frozenset()),
    Rule.DROPPED: lambda case: replace(case, dropped=frozenset()),
    Rule.PAUSED: lambda case: case.person(paused_until_day=None),
    Rule.AVAILABILITY: lambda case: case.person(windows=None, busy=()),
    Rule.BUSY: lambda case: case.person(booked=()),
    Rule.TRAVEL: lambda case: case.person(max_travel_minutes=10_000),
    Rule.MINUTES_CAP: lambda case: case.person(max_minutes_a_week=100_000),
    Rule.SHIFTS_CAP: lambda case: case.person(max_shifts_a_week=100_000),
}
"""Each makes its rule stop nobody, and changes nothing else for the worse."""
