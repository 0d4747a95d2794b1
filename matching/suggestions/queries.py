"""Reads for one person's suggestions: what they have done and hold, open shifts that may suit, what these ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    literal,
    null,
    or_,
    union_all,
)
from sqlalchemy.orm import contains_eager, joinedload

from matching.assignments.models import Participation
from matching.assignments.states import HOLDS_SEAT, OPEN_STATES, ParticipationState
from matching.categories.models import Category
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import HelpRequestState, ShiftState
from matching.profiles import models as said_models
from matching.profiles.asked import asked
from matching.profiles.queries import Known, known, line, no_go_partners
from matching.profiles.rules import Said
from matching.profiles.states import WishKind
from matching.suggestions.models import SavedSearch
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.sql_minutes import minute_of_week
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.people.models import Person
from volunteer.people.states import PersonState

CANDIDATES = 150
"""So many shifts are judged by every rule; the database brings the likeliest ones."""
HORIZON = timedelta(days=31)
HISTORY = timedelta(days=730)
NOT_FREE_COST = 1000
GIVEN_UP = (ParticipationState.DECLINED, ParticipationState.WITHDRAWN)


def reader(person_id: int) -> Known | None:
    """The person with what they said, their insurance and their qualifications."""
    cover, held = InsuranceCover, Qualification
    return known(
        person_id,
        line("cover", person_id, cover, day=cover.covers_from, until=cover.covers_to).where(
            cover.cancelled_at.is_(None), cover.covers_to >= clock.today()
        ),
        line(
            "held", person_id, held, word=held.kind, day=held.valid_from, until=held.valid_until
        ).where(held.cancelled_at.is_(None)),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A participation of the last years or to come."""

    shift_id: int
    starts_at: datetime
    ends_at: datetime
    state: ParticipationState
    category_code: str
    client_id: int
    area_id: int


def places_of(person_id: int) -> list[Place]:
    """What the person has done in the last two years, and everything before them."""
    statement = (
        db.select(
            Shift.id,
            Shift.starts_at,
            Shift.ends_at,
            Participation.state,
            HelpRequest.category_code,
            HelpRequest.requester_party_id,
            HelpRequest.area_id,
        )
        .join(Participation, Participation.shift_id == Shift.id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(Participation.person_id == person_id, Shift.starts_at > clock.now() - HISTORY)
    )
    return [Place(*row) for row in db.session.execute(statement)]


def is_engaged(place: Place) -> bool:
    """Whether the person has anything to do with a shift to come, or has said no to it."""
    return place.state in (*OPEN_STATES, *GIVEN_UP)


def areas() -> dict[int, Area]:
    """The districts by id, in the center's order."""
    statement = db.select(Area).order_by(Area.position, Area.id)
    return {one.id: one for one in db.session.execute(statement).scalars()}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open shift with what its request and category ask."""

    shift_id: int
    starts_at: datetime
    ends_at: datetime
    seats: int
    seats_taken: int
    help_request_id: int
    category_code: str
    client_id: int
    area_id: int
    needs_car: bool
    age_min: int | None
    needs_insurance: bool
    qualification_kind: str


def candidates(said: Said, way_minutes: dict[int, int], without: list[int]) -> list[Candidate]:
    """The open shifts that are likeliest to suit, by what a database can weigh: way, wishes, week, how full they are.

    Everything is weighed again, exactly, by the engine's rules.
    """
    statement = (
        db.select(
            Shift.id,
            Shift.starts_at,
            Shift.ends_at,
            Shift.seats,
            Shift.seats_taken,
            HelpRequest.id,
            HelpRequest.category_code,
            HelpRequest.requester_party_id,
            HelpRequest.area_id,
            HelpRequest.needs_car,
            HelpRequest.age_min,
            Category.needs_insurance,
            Category.qualification_kind,
        )
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .join(Category, Category.code == HelpRequest.category_code)
        .where(
            HelpRequest.state == HelpRequestState.PUBLISHED,
            Shift.state == ShiftState.OPEN,
            Shift.starts_at > clock.now(),
            Shift.starts_at < clock.now() + HORIZON,
            Shift.seats_taken < Shift.seats,
            Shift.id.not_in(without),
        )
        .order_by(_rough_cost(said, way_minutes), Shift.starts_at, Shift.id)
        .limit(CANDIDATES)
    )
    return [Candidate(*row) for row in db.session.execute(statement)]


def _rough_cost(said: Said, way_minutes: dict[int, int]) -> ColumnElement[int]:
    cost: Any = case((Shift.seats_taken > 0, 20 + 40 * Shift.seats_taken // Shift.seats), else_=0)
    if way_minutes:
        cost += case(way_minutes, value=HelpRequest.area_id, else_=0)
    wishes = {code: _WISH_COST[kind] for code, kind in said.wishes}
    if wishes:
        cost += case(wishes, value=HelpRequest.category_code, else_=0)
    if said.windows:
        cost += case((_is_in_week(said), 0), else_=NOT_FREE_COST)
    return cost  # type: ignore[no-any-return]


_WISH_COST = {WishKind.WANTED: -20, WishKind.RATHER_NOT: 60, WishKind.NEVER: 2 * NOT_FREE_COST}


def _is_in_week(said: Said) -> ColumnElement[bool]:
    """By the week alone; days that differ are seen to afterwards."""
    start, end = minute_of_week(Shift.starts_at), minute_of_week(Shift.ends_at)
    return or_(
        *(
            and_(start >= day * 1440 + one, end <= day * 1440 + other, end > start)
            for day, one, other in said.windows
        )
    )


@dataclass(frozen=True)
class Asked:
    """What requests ask of whoever comes, and where the person is never brought."""

    traits: dict[int, frozenset[str]]
    languages: dict[int, frozenset[str]]
    skills: dict[int, frozenset[str]]
    no_go: frozenset[int]
    """Clients."""
    apart: frozenset[int]
    """Shifts in which somebody has a place with whom the person is never brought together."""


def asked_of(person_id: int, found: list[Candidate]) -> Asked:
    """In one statement."""
    requests = {one.help_request_id for one in found}
    pair = said_models.NoGoPair
    partners = no_go_partners(person_id)
    selects = [
        *asked(requests),
        db.select(pair.other_party_id, literal("no_go"), cast(null(), String)).where(
            pair.person_id == person_id, pair.ended_at.is_(None)
        ),
        db.select(Participation.shift_id, literal("apart"), cast(null(), String)).where(
            Participation.shift_id.in_({one.shift_id for one in found}),
            Participation.state.in_(HOLDS_SEAT),
            Participation.person_id.in_(partners),
        ),
    ]
    rows = [tuple(row) for row in db.session.execute(union_all(*selects))]
    words: dict[str, dict[int, set[str]]] = {"trait": {}, "language": {}, "skill": {}}
    for number, kind, word in rows:
        if kind in words:
            words[kind].setdefault(number, set()).add(word)
    frozen = {
        kind: {key: frozenset(value) for key, value in one.items()} for kind, one in words.items()
    }
    ids = {name: frozenset(row[0] for row in rows if row[1] == name) for name in ("no_go", "apart")}
    return Asked(frozen["trait"], frozen["language"], frozen["skill"], ids["no_go"], ids["apart"])


def shifts(ids: list[int]) -> dict[int, Shift]:
    """These shifts with what a card shows."""
    request = contains_eager(Shift.help_request)
    statement = (
        db.select(Shift)
        .join(Shift.help_request)
        .where(Shift.id.in_(ids))
        .options(request.joinedload(HelpRequest.category), request.joinedload(HelpRequest.area))
    )
    return {one.id: one for one in db.session.execute(statement).scalars()}


def searches_of(person_id: int) -> list[SavedSearch]:
    """What the person wants to hear of."""
    statement = (
        db.select(SavedSearch)
        .where(SavedSearch.person_id == person_id, SavedSearch.ended_at.is_(None))
        .options(joinedload(SavedSearch.category), joinedload(SavedSearch.area))
        .order_by(SavedSearch.id)
    )
    return list(db.session.execute(statement).scalars())


def has_searches(person_id: int) -> bool:
    """Whether the person wants to hear of anything."""
    statement = db.select(SavedSearch.id).where(
        SavedSearch.person_id == person_id, SavedSearch.ended_at.is_(None)
    )
    return db.session.execute(statement.limit(1)).first() is not None


def people_with_searches(after_id: int, limit: int) -> list[int]:
    """Registered people who want to hear of something and do not rest, by id, a slice at a time."""
    resting = said_models.Profile.paused_until > clock.today()
    statement = (
        db.select(SavedSearch.person_id)
        .join(Person, Person.party_id == SavedSearch.person_id)
        .outerjoin(
            said_models.Profile, (said_models.Profile.person_id == Person.party_id) & resting
        )
        .where(
            SavedSearch.ended_at.is_(None),
            SavedSearch.person_id > after_id,
            Person.state == PersonState.REGISTERED,
            said_models.Profile.person_id.is_(None),
        )
        .distinct()
        .order_by(SavedSearch.person_id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def published_since(moment: datetime, limit: int) -> list[Shift]:
    """Open shifts to come of requests published after `moment`, the nearest first."""
    request = contains_eager(Shift.help_request)
    statement = (
        db.select(Shift)
        .join(Shift.help_request)
        .where(
            HelpRequest.state == HelpRequestState.PUBLISHED,
            HelpRequest.published_at > moment,
            Shift.state == ShiftState.OPEN,
            Shift.starts_at > clock.now(),
        )
        .options(request.joinedload(HelpRequest.category))
        .order_by(Shift.starts_at, Shift.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def oldest_telling() -> datetime | None:
    """Since when something may have been published that nobody was told of."""
    statement = db.select(db.func.min(SavedSearch.told_until)).where(SavedSearch.ended_at.is_(None))
    return db.session.execute(statement).scalar()
