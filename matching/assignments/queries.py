"""Reads of participations: whose seat, which plans, who fits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, column, func, or_, table
from sqlalchemy.orm import contains_eager, joinedload

from matching.assignments.by_center import is_by_center
from matching.assignments.models import Participation, ParticipationEvent
from matching.assignments.rules import Fitness
from matching.assignments.states import HOLDS_SEAT, OPEN_STATES, ParticipationState
from matching.help_requests.models import ChangeAnswer, ChangeNotice, HelpRequest, Shift
from matching.help_requests.queries import names_of_users, shift_with_request
from matching.help_requests.states import ChangeAnswerKind, ShiftState
from points.programmes.eligibility import age_on
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.people.models import Person
from volunteer.people.states import Tie

HISTORY = 20

ATTENDANCE = table("attendance", column("id"), column("participation_id"))
"""The check-in comes after this feature; all we ask of it is whether somebody has arrived."""


def participation(participation_id: int) -> Participation:
    """A participation with its person, shift and help request. Raises `NotFound`."""
    return _one(Participation.id == participation_id)


def own_participation(participation_id: int, person_id: int | None) -> Participation:
    """A participation of this person; a foreign one answers like a missing one."""
    return _one((Participation.id == participation_id) & (Participation.person_id == person_id))


def has_arrived(participation_id: int) -> bool:
    """Whether the check-in knows this participation."""
    statement = db.select(ATTENDANCE.c.id).where(ATTENDANCE.c.participation_id == participation_id)
    return db.session.execute(statement).first() is not None


def arrived_among(participation_ids: list[int]) -> set[int]:
    """Those of these participations which the check-in knows."""
    if not participation_ids:
        return set()
    statement = db.select(ATTENDANCE.c.participation_id).where(
        ATTENDANCE.c.participation_id.in_(participation_ids)
    )
    return set(db.session.execute(statement).scalars())


def participation_at(person_id: int, shift_id: int) -> Participation | None:
    """What a person has to do with a shift."""
    try:
        return _one((Participation.person_id == person_id) & (Participation.shift_id == shift_id))
    except NotFound:
        return None


def _one(condition: ColumnElement[bool]) -> Participation:
    found: Participation | None = db.session.execute(
        _with_shift().where(condition).execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("その予定は見つかりませんでした。"))
    return found


def _with_shift() -> Any:
    shift = contains_eager(Participation.shift)
    request = shift.contains_eager(Shift.help_request)
    return (
        db.select(Participation)
        .join(Participation.shift)
        .join(Shift.help_request)
        .options(
            joinedload(Participation.person),
            request.joinedload(HelpRequest.category),
            request.joinedload(HelpRequest.area),
            request.joinedload(HelpRequest.requester),
            request.joinedload(HelpRequest.host),
        )
    )


def plan(person_id: int) -> list[Participation]:
    """What a person has before them, in the order of time: offers, applications, places, waiting lists."""
    statement = (
        _with_shift()
        .where(
            Participation.person_id == person_id,
            Shift.ends_at > clock.now(),
            or_(
                Participation.state.in_(OPEN_STATES),
                Participation.state == ParticipationState.CANCELLED,
            ),
        )
        .order_by(Shift.starts_at, Participation.id)
    )
    return list(db.session.execute(statement).scalars())


def past_plan(person_id: int, limit: int = HISTORY) -> list[Participation]:
    """What lies behind a person, or was given up, newest first."""
    statement = (
        _with_shift()
        .where(
            Participation.person_id == person_id,
            or_(
                Shift.ends_at <= clock.now(),
                Participation.state.in_(
                    (ParticipationState.DECLINED, ParticipationState.WITHDRAWN)
                ),
            ),
        )
        .order_by(Shift.starts_at.desc(), Participation.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def states_at(person_id: int | None, shift_ids: list[int]) -> dict[int, Participation]:
    """What a person has to do with each of these shifts."""
    if person_id is None or not shift_ids:
        return {}
    statement = db.select(Participation).where(
        Participation.person_id == person_id, Participation.shift_id.in_(shift_ids)
    )
    return {row.shift_id: row for row in db.session.execute(statement).scalars()}


def accepted_people(shift_id: int) -> list[Participation]:
    """The participations of those who have a place in a shift, by kana, with their persons loaded."""
    return _people(Participation.shift_id == shift_id, (ParticipationState.ACCEPTED,))


def people_of(shift_id: int) -> list[Participation]:
    """Everybody who has to do with a shift now, with their persons loaded."""
    return _people(Participation.shift_id == shift_id, tuple(ParticipationState))


def _people(
    condition: ColumnElement[bool], states: tuple[ParticipationState, ...]
) -> list[Participation]:
    statement = (
        db.select(Participation)
        .join(Participation.person)
        .where(condition, Participation.state.in_(states))
        .options(contains_eager(Participation.person))
        .order_by(Person.kana, Participation.id)
    )
    return list(db.session.execute(statement).scalars())


def shift_for_host(shift_id: int, organization_id: int | None) -> Shift:
    """A shift which this organization hosts, or asked for. Raises `NotFound`, also for a foreign one."""
    found = shift_with_request(shift_id)
    request = found.help_request
    parties = (request.host_party_id, request.requester_party_id)
    if organization_id is None or organization_id not in parties:
        raise NotFound(_l("その活動は見つかりませんでした。"))
    return found


@dataclass(frozen=True)
class EventLine:
    """A move of a participation with the name of who made it ("" = the program)."""

    event: ParticipationEvent
    who: str


def events_of(participation_id: int) -> list[EventLine]:
    """What happened to a participation, oldest first."""
    statement = (
        db.select(ParticipationEvent)
        .where(ParticipationEvent.participation_id == participation_id)
        .order_by(ParticipationEvent.id)
    )
    rows = list(db.session.execute(statement).scalars())
    names = names_of_users({row.by_user_id for row in rows if row.by_user_id is not None})
    return [EventLine(row, names.get(row.by_user_id or 0, "")) for row in rows]


def last_event(participation_id: int) -> str:
    """The number of the newest move of a participation: what makes a message about it unique."""
    statement = db.select(func.max(ParticipationEvent.id)).where(
        ParticipationEvent.participation_id == participation_id
    )
    return str(db.session.execute(statement).scalar() or 0)


def was_accepted(participation_id: int) -> bool:
    """Whether this participation has ever been a place that was agreed."""
    statement = db.select(ParticipationEvent.id).where(
        ParticipationEvent.participation_id == participation_id,
        ParticipationEvent.to_state == ParticipationState.ACCEPTED,
    )
    return db.session.execute(statement.limit(1)).scalar() is not None


def called_off_at(shift_id: int) -> datetime | None:
    """When the people of a shift lost their places because it was called off; None when there were none."""
    statement = (
        db.select(func.max(ParticipationEvent.at))
        .join(Participation, Participation.id == ParticipationEvent.participation_id)
        .where(
            Participation.shift_id == shift_id,
            ParticipationEvent.to_state == ParticipationState.CANCELLED,
        )
    )
    return db.session.execute(statement).scalar()


def insured_until(person_id: int, day: date) -> date | None:
    """The last day of the cover that holds on `day`."""
    statement = db.select(func.max(InsuranceCover.covers_to)).where(
        InsuranceCover.person_id == person_id,
        InsuranceCover.covers_from <= day,
        InsuranceCover.covers_to >= day,
        InsuranceCover.cancelled_at.is_(None),
    )
    return db.session.execute(statement).scalar()


def person(person_id: int) -> Person | None:
    """A person."""
    return db.session.get(Person, person_id)


def is_qualified(person_id: int, kind: str, day: date) -> bool:
    """Whether a training or licence of this kind is valid on this day; "" means that none is needed."""
    if not kind:
        return True
    statement = db.select(Qualification.id).where(
        Qualification.person_id == person_id,
        Qualification.kind == kind,
        Qualification.valid_from <= day,
        or_(Qualification.valid_until.is_(None), Qualification.valid_until >= day),
        Qualification.cancelled_at.is_(None),
    )
    return db.session.execute(statement.limit(1)).scalar() is not None


def overlapping(person_id: int, shift: Shift) -> Shift | None:
    """Another shift at the same time in which the person holds a seat."""
    statement = (
        db.select(Shift)
        .join(Participation, Participation.shift_id == Shift.id)
        .where(
            Participation.person_id == person_id,
            Participation.state.in_(HOLDS_SEAT),
            Shift.id != shift.id,
            Shift.state != ShiftState.CANCELLED,
            Shift.starts_at < shift.ends_at,
            Shift.ends_at > shift.starts_at,
        )
        .options(joinedload(Shift.help_request))
        .limit(1)
    )
    return db.session.execute(statement).scalar()


def fitness(person: Person, shift: Shift) -> Fitness:
    """What the rules need to know about a person and a shift."""
    day = clock.activity_date(shift.starts_at)
    request = shift.help_request
    category = request.category
    insured = insured_until(person.party_id, day)
    return Fitness(
        is_registered=person.is_registered,
        age=age_on(person.birth_on, day),
        age_min=request.age_min,
        is_insured=not category.needs_insurance or insured is not None,
        is_qualified=is_qualified(person.party_id, category.qualification_kind, day),
        overlaps=overlapping(person.party_id, shift) is not None,
        insured_until=insured,
        is_by_center=is_by_center(person.party_id, shift),
        is_for_others=category.is_paid and person.tie is not Tie.STUDIES,
    )


def open_change(participation_id: int) -> ChangeAnswer | None:
    """The newest change after acceptance which the person has not answered yet."""
    statement = (
        db.select(ChangeAnswer)
        .where(
            ChangeAnswer.participation_id == participation_id,
            ChangeAnswer.answer == ChangeAnswerKind.WAITING,
        )
        .options(joinedload(ChangeAnswer.change_notice))
        .order_by(ChangeAnswer.id.desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar()


def unanswered_changes(person_id: int) -> set[int]:
    """The participations of a person with a change that waits for an answer."""
    statement = (
        db.select(ChangeAnswer.participation_id)
        .join(Participation, Participation.id == ChangeAnswer.participation_id)
        .where(
            Participation.person_id == person_id, ChangeAnswer.answer == ChangeAnswerKind.WAITING
        )
    )
    return set(db.session.execute(statement).scalars())


def change_notices(shift_id: int) -> list[ChangeNotice]:
    """The changes of a shift after its publication, newest first."""
    statement = (
        db.select(ChangeNotice)
        .where(ChangeNotice.shift_id == shift_id)
        .order_by(ChangeNotice.id.desc())
    )
    return list(db.session.execute(statement).scalars())


def last_change_at(shift_id: int) -> datetime | None:
    """When a shift was last changed after its publication."""
    statement = db.select(func.max(ChangeNotice.made_at)).where(ChangeNotice.shift_id == shift_id)
    return db.session.execute(statement).scalar()


def change_answers(shift_id: int) -> dict[int, ChangeAnswerKind]:
    """Participation → what they answered to the newest change of the shift."""
    newest = db.select(func.max(ChangeNotice.id)).where(ChangeNotice.shift_id == shift_id)
    statement = db.select(ChangeAnswer.participation_id, ChangeAnswer.answer).where(
        ChangeAnswer.change_notice_id == newest.scalar_subquery()
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def waiting_for_answer(limit: int = 200) -> list[Participation]:
    """Offers, and applications the center itself must answer, for shifts to come; the nearest first."""
    is_ours = HelpRequest.host_party_id.is_(None)
    statement = (
        _with_shift()
        .where(
            or_(
                Participation.state == ParticipationState.OFFERED,
                (Participation.state == ParticipationState.APPLIED) & is_ours,
            ),
            Shift.starts_at > clock.now(),
        )
        .order_by(Shift.starts_at, Participation.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def lapsed_offers(now: datetime, limit: int = 100) -> list[int]:
    """Offers whose time for an answer is over."""
    statement = (
        db.select(Participation.id)
        .where(Participation.state == ParticipationState.OFFERED, Participation.answer_by <= now)
        .order_by(Participation.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def seat_mismatches() -> list[tuple[int, int, int]]:
    """(shift, seats_taken, rows that hold a seat) of shifts where the two differ."""
    held = func.count(Participation.id)
    statement = (
        db.select(Shift.id, Shift.seats_taken, held)
        .outerjoin(
            Participation,
            (Participation.shift_id == Shift.id) & Participation.state.in_(HOLDS_SEAT),
        )
        .group_by(Shift.id, Shift.seats_taken)
        .having(Shift.seats_taken != held)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]
