"""Reads: who is insured, who holds a qualification, on a day."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import aliased

from volunteer.core.db import db
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.people.models import Person
from volunteer.people.states import PersonState


def _holds(on: date) -> ColumnElement[bool]:
    return and_(
        InsuranceCover.cancelled_at.is_(None),
        InsuranceCover.covers_from <= on,
        InsuranceCover.covers_to >= on,
    )


def is_insured(person_id: int, on: date) -> bool:
    """Whether a cover that was not cancelled holds on this day (the day of the shift, not today)."""
    statement = db.select(InsuranceCover.id).where(
        InsuranceCover.person_id == person_id, _holds(on)
    )
    return db.session.execute(statement.limit(1)).scalar() is not None


def covered_to(person_id: int, on: date) -> date | None:
    """The last day of the cover that reaches farthest and has not ended before `on`."""
    statement = (
        db.select(InsuranceCover.covers_to)
        .where(
            InsuranceCover.person_id == person_id,
            InsuranceCover.cancelled_at.is_(None),
            InsuranceCover.covers_to >= on,
        )
        .order_by(InsuranceCover.covers_to.desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar()


def covers_of(person_id: int) -> list[InsuranceCover]:
    """Every cover ever entered, cancelled ones too, the newest first."""
    statement = (
        db.select(InsuranceCover)
        .where(InsuranceCover.person_id == person_id)
        .order_by(InsuranceCover.covers_from.desc(), InsuranceCover.id.desc())
    )
    return list(db.session.execute(statement).scalars())


def insured_people_ending(on: date) -> list[Person]:
    """Registered people whose last insured day is `on`: no cover holds on the day after. By reading."""
    following = aliased(InsuranceCover)
    next_day = on + timedelta(days=1)
    goes_on = (
        db.select(following.id)
        .where(
            following.person_id == Person.party_id,
            following.cancelled_at.is_(None),
            following.covers_from <= next_day,
            following.covers_to >= next_day,
        )
        .exists()
    )
    ends = (
        db.select(InsuranceCover.id)
        .where(
            InsuranceCover.person_id == Person.party_id,
            InsuranceCover.cancelled_at.is_(None),
            InsuranceCover.covers_to == on,
        )
        .exists()
    )
    statement = (
        db.select(Person)
        .where(Person.state == PersonState.REGISTERED, ends, ~goes_on)
        .order_by(Person.kana, Person.party_id)
    )
    return list(db.session.execute(statement).scalars())


def has_qualification(person_id: int, kind: str, on: date) -> bool:
    """Whether the person holds a qualification of this kind on this day."""
    statement = (
        db.select(Qualification.id)
        .where(
            Qualification.person_id == person_id,
            Qualification.kind == kind,
            Qualification.cancelled_at.is_(None),
            Qualification.valid_from <= on,
            Qualification.valid_until.is_(None) | (Qualification.valid_until >= on),
        )
        .limit(1)
    )
    return db.session.execute(statement).scalar() is not None


def qualifications_of(person_id: int) -> list[Qualification]:
    """Everything ever entered, cancelled ones too, the newest first."""
    statement = (
        db.select(Qualification)
        .where(Qualification.person_id == person_id)
        .order_by(Qualification.valid_from.desc(), Qualification.id.desc())
    )
    return list(db.session.execute(statement).scalars())
