"""Moves the people, bodies, households and staff of a plan into an empty demo database. Rows are written straight:
ten thousand passes through the sign-up pages would tell nobody more, and everything that moves points later goes
through the real services. Called by services.py inside a write turn.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from matching.demo.names import telephone
from matching.demo.plan import HouseholdPlan, PersonPlan, TownPlan
from matching.demo.scenes import Body
from points.programmes.models import Enrolment, Programme
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.center import next_number, the_center
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.db import db
from volunteer.core.permissions import Role
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.households.models import Household, HouseholdContact
from volunteer.organizations.models import Organization
from volunteer.organizations.states import OrganizationState
from volunteer.people.models import Card, Person
from volunteer.people.registration import SERIES
from volunteer.people.states import PersonState, Tie
from volunteer.users.models import Acting, Party, StaffRole, User
from volunteer.users.states import ActingAs, PartyKind

STAFF = (
    (Role.COORDINATOR, "港 ひろみ", "ミナト ヒロミ", "coordinator@example.jp"),
    (Role.APPROVER, "坂田 守", "サカタ マモル", "approver@example.jp"),
    (Role.PAYER, "金田 律子", "カネダ リツコ", "payer@example.jp"),
    (Role.AUDITOR, "目黒 正", "メグロ タダシ", "auditor@example.jp"),
    (Role.ADMINISTRATOR, "鍵谷 学", "カギヤ マナブ", "administrator@example.jp"),
)


@dataclass(frozen=True)
class Settled:
    """Ids of what was written, in the order of the plan."""

    people: list[int]
    bodies: list[int]
    members: list[int]
    """User ids: the first member of each body."""
    households: list[int]
    staff: dict[Role, tuple[int, int]]
    """Role → (user id, person id)."""
    areas: dict[str, int]


def settle(town: TownPlan, opened_at: datetime, now: datetime) -> Settled:
    """Write everybody of `town`; registered people are enrolled, insured and have a card."""
    areas = {area.code: area.id for area in db.session.execute(db.select(Area)).scalars()}
    staff = {role: _staff(role, name, kana, email, opened_at) for role, name, kana, email in STAFF}
    coordinator = staff[Role.COORDINATOR][0]
    programmes = list(db.session.execute(db.select(Programme)).scalars())
    last_year = clock.to_tokyo(now).year
    people = [_person(one, areas, programmes, coordinator, last_year) for one in town.people]
    bodies, members = [], []
    for number, body in enumerate(town.bodies):
        body_id, user_id = _body(body, number, areas, opened_at)
        bodies.append(body_id)
        members.append(user_id)
    households = [_household(one, areas, coordinator, opened_at) for one in town.households]
    return Settled(people, bodies, members, households, staff, areas)


def _party(kind: PartyKind, name: str, at: datetime, *, is_active: bool = True) -> int:
    party = Party(kind=kind, display_name=name, is_active=is_active, created_at=at)
    db.session.add(party)
    db.session.flush()
    return party.id


def _user(
    email: str, at: datetime, party_id: int, capacity: ActingAs, *, staff: bool = False
) -> int:
    user = User(email=email, is_staff=staff, created_at=at)
    db.session.add(user)
    db.session.flush()
    db.session.add(Acting(user_id=user.id, party_id=party_id, capacity=capacity, created_at=at))
    return user.id


def _staff(role: Role, name: str, kana: str, email: str, at: datetime) -> tuple[int, int]:
    party_id = _party(PartyKind.PERSON, name, at)
    db.session.add(
        Person(
            party_id=party_id,
            number=next_number(SERIES, the_center().number_prefix),
            name=name,
            kana=kana,
            birth_on=clock.to_tokyo(at).date().replace(year=1980, day=1),
            tie=Tie.WORKS,
            state=PersonState.REGISTERED,
            email=email,
            applied_at=at,
            registered_at=at,
        )
    )
    db.session.flush()
    user_id = _user(email, at, party_id, ActingAs.SELF, staff=True)
    db.session.add(StaffRole(user_id=user_id, role=role, granted_at=at, effective_at=at))
    return user_id, party_id


def _person(
    one: PersonPlan,
    areas: dict[str, int],
    programmes: list[Programme],
    by_user_id: int,
    last_year: int,
) -> int:
    at = clock.from_tokyo(one.since) + timedelta(hours=10)
    party_id = _party(PartyKind.PERSON, one.name, at)
    surname = one.name.split(" ")[0]
    db.session.add(
        Person(
            party_id=party_id,
            number=next_number(SERIES, the_center().number_prefix),
            name=one.name,
            kana=one.kana,
            birth_on=one.birth_on,
            tie=one.tie,
            state=PersonState.REGISTERED,
            email=one.email,
            telephone=one.telephone,
            address="見本1丁目1番1号",
            area_id=areas[one.area],
            emergency_name=f"{surname} 見本",
            emergency_relation="家族",
            emergency_telephone=telephone(9000),
            from_paper=one.email is None,
            applied_at=at,
            registered_at=at,
        )
    )
    db.session.flush()  # what follows points at the person
    if one.email:
        _user(one.email, at, party_id, ActingAs.SELF)
    db.session.add(
        Card(
            person_id=party_id,
            code=new_code(CodeKind.CARD),
            issued_at=at,
            issued_by_user_id=by_user_id,
        )
    )
    _credentials(party_id, one, programmes, by_user_id, at)
    _insure(party_id, one.since, by_user_id, at, last_year)
    return party_id


def _credentials(
    party_id: int, one: PersonPlan, programmes: list[Programme], by_user_id: int, at: datetime
) -> None:
    for programme in programmes:
        db.session.add(
            Enrolment(
                person_id=party_id,
                programme_id=programme.id,
                starts_on=one.since,
                entered_by_user_id=by_user_id,
                entered_at=at,
            )
        )
    db.session.add(
        Qualification(
            person_id=party_id,
            kind="snow_briefing",
            label="除雪の説明会",
            valid_from=one.since,
            entered_by_user_id=by_user_id,
            entered_at=at,
        )
    )


def _insure(party_id: int, since: date, by_user_id: int, at: datetime, last_year: int) -> None:
    """Cover for every fiscal year from the registration until today's."""
    start, _end = clock.year_bounds(since)
    for year in range(start.year, last_year + 1):
        first, after = clock.fiscal_year_bounds(year)
        db.session.add(
            InsuranceCover(
                person_id=party_id,
                plan="基本",
                covers_from=max(first, since),
                covers_to=after - timedelta(days=1),
                entered_by_user_id=by_user_id,
                entered_at=at,
            )
        )


def _body(body: Body, number: int, areas: dict[str, int], at: datetime) -> tuple[int, int]:
    party_id = _party(PartyKind.ORGANIZATION, body.name, at)
    db.session.add(
        Organization(
            party_id=party_id,
            name=body.name,
            kana=body.kana,
            kind=body.kind,
            state=OrganizationState.APPROVED,
            telephone=telephone(100 + number),
            address="見本2丁目2番2号",
            area_id=areas[body.area],
            purpose=body.purpose,
            applicant_name=f"担当 {number + 1}",
            applied_at=at,
            approved_at=at,
        )
    )
    db.session.flush()
    user_id = _user(f"o{number + 1:02d}@example.jp", at, party_id, ActingAs.MEMBER)
    _user(f"o{number + 1:02d}b@example.jp", at, party_id, ActingAs.MEMBER)
    return party_id, user_id


def _household(one: HouseholdPlan, areas: dict[str, int], by_user_id: int, at: datetime) -> int:
    party_id = _party(PartyKind.HOUSEHOLD, one.name, at)
    db.session.add(
        Household(
            party_id=party_id,
            number=next_number("household", "S-"),
            name=one.name,
            kana=one.kana,
            area_id=areas[one.area],
            address="見本3丁目3番3号",
            telephone=one.telephone,
            checked_by="民生委員（見本）",
            checked_on=clock.to_tokyo(at).date(),
            entered_by_user_id=by_user_id,
            entered_at=at,
        )
    )
    name, relation, number = one.contact
    db.session.flush()
    db.session.add(
        HouseholdContact(household_id=party_id, name=name, relation=relation, telephone=number)
    )
    return party_id
