"""Reads of disputes, for whoever opened them, the host and the desk."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.checkin.models import Attendance
from matching.checkin.states import AttendanceState
from matching.disputes.models import DisputeMessage, TimeDispute
from matching.disputes.rules import Record
from matching.disputes.states import DisputeState
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.queries import names_of_users
from matching.paid_work.queries import disputes_of_student
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l

GONE = _l("その申し出は見つかりませんでした。一覧にもどって、開きなおしてください。")
RECENT = 50


def _with_place() -> Select[TimeDispute]:
    return (
        select(TimeDispute)
        .join(TimeDispute.participation)
        .join(Participation.shift)
        .join(Shift.help_request)
        .options(
            contains_eager(TimeDispute.participation).joinedload(Participation.person),
            contains_eager(TimeDispute.participation)
            .contains_eager(Participation.shift)
            .contains_eager(Shift.help_request)
            .joinedload(HelpRequest.category),
        )
    )


def _whole() -> Select[TimeDispute]:
    return _with_place().options(selectinload(TimeDispute.messages))


def dispute(dispute_id: int) -> TimeDispute:
    """A dispute with its messages. Raises `NotFound`."""
    statement = _whole().where(TimeDispute.id == dispute_id)
    found = db.session.execute(
        statement.execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(GONE)
    return found


def disputes_of(person_id: int, shift_id: int | None = None) -> list[TimeDispute]:
    """What a person has disputed, at one shift or at all; the newest first."""
    statement = _whole().where(Participation.person_id == person_id)
    if shift_id is not None:
        statement = statement.where(Participation.shift_id == shift_id)
    return list(db.session.execute(statement.order_by(TimeDispute.id.desc())).scalars())


def open_disputes() -> list[TimeDispute]:
    """What staff have to decide, the oldest first; for lists, without what was said."""
    statement = _with_place().where(TimeDispute.state == DisputeState.OPEN)
    return list(db.session.execute(statement.order_by(TimeDispute.id)).scalars())


def has_open_dispute(person_id: int) -> bool:
    """Whether staff still have to decide something about this person's time, of paid work as well."""
    own = (
        select(TimeDispute.id)
        .join(TimeDispute.participation)
        .where(Participation.person_id == person_id, TimeDispute.state == DisputeState.OPEN)
    )
    both = own.union_all(disputes_of_student(person_id))
    return db.session.execute(both.limit(1)).first() is not None


def closed_disputes() -> list[TimeDispute]:
    """The last ones that are over, the newest first; without what was said."""
    statement = _with_place().where(TimeDispute.state != DisputeState.OPEN)
    return list(
        db.session.execute(statement.order_by(TimeDispute.closed_at.desc()).limit(RECENT)).scalars()
    )


def key_used(key: str) -> int | None:
    """The dispute that was opened, or spoken in, with this key."""
    opened = select(TimeDispute.id).where(TimeDispute.key == key)
    said = select(DisputeMessage.dispute_id).where(DisputeMessage.key == key)
    return db.session.execute(opened.union(said)).scalars().first()


@dataclass(frozen=True)
class Subject:
    """What a dispute would be about: the seat, and what is recorded of it."""

    participation_id: int
    person_id: int
    shift_id: int
    attendance_id: int | None
    record: Record


def subject_at(person_id: int, shift_id: int) -> Subject | None:
    """What is recorded of a person at a shift; None for somebody who never applied."""
    statement = (
        select(Participation, Attendance, Shift.ends_at)
        .join(Shift, Shift.id == Participation.shift_id)
        .outerjoin(Attendance, Attendance.participation_id == Participation.id)
        .where(Participation.person_id == person_id, Participation.shift_id == shift_id)
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        return None
    seat: Participation = row[0]
    attendance: Attendance | None = row[1]
    has_seat = seat.state is ParticipationState.ACCEPTED or attendance is not None
    record = Record(
        took_part=has_seat,
        ends_at=row.ends_at,
        state=attendance.state if attendance else None,
        final_at=_final_at(attendance, row.ends_at),
        has_open_dispute=_is_open(seat.id),
    )
    found = attendance.id if attendance else None
    return Subject(seat.id, person_id, shift_id, found, record)


def _final_at(attendance: Attendance | None, ends_at: datetime) -> datetime | None:
    if attendance is None:
        return ends_at
    if attendance.state is AttendanceState.REFUSED:
        return attendance.confirmed_at
    return attendance.due_at if attendance.state is AttendanceState.SETTLED else None


def _is_open(participation_id: int) -> bool:
    statement = select(TimeDispute.id).where(
        TimeDispute.participation_id == participation_id, TimeDispute.state == DisputeState.OPEN
    )
    return db.session.execute(statement).first() is not None


def attendance_of(found: TimeDispute) -> Attendance | None:
    """What is recorded now about what is disputed."""
    statement = (
        select(Attendance)
        .where(Attendance.participation_id == found.participation_id)
        .options(joinedload(Attendance.participation))
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).scalar_one_or_none()


def speakers(found: TimeDispute) -> dict[int, str]:
    """The names of those who speak in a dispute, by user."""
    return names_of_users({one.user_id for one in found.messages})
