"""A case of false records and the attendances it is about. That two people decide is kept by CHECKs."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.false_records.states import CaseState, FalseReason
from volunteer.core.db import Model, one_of
from volunteer.people.models import Person


class FalseRecordCase(Model):
    """Somebody's attendances that one member of staff holds to be false; another one decides."""

    __table_args__ = (
        CheckConstraint("proposed_by_person_id <> person_id", name="proposer"),
        CheckConstraint(
            "decided_by_person_id IS NULL OR (decided_by_person_id <> person_id"
            " AND decided_by_person_id <> proposed_by_person_id"
            " AND decided_by_user_id <> proposed_by_user_id)",
            name="two_people",
        ),
        CheckConstraint(
            "(state = 'proposed') = (decided_by_person_id IS NULL)", name="decided_by_somebody"
        ),
        CheckConstraint("suspend_days >= 0", name="suspend_days"),
        Index(
            "uq_false_record_case_open",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    """NULL where no programme gave anything for these attendances."""
    reason: Mapped[FalseReason] = mapped_column(one_of(FalseReason))
    note: Mapped[str] = mapped_column(String(400), default="")
    """What is known, for the staff; emptied when the person is erased."""
    suspend_days: Mapped[int] = mapped_column(default=0)
    state: Mapped[CaseState] = mapped_column(one_of(CaseState), index=True)
    proposed_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_by_person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"))
    proposed_at: Mapped[datetime]
    decided_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.party_id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(400), default="")
    """What the person is told; emptied when they are erased."""
    points_taken: Mapped[int] = mapped_column(default=0)
    points_owed: Mapped[int] = mapped_column(default=0)
    """What of it had been paid out and is owed now."""
    points_waived: Mapped[int] = mapped_column(default=0)
    """What had been paid out and is not asked back, because the programme says so."""
    suspended_until: Mapped[date | None]
    """The first day on which the person may take part again."""
    suspension_id: Mapped[int | None] = mapped_column(ForeignKey("person_decision.id"))
    undone_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    proposer: Mapped[Person] = relationship(foreign_keys=[proposed_by_person_id])
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by_person_id])
    items: Mapped[list["FalseRecordItem"]] = relationship(order_by="FalseRecordItem.attendance_id")


class FalseRecordItem(Model):
    """One attendance of a case, and what it counted before."""

    __table_args__ = (UniqueConstraint("case_id", "attendance_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("false_record_case.id"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"), index=True)
    points: Mapped[int]
    minutes: Mapped[int]
    households: Mapped[int]
    is_struck: Mapped[bool] = mapped_column(default=False)
    """Whether the decision took it back; the programme may leave awards as they are."""
