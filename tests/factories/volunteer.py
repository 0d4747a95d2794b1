"""Rows of `volunteer`: people, organizations, households, staff."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.factories.numbers import numbers
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.crypto import seal
from volunteer.core.db import db
from volunteer.core.models import Center
from volunteer.core.permissions import Role
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.households.models import Household, HouseholdContact
from volunteer.organizations.models import Organization
from volunteer.organizations.states import OrganizationKind, OrganizationState
from volunteer.people.models import Card, Person
from volunteer.people.states import PersonState, Tie
from volunteer.users.models import Acting, Party, StaffRole, User
from volunteer.users.states import ActingAs, PartyKind

_next = numbers()


def added(row: Any) -> Any:
    """The row, with its id."""
    db.session.add(row)
    db.session.flush()
    return row


def make_center(**values: Any) -> Center:
    """The one center of the database."""
    defaults = {
        "id": 1,
        "name": "みなと市ボランティアセンター",
        "short_name": "ボラセン",
        "telephone": "0134-00-0000",
        "email": "center@example.jp",
        "address": "みなと市花園1丁目",
        "city": "みなと市",
        "number_prefix": "V",
        "opened_at": clock.now(),
    }
    return added(Center(**{**defaults, **values}))


def make_area(**values: Any) -> Area:
    """A district."""
    number = next(_next)
    defaults = {
        "code": f"area-{number}",
        "name": f"地区{number}",
        "kana": "ちく",
        "latitude": 43.19,
        "longitude": 141.0,
        "position": number,
    }
    return added(Area(**{**defaults, **values}))


def make_party(kind: PartyKind, name: str, *, is_active: bool = True) -> Party:
    """A party of any kind."""
    return added(Party(kind=kind, display_name=name, is_active=is_active, created_at=clock.now()))


def make_user(email: str | None = None, **values: Any) -> User:
    """Somebody who can sign in."""
    email = email or f"user{next(_next)}@example.jp"
    return added(User(email=email, created_at=clock.now(), **values))


def make_acting(user: User, party_id: int, capacity: ActingAs = ActingAs.SELF) -> Acting:
    """Let `user` act for a party."""
    return added(
        Acting(user_id=user.id, party_id=party_id, capacity=capacity, created_at=clock.now())
    )


def make_person(
    name: str = "佐々木 次郎",
    *,
    state: PersonState = PersonState.REGISTERED,
    user: User | None = None,
    **values: Any,
) -> Person:
    """A person; registered, with a number and the later page filled, unless told otherwise."""
    number = next(_next)
    party = make_party(PartyKind.PERSON, name, is_active=state is PersonState.REGISTERED)
    is_registered = state not in {PersonState.APPLIED, PersonState.REFUSED}
    defaults = {
        "number": f"V{1000 + number}" if is_registered else None,
        "kana": "ささき じろう",
        "birth_on": date(1980, 5, 5),
        "tie": Tie.LIVES,
        "email": user.email if user else None,
        "telephone": "090-0000-0000",
        "address": "みなと市花園2丁目",
        "emergency_name": "佐々木 三郎",
        "emergency_relation": "兄",
        "emergency_telephone": "090-0000-0001",
        "applied_at": clock.now(),
        "registered_at": clock.now() if is_registered else None,
    }
    person = added(Person(party_id=party.id, name=name, state=state, **{**defaults, **values}))
    if user:
        make_acting(user, party.id)
    return person


def make_card(person: Person, code: str = "") -> Card:
    """The live card of a person."""
    return added(
        Card(person_id=person.party_id, code=code or new_code(CodeKind.CARD), issued_at=clock.now())
    )


def insure(
    person: Person, covers_from: date, covers_to: date, plan: str = "基本"
) -> InsuranceCover:
    """Insurance cover of a person."""
    return added(
        InsuranceCover(
            person_id=person.party_id,
            plan=plan,
            covers_from=covers_from,
            covers_to=covers_to,
            entered_at=clock.now(),
        )
    )


def qualify(person: Person, kind: str, valid_from: date, label: str = "") -> Qualification:
    """A training a person attended; it does not end."""
    return added(
        Qualification(
            person_id=person.party_id,
            kind=kind,
            label=label or kind,
            valid_from=valid_from,
            entered_at=clock.now(),
        )
    )


def make_organization(
    name: str = "ひまわり会",
    *,
    members: list[User] | None = None,
    state: OrganizationState = OrganizationState.APPROVED,
    **values: Any,
) -> Organization:
    """An organization with its members."""
    is_approved = state is OrganizationState.APPROVED
    party = make_party(PartyKind.ORGANIZATION, name, is_active=is_approved)
    defaults = {
        "kana": "ひまわりかい",
        "kind": OrganizationKind.MEALS,
        "telephone": "0134-00-0001",
        "address": "みなと市稲穂1丁目",
        "applied_at": clock.now(),
        "approved_at": clock.now() if is_approved else None,
    }
    row = added(Organization(party_id=party.id, name=name, state=state, **{**defaults, **values}))
    for member in members or []:
        make_acting(member, party.id, ActingAs.MEMBER)
    return row


def make_household(area: Area, entered_by: User, **values: Any) -> Household:
    """A helped household with one contact."""
    number = next(_next)
    party = make_party(PartyKind.HOUSEHOLD, values.get("name", f"世帯{number}"))
    defaults = {
        "number": f"H{1000 + number}",
        "name": f"世帯{number}",
        "kana": "せたい",
        "address": "みなと市山手3-4-5",
        "telephone": "0134-00-0002",
        "checked_by": "民生委員 石田",
        "checked_on": clock.today(),
        "entered_at": clock.now(),
    }
    row = added(
        Household(
            party_id=party.id,
            area_id=area.id,
            entered_by_user_id=entered_by.id,
            **{**defaults, **values},
        )
    )
    contact = {"name": "山田 恵", "relation": "娘", "telephone": "090-0000-0003"}
    added(HouseholdContact(household_id=party.id, **contact))
    return row


def make_staff(
    *roles: Role, email: str = "", name: str = "職員", password_hash: str = "", totp: str = ""
) -> User:
    """A member of staff with password and second factor, who is also a person (four eyes need people)."""
    user = make_user(
        email or f"staff{next(_next)}@center.example.jp", is_staff=True, password_hash=password_hash
    )
    if totp:
        user.totp_sealed = seal(totp, f"user:{user.id}:totp")
    make_person(name, user=user)
    for role in roles:
        grant(user, role, clock.now() - timedelta(days=1))
    return user


def grant(user: User, role: Role, effective_at: datetime) -> StaffRole:
    """A role of a staff user."""
    return added(
        StaffRole(user_id=user.id, role=role, granted_at=effective_at, effective_at=effective_at)
    )
