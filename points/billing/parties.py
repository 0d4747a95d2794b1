"""Who pays and who earns, as pages of the desk call them: a name for those who work with names, else a number."""

from collections.abc import Iterable
from dataclasses import dataclass

from volunteer.core.db import db
from volunteer.households.models import Household
from volunteer.names.reading import Names
from volunteer.people.models import Person
from volunteer.users.models import Party
from volunteer.users.states import PartyKind


@dataclass(frozen=True, slots=True)
class Called:
    """A party with what it can be called by."""

    party_id: int
    number: str | None
    name: str
    kana: str = ""
    kind: PartyKind = PartyKind.PERSON

    @property
    def is_public(self) -> bool:
        """An organization is named to everybody at the desk."""
        return self.kind is PartyKind.ORGANIZATION


def called_of(party_ids: Iterable[int]) -> dict[int, Called]:
    """Each of these parties, read in one statement."""
    statement = (
        db.select(
            Party.id,
            db.func.coalesce(Person.number, Household.number),
            db.func.coalesce(Household.name, Party.display_name),
            db.func.coalesce(Person.kana, Household.kana, ""),
            Party.kind,
        )
        .outerjoin(Person, Person.party_id == Party.id)
        .outerjoin(Household, Household.party_id == Party.id)
        .where(Party.id.in_(set(party_ids)))
    )
    return {row[0]: Called(*row) for row in db.session.execute(statement)}


def shown_name(names: Names, one: Called) -> str:
    """The name where it may be read, else the number; organizations are named to everybody."""
    return one.name if one.is_public else names.of(one)
