"""Reads of askings: what goes on, who was asked when, what people usually answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, literal, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from matching.asking.models import Ask, Asking
from matching.asking.rules import CAP_DAYS
from matching.asking.states import AskingState, EndedBecause
from matching.assignments.models import Participation, ParticipationEvent
from matching.assignments.states import ParticipationState
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.queries import PRIORITY
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.people.models import Person

HISTORY = timedelta(days=730)
DISTRICT_DAYS = timedelta(days=28)
NO_FAULT = (
    EndedBecause.FILLED,
    EndedBecause.CALLED_OFF,
    EndedBecause.BEGUN,
    EndedBecause.STOPPED,
)
"""Ended before the person could answer: it says nothing about them."""


def asking(asking_id: int) -> Asking:
    """One asking. Raises `NotFound`."""
    found = db.session.get(Asking, asking_id, populate_existing=True)
    if found is None:
        raise NotFound(_l("そのお願いは見つかりませんでした。"))
    return found


def running(shift_id: int) -> Asking | None:
    """The asking of a shift that goes on."""
    statement = db.select(Asking).where(
        Asking.shift_id == shift_id, Asking.state == AskingState.RUNNING
    )
    return db.session.execute(statement).scalar()


def all_running(limit: int = 500) -> list[int]:
    """The askings that go on: those due first, of these the most pressing.

    Who is asked for one counts for the caps of a person, so that the next asking finds fewer.
    """
    is_due = case((Asking.next_wave_at <= clock.now(), 0), else_=1)
    statement = (
        db.select(Asking.id)
        .join(Asking.shift)
        .join(Shift.help_request)
        .join(HelpRequest.category)
        .where(Asking.state == AskingState.RUNNING)
        .order_by(is_due, PRIORITY, Asking.next_wave_at, Asking.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def _dried_up() -> tuple[Any, ...]:
    """Nobody was left to ask, the shift still lacks people, and nobody has begun to ask anew."""
    newer = aliased(Asking)
    return (
        Asking.ended_because == EndedBecause.NOBODY_LEFT,
        Shift.state == ShiftState.OPEN,
        Shift.starts_at > clock.now(),
        ~db.select(newer.id)
        .where(newer.shift_id == Asking.shift_id, newer.id > Asking.id)
        .exists(),
    )


def dried_up_counted() -> Any:
    """SELECT of how many askings came to nothing, and since when."""
    return (
        db.select(func.count(Asking.id), func.min(Asking.ended_at))
        .join(Shift, Shift.id == Asking.shift_id)
        .where(*_dried_up())
    )


def going_on(limit: int = 100) -> list[Asking]:
    """The askings that run, those first whose shift begins first."""
    return _with_shifts(limit, Asking.state == AskingState.RUNNING)


def dried_up(limit: int = 100) -> list[Asking]:
    """The askings that came to nothing though people are wanted."""
    return _with_shifts(limit, *_dried_up())


def _with_shifts(limit: int, *conditions: Any) -> list[Asking]:
    shift = contains_eager(Asking.shift)
    statement = (
        db.select(Asking)
        .join(Asking.shift)
        .join(Shift.help_request)
        .where(*conditions)
        .options(shift.contains_eager(Shift.help_request).joinedload(HelpRequest.category))
        .order_by(Shift.starts_at, Asking.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def asks(asking_id: int) -> list[Ask]:
    """Everybody of an asking with person and answer, by wave."""
    statement = (
        db.select(Ask)
        .join(Ask.asking)
        .where(Ask.asking_id == asking_id)
        .options(contains_eager(Ask.asking), joinedload(Ask.person), joinedload(Ask.participation))
        .order_by(Ask.wave, Ask.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.execute(statement).scalars())


def of_shift(shift_id: int) -> tuple[Asking | None, list[Ask]]:
    """The asking of a shift that goes on, and everybody of all its askings with person and answer, the newest first."""
    statement = (
        db.select(Asking, Ask)
        .outerjoin(Ask, Ask.asking_id == Asking.id)
        .where(Asking.shift_id == shift_id)
        .options(joinedload(Ask.person), joinedload(Ask.participation))
        .order_by(Asking.id.desc(), Ask.wave, Ask.id)
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(statement).all()
    going = next((row[0] for row in found if row[0].state is AskingState.RUNNING), None)
    return going, [row[1] for row in found if row[1] is not None]


def person(person_id: int) -> Person:
    """One person. Raises `NotFound`."""
    found = db.session.get(Person, person_id)
    if found is None:
        raise NotFound(_l("この人は見つかりませんでした。"))
    return found


def people(ids: Collection[int]) -> dict[int, Person]:
    """These people by their id."""
    if not ids:
        return {}
    statement = db.select(Person).where(Person.party_id.in_(ids))
    return {one.party_id: one for one in db.session.execute(statement).scalars()}


def ask(ask_id: int) -> Ask | None:
    """One ask with its asking and answer."""
    statement = (
        db.select(Ask)
        .where(Ask.id == ask_id)
        .options(joinedload(Ask.asking), joinedload(Ask.participation), joinedload(Ask.person))
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).scalar()


def unsent(asking_id: int) -> list[int]:
    """Asks of a wave that nobody has sent yet."""
    statement = (
        db.select(Ask.id)
        .where(Ask.asking_id == asking_id, Ask.sent_at.is_(None), Ask.refusal == "")
        .order_by(Ask.id)
    )
    return list(db.session.execute(statement).scalars())


def open_asks(asking_id: int) -> list[Ask]:
    """Asks that wait for an answer."""
    statement = (
        db.select(Ask)
        .join(Ask.participation)
        .where(Ask.asking_id == asking_id, Participation.state == ParticipationState.OFFERED)
        .options(contains_eager(Ask.participation))
        .order_by(Ask.id)
    )
    return list(db.session.execute(statement).scalars())


@dataclass(frozen=True, slots=True)
class History:
    """How often somebody was asked in a category and said yes, and when they were asked for anything."""

    asked: int = 0
    said_yes: int = 0
    last_asked_at: datetime | None = None
    notices_this_week: int = 0


def _counts(*conditions: Any) -> tuple[Any, Any]:
    """(counted offers, those among them with a yes); open asks and those ended by others do not count."""
    event, answer = ParticipationEvent, aliased(ParticipationEvent)
    said_yes = (
        db.select(answer.id)
        .where(
            answer.participation_id == event.participation_id,
            answer.to_state == ParticipationState.ACCEPTED,
            answer.id > event.id,
        )
        .exists()
    )
    no_fault = (
        db.select(Ask.id)
        .where(
            Ask.participation_id == event.participation_id,
            Ask.sent_at == event.at,
            Ask.ended_because.in_(NO_FAULT),
        )
        .exists()
    )
    counts = and_(*conditions, Participation.state != ParticipationState.OFFERED, ~no_fault)
    return (
        func.sum(case((counts, 1), else_=0)),
        func.sum(case((and_(counts, said_yes), 1), else_=0)),
    )


def _offers(*columns: Any) -> Any:
    event = ParticipationEvent
    return (
        db.select(*columns)
        .select_from(Participation)
        .join(event, event.participation_id == Participation.id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            event.to_state == ParticipationState.OFFERED,
            event.at > clock.now() - HISTORY,
        )
    )


def histories(people: Collection[int], category: str) -> dict[int, History]:
    """What people were asked and answered in two years."""
    event = ParticipationEvent
    since = clock.now() - CAP_DAYS
    statement = (
        _offers(
            Participation.person_id,
            *_counts(HelpRequest.category_code == category),
            func.max(event.at),
            func.sum(case((event.at > since, 1), else_=0)),
        )
        .where(Participation.person_id.in_(people))
        .group_by(Participation.person_id)
    )
    return {row[0]: History(*row[1:]) for row in db.session.execute(statement)}


@dataclass(frozen=True, slots=True)
class Answers:
    """How often somebody was asked for a kind of activity, and how often they came along."""

    category: str
    asked: int
    said_yes: int


def answers_of(person_id: int) -> list[Answers]:
    """By kind of activity, in two years."""
    statement = (
        _offers(HelpRequest.category_code, *_counts())
        .where(Participation.person_id == person_id)
        .group_by(HelpRequest.category_code)
        .order_by(HelpRequest.category_code)
    )
    return [Answers(*row) for row in db.session.execute(statement)]


def offered_at(participation_id: int) -> datetime | None:
    """When somebody was last asked for a shift, as their history says: by this moment the two lines belong together."""
    event = ParticipationEvent
    statement = db.select(func.max(event.at)).where(
        event.participation_id == participation_id, event.to_state == ParticipationState.OFFERED
    )
    return db.session.execute(statement).scalar()


def notices_since(person_id: int, since: datetime) -> int:
    """How often somebody was asked for anything since then."""
    event = ParticipationEvent
    statement = (
        db.select(func.count(event.id))
        .join(Participation, Participation.id == event.participation_id)
        .where(
            Participation.person_id == person_id,
            event.to_state == ParticipationState.OFFERED,
            event.at > since,
        )
    )
    return int(db.session.execute(statement).scalar() or 0)


@dataclass(frozen=True, slots=True)
class District:
    """Notices of the last seven days and seats of the last four weeks, for the requests of a district."""

    notices: int
    wanted: int
    filled: int


def demand(area_id: int, shift_id: int, usual: int) -> tuple[District, list[int]]:
    """How much was asked for a district lately and how well its requests find people; and the chances of everybody who
    has an open offer of the shift, `usual` where it was no wave that asked."""
    lines = union_all(_district(area_id), _waiting(shift_id, usual))
    district, *waiting = sorted(db.session.execute(lines), key=lambda line: line[0] != "district")
    return District(*(int(one) for one in district[1:])), [line[1] for line in waiting]


def _district(area_id: int) -> Any:
    event, now = ParticipationEvent, clock.now()
    notices = (
        db.select(func.count(event.id))
        .join(Participation, Participation.id == event.participation_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            HelpRequest.area_id == area_id,
            event.to_state == ParticipationState.OFFERED,
            event.at > now - CAP_DAYS,
        )
        .scalar_subquery()
    )
    return (
        db.select(
            literal("district"),
            notices,
            func.coalesce(func.sum(Shift.seats), 0),
            func.coalesce(func.sum(Shift.seats_taken), 0),
        )
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            HelpRequest.area_id == area_id,
            Shift.starts_at > now - DISTRICT_DAYS,
            Shift.starts_at <= now,
        )
    )


def _waiting(shift_id: int, usual: int) -> Any:
    latest = (
        db.select(func.max(Ask.id))
        .where(Ask.participation_id == Participation.id)
        .correlate(Participation)
        .scalar_subquery()
    )
    return (
        db.select(literal("waiting"), func.coalesce(Ask.permille, usual), literal(0), literal(0))
        .select_from(Participation)
        .outerjoin(Ask, Ask.id == latest)
        .where(
            Participation.shift_id == shift_id,
            Participation.state == ParticipationState.OFFERED,
        )
    )


def asks_of_person(person_id: int) -> Any:
    """(ask, shift start, title, place) of everything somebody was asked in a wave."""
    statement = (
        db.select(Ask, Shift.starts_at, HelpRequest.title, HelpRequest.public_place)
        .join(Asking, Asking.id == Ask.asking_id)
        .join(Shift, Shift.id == Asking.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(Ask.person_id == person_id)
        .options(joinedload(Ask.participation))
        .order_by(Ask.id)
    )
    return db.session.execute(statement).all()
