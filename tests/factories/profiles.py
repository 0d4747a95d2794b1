"""Rows of `matching.profiles` and `matching.suggestions`."""

from datetime import date
from typing import Any

from matching.profiles.keeping_apart import keep_apart
from matching.profiles.models import AvailabilityException, NoGoPair, Skill
from matching.suggestions.models import SavedSearch
from tests.factories.volunteer import added
from volunteer.core import clock
from volunteer.people.models import Person
from volunteer.users.models import User


def make_skill(name: str, **values: Any) -> Skill:
    """A skill of the center's list."""
    return added(Skill(name=name, **values))


def make_day_off(person: Person, day: date, **values: Any) -> AvailabilityException:
    """A day that differs from the week; not free, unless told otherwise."""
    defaults: dict[str, Any] = {"is_free": False, "from_minute": 0, "until_minute": 1440}
    return added(
        AvailabilityException(
            person_id=person.party_id, from_on=day, to_on=day, **{**defaults, **values}
        )
    )


def make_pair(person: Person, other_party_id: int, by: User) -> NoGoPair:
    """Two who are never brought together."""
    return keep_apart(person.party_id, other_party_id, "以前に争いがありました", by.id)


def make_search(person: Person, **values: Any) -> SavedSearch:
    """A saved search for anything."""
    moment = clock.now()
    return added(
        SavedSearch(person_id=person.party_id, told_until=moment, made_at=moment, **values)
    )
