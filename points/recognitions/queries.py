"""Reads of letters of thanks: who has reached one and has not got it, which were handed over.

What somebody earned in a programme year is the year's row of cap usage, which every award keeps, with or without a
cap; activities that the programme leaves out of the year do not count here either.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func

from points.ledger.models import CapUsage
from points.ledger.states import CapPeriod
from points.programmes.models import Programme
from points.programmes.people_terms import Recognition
from points.programmes.queries import programmes, rules_of, version_in_force
from points.recognitions.models import GivenRecognition
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.people.models import Person
from volunteer.people.states import PersonState

MOST = 200
"""So many lines are shown at once; handing letters over brings the next ones up."""
HERE = (PersonState.REGISTERED, PersonState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Reached:
    """A recognition somebody has reached and has not got: by which rules, in how many years."""

    person: Person
    programme: Programme
    rule_version_id: int
    recognition: Recognition
    years: int

    @property
    def code(self) -> str:
        """What a form calls it."""
        return f"{self.programme.id}:{self.recognition.name}"


def reached(person_id: int | None = None) -> list[Reached]:
    """Letters that wait to be handed over, by programme and reading; of one person where given."""
    found = []
    for programme in programmes():
        row = version_in_force(programme.id, clock.today())
        for one in rules_of(row.id).recognitions if row else ():
            assert row is not None, "it has recognitions"
            found += [
                Reached(person, programme, row.id, one, years)
                for person, years in _people(programme.id, one, person_id)
            ]
    return found


def _people(programme_id: int, one: Recognition, person_id: int | None) -> list[tuple[Person, int]]:
    """Those with enough years that were good enough, who have not got this letter."""
    years = func.count(CapUsage.id)
    enough = (
        db.select(CapUsage.holder_id, years.label("years"))
        .where(
            CapUsage.programme_id == programme_id,
            CapUsage.period == CapPeriod.YEAR,
            CapUsage.used >= one.points_each_year,
        )
        .group_by(CapUsage.holder_id)
        .having(years >= one.years)
        .subquery()
    )
    has_it = db.exists().where(
        GivenRecognition.person_id == Person.party_id,
        GivenRecognition.programme_id == programme_id,
        GivenRecognition.name == one.name,
    )
    statement = (
        db.select(Person, enough.c.years)
        .join(enough, enough.c.holder_id == Person.party_id)
        .where(~has_it, Person.state.in_(HERE))
        .order_by(Person.kana, Person.party_id)
        .limit(MOST)
    )
    if person_id is not None:
        statement = statement.where(Person.party_id == person_id)
    return [(person, count) for person, count in db.session.execute(statement)]


def given(person_id: int | None = None, limit: int = 50) -> list[tuple[GivenRecognition, Person]]:
    """Letters that were handed over, the newest first; of one person where given."""
    statement = (
        db.select(GivenRecognition, Person)
        .join(Person, Person.party_id == GivenRecognition.person_id)
        .order_by(GivenRecognition.given_on.desc(), GivenRecognition.id.desc())
        .limit(limit)
    )
    if person_id is not None:
        statement = statement.where(GivenRecognition.person_id == person_id)
    return [(row, person) for row, person in db.session.execute(statement)]


def letters_of(person_id: int, programme_id: int) -> list[GivenRecognition]:
    """What a person got in a programme, in the order of the days."""
    statement = (
        db.select(GivenRecognition)
        .filter_by(person_id=person_id, programme_id=programme_id)
        .order_by(GivenRecognition.given_on, GivenRecognition.id)
    )
    return list(db.session.execute(statement).scalars())


def first_year(person_id: int, programme_id: int) -> date | None:
    """The first day of the first programme year in which a person earned something."""
    statement = db.select(func.min(CapUsage.starts_on)).where(
        CapUsage.holder_id == person_id,
        CapUsage.programme_id == programme_id,
        CapUsage.period == CapPeriod.YEAR,
    )
    found: date | None = db.session.execute(statement).scalar()
    return found
