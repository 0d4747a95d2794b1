"""Reads: whom to ask for a shift. Hosts see people they worked with and numbers they know; staff see everybody."""

from typing import Any

from sqlalchemy import func, or_

from matching.assignments.models import Participation
from matching.assignments.states import OPEN_STATES, ParticipationState
from matching.help_requests.models import HelpRequest, Shift
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.typed import half_width
from volunteer.people.models import Person
from volunteer.people.states import PersonState


def known_people(host_party_id: int, shift_id: int, limit: int = 50) -> list[Person]:
    """Registered people who had a place in an earlier shift of this host and have nothing to do with this one."""
    before = (
        db.select(Participation.person_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            HelpRequest.host_party_id == host_party_id,
            Participation.state == ParticipationState.ACCEPTED,
            Shift.starts_at < clock.now(),
        )
    )
    statement = (
        db.select(Person)
        .where(
            Person.party_id.in_(before),
            Person.party_id.not_in(_engaged(shift_id)),
            Person.state == PersonState.REGISTERED,
        )
        .order_by(Person.kana, Person.party_id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def _engaged(shift_id: int) -> Any:
    return db.select(Participation.person_id).where(
        Participation.shift_id == shift_id, Participation.state.in_(OPEN_STATES)
    )


def person_with_number(number: str) -> Person | None:
    """The registered person of this registration number, typed in any case, also in full width."""
    statement = db.select(Person).where(
        func.upper(Person.number) == half_width(number).upper(),
        Person.state == PersonState.REGISTERED,
    )
    return db.session.execute(statement).scalar_one_or_none()


def people_to_ask(words: str, limit: int = 30) -> list[Person]:
    """For staff: registered people whose number, name or kana begins with `words`."""
    if not words:
        return []
    statement = (
        db.select(Person)
        .where(
            Person.state == PersonState.REGISTERED,
            or_(
                func.upper(Person.number).startswith(half_width(words).upper(), autoescape=True),
                Person.name.contains(words, autoescape=True),
                Person.kana.startswith(words, autoescape=True),
            ),
        )
        .order_by(Person.kana, Person.party_id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def worked_with(person_id: int, host_party_id: int) -> bool:
    """Whether a person had a place in an earlier shift of this host."""
    statement = (
        db.select(Participation.id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            Participation.person_id == person_id,
            HelpRequest.host_party_id == host_party_id,
            Participation.state == ParticipationState.ACCEPTED,
            Shift.starts_at < clock.now(),
        )
    )
    return db.session.execute(statement.limit(1)).scalar() is not None
