"""Who stands too near to an attendance to say anything about it: oneself, one's household, whose phone told of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, select

from matching.checkin.models import Attendance, AttendanceEvent
from matching.checkin.states import LATE_BY_PHONE, Direction
from volunteer.core.db import db
from volunteer.core.errors import NotAllowed
from volunteer.core.i18n import _l
from volunteer.people.models import Person
from volunteer.users.models import Acting, Party
from volunteer.users.states import PartyKind


@dataclass(frozen=True)
class Closeness:
    """The people a user is, acts for, or lives with."""

    people: frozenset[int]
    households: frozenset[int]

    def includes(self, person_id: int, household_party_id: int | None) -> bool:
        """Whether this user may say nothing about that person's attendance."""
        return person_id in self.people or household_party_id in self.households


def closeness_of(user_id: int) -> Closeness:
    """The people whose attendance a user may not confirm: themselves and their household."""
    statement = (
        select(Person.party_id, Person.household_party_id)
        .join(Acting, Acting.party_id == Person.party_id)
        .join(Party, Party.id == Person.party_id)
        .where(Acting.user_id == user_id, Acting.ended_at.is_(None), Party.kind == PartyKind.PERSON)
    )
    rows = db.session.execute(statement).all()
    return Closeness(
        frozenset(row[0] for row in rows), frozenset(row[1] for row in rows if row[1] is not None)
    )


def household_of(person_id: int) -> int | None:
    """The household a person lives in, where known."""
    statement = select(Person.household_party_id).where(Person.party_id == person_id)
    return db.session.execute(statement).scalar_one_or_none()


def told_by_phone(user_id: int, attendance_ids: Sequence[int]) -> set[int]:
    """Those of these attendances of which this user's own phone told only much later."""
    statement = (
        select(Attendance.id)
        .join(AttendanceEvent, AttendanceEvent.attendance_id == Attendance.id)
        .where(
            Attendance.id.in_(attendance_ids),
            cast(Attendance.flags, String).like(f'%"{LATE_BY_PHONE}"%'),
            AttendanceEvent.direction == Direction.CHECK_IN,
            AttendanceEvent.actor_user_id == user_id,
        )
    )
    return set(db.session.execute(statement).scalars())


def refuse_own_phone(user_id: int, attendance_ids: Sequence[int]) -> None:
    """What somebody's own phone told much later, another one confirms. Raises `NotAllowed` (own_phone)."""
    if told_by_phone(user_id, attendance_ids):
        raise NotAllowed(
            _l("あなたの端末からあとで届いた受付です。ほかの担当の人か、センターが確かめます。"),
            code="own_phone",
        )
