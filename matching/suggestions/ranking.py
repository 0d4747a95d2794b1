"""One person's open shifts in the order in which they suit: rows in, the engine's person and shifts, judgements out."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.engine import model as engine
from matching.engine.travel import minutes_between
from matching.profiles import as_engine
from matching.profiles.queries import Known
from matching.profiles.states import WishKind
from matching.suggestions import queries, rules
from matching.suggestions.queries import Asked, Candidate, Place
from matching.suggestions.rules import Judged, Look
from points.programmes.eligibility import age_on
from volunteer.areas.models import Area
from volunteer.core import clock


@dataclass(frozen=True)
class Suggestions:
    """What suits, the best first; and what does not, with the rules that say so."""

    known: Known
    suiting: list[Judged]
    against: list[Judged]


def suggest(person_id: int) -> Suggestions | None:
    """For one person, now. None when there is no such person."""
    known = queries.reader(person_id)
    if known is None:
        return None
    origin = as_engine.origin_of(clock.today())
    areas = queries.areas()
    at = {key: as_engine.place_of(*_point(area)) for key, area in areas.items()}
    places = queries.places_of(person_id)
    person = _person(known, places, at, origin)
    season = rules.season_of(clock.today())
    ways = {
        key: minutes_between(person.place, place, person.mode, season)
        for key, place in at.items()
        if place is not None
    }
    engaged = [
        one.shift_id for one in places if one.starts_at > clock.now() and queries.is_engaged(one)
    ]
    found = queries.candidates(known.said, ways if person.place else {}, engaged)
    judged = _judge(person, found, queries.asked_of(person_id, found), at, origin)
    return Suggestions(
        known,
        rules.in_order(one for one in judged if not one.against),
        rules.in_order(one for one in judged if one.against),
    )


def _point(area: Area) -> tuple[float | None, float | None, int | None]:
    return area.latitude, area.longitude, area.height_m


def _person(
    known: Known, places: list[Place], at: dict[int, engine.Place | None], origin: date
) -> engine.Volunteer:
    """The person as the engine knows one. Whether they are registered is said above the list, not in each line."""
    person, said = known.person, known.said
    last = clock.to_tokyo(clock.now() + queries.HORIZON).date()
    done = [
        one
        for one in places
        if one.state is ParticipationState.ACCEPTED and one.ends_at <= clock.now()
    ]
    booked = [one for one in places if one.state in HOLDS_SEAT and one.ends_at > clock.now()]
    covers = [row for row in known.more if row.kind == "cover"]
    exceptions = {
        is_free: as_engine.periods_of(said.days_off, is_free=is_free, origin=origin, last=last)
        for is_free in (True, False)
    }
    return engine.Volunteer(
        id=person.party_id,
        place=at.get(person.area_id) if person.area_id else None,
        mode=as_engine.mode_of(said),
        max_travel_minutes=said.travel_minutes_max,
        age=age_on(person.birth_on, origin),
        has_guardian_consent=True,
        is_student=True,
        insured_last_day=max(((row.until - origin).days for row in covers), default=None),
        qualifications=tuple(_held(row, origin) for row in known.more if row.kind == "held"),
        skills=frozenset(str(one) for one in said.skills),
        languages=said.languages,
        traits=said.traits,
        wants=said.of_kind(WishKind.WANTED),
        avoids=said.of_kind(WishKind.RATHER_NOT),
        refuses=said.of_kind(WishKind.NEVER),
        windows=as_engine.week_of(said.windows),
        free=exceptions[True],
        busy=exceptions[False],
        paused_until_day=as_engine.paused_until_day(said, origin),
        max_minutes_a_week=said.minutes_per_week_max,
        max_shifts_a_week=said.times_per_week_max,
        booked=tuple(_booking(one, at, origin) for one in booked),
        times_in=dict(Counter(one.category_code for one in done)),
        times_with=dict(Counter(one.client_id for one in done)),
    )


def _held(row: Any, origin: date) -> engine.Qualification:
    last = None if row.until is None else (row.until - origin).days
    return engine.Qualification(row.word, (row.day - origin).days, last)


def _minute(moment: datetime, origin: date) -> int:
    return int((moment - clock.from_tokyo(origin)).total_seconds() // 60)


def _booking(one: Place, at: dict[int, engine.Place | None], origin: date) -> engine.Booking:
    there = at.get(one.area_id) or engine.Place(0, 0)
    return engine.Booking(_minute(one.starts_at, origin), _minute(one.ends_at, origin), there)


def _judge(
    person: engine.Volunteer,
    found: list[Candidate],
    asked: Asked,
    at: dict[int, engine.Place | None],
    origin: date,
) -> list[Judged]:
    no_go = frozenset((person.id, client) for client in asked.no_go)
    today = (clock.today() - origin).days
    policies = {season: engine.Policy(season=season) for season in engine.Season}
    return [
        rules.judge(
            person,
            Look(
                _shift(one, asked, at, origin),
                one.seats,
                one.seats_taken,
                one.shift_id in asked.apart,
            ),
            policies[rules.season_of(clock.activity_date(one.starts_at))],
            no_go,
            today,
        )
        for one in found
    ]


def _shift(
    one: Candidate, asked: Asked, at: dict[int, engine.Place | None], origin: date
) -> engine.Shift:
    key = one.help_request_id
    return engine.Shift(
        id=one.shift_id,
        category=one.category_code,
        start=_minute(one.starts_at, origin),
        end=_minute(one.ends_at, origin),
        place=at.get(one.area_id),
        client=one.client_id,
        qualification=one.qualification_kind,
        needs_insurance=one.needs_insurance,
        skills=asked.skills.get(key, frozenset()),
        languages=asked.languages.get(key, frozenset()),
        traits=asked.traits.get(key, frozenset()),
        needs_car=one.needs_car,
        age_min=one.age_min,
    )
