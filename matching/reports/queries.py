"""Reads of the reports: sums made by the database, and pages of people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, exists, func
from sqlalchemy.orm import aliased, joinedload

from matching.asking.models import Ask
from matching.asking.queries import NO_FAULT
from matching.assignments.models import Participation, ParticipationEvent
from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.queries import PRIORITY
from matching.help_requests.states import ShiftState
from matching.planning.models import PlanRun
from matching.planning.states import FINISHED, Purpose
from matching.profiles.models import Profile
from matching.reports.rules import NEW_DAYS, Answers, Group
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.sql_minutes import epoch_minutes
from volunteer.people.models import Person
from volunteer.people.states import PersonState

DAY_MINUTES = 24 * 60
TOOK_PLACE = (ShiftState.OPEN, ShiftState.FULL, ShiftState.ENDED)
RUNS_READ = 10
OFFERED = ParticipationEvent.to_state == ParticipationState.OFFERED


def fillings(days: int) -> list[Group]:
    """Shifts that began in these days, by category, district, priority and how long their last seat took."""
    now = clock.now()
    last = (
        db.select(func.max(Participation.changed_at))
        .where(Participation.shift_id == Shift.id, Participation.state.in_(HOLDS_SEAT))
        .correlate(Shift)
        .scalar_subquery()
    )
    waited = epoch_minutes(last) - epoch_minutes(HelpRequest.published_at)
    each = (
        db.select(
            HelpRequest.category_code.label("category"),
            HelpRequest.area_id.label("area_id"),
            PRIORITY.label("priority"),
            (Shift.seats_taken >= Shift.seats).label("is_full"),
            case((Shift.seats_taken >= Shift.seats, waited // DAY_MINUTES)).label("days"),
            Shift.seats.label("seats"),
            Shift.seats_taken.label("taken"),
        )
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .join(HelpRequest.category)
        .where(
            Shift.state.in_(TOOK_PLACE),
            Shift.starts_at >= now - timedelta(days=days),
            Shift.starts_at < now,
            Shift.seats > 0,
        )
        .subquery()
    )
    keys = (each.c.category, each.c.area_id, each.c.priority, each.c.days)
    statement = db.select(
        *keys, func.count(), func.sum(each.c.seats), func.sum(each.c.taken)
    ).group_by(*keys, each.c.is_full)
    return [
        Group(category, area_id, days, shifts, int(seats), int(taken), priority)
        for category, area_id, priority, days, shifts, seats, taken in db.session.execute(statement)
    ]


def _never_asked() -> list[Any]:
    """Registered for some weeks, not resting, and without a single ask."""
    today = clock.today()
    asked = (
        exists()
        .where(Participation.person_id == Person.party_id)
        .where(Participation.offered_by_user_id.is_not(None))
    )
    rests = exists().where(Profile.person_id == Person.party_id).where(Profile.paused_until > today)
    return [
        Person.state == PersonState.REGISTERED,
        Person.registered_at <= clock.now() - timedelta(days=NEW_DAYS),
        ~asked,
        ~rests,
    ]


def never_asked_by_area() -> dict[int | None, int]:
    """District → how many were never asked; None for those without one."""
    statement = (
        db.select(Person.area_id, func.count()).where(*_never_asked()).group_by(Person.area_id)
    )
    return {area_id: count for area_id, count in db.session.execute(statement)}  # noqa: C416


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody nobody has asked yet, and how often they came by themselves."""

    person: Person
    came: int


def never_asked(area_id: int | None, number: int, size: int) -> list[Waiting]:
    """One page of those never asked, of a district or of all, the longest registered first."""
    order = (Person.registered_at, Person.party_id)
    ids = db.select(Person.party_id).where(*_never_asked()).order_by(*order)
    if area_id is not None:
        ids = ids.where(Person.area_id == area_id)
    on_page = ids.limit(size).offset((number - 1) * size).subquery()
    came = (
        db.select(func.count(Participation.id))
        .where(
            Participation.person_id == Person.party_id,
            Participation.state == ParticipationState.ACCEPTED,
        )
        .correlate(Person)
        .scalar_subquery()
    )
    statement = (
        db.select(Person, came)
        .join(on_page, on_page.c.party_id == Person.party_id)
        .options(joinedload(Person.area))
        .order_by(*order)
    )
    return [Waiting(person, count) for person, count in db.session.execute(statement)]


def registered() -> int:
    """How many people may be asked at all."""
    statement = db.select(func.count(Person.party_id)).where(Person.state == PersonState.REGISTERED)
    return int(db.session.execute(statement).scalar() or 0)


def _asks_since(since: datetime) -> Any:
    return (
        db.select(Participation.person_id, func.count().label("asks"))
        .join(ParticipationEvent, ParticipationEvent.participation_id == Participation.id)
        .where(OFFERED, ParticipationEvent.at > since)
        .group_by(Participation.person_id)
    )


def people_by_asks(since: datetime) -> dict[int, int]:
    """How many registered people were asked once, twice …"""
    each = _asks_since(since).subquery()
    statement = (
        db.select(each.c.asks, func.count())
        .join(Person, Person.party_id == each.c.person_id)
        .where(Person.state == PersonState.REGISTERED)
        .group_by(each.c.asks)
    )
    return {asks: people for asks, people in db.session.execute(statement)}  # noqa: C416


def asks_of_many(since: datetime, more_than: int) -> list[tuple[int, datetime]]:
    """(person, when) of every ask to registered people who had more than so many."""
    many = _asks_since(since).having(func.count() > more_than).subquery()
    statement = (
        db.select(Participation.person_id, ParticipationEvent.at)
        .join(ParticipationEvent, ParticipationEvent.participation_id == Participation.id)
        .join(many, many.c.person_id == Participation.person_id)
        .join(Person, Person.party_id == Participation.person_id)
        .where(OFFERED, ParticipationEvent.at > since, Person.state == PersonState.REGISTERED)
    )
    return [(person_id, at) for person_id, at in db.session.execute(statement)]


def _answers() -> Any:
    """Category, asks that are over and could have been answered, and how many found a yes: as the waves count."""
    event, answer = ParticipationEvent, aliased(ParticipationEvent)
    said_yes = (
        exists()
        .where(answer.participation_id == event.participation_id, answer.id > event.id)
        .where(answer.to_state == ParticipationState.ACCEPTED)
    )
    no_fault = (
        exists()
        .where(Ask.participation_id == event.participation_id, Ask.sent_at == event.at)
        .where(Ask.ended_because.in_(NO_FAULT))
    )
    return (
        db.select(
            HelpRequest.category_code,
            func.count(event.id),
            func.sum(case((said_yes, 1), else_=0)),
        )
        .join(Participation, Participation.id == event.participation_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(OFFERED, Participation.state != ParticipationState.OFFERED, ~no_fault)
        .group_by(HelpRequest.category_code)
    )


def answers_since(since: datetime) -> list[Answers]:
    """What became of asking in each category, all people together."""
    statement = _answers().where(ParticipationEvent.at > since)
    return [Answers(code, asked, int(yes)) for code, asked, yes in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class Shortage:
    """The newest plan that says what is lacking, or None; whether a newer one has not said it yet."""

    run: PlanRun | None
    is_older: bool


def shortage() -> Shortage:
    """What the newest finished plan of usual days says."""
    statement = (
        db.select(PlanRun)
        .where(
            PlanRun.purpose == Purpose.WEEK,
            PlanRun.state.in_(FINISHED),
        )
        .order_by(PlanRun.id.desc())
        .limit(RUNS_READ)
    )
    found = list(db.session.execute(statement).scalars())
    said = [one for one in found if "lacks" in (one.figures or {})]
    newest = said[0] if said else None
    return Shortage(newest, is_older=bool(found) and newest is not found[0])
