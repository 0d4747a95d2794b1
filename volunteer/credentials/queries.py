"""Reads: who is insured, who holds a qualification, on a day."""

from datetime import date, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import aliased

from volunteer.core.db import db
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.people.models import Person
from volunteer.people.states import PersonState


def _covers(on: date) -> Select[tuple[InsuranceCover]]:
    return db.select(InsuranceCover).where(
        InsuranceCover.cancelled_at.is_(None),
        InsuranceCover.covers_from <= on,
        InsuranceCover.covers_to >= on,
    )


def is_insured(person_id: int, on: date) -> bool:
    """Whether a cover that was not cancelled holds on this day (the day of the shift, not today)."""
    statement = _covers(on).where(InsuranceCover.person_id == person_id).limit(1)
    return db.session.execute(statement).scalar() is not None


def insured_among(person_ids: list[int], on: date) -> set[int]:
    """Those of these people who are insured on this day, in one query (name lists)."""
    statement = _covers(on).where(InsuranceCover.person_id.in_(person_ids))
    return {row.person_id for row in db.session.execute(statement).scalars()}


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


def kinds_entered() -> list[tuple[str, str]]:
    """Kinds that were entered before with their latest label, for the list to choose from."""
    statement = db.select(Qualification.kind, Qualification.label).order_by(Qualification.id)
    return sorted(dict(db.session.execute(statement).tuples().all()).items())


def qualification_of(person_id: int, qualification_id: int) -> Qualification | None:
    """A qualification, if it is this person's."""
    statement = db.select(Qualification).where(
        Qualification.id == qualification_id, Qualification.person_id == person_id
    )
    return db.session.execute(statement).scalar()
