"""The engine's rules as SQL, for one shift: what must hold so that a rule does not stop somebody.

Each condition is that of `matching.engine.rules`, no more and no less (a test compares the sets on random towns). What
depends on two shifts and the way between them is worked out here for the few shifts nearby, by mode of travel.
"""

from calendar import isleap
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, exists, func, literal_column, or_, select, true
from sqlalchemy.orm import aliased

from matching.assignments.models import Participation
from matching.assignments.states import HOLDS_SEAT
from matching.engine import model as engine
from matching.engine import rules, travel
from matching.help_requests.models import HelpRequest, Shift
from matching.profiles import as_engine
from matching.profiles import models as said
from matching.profiles.rules import DayOff
from matching.profiles.states import TravelMode, WishKind
from matching.suitability import queries
from matching.suitability.loading import GONE, Frame, Places
from matching.suitability.sql import among
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.sql_minutes import epoch_minutes
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.people.models import Person
from volunteer.people.states import MAY_TAKE_PART, Tie

Rule = engine.Rule
Condition = ColumnElement[bool]
MODES = tuple(as_engine.MODES.items())
LONGEST = timedelta(days=1)
"""A shift that begins earlier than this before another does not stand in its way any more."""


@dataclass(frozen=True)
class Scene:
    """One shift with all that its conditions look at. `shift` is that of the engine, `row` that of the database."""

    row: Shift
    shift: engine.Shift
    frame: Frame
    policy: engine.Policy
    at: Places
    no_go: frozenset[int]
    """People who are never brought here, or never together with somebody who has a place."""

    @cached_property
    def times(self) -> Condition:
        """Who is free then; read once for all statements about the scene."""
        return _is_available(self)

    @cached_property
    def rest(self) -> Condition:
        """Who is not busy then; read once too."""
        return _is_not_busy(self)

    @property
    def on(self) -> date:
        """The activity date."""
        return clock.activity_date(self.row.starts_at)


mode_said = func.coalesce(said.Profile.travel_mode, TravelMode.BUS)
"""Who has not said how they come takes the bus."""

BOOKED = "booked"


def way_minutes(scene: Scene) -> Any:
    """One way from home to the shift; 0 where a place is not known.

    Written out as one piece of SQL: numbers of districts, minutes and our own four words, nothing that anybody typed.
    """
    by_mode = []
    for said_mode, mode in MODES:
        ways = [
            (area, travel.minutes(home, scene.shift.place, mode, scene.policy.season))
            for area, home in scene.at.items()
            if home is not None and scene.shift.place is not None
        ]
        if ways:
            cases = " ".join(f"WHEN {int(area)} THEN {int(way)}" for area, way in ways)
            by_mode.append(f"WHEN '{said_mode.value}' THEN CASE person.area_id {cases} ELSE 0 END")
    if not by_mode:
        return literal_column("0", Integer)
    mode_word = f"coalesce(profile.travel_mode, '{TravelMode.BUS.value}')"
    return literal_column(f"CASE {mode_word} {' '.join(by_mode)} ELSE 0 END", Integer)


def _booked(scene: Scene) -> Any:
    """(person, count, minutes) of the other seats held in the week of the shift; worked out once for both caps."""
    week = scene.shift.start // engine.WEEK
    begins = clock.from_tokyo(scene.frame.origin + timedelta(weeks=week))
    length = epoch_minutes(Shift.ends_at) - epoch_minutes(Shift.starts_at)
    return (
        select(
            Participation.person_id,
            func.count().label("count"),
            func.sum(length).label("minutes"),
        )
        .join(Shift, Shift.id == Participation.shift_id)
        .where(
            Participation.state.in_(HOLDS_SEAT),
            Shift.state.in_(queries.NOT_CANCELLED),
            Shift.id != scene.row.id,
            Shift.starts_at >= begins,
            Shift.starts_at < begins + timedelta(weeks=1),
        )
        .group_by(Participation.person_id)
        .cte(BOOKED)
    )


def conditions(scene: Scene, wish: Any) -> dict[Rule, Condition]:
    """What must hold, by rule; rules that the shift does not bring into play are left out."""
    shift = scene.shift
    found: dict[Rule, Condition] = {}
    found[Rule.INACTIVE] = Person.state.in_(sorted(MAY_TAKE_PART))
    found[Rule.CATEGORY] = or_(wish.kind.is_(None), wish.kind != WishKind.NEVER)
    if shift.qualification:
        found[Rule.QUALIFICATION] = _is_among(_qualified(shift.qualification, scene.on))
    if shift.needs_insurance:
        found[Rule.INSURANCE] = _is_among(_insured(scene.on))
    found |= _wished(shift)
    if shift.is_paid:
        found[Rule.STUDENT] = Person.tie == Tie.STUDIES
    if shift.age_min is not None:
        found[Rule.TOO_YOUNG] = _is_aged(shift.age_min, scene.frame.origin)
    found[Rule.GUARDIAN] = or_(
        _is_aged(scene.policy.guardian_until_age, scene.frame.origin),
        Person.guardian_agreed_on.is_not(None),
    )
    if scene.no_go:
        found[Rule.NO_GO] = Person.party_id.not_in(sorted(scene.no_go))
    found[Rule.DROPPED] = Person.party_id.not_in(_there(scene, GONE))
    found[Rule.PAUSED] = or_(
        said.Profile.paused_until.is_(None), said.Profile.paused_until <= scene.on
    )
    found[Rule.AVAILABILITY] = scene.times
    found[Rule.BUSY] = scene.rest
    found[Rule.TRAVEL] = _is_near(scene)
    found |= _caps(scene)
    return found


def _is_among(people: Any) -> Condition:
    found: Condition = among(Person.party_id, people.scalar_subquery())
    return found


def _there(scene: Scene, states: Iterable[Any]) -> Any:
    return select(Participation.person_id).where(
        Participation.shift_id == scene.row.id, Participation.state.in_(sorted(states))
    )


def is_not_engaged(scene: Scene, states: Iterable[Any]) -> Condition:
    """Who has to do with the shift in one of these states is nobody to be asked."""
    return Person.party_id.not_in(_there(scene, states))


def _qualified(kind: str, on: date) -> Any:
    one = Qualification
    return select(one.person_id).where(
        one.kind == kind,
        one.cancelled_at.is_(None),
        one.valid_from <= on,
        or_(one.valid_until.is_(None), one.valid_until >= on),
    )


def _insured(on: date) -> Any:
    one = InsuranceCover
    return select(one.person_id).where(
        one.cancelled_at.is_(None), one.covers_from <= on, one.covers_to >= on
    )


def _wished(shift: engine.Shift) -> dict[Rule, Condition]:
    """Skills, languages and traits: each asked one must be there."""
    parts = (
        (Rule.SKILL, said.PersonSkill, said.PersonSkill.skill_id, {int(x) for x in shift.skills}),
        (Rule.LANGUAGE, said.PersonLanguage, said.PersonLanguage.language, shift.languages),
        (Rule.PREFERENCE, said.PersonTrait, said.PersonTrait.trait, shift.traits),
    )
    found: dict[Rule, Condition] = {}
    for rule, model, column, wanted in parts:
        if wanted:
            having = (
                select(model.person_id)
                .where(column.in_(sorted(wanted)))
                .group_by(model.person_id)
                .having(func.count() == len(wanted))
            )
            found[rule] = _is_among(having)
    if shift.needs_car:
        found[Rule.CAR] = mode_said == TravelMode.CAR
    return found


def _is_aged(years: int, on: date) -> Condition:
    """Full years on a day; born on 29 February, one is a year older on 1 March (as `age_on` counts)."""
    is_leap_day = (on.month, on.day) == (2, 29) and not isleap(on.year - years)
    return Person.birth_on <= on.replace(year=on.year - years, day=28 if is_leap_day else on.day)


def _is_available(scene: Scene) -> Condition:
    window, off = said.AvailabilityWindow, said.AvailabilityException
    pieces = _pieces(scene)
    meets = or_(
        *(
            and_(
                off.from_on <= day,
                off.to_on >= day,
                off.from_minute < until,
                off.until_minute > begin,
            )
            for day, begin, until in pieces
        )
    )
    busy = select(off.person_id).where(off.is_free.is_(False), meets)
    is_busy = Person.party_id.in_(busy)
    days_off = db.select(
        off.person_id, off.from_on, off.to_on, off.from_minute, off.until_minute, off.is_free
    ).where(off.is_free.is_(True), meets, off.person_id.not_in(busy))
    maybe: dict[int, list[DayOff]] = {}
    for person, from_on, to_on, start, end, is_free in db.session.execute(days_off):
        maybe.setdefault(person, []).append(DayOff(from_on, to_on, (start, end), is_free))
    in_week = and_(
        *(
            _is_among(
                select(window.person_id).where(
                    window.weekday == day.weekday(),
                    window.from_minute <= begin,
                    window.until_minute >= until,
                )
            )
            for day, begin, until in pieces
        )
    )
    has_told = exists().where(window.person_id == Person.party_id)
    pieced = _pieced(maybe, scene)
    free = or_(in_week, ~has_told, *([Person.party_id.in_(pieced)] if pieced else []))
    return and_(free, ~is_busy)


def _pieces(scene: Scene) -> list[tuple[date, int, int]]:
    """(day, from, until) of the shift on each day it touches."""
    start, end, origin = scene.shift.start, scene.shift.end, scene.frame.origin
    return [
        (
            origin + timedelta(days=day),
            max(0, start - day * engine.DAY),
            min(engine.DAY, end - day * engine.DAY),
        )
        for day in range(start // engine.DAY, (end - 1) // engine.DAY + 1)
    ]


def _pieced(people: dict[int, list[DayOff]], scene: Scene) -> list[int]:
    """Of people who are free besides on these days, those whose free times make up the whole shift."""
    if not people:
        return []
    week = defaultdict(list)
    for person, *window in queries.windows(people.keys()):
        week[person].append(tuple(window))
    frame, found = scene.frame, []
    for person, days_off in sorted(people.items()):
        free = as_engine.periods_of(days_off, is_free=True, origin=frame.origin, last=frame.until)
        one = engine.Volunteer(id=person, windows=as_engine.week_of(week[person]), free=free)
        if one.windows is not None and not rules.is_unavailable(rules.Pair(one, scene.shift)):
            found.append(person)
    return found


def _is_not_busy(scene: Scene) -> Condition:
    """Nobody comes who has a seat in a shift too close by; how close is too close depends on how they travel."""
    clashing = _clashing(scene)
    always = set.intersection(*clashing.values())
    stands: list[Condition] = [Person.party_id.in_(_seated(always))] if always else []
    for mode, shifts in clashing.items():
        if shifts - always:
            stands.append(and_(mode_said == mode, Person.party_id.in_(_seated(shifts - always))))
    return ~or_(*stands) if stands else true()


def _seated(shift_ids: set[int]) -> Any:
    return select(Participation.person_id).where(
        Participation.shift_id.in_(sorted(shift_ids)), Participation.state.in_(HOLDS_SEAT)
    )


def _clashing(scene: Scene) -> dict[TravelMode, set[int]]:
    """The shifts with people that somebody who travels like this cannot do besides."""
    found: dict[TravelMode, set[int]] = {mode: set() for mode, _engine_mode in MODES}
    mine = rules.as_booking(scene.shift)
    for shift_id, starts_at, ends_at, area_id in db.session.execute(_nearby(scene)):
        frame = scene.frame
        other = engine.Booking(
            frame.minute(starts_at), frame.minute(ends_at), scene.at.get(area_id)
        )
        for mode, engine_mode in MODES:
            traveller = engine.Volunteer(id=0, mode=engine_mode)
            if rules.clash(mine, other, traveller, scene.policy):
                found[mode].add(shift_id)
    return found


def _nearby(scene: Scene) -> Any:
    here, season = scene.shift.place, scene.policy.season
    ways = [
        max(
            travel.minutes_between(here, there, mode, season),
            travel.minutes_between(there, here, mode, season),
        )
        for there in scene.at.values()
        for _said_mode, mode in MODES
    ]
    gap = timedelta(minutes=max(ways, default=0) + scene.policy.slack_minutes)
    return (
        select(Shift.id, Shift.starts_at, Shift.ends_at, HelpRequest.area_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            Shift.id != scene.row.id,
            Shift.state.in_(queries.NOT_CANCELLED),
            Shift.seats_taken > 0,
            Shift.starts_at < scene.row.ends_at + gap,
            Shift.starts_at > scene.row.starts_at - LONGEST,
            Shift.ends_at > scene.row.starts_at - gap,
        )
    )


def _is_near(scene: Scene) -> Condition:
    limit: Any = func.coalesce(said.Profile.travel_minutes_max, scene.policy.max_travel_minutes)
    may: Condition = limit >= way_minutes(scene)  # an unknown way is 0 and no limit is below 1
    return may


def _caps(scene: Scene) -> dict[Rule, Condition]:
    """Within the caps with this shift alone, and not among the few whom it would lift above theirs."""
    profile, policy, week = said.Profile, scene.policy, _booked(scene)
    minutes = (
        profile.minutes_per_week_max,
        policy.default_max_minutes_a_week,
        scene.shift.minutes,
        week.c.minutes,
    )
    times = profile.times_per_week_max, policy.default_max_shifts_a_week, 1, week.c.count
    return {
        rule: and_(
            func.coalesce(most, usual) >= more,
            Person.party_id.not_in(_above(week, most, usual, so_far + more)),
        )
        for rule, (most, usual, more, so_far) in (
            (Rule.MINUTES_CAP, minutes),
            (Rule.SHIFTS_CAP, times),
        )
    }


def _above(week: Any, most: Any, usual: int, then: Any) -> Any:
    cap = aliased(said.Profile)
    return (
        select(week.c.person_id)
        .outerjoin(cap, cap.person_id == week.c.person_id)
        .where(then > func.coalesce(getattr(cap, most.key), usual))
    )
