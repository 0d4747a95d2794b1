"""Reads about people: one person, the list of the desk, cards, decisions, lookalikes."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, func, or_
from sqlalchemy.orm import joinedload

from volunteer.areas.models import Area
from volunteer.core import clock, typed
from volunteer.core.db import db
from volunteer.core.formats import JAPANESE, moment
from volunteer.people.models import Card, Consent, Person, PersonDecision
from volunteer.people.rules import PersonDetails, missing_details
from volunteer.people.states import PersonState
from volunteer.users.models import Acting, Party
from volunteer.users.queries import user_name
from volunteer.users.states import PartyKind

PAGE = 50


def person(party_id: int | None) -> Person | None:
    """A person by the party's id."""
    return db.session.get(Person, party_id) if party_id is not None else None


def missing(one: Person) -> list[str]:
    """What is still needed before this person may be registered."""
    details = PersonDetails(
        telephone=one.telephone,
        address=one.address,
        emergency_name=one.emergency_name,
        emergency_telephone=one.emergency_telephone,
        guardian_name=one.guardian_name,
        guardian_telephone=one.guardian_telephone,
    )
    return missing_details(details, one.birth_on, clock.today())


def live_card(person_id: int) -> Card | None:
    """The card in use."""
    statement = db.select(Card).where(Card.person_id == person_id, Card.revoked_at.is_(None))
    return db.session.execute(statement).scalar()


def person_of_card(code: str) -> Person | None:
    """Whose live card this code is."""
    statement = (
        db.select(Person)
        .join(Card, Card.person_id == Person.party_id)
        .where(Card.code == code, Card.revoked_at.is_(None))
    )
    return db.session.execute(statement).scalar()


def cards(person_id: int) -> list[Card]:
    """All cards of a person, the newest first."""
    statement = db.select(Card).where(Card.person_id == person_id).order_by(Card.id.desc())
    return list(db.session.execute(statement).scalars())


def consents(person_id: int) -> list[Consent]:
    """What a person agreed to."""
    statement = db.select(Consent).where(Consent.person_id == person_id).order_by(Consent.id)
    return list(db.session.execute(statement).scalars())


def decisions(person_id: int) -> list[tuple[PersonDecision, str]]:
    """Decisions about a person with the names of those who decided, the newest first."""
    statement = (
        db.select(PersonDecision)
        .where(PersonDecision.person_id == person_id)
        .order_by(PersonDecision.id.desc())
    )
    return [
        (one, user_name(one.decided_by_user_id)) for one in db.session.execute(statement).scalars()
    ]


def latest_decision(person_id: int) -> PersonDecision | None:
    """The newest decision about a person."""
    statement = (
        db.select(PersonDecision)
        .where(PersonDecision.person_id == person_id)
        .order_by(PersonDecision.id.desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar()


def last_decision(person_id: int) -> tuple[str, str] | None:
    """Who decided last, and when, in words."""
    decision = latest_decision(person_id)
    if decision is None:
        return None
    return user_name(decision.decided_by_user_id), moment(decision.decided_at, JAPANESE)


def lookalikes(one: Person) -> list[Person]:
    """Other people with the same birth date and the same reading (or telephone): perhaps the same person twice."""
    statement = (
        db.select(Person)
        .where(
            Person.party_id != one.party_id,
            Person.birth_on == one.birth_on,
            Person.state != PersonState.REFUSED,
        )
        .order_by(Person.party_id)
        .limit(50)
    )
    reading = _reading(one.kana)
    return [
        other
        for other in db.session.execute(statement).scalars()
        if _reading(other.kana) == reading or (one.telephone and other.telephone == one.telephone)
    ][:5]


def own_person(user_id: int, kana: str, birth_on: date) -> Person | None:
    """The person this user signed up before with the same reading and birth date."""
    statement = (
        db.select(Person)
        .join(Acting, Acting.party_id == Person.party_id)
        .where(Acting.user_id == user_id, Acting.ended_at.is_(None), Person.birth_on == birth_on)
    )
    wanted = _reading(kana)
    return next(
        (one for one in db.session.execute(statement).scalars() if _reading(one.kana) == wanted),
        None,
    )


def bare_own_party(user_id: int) -> int | None:
    """The party of a member of staff who is no volunteer yet."""
    statement = (
        db.select(Party.id)
        .join(Acting, Acting.party_id == Party.id)
        .outerjoin(Person, Person.party_id == Party.id)
        .where(
            Acting.user_id == user_id,
            Acting.ended_at.is_(None),
            Party.kind == PartyKind.PERSON,
            Person.party_id.is_(None),
        )
        .order_by(Acting.id)
        .limit(1)
    )
    return db.session.execute(statement).scalar()


def _reading(kana: str) -> str:
    return typed.to_katakana(kana).replace(" ", "")


@dataclass(frozen=True)
class PeoplePage:
    """One page of the desk's list."""

    people: list[Person]
    total: int
    number: int
    count: int


def people_page(
    words: str = "", state: PersonState | None = None, area_id: int | None = None, number: int = 1
) -> PeoplePage:
    """People whose number, name or reading holds `words`, by reading; applications the oldest first."""
    where = _conditions(words, state, area_id)
    counting = db.select(func.count()).select_from(Person).where(*where)
    total = int(db.session.execute(counting).scalar_one())
    count = max(1, -(-total // PAGE))
    number = min(max(1, number), count)
    first = Person.applied_at if state is PersonState.APPLIED else Person.kana
    statement = (
        db.select(Person)
        .where(*where)
        .options(joinedload(Person.area))
        .order_by(first, Person.party_id)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    return PeoplePage(list(db.session.execute(statement).scalars()), total, number, count)


def _conditions(
    words: str, state: PersonState | None, area_id: int | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if state is not None:
        found.append(Person.state == state)
    if area_id is not None:
        found.append(Person.area_id == area_id)
    plain = typed.half_width(words)[:60]
    if plain:
        found.append(_matches(plain))
    return found


def _matches(plain: str) -> ColumnElement[bool]:
    """Number begins with it, or name or reading holds it; spaces between the names do not matter."""
    tight = plain.replace(" ", "")
    name = func.replace(Person.name, " ", "")
    kana = func.replace(Person.kana, " ", "")
    return or_(
        Person.number.startswith(plain.upper(), autoescape=True),
        name.contains(tight, autoescape=True),
        kana.contains(typed.to_katakana(tight), autoescape=True),
        kana.contains(typed.to_hiragana(tight), autoescape=True),
        Person.telephone.startswith(tight.replace("-", ""), autoescape=True)
        if tight.replace("-", "").isdigit() and len(tight) > 5
        else false(),
    )


def waiting(limit: int = 50) -> list[Person]:
    """Applications without a decision, the oldest first."""
    statement = (
        db.select(Person)
        .where(Person.state == PersonState.APPLIED)
        .order_by(Person.applied_at, Person.party_id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def counts() -> dict[PersonState, int]:
    """How many people stand in each state."""
    statement = db.select(Person.state, func.count()).group_by(Person.state)
    return {key: value for key, value in db.session.execute(statement)}  # noqa: C416 - typed rows


def areas() -> list[Area]:
    """All districts in their order."""
    return list(db.session.execute(db.select(Area).order_by(Area.position, Area.id)).scalars())
