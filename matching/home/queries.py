"""Reads of the first pages: today's activity, what waits for an answer, arrivals, requests and how full they are."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func
from sqlalchemy.orm import contains_eager, joinedload

from matching.assignments.models import Participation
from matching.assignments.queries import accepted_people
from matching.assignments.states import ParticipationState
from matching.checkin.models import Attendance
from matching.groups.queries import heads_of_shift
from matching.help_requests.models import ChangeAnswer, ChangeNotice, HelpRequest, Shift
from matching.help_requests.states import (
    PUBLIC_SHIFT_STATES,
    ChangeAnswerKind,
    HelpRequestState,
    ShiftState,
)
from points.programmes.models import Enrolment, Programme
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.models import Center
from volunteer.organizations.models import Organization
from volunteer.people.models import Person


@dataclass(frozen=True)
class Today:
    """An activity of today with what is known about the person's attendance."""

    participation: Participation
    attendance: Attendance | None

    @property
    def shift(self) -> Shift:
        """The shift."""
        return self.participation.shift


def _mine(person_id: int) -> Select[Participation]:
    mine: Select[Participation] = (
        db.select(Participation)
        .join(Participation.shift)
        .join(Shift.help_request)
        .options(
            contains_eager(Participation.shift)
            .contains_eager(Shift.help_request)
            .joinedload(HelpRequest.category)
        )
        .where(Participation.person_id == person_id)
        .order_by(Shift.starts_at, Shift.id)
    )
    return mine


def person_of(person_id: int) -> Person:
    """The person acted for."""
    return db.session.get_one(Person, person_id)


def organization_of(organization_id: int) -> Organization:
    """The organization acted for."""
    return db.session.get_one(Organization, organization_id)


def todays_activities(person_id: int, on: date) -> list[Today]:
    """Accepted activities that begin or still run on `on`, earliest first."""
    start, end = clock.day_bounds(on)
    statement = _mine(person_id).where(
        Participation.state == ParticipationState.ACCEPTED,
        Shift.starts_at < end,
        Shift.ends_at >= start,
        Shift.state != ShiftState.CANCELLED,
    )
    rows = list(db.session.execute(statement).scalars())
    attendances = _attendances([row.id for row in rows])
    return [Today(row, attendances.get(row.id)) for row in rows]


def _attendances(participation_ids: list[int]) -> dict[int, Attendance]:
    if not participation_ids:
        return {}
    statement = db.select(Attendance).where(Attendance.participation_id.in_(participation_ids))
    return {row.participation_id: row for row in db.session.execute(statement).scalars()}


def offers(person_id: int, now: datetime) -> list[Participation]:
    """Offers that wait for this person's answer, soonest first."""
    statement = _mine(person_id).where(
        Participation.state == ParticipationState.OFFERED,
        Shift.starts_at > now,
        Shift.state.in_([ShiftState.OPEN, ShiftState.FULL]),
    )
    return list(db.session.execute(statement).scalars())


def changes_to_answer(person_id: int) -> list[ChangeAnswer]:
    """Changes made after this person had accepted, not yet confirmed."""
    statement = (
        db.select(ChangeAnswer)
        .join(ChangeNotice, ChangeNotice.id == ChangeAnswer.change_notice_id)
        .join(Participation, Participation.id == ChangeAnswer.participation_id)
        .where(
            Participation.person_id == person_id,
            Participation.state == ParticipationState.ACCEPTED,
            ChangeAnswer.answer == ChangeAnswerKind.WAITING,
        )
        .order_by(ChangeNotice.made_at)
    )
    return list(db.session.execute(statement).scalars())


def coming(person_id: int, after: datetime, limit: int = 3) -> list[Participation]:
    """The next activities after `after` that are agreed or applied for."""
    statement = (
        _mine(person_id)
        .where(
            Participation.state.in_([ParticipationState.ACCEPTED, ParticipationState.APPLIED]),
            Shift.starts_at >= after,
            Shift.state != ShiftState.CANCELLED,
        )
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def programmes_of(person_id: int, on: date) -> list[Programme]:
    """The programmes this person is enrolled in on `on`, in the center's order."""
    statement = (
        db.select(Programme)
        .join(Enrolment, Enrolment.programme_id == Programme.id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.starts_on <= on,
            (Enrolment.ends_on.is_(None)) | (Enrolment.ends_on > on),
        )
        .order_by(Programme.position, Programme.id)
    )
    return list(db.session.execute(statement).scalars())


def open_requests(organization_id: int, now: datetime) -> list[HelpRequest]:
    """Requests of an organization that are not over, newest first, with their shifts."""
    statement = (
        db.select(HelpRequest)
        .options(joinedload(HelpRequest.category), joinedload(HelpRequest.shifts))
        .where(
            (HelpRequest.requester_party_id == organization_id)
            | (HelpRequest.host_party_id == organization_id),
            HelpRequest.state.in_(
                [
                    HelpRequestState.DRAFT,
                    HelpRequestState.SUBMITTED,
                    HelpRequestState.SENT_BACK,
                    HelpRequestState.PUBLISHED,
                ]
            ),
        )
        .order_by(HelpRequest.id.desc())
        .limit(20)
    )
    return list(db.session.execute(statement).unique().scalars())


@dataclass(frozen=True)
class Arrivals:
    """A shift of today and how many of the expected people have arrived; `heads`: people of groups, beside them."""

    shift: Shift
    expected: int
    arrived: int
    heads: int


def arrivals_on(on: date, host_party_id: int | None = None, limit: int = 12) -> list[Arrivals]:
    """Today's shifts with their arrivals; of one host, or of the whole center."""
    start, end = clock.day_bounds(on)
    seats = (
        db.select(func.count(Participation.id))
        .where(
            Participation.shift_id == Shift.id, Participation.state == ParticipationState.ACCEPTED
        )
        .correlate(Shift)
    )
    arrived = seats.join(Attendance, Attendance.participation_id == Participation.id)
    statement = (
        db.select(Shift, seats.scalar_subquery(), arrived.scalar_subquery(), heads_of_shift())
        .join(Shift.help_request)
        .options(contains_eager(Shift.help_request).joinedload(HelpRequest.category))
        .where(
            Shift.starts_at >= start,
            Shift.starts_at < end,
            Shift.state.in_([ShiftState.OPEN, ShiftState.FULL, ShiftState.ENDED]),
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(limit)
    )
    if host_party_id is not None:
        statement = statement.where(HelpRequest.host_party_id == host_party_id)
    rows = db.session.execute(statement)
    return [Arrivals(*row) for row in rows]


def applications_to_answer(host_party_id: int, now: datetime) -> list[Participation]:
    """Applications for coming shifts of a host which nobody has answered, the nearest shift first."""
    statement = (
        db.select(Participation)
        .join(Participation.shift)
        .join(Shift.help_request)
        .options(
            contains_eager(Participation.shift).contains_eager(Shift.help_request),
            joinedload(Participation.person),
        )
        .where(
            HelpRequest.host_party_id == host_party_id,
            Participation.state == ParticipationState.APPLIED,
            Shift.state.in_(PUBLIC_SHIFT_STATES),
            Shift.starts_at > now,
        )
        .order_by(Shift.starts_at, Participation.id)
        .limit(20)
    )
    return list(db.session.execute(statement).scalars())


@dataclass(frozen=True)
class NextShift:
    """The next shift of a host with the people who have a place, by kana."""

    shift: Shift
    people: list[Person]


def next_shift(host_party_id: int, after: datetime) -> NextShift | None:
    """The first shift of a host that begins at `after` or later, and who comes to it."""
    statement = (
        db.select(Shift)
        .join(Shift.help_request)
        .options(contains_eager(Shift.help_request).joinedload(HelpRequest.category))
        .where(
            HelpRequest.host_party_id == host_party_id,
            HelpRequest.state == HelpRequestState.PUBLISHED,
            Shift.state.in_(PUBLIC_SHIFT_STATES),
            Shift.starts_at >= after,
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(1)
    )
    found = db.session.execute(statement).scalar()
    if found is None:
        return None
    return NextShift(found, [one.person for one in accepted_people(found.id)])


def latest_participations(person_id: int, limit: int = 8) -> list[Participation]:
    """What this person took part in or was asked for, newest first (the desk's page)."""
    statement = (
        _mine(person_id)
        .order_by(None)
        .order_by(Shift.starts_at.desc(), Shift.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def next_open_shifts(now: datetime, limit: int = 3) -> list[Shift]:
    """A few open shifts for the public front page."""
    statement = (
        db.select(Shift)
        .join(Shift.help_request)
        .options(contains_eager(Shift.help_request).joinedload(HelpRequest.category))
        .where(
            Shift.state == ShiftState.OPEN,
            Shift.starts_at > now,
            HelpRequest.state == HelpRequestState.PUBLISHED,
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def kept_contact() -> dict[str, str]:
    """What stands now where the center can be reached, not what this request has seen before."""
    names = ("telephone", "address", "opening_hours")
    statement = db.select(*(getattr(Center, name) for name in names)).where(Center.id == 1)
    return dict(zip(names, db.session.execute(statement).one(), strict=True))
