"""What was noticed, the attendances it is about, and what somebody said who looked. Rows are only added."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.anomalies.states import AnomalyKind, LookedAt
from volunteer.core.db import Model, one_of
from volunteer.organizations.models import Organization
from volunteer.people.models import Person
from volunteer.users.models import User


class AnomalyFinding(Model):
    """One thing that was noticed. `key` is made of what it is about, so that a second run adds nothing."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[AnomalyKind] = mapped_column(one_of(AnomalyKind))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    """Who or what it is about, as the rules name it: `person:12`, `device:ab12…`."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.party_id"), index=True)
    organization_party_id: Mapped[int | None] = mapped_column(ForeignKey("organization.party_id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Whose entries it is about."""
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    first_on: Mapped[date]
    last_on: Mapped[date]
    found_at: Mapped[datetime]
    person: Mapped[Person | None] = relationship()
    organization: Mapped[Organization | None] = relationship()
    user: Mapped[User | None] = relationship()
    answer: Mapped["AnomalyAnswer | None"] = relationship()


class AnomalyAttendance(Model):
    """One attendance that a finding is about; it counts in no later finding about the same."""

    finding_id: Mapped[int] = mapped_column(ForeignKey("anomaly_finding.id"), primary_key=True)
    attendance_id: Mapped[int] = mapped_column(
        ForeignKey("attendance.id"), primary_key=True, index=True
    )


class AnomalyAnswer(Model):
    """What one of the staff said who had looked; one per finding. The reason is emptied with the person."""

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("anomaly_finding.id"), unique=True)
    outcome: Mapped[LookedAt] = mapped_column(one_of(LookedAt))
    reason: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
