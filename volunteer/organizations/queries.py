"""Reads of organizations: one, a page of them, their members and decisions."""

from dataclasses import dataclass

from sqlalchemy import func, or_
from sqlalchemy.orm import joinedload

from volunteer.core import typed
from volunteer.core.db import db
from volunteer.organizations.models import MemberInvitation, Organization, OrganizationDecision
from volunteer.organizations.states import OrganizationState
from volunteer.users.models import Acting, User
from volunteer.users.queries import user_name
from volunteer.users.states import ActingAs

PAGE = 30


@dataclass(frozen=True)
class Member:
    """Somebody who acts for an organization."""

    acting_id: int
    user_id: int
    email: str
    name: str
    language: str


def organization(party_id: int | None) -> Organization | None:
    """An organization by its party."""
    return None if party_id is None else db.session.get(Organization, party_id)


def members(party_id: int) -> list[Member]:
    """Everybody who acts for it now, in the order they joined."""
    statement = (
        db.select(Acting.id, User.id, User.email, MemberInvitation.name, User.language)
        .join(User, User.id == Acting.user_id)
        .outerjoin(
            MemberInvitation,
            (MemberInvitation.organization_id == Acting.party_id)
            & (MemberInvitation.email == User.email)
            & MemberInvitation.ended_at.is_(None),
        )
        .where(
            Acting.party_id == party_id,
            Acting.capacity == ActingAs.MEMBER,
            Acting.ended_at.is_(None),
        )
        .order_by(Acting.id)
    )
    rows = db.session.execute(statement)
    return [
        Member(acting, user, email or "", name or "", language)
        for acting, user, email, name, language in rows
    ]


def is_member(user_id: int, party_id: int) -> bool:
    """Whether this user acts for the organization: such staff do not decide about it."""
    return any(one.user_id == user_id for one in members(party_id))


@dataclass(frozen=True)
class Found:
    """One page of a list."""

    organizations: list[Organization]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def organizations_page(
    words: str = "", state: OrganizationState | None = None, number: int = 1
) -> Found:
    """Organizations by state with a search over name and reading, those waiting longest first."""
    conditions = [] if state is None else [Organization.state == state]
    if words.strip():
        plain = words.strip()[:60]
        conditions.append(
            or_(
                Organization.name.contains(plain, autoescape=True),
                Organization.kana.contains(typed.to_katakana(plain), autoescape=True),
            )
        )
    total = db.session.execute(
        db.select(func.count()).select_from(Organization).where(*conditions)
    ).scalar_one()
    statement = (
        db.select(Organization)
        .options(joinedload(Organization.area))
        .where(*conditions)
        .order_by(Organization.applied_at, Organization.party_id)
        .offset((max(1, number) - 1) * PAGE)
        .limit(PAGE)
    )
    return Found(list(db.session.execute(statement).scalars()), total, max(1, number))


def waiting(limit: int = PAGE) -> list[Organization]:
    """Applications without a decision, the oldest first."""
    statement = (
        db.select(Organization)
        .where(Organization.state == OrganizationState.APPLIED)
        .order_by(Organization.applied_at, Organization.party_id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def counts() -> dict[OrganizationState, int]:
    """How many organizations stand in each state."""
    statement = db.select(Organization.state, func.count()).group_by(Organization.state)
    return {state: count for state, count in db.session.execute(statement)}  # noqa: C416 - rows


def decisions(party_id: int) -> list[tuple[OrganizationDecision, str]]:
    """What was decided about it and by whom, the newest first."""
    statement = (
        db.select(OrganizationDecision)
        .where(OrganizationDecision.organization_id == party_id)
        .order_by(OrganizationDecision.id.desc())
    )
    rows = db.session.execute(statement).scalars()
    return [(row, user_name(row.decided_by_user_id)) for row in rows]


def latest_decision(party_id: int) -> tuple[OrganizationDecision, str] | None:
    """The newest decision and who made it."""
    found = decisions(party_id)
    return found[0] if found else None
