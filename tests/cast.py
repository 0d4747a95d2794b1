"""The fixed people of the tests and a small town around them. `make_cast` writes them once into the template
database; `Cast` finds them again in its copies. The clock stands at `NOW`, the Saturday of the samples.
"""

from datetime import UTC, date, datetime, time
from functools import cached_property

from matching.categories.models import Category
from matching.help_requests.models import HelpRequest, Shift
from points.programmes.models import Programme
from tests.client import Client
from tests.factories.matching import make_category, make_help_request, make_shift
from tests.factories.points import enrol, make_bank_account, make_programme
from tests.factories.volunteer import (
    insure,
    make_area,
    make_card,
    make_center,
    make_household,
    make_organization,
    make_person,
    make_staff,
    make_user,
    qualify,
)
from volunteer.areas.models import Area
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.passwords import hash_password
from volunteer.core.permissions import Role
from volunteer.households.models import Household
from volunteer.organizations.models import Organization
from volunteer.people.models import Person
from volunteer.people.states import PersonState, Tie
from volunteer.users.models import Acting, User
from volunteer.users.sessions import open_session

NOW = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
"""Saturday 21 November 2026, 9:00 in Tokyo."""

LONG_AGO = date(2026, 4, 1)
FISCAL_YEAR_END = date(2027, 3, 31)
PASSWORD = "correct horse battery staple 2026"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CARD_OF_ICHIRO = "CCARD726"


def sign_in_as(
    client: Client,
    who: User | Person,
    *,
    acting_for: int | None = None,
    as_staff: bool | None = None,
) -> Client:
    """Sign `client` in by a session row on the server, without pages or codes.

    A person is signed in as themselves, staff at the desk (unless `as_staff=False`), a member for the
    organization. `acting_for` is the id of the party to act for, where a user has several.
    """
    user = _user_of(who) if isinstance(who, Person) else who
    at_desk = user.is_staff and acting_for is None if as_staff is None else as_staff
    wanted = acting_for or (who.party_id if isinstance(who, Person) else None)
    acting = db.session.execute(
        db.select(Acting.id)
        .where(Acting.user_id == user.id, Acting.ended_at.is_(None))
        .where(Acting.party_id == wanted if wanted else True)  # type: ignore[arg-type]
        .order_by(Acting.id)
    ).scalar()
    acting_id = None if at_desk else acting
    token = run_turn(open_session, user.id, as_staff=at_desk, acting_id=acting_id, browser="テスト")
    with client.session_transaction() as session:
        session.clear()
        session.permanent = True
        session["_user_id"] = token
        session["_fresh"] = True
    return client


def _user_of(person: Person) -> User:
    return db.session.execute(
        db.select(User).join(Acting).where(Acting.party_id == person.party_id)
    ).scalar_one()


class Cast:
    """The people of the template database, found by name."""

    def person(self, name: str) -> Person:
        """A person by name."""
        return db.session.execute(db.select(Person).filter_by(name=name)).scalar_one()

    def user(self, email: str) -> User:
        """A user by e-mail."""
        return db.session.execute(db.select(User).filter_by(email=email)).scalar_one()

    def organization(self, name: str) -> Organization:
        """An organization by name."""
        return db.session.execute(db.select(Organization).filter_by(name=name)).scalar_one()

    @cached_property
    def hanako(self) -> Person:
        """A registered volunteer with e-mail, insured, trained for snow, with a bank account."""
        return self.person("佐藤 花子")

    @cached_property
    def ichiro(self) -> Person:
        """72 years old, registered from paper, a card but no e-mail and no user."""
        return self.person("鈴木 一郎")

    @cached_property
    def student(self) -> Person:
        """A student of 20, registered, not yet insured."""
        return self.person("高橋 陽太")

    @cached_property
    def applicant(self) -> Person:
        """Applied yesterday, not registered yet."""
        return self.person("田中 美咲")

    @cached_property
    def minato(self) -> Organization:
        """The organization that asks for help."""
        return self.organization("みなと食堂")

    @cached_property
    def cook(self) -> User:
        """The first member of みなと食堂, who made its request."""
        return self.user("cook@minato.example.jp")

    @cached_property
    def helper(self) -> User:
        """The second member of みなと食堂."""
        return self.user("helper@minato.example.jp")

    @cached_property
    def other_organization(self) -> Organization:
        """An organization that has nothing to do with the request."""
        return self.organization("はなぞの学園")

    @cached_property
    def outsider(self) -> User:
        """The member of the other organization, who may not see anything of みなと食堂."""
        return self.user("outsider@hanazono.example.jp")

    @cached_property
    def coordinator(self) -> User:
        """Staff: people and needs."""
        return self.user("coordinator@center.example.jp")

    @cached_property
    def approver(self) -> User:
        """Staff: decides cash-outs."""
        return self.user("approver@center.example.jp")

    @cached_property
    def payer(self) -> User:
        """Staff: batches and the bank file."""
        return self.user("payer@center.example.jp")

    @cached_property
    def auditor(self) -> User:
        """Staff: ledger, acts, logs."""
        return self.user("auditor@center.example.jp")

    @cached_property
    def administrator(self) -> User:
        """Staff: settings and roles."""
        return self.user("administrator@center.example.jp")

    @cached_property
    def household(self) -> Household:
        """A household that staff have checked."""
        return db.session.execute(db.select(Household).filter_by(number="H0001")).scalar_one()

    @cached_property
    def area(self) -> Area:
        """The first district."""
        return db.session.execute(db.select(Area).filter_by(code="hanazono")).scalar_one()

    @cached_property
    def category(self) -> Category:
        """Meals: by the hour, no training needed."""
        return db.session.get_one(Category, "meals")

    @cached_property
    def programme(self) -> Programme:
        """The example programme of Otaru."""
        return db.session.execute(db.select(Programme).filter_by(code="otaru-example")).scalar_one()

    @cached_property
    def help_request(self) -> HelpRequest:
        """The published request of みなと食堂."""
        return db.session.execute(db.select(HelpRequest).filter_by(number="R-0001")).scalar_one()

    @cached_property
    def shift_today(self) -> Shift:
        """10:00–12:00 today, 3 seats: its check-in window is open at 9:00."""
        return self.help_request.shifts[0]

    @cached_property
    def shift(self) -> Shift:
        """10:00–12:00 in a week, 3 seats."""
        return self.help_request.shifts[1]


def make_cast() -> None:
    """Write the people and their town into an empty database."""
    password_hash = hash_password(PASSWORD)
    with write_turn():
        make_center()
        area = make_area(code="hanazono", name="花園", kana="はなぞの")
        make_area(code="temiya", name="手宮", kana="てみや")
        meals = make_category("meals", "配食・食事づくり", icon="meal", position=1)
        make_category(
            "snow",
            "雪かき",
            icon="snow",
            position=2,
            qualification_kind="snow_briefing",
            qualification_label="雪かきの安全講習",
        )
        staff = _make_staff(password_hash)
        _make_people(make_programme(), staff[Role.COORDINATOR])
        cook = make_user("cook@minato.example.jp")
        members = [cook, make_user("helper@minato.example.jp")]
        minato = make_organization(
            "みなと食堂", members=members, kana="みなとしょくどう", area_id=area.id
        )
        outsider = make_user("outsider@hanazono.example.jp")
        make_organization("はなぞの学園", members=[outsider], kana="はなぞのがくえん")
        make_household(
            area, staff[Role.COORDINATOR], name="山田 トメ", kana="やまだ とめ", number="H0001"
        )
        request = make_help_request(minato.party_id, meals, area, cook, number="R-0001")
        for day in (date(2026, 11, 21), date(2026, 11, 28)):
            make_shift(request, from_tokyo(day, time(10)))


def _make_staff(password_hash: str) -> dict[Role, User]:
    names = ("相談 員子", "承認 一男", "支払 二郎", "監査 三枝", "管理 四郎")
    return {
        role: make_staff(
            role,
            email=f"{role.value}@center.example.jp",
            name=name,
            password_hash=password_hash,
            totp=TOTP_SECRET,
        )
        for role, name in zip(Role, names, strict=True)
    }


def _make_people(programme: Programme, coordinator: User) -> None:
    hanako_user = make_user("hanako@example.jp")
    hanako = make_person(
        "佐藤 花子",
        user=hanako_user,
        number="V0001",
        kana="さとう はなこ",
        birth_on=date(1968, 3, 3),
    )
    ichiro = make_person(
        "鈴木 一郎",
        number="V0002",
        kana="すずき いちろう",
        birth_on=date(1954, 7, 7),
        from_paper=True,
    )
    make_card(ichiro, CARD_OF_ICHIRO)
    student = make_person(
        "高橋 陽太",
        user=make_user("student@example.jp"),
        number="V0003",
        kana="たかはし ようた",
        birth_on=date(2006, 8, 8),
        tie=Tie.STUDIES,
    )
    make_person(
        "田中 美咲",
        state=PersonState.APPLIED,
        user=make_user("applicant@example.jp"),
        kana="たなか みさき",
        birth_on=date(1990, 1, 1),
        **dict.fromkeys(("telephone", "address", "emergency_name", "emergency_telephone"), ""),
    )
    for person in (hanako, ichiro):
        insure(person, LONG_AGO, FISCAL_YEAR_END)
    for person in (hanako, ichiro, student):
        enrol(person, programme, LONG_AGO)
    qualify(hanako, "snow_briefing", LONG_AGO, "雪かきの安全講習")
    make_bank_account(hanako, hanako_user, entered_at=from_tokyo(LONG_AGO))
    make_bank_account(
        ichiro,
        coordinator,
        "7654321",
        entered_at=from_tokyo(LONG_AGO),
        holder_kana="ｽｽﾞｷ ｲﾁﾛｳ",
        holder_as_typed="スズキ イチロウ",
    )
