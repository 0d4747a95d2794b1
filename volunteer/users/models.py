"""Party, user, acting (decision 1), sessions on the server, codes, roles."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core.db import Model, one_of
from volunteer.core.permissions import Role
from volunteer.users.states import ActingAs, CodePurpose, PartyKind


class Party(Model):
    """Whatever holds points, money, contacts or history: a person, household, organization or group."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PartyKind] = mapped_column(one_of(PartyKind))
    display_name: Mapped[str] = mapped_column(String(80))
    is_active: Mapped[bool] = mapped_column(default=False)
    """A registered person or approved organization: may act, not only look. Moves together with their state."""
    created_at: Mapped[datetime]


class User(Model):
    """Someone who can sign in. One e-mail is one user and may be several people."""

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """As typed by its owner, domain in lower case; NULL once erased."""
    language: Mapped[str] = mapped_column(String(10), default="ja")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_sealed: Mapped[str | None] = mapped_column(String(200))
    totp_last_step: Mapped[int] = mapped_column(default=0)
    """The last 30 s step used: each step counts once."""
    is_staff: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    actings: Mapped[list["Acting"]] = relationship(back_populates="user")


class Acting(Model):
    """This user acts for this party: as self, guardian, proxy or member."""

    __table_args__ = (
        Index(
            "uq_acting_live",
            "user_id",
            "party_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    capacity: Mapped[ActingAs] = mapped_column(one_of(ActingAs))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(back_populates="actings")
    party: Mapped[Party] = relationship()


class StaffRole(Model):
    """A role granted to a staff user; effective at once or after a delay, until revoked."""

    __table_args__ = (
        Index(
            "uq_staff_role_live",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[Role] = mapped_column(one_of(Role))
    granted_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    granted_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class UserSession(Model):
    """A sign-in on one browser; ended on the server by log-out, disabling or a change of role."""

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    acting_id: Mapped[int | None] = mapped_column(ForeignKey("acting.id"))
    """For whom the user acts now; NULL for staff at the desk or before choosing."""
    as_staff: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    """When identity was last proved in this session (re-authentication before money and bank data)."""
    browser: Mapped[str] = mapped_column(String(80), default="")
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str] = mapped_column(String(40), default="")


class SignInCode(Model):
    """A six-digit code sent by e-mail: hashed, 10 minutes, 5 tries, bound to the browser that asked."""

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    purpose: Mapped[CodePurpose] = mapped_column(one_of(CodePurpose))
    browser_hash: Mapped[str] = mapped_column(String(64), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class EnrolmentLink(Model):
    """A one-time link with which a staff user sets password and second factor."""

    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EmailChange(Model):
    """An address gave way to another one: kept so that staff can put it back, and emptied with the person."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    old_sealed: Mapped[str] = mapped_column(String(600), default="")
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    """Why staff changed it; empty when its owner did."""
    changed_at: Mapped[datetime]
