"""Reads around signing in: users by e-mail, whom one may act for, sign-ins, staff and their roles."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func
from sqlalchemy.orm import InstrumentedAttribute

from volunteer.core import clock
from volunteer.core.db import db, hold
from volunteer.core.permissions import Role
from volunteer.users.models import (
    Acting,
    EnrolmentLink,
    Party,
    SignInCode,
    StaffRole,
    User,
    UserSession,
)
from volunteer.users.states import ActingAs, CodePurpose, PartyKind

DEMO_LINES = 8
FORMER_SEALED_FOR = "an address that was changed"


def find_user(email: str) -> User | None:
    """The user with this e-mail, whatever the case of its letters."""
    statement = (
        db.select(User).where(func.lower(User.email) == email.lower()).order_by(User.id).limit(1)
    )
    return db.session.execute(statement).scalar()


def hold_address(email: str) -> None:
    """Until this turn ends nobody else begins to use this e-mail, however its letters are written."""
    hold(f"address:{email.lower()}")


def live_actings(user_id: int) -> list[Acting]:
    """For whom the user may act, oldest first."""
    statement = (
        db.select(Acting)
        .join(Party)
        .where(Acting.user_id == user_id, Acting.ended_at.is_(None))
        .order_by(Acting.id)
    )
    return list(db.session.execute(statement).scalars())


def acts_for(user_id: int, party_id: int) -> bool:
    """Whether the user is, or acts for, this party: nobody decides about themselves."""
    statement = db.select(Acting.id).where(
        Acting.user_id == user_id, Acting.party_id == party_id, Acting.ended_at.is_(None)
    )
    return db.session.execute(statement.limit(1)).scalar() is not None


def sign_ins_for(party_id: int) -> dict[User, list[UserSession]]:
    """Who acts for this party, with all their sign-ins, the oldest first; read at once."""
    statement = (
        db.select(User, UserSession)
        .join(Acting, Acting.user_id == User.id)
        .outerjoin(UserSession, UserSession.user_id == User.id)
        .where(Acting.party_id == party_id, Acting.ended_at.is_(None))
        .order_by(User.id, UserSession.id)
    )
    found: dict[User, list[UserSession]] = {}
    for user, one in db.session.execute(statement):
        found.setdefault(user, []).extend([one] if one else [])
    return found


def users_for(party_id: int) -> list[User]:
    """Who acts for this party."""
    statement = (
        db.select(User)
        .join(Acting)
        .where(Acting.party_id == party_id, Acting.ended_at.is_(None))
        .order_by(User.id)
    )
    return list(db.session.execute(statement).scalars())


def own_user_id(party_id: int) -> int | None:
    """The user who is this person (not a guardian or proxy), if they sign in."""
    return db.session.execute(_themselves(db.select(Acting.user_id), party_id)).scalar()


def own_email(party_id: int) -> str:
    """The address with which this person signs in; empty when there is none."""
    mine = db.select(User.email).join(Acting, Acting.user_id == User.id)
    return db.session.execute(_themselves(mine, party_id)).scalar() or ""


def _themselves(statement: Select[Any], party_id: int) -> Select[Any]:
    return (
        statement.where(
            Acting.party_id == party_id,
            Acting.capacity == ActingAs.SELF,
            Acting.ended_at.is_(None),
        )
        .order_by(Acting.id)
        .limit(1)
    )


def own_party_id(user_id: int | InstrumentedAttribute[int]) -> Select[int]:
    """The statement for the party of the human being behind the user."""
    wanted: Select[int] = (
        db.select(Acting.party_id)
        .join(Party, Party.id == Acting.party_id)
        .where(*_is_self(user_id))
        .order_by(Acting.id)
        .limit(1)
    )
    return wanted


def own_name_of(column: InstrumentedAttribute[int]) -> ScalarSelect[str]:
    """The name of the human being behind the user in a column, read along with a row that names the user."""
    names: Select[str] = (
        db.select(Party.display_name)
        .join(Acting, Acting.party_id == Party.id)
        .where(*_is_self(column))
        .order_by(Acting.id)
        .limit(1)
    )
    return names.scalar_subquery()


def _is_self(user_id: int | InstrumentedAttribute[int]) -> tuple[ColumnElement[bool], ...]:
    return (
        Acting.user_id == user_id,
        Acting.capacity == ActingAs.SELF,
        Acting.ended_at.is_(None),
        Party.kind == PartyKind.PERSON,
    )


def own_party(user_id: int) -> Party | None:
    """The party of the human being behind the user, when known."""
    statement = db.select(Party).where(Party.id == own_party_id(user_id).scalar_subquery())
    return db.session.execute(statement).scalar()


def user_name(user_id: int | None) -> str:
    """What a user is called: the name of their own party, else the e-mail."""
    if user_id is None:
        return ""
    own = own_party(user_id)
    if own is not None:
        return own.display_name
    return user_email(user_id)


def user_email(user_id: int) -> str:
    """The e-mail address of a user; empty when there is none."""
    return db.session.execute(db.select(User.email).filter_by(id=user_id)).scalar() or ""


def latest_code(browser_hash: str, purpose: CodePurpose) -> SignInCode | None:
    """The newest unused code this browser asked for."""
    statement = (
        db.select(SignInCode)
        .where(
            SignInCode.browser_hash == browser_hash,
            SignInCode.purpose == purpose,
            SignInCode.used_at.is_(None),
        )
        .order_by(SignInCode.id.desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar()


def is_known(email: str, browser_hash: str) -> bool:
    """Whether a code sent to this address (in small letters) was typed in rightly in this browser before."""
    statement = db.select(SignInCode.id).where(
        func.lower(SignInCode.email) == email,
        SignInCode.browser_hash == browser_hash,
        SignInCode.used_at.is_not(None),
    )
    return db.session.execute(statement.limit(1)).scalar() is not None


def open_sessions(user_id: int) -> list[UserSession]:
    """Sign-ins that have not ended, the last used first."""
    statement = (
        db.select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > clock.now(),
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return list(db.session.execute(statement).scalars())


def open_link(token_hash: str) -> EnrolmentLink | None:
    """The enrolment link, if it was not used and has not expired."""
    statement = db.select(EnrolmentLink).where(
        EnrolmentLink.token_hash == token_hash,
        EnrolmentLink.used_at.is_(None),
        EnrolmentLink.expires_at > clock.now(),
    )
    return db.session.execute(statement).scalar()


@dataclass(frozen=True)
class StaffLine:
    """A member of staff as the administrator sees them."""

    user_id: int
    name: str
    email: str
    is_disabled: bool
    has_factors: bool
    last_seen_at: datetime | None
    roles: list[StaffRole] = field(default_factory=list)


def staff() -> list[StaffLine]:
    """Everybody of the staff with their live roles, by e-mail."""
    statement = (
        db.select(User, own_name_of(User.id)).where(User.is_staff.is_(True)).order_by(User.email)
    )
    users = db.session.execute(statement).all()
    roles = _live_roles()
    seen = _last_seen()
    return [
        StaffLine(
            user.id,
            name or user.email or "",
            user.email or "",
            user.disabled_at is not None,
            bool(user.password_hash and user.totp_sealed),
            seen.get(user.id),
            roles.get(user.id, []),
        )
        for user, name in users
    ]


def staff_member(user_id: int) -> StaffLine | None:
    """One member of the staff."""
    return next((line for line in staff() if line.user_id == user_id), None)


def _live_roles() -> dict[int, list[StaffRole]]:
    found: dict[int, list[StaffRole]] = {}
    statement = db.select(StaffRole).where(StaffRole.revoked_at.is_(None)).order_by(StaffRole.id)
    for role in db.session.execute(statement).scalars():
        found.setdefault(role.user_id, []).append(role)
    return found


def _last_seen() -> dict[int, datetime]:
    statement = (
        db.select(UserSession.user_id, func.max(UserSession.last_seen_at))
        .where(UserSession.as_staff.is_(True))
        .group_by(UserSession.user_id)
    )
    return {key: value for key, value in db.session.execute(statement)}  # noqa: C416 - typed rows


def administrators() -> list[int]:
    """Users who are administrators now: enabled, with both factors, the role in effect."""
    statement = (
        db.select(User.id)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(
            User.disabled_at.is_(None),
            User.password_hash.is_not(None),
            User.totp_sealed.is_not(None),
            StaffRole.role == Role.ADMINISTRATOR,
            StaffRole.revoked_at.is_(None),
            StaffRole.effective_at <= clock.now(),
        )
    )
    return list(db.session.execute(statement).scalars())


@dataclass(frozen=True)
class DemoLine:
    """Somebody one may enter a demo town as."""

    user_id: int
    acting_id: int | None
    name: str
    roles: list[Role]
    kind: PartyKind | None
    is_active: bool


def demo_people() -> list[DemoLine]:
    """Staff by role, then a few volunteers, applicants and one member of each organization of a demo town."""
    lines = [
        DemoLine(one.user_id, None, one.name, [role.role for role in one.roles], None, True)
        for one in staff()
        if one.roles and not one.is_disabled
    ]
    for kind, is_active, most in (
        (PartyKind.PERSON, True, DEMO_LINES),
        (PartyKind.PERSON, False, 2),
        (PartyKind.ORGANIZATION, True, DEMO_LINES),
    ):
        lines += _demo_actings(kind, is_active, most)
    return lines


def _demo_actings(kind: PartyKind, is_active: bool, most: int) -> list[DemoLine]:
    statement = (
        db.select(Acting, Party)
        .join(Party)
        .join(User, User.id == Acting.user_id)
        .where(
            Party.kind == kind,
            Party.is_active.is_(is_active),
            Acting.ended_at.is_(None),
            User.is_staff.is_(False),
            User.disabled_at.is_(None),
        )
        .order_by(Acting.id)
        .limit(most * 4)
    )
    first: dict[int, tuple[Acting, Party]] = {}
    for acting, party in db.session.execute(statement):
        first.setdefault(party.id, (acting, party))
    return [
        DemoLine(acting.user_id, acting.id, party.display_name, [], kind, party.is_active)
        for acting, party in list(first.values())[:most]
    ]
