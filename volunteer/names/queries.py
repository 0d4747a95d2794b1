"""Reads for the pages of names and logs: people by number or exact name, what parties are called."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_

from volunteer.core import typed
from volunteer.core.db import db
from volunteer.households.models import Household
from volunteer.people.models import Person
from volunteer.users.models import Party
from volunteer.users.states import PartyKind

FOUND_MAX = 10


def person_or_none(party_id: int) -> Person | None:
    """A person."""
    return db.session.get(Person, party_id)


def people_by_id(party_ids: Iterable[int | None]) -> dict[int, Person]:
    """Those of these parties who are people."""
    wanted = {party_id for party_id in party_ids if party_id is not None}
    if not wanted:
        return {}
    statement = db.select(Person).where(Person.party_id.in_(wanted)).order_by(Person.number)
    return {one.party_id: one for one in db.session.execute(statement).scalars()}


def people_called(name: str) -> list[int]:
    """People whose whole name or reading is this; parts of a name find nobody, so that nobody can browse."""
    tight = name.replace(" ", "").replace("\u3000", "")
    kana = func.replace(Person.kana, " ", "")
    statement = (
        db.select(Person.party_id)
        .where(
            or_(
                func.replace(Person.name, " ", "") == tight,
                kana.in_([typed.to_hiragana(tight), typed.to_katakana(tight)]),
            )
        )
        .order_by(Person.party_id)
        .limit(FOUND_MAX)
    )
    return list(db.session.execute(statement).scalars())


def party_by_number(number: str) -> int | None:
    """The person or household with this registration number, however it was typed."""
    plain = typed.half_width(number).replace(" ", "").upper()
    for table in (Person, Household):
        found = db.session.execute(db.select(table.party_id).where(table.number == plain)).scalar()
        if found is not None:
            return int(found)
    return None


@dataclass(frozen=True)
class PartyLine:
    """A party as the logs call it: `person` is there for people, `words` for everybody else."""

    party_id: int
    kind: PartyKind
    person: Person | None
    words: str


def parties_by_id(party_ids: Iterable[int | None]) -> dict[int, PartyLine]:
    """People, households by number, organizations by name: a household's name is somebody's name."""
    wanted = {party_id for party_id in party_ids if party_id is not None}
    if not wanted:
        return {}
    statement = (
        db.select(Party.id, Party.kind, Party.display_name, Person, Household.number)
        .outerjoin(Person, Person.party_id == Party.id)
        .outerjoin(Household, Household.party_id == Party.id)
        .where(Party.id.in_(wanted))
    )
    return {
        party_id: PartyLine(party_id, kind, person, number or (name if not person else ""))
        for party_id, kind, name, person, number in db.session.execute(statement)
    }
