"""Organization, the decisions about it, invitations of members."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.areas.models import Area
from volunteer.core.db import Model, one_of
from volunteer.organizations.states import (
    OrganizationDecisionKind,
    OrganizationKind,
    OrganizationState,
)
from volunteer.users.models import Party


class Organization(Model):
    """A body that asks for help; the row's id is the party's id. Members are `acting` rows."""

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    kana: Mapped[str] = mapped_column(String(120))
    kind: Mapped[OrganizationKind] = mapped_column(one_of(OrganizationKind))
    state: Mapped[OrganizationState] = mapped_column(one_of(OrganizationState), index=True)
    telephone: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(200))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    purpose: Mapped[str] = mapped_column(String(400), default="")
    applicant_name: Mapped[str] = mapped_column(String(60), default="")
    applied_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    party: Mapped[Party] = relationship()
    area: Mapped[Area | None] = relationship()


class OrganizationDecision(Model):
    """Approval, refusal … by a named member of staff. Added only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.party_id"), index=True)
    kind: Mapped[OrganizationDecisionKind] = mapped_column(one_of(OrganizationDecisionKind))
    reason: Mapped[str] = mapped_column(String(400), default="")
    decided_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime]


class MemberInvitation(Model):
    """An e-mail address that may join an organization by signing in with it."""

    __table_args__ = (
        Index(
            "uq_member_invitation_open",
            "organization_id",
            "email",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.party_id"))
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(60), default="")
    invited_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
