"""Person, the decisions about them, their cards and what they agreed to."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.areas.models import Area
from volunteer.core.db import Model, one_of
from volunteer.people.states import PersonDecisionKind, PersonState, Tie
from volunteer.users.models import Party


class Person(Model):
    """A human being known to the center; the row's id is the party's id."""

    __table_args__ = (
        CheckConstraint(
            "(state IN ('applied', 'refused')) OR (number IS NOT NULL)",
            name="registered_has_number",
        ),
    )

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True)
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    """Registration number (登録番号), given when staff register the person."""
    name: Mapped[str] = mapped_column(String(60))
    kana: Mapped[str] = mapped_column(String(80), index=True)
    birth_on: Mapped[date]
    tie: Mapped[Tie] = mapped_column(one_of(Tie))
    state: Mapped[PersonState] = mapped_column(one_of(PersonState), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    telephone: Mapped[str] = mapped_column(String(20), default="")
    postcode: Mapped[str] = mapped_column(String(8), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    emergency_name: Mapped[str] = mapped_column(String(60), default="")
    emergency_relation: Mapped[str] = mapped_column(String(20), default="")
    emergency_telephone: Mapped[str] = mapped_column(String(20), default="")
    guardian_name: Mapped[str] = mapped_column(String(60), default="")
    guardian_telephone: Mapped[str] = mapped_column(String(20), default="")
    guardian_agreed_on: Mapped[date | None]
    from_paper: Mapped[bool] = mapped_column(default=False)
    household_party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    """The household one lives in, where known: nobody confirms the attendance of their own household."""
    applied_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    party: Mapped[Party] = relationship(foreign_keys=[party_id])
    area: Mapped[Area | None] = relationship()

    @property
    def is_registered(self) -> bool:
        """Whether this person may take part and earn."""
        return self.state is PersonState.REGISTERED

    @property
    def has_details(self) -> bool:
        """Whether the later page was filled without which staff do not register (decision 17)."""
        return bool(self.telephone and self.address and self.emergency_telephone)


class PersonDecision(Model):
    """Registration, refusal, suspension … by a named member of staff. Added only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    kind: Mapped[PersonDecisionKind] = mapped_column(one_of(PersonDecisionKind))
    reason: Mapped[str] = mapped_column(String(400), default="")
    decided_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime]


class Card(Model):
    """A printed or shown card with its code; a new one revokes the old."""

    __table_args__ = (
        Index(
            "uq_card_live",
            "person_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    issued_at: Mapped[datetime]
    issued_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str] = mapped_column(String(60), default="")


class Consent(Model):
    """A person agreed to a text of this version."""

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    on_paper: Mapped[bool] = mapped_column(default=False)
    entered_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
