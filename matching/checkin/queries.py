"""Reads of attendances: by verbs inside a turn, and by the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.checkin.evidence import SOURCE_KIND
from matching.checkin.models import Attendance, AttendanceEvent, ScanRefusal
from matching.checkin.states import (
    SETTLES_BY_ITSELF,
    TO_LOOK_AT,
    AttendanceState,
    Direction,
)
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.queries import names_of_users
from matching.help_requests.states import ShiftState
from points.earning.models import Award
from points.earning.states import AwardState
from volunteer.core import clock
from volunteer.core.db import db, run_core
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.people.models import Person
from volunteer.people.states import PersonState

REFUSAL_ONCE_IN = timedelta(minutes=10)
HOST_FIRST = timedelta(hours=24)
"""So long after the end a host may answer a claim before the desk is asked to."""


@dataclass(frozen=True)
class LiveAward:
    """The newest award of an attendance."""

    id: int
    state: AwardState
    points: int
    settles_at: datetime | None
    journal_id: int | None

    @property
    def is_pending(self) -> bool:
        """Whether its points wait for somebody's word."""
        return self.state is AwardState.PENDING


def live_award(attendance_id: int) -> LiveAward | None:
    """The newest award of an attendance."""
    statement = (
        select(Award.id, Award.state, Award.points, Award.settles_at, Award.journal_id)
        .where(Award.source_kind == SOURCE_KIND, Award.source_id == attendance_id)
        .order_by(Award.revision.desc())
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    return None if row is None else LiveAward(*row)


_OF_SCAN = (
    select(AttendanceEvent.attendance_id, Participation.person_id)
    .join(Attendance, Attendance.id == AttendanceEvent.attendance_id)
    .join(Participation, Participation.id == Attendance.participation_id)
    .where(AttendanceEvent.scan_uuid == bindparam("uuid"))
)


def attendance_of_scan(uuid: str) -> tuple[int, int] | None:
    """(attendance, person) of a scan that reached us before."""
    row = run_core(_OF_SCAN, uuid=uuid).one_or_none()
    return None if row is None else (row[0], row[1])


def device_used_by_others(device: str, shift_id: int, person_id: int) -> bool:
    """Whether somebody else checked in to this shift with the same browser or device."""
    if not device:
        return False
    statement = (
        select(AttendanceEvent.id)
        .join(Attendance, Attendance.id == AttendanceEvent.attendance_id)
        .join(Participation, Participation.id == Attendance.participation_id)
        .where(
            Participation.shift_id == shift_id,
            Participation.person_id != person_id,
            AttendanceEvent.device == device,
        )
        .limit(1)
    )
    return db.session.execute(statement).scalar() is not None


def was_just_refused(shift_id: int | None, person_id: int | None, code: str, at: datetime) -> bool:
    """Whether the same trouble was written down in the last ten minutes."""
    statement = (
        select(ScanRefusal.id)
        .where(
            ScanRefusal.shift_id.is_not_distinct_from(shift_id),
            ScanRefusal.person_id.is_not_distinct_from(person_id),
            ScanRefusal.code == code,
            ScanRefusal.at > at - REFUSAL_ONCE_IN,
        )
        .limit(1)
    )
    return db.session.execute(statement).scalar() is not None


def has_check_ins(shift_id: int) -> bool:
    """Whether anybody has ever checked in to a shift: then it can be ended early, but no longer called off."""
    return bool(people_seen(shift_id))


def people_seen(shift_id: int) -> set[int]:
    """The people with an attendance at a shift."""
    statement = (
        select(Participation.person_id)
        .join(Attendance, Attendance.participation_id == Participation.id)
        .where(Participation.shift_id == shift_id)
    )
    return set(db.session.execute(statement).scalars())


def open_attendances(shift_id: int) -> list[tuple[int, int]]:
    """(attendance, person) of everybody who is at a shift now, in a fixed order."""
    statement = (
        select(Attendance.id, Participation.person_id)
        .join(Participation, Participation.id == Attendance.participation_id)
        .where(Participation.shift_id == shift_id, Attendance.state == AttendanceState.OPEN)
        .order_by(Attendance.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def counted(attendance_id: int) -> tuple[int, int]:
    """(minutes, households) that an attendance counts now."""
    statement = select(Attendance.minutes_counted, Attendance.households).where(
        Attendance.id == attendance_id
    )
    row = db.session.execute(statement).one()
    return row[0], row[1]


def decided_by(attendance_id: int) -> str:
    """The name of who confirmed, corrected or refused an attendance; "" when nobody has."""
    statement = select(Attendance.confirmed_by_user_id).where(Attendance.id == attendance_id)
    user_id = db.session.execute(statement).scalar_one_or_none()
    return "" if user_id is None else names_of_users({user_id}).get(user_id, "")


@dataclass(frozen=True)
class ArrivalLine:
    """One expected person on the list of the host."""

    person: Person
    participation: Participation
    attendance: Attendance | None

    @property
    def needs_word(self) -> bool:
        """Whether the host is asked to confirm, correct or refuse."""
        return self.attendance is not None and is_to_look_at(self.attendance)

    @property
    def may_be_called(self) -> bool:
        """Whether there is somebody to ask by telephone where they are."""
        return self.attendance is None and bool(self.person.telephone)


def is_to_look_at(attendance: Attendance) -> bool:
    """Whether something about an attendance differs and nobody has said anything about it yet."""
    undecided = attendance.state in (AttendanceState.OPEN, AttendanceState.CLOSED)
    flagged = any(flag in TO_LOOK_AT for flag in attendance.flags)
    return attendance.confirmed_at is None and undecided and flagged


def arrival_lines(shift_id: int) -> list[ArrivalLine]:
    """Everybody who has a place in a shift, by kana, with what is known of their coming and going."""
    statement = (
        select(Participation, Attendance)
        .join(Participation.person)
        .outerjoin(Attendance, Attendance.participation_id == Participation.id)
        .where(
            Participation.shift_id == shift_id,
            (Participation.state == ParticipationState.ACCEPTED) | Attendance.id.is_not(None),
        )
        .options(contains_eager(Participation.person))
        .order_by(Person.kana, Participation.id)
    )
    return [ArrivalLine(row[0].person, row[0], row[1]) for row in db.session.execute(statement)]


def attendance_at(person_id: int | None, shift_id: int) -> Attendance | None:
    """The attendance of a person at a shift, as it is now."""
    statement = (
        select(Attendance)
        .join(Attendance.participation)
        .where(Participation.person_id == person_id, Participation.shift_id == shift_id)
        .options(contains_eager(Attendance.participation))
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).scalar_one_or_none()


def attendance_in(attendance_id: int, shift_id: int) -> Attendance:
    """An attendance of this shift, with its person. Raises `NotFound`, also for one of another shift."""
    statement = (
        select(Attendance)
        .join(Attendance.participation)
        .where(Attendance.id == attendance_id, Participation.shift_id == shift_id)
        .options(contains_eager(Attendance.participation).joinedload(Participation.person))
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("その受付は見つかりませんでした。"))
    return found


def award_of(attendance_id: int) -> Award | None:
    """The newest award of an attendance, for its page."""
    statement = (
        select(Award)
        .where(Award.source_kind == SOURCE_KIND, Award.source_id == attendance_id)
        .order_by(Award.revision.desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar_one_or_none()


@dataclass(frozen=True)
class HistoryLine:
    """A decision about an attendance: what, when, who ("" = the program), why."""

    direction: Direction
    at: datetime
    who: str
    reason: str
    detail: dict[str, Any]


def decisions(attendance_id: int) -> list[HistoryLine]:
    """Confirmations, corrections and refusals of an attendance, oldest first; both parties may read them."""
    statement = (
        select(AttendanceEvent)
        .where(
            AttendanceEvent.attendance_id == attendance_id,
            AttendanceEvent.direction.not_in((Direction.CHECK_IN, Direction.CHECK_OUT)),
        )
        .order_by(AttendanceEvent.id)
    )
    rows = list(db.session.execute(statement).scalars())
    names = names_of_users({row.actor_user_id for row in rows if row.actor_user_id is not None})
    return [
        HistoryLine(
            row.direction,
            row.server_time,
            names.get(row.actor_user_id or 0, ""),
            row.reason,
            row.detail,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class ShiftOfDay:
    """A shift with how many are expected and have arrived."""

    shift: Shift
    expected: int
    arrived: int


def shifts_on(day: date) -> list[ShiftOfDay]:
    """The shifts that begin on a day, earliest first; of those called off only where somebody was all the same."""
    start, end = clock.day_bounds(day)
    statement = (
        select(Shift, func.count(Participation.id), func.count(Attendance.id))
        .join(Shift.help_request)
        .outerjoin(
            Participation,
            (Participation.shift_id == Shift.id)
            & (Participation.state == ParticipationState.ACCEPTED),
        )
        .outerjoin(Attendance, Attendance.participation_id == Participation.id)
        .where(
            Shift.starts_at >= start,
            Shift.starts_at < end,
            Shift.state != ShiftState.PLANNED,
            (Shift.state != ShiftState.CANCELLED) | (Shift.seats_taken > 0),
        )
        .options(selectinload(Shift.help_request).selectinload(HelpRequest.category))
        .group_by(Shift.id)
        .order_by(Shift.starts_at, Shift.id)
    )
    return [ShiftOfDay(*row) for row in db.session.execute(statement).unique()]


@dataclass(frozen=True)
class RefusalLine:
    """A scan that was not accepted, with who and where."""

    refusal: ScanRefusal
    person: Person | None
    shift: Shift | None


IS_UNSEEN = (ScanRefusal.seen_at.is_(None), ScanRefusal.person_id.is_not(None))


def unseen_refusals(limit: int = 50) -> list[RefusalLine]:
    """Refused scans nobody at the desk has looked at, newest first."""
    statement = (
        select(ScanRefusal, Person, Shift)
        .outerjoin(Person, Person.party_id == ScanRefusal.person_id)
        .outerjoin(Shift, Shift.id == ScanRefusal.shift_id)
        .where(*IS_UNSEEN)
        .options(joinedload(Shift.help_request))
        .order_by(ScanRefusal.at.desc(), ScanRefusal.id.desc())
        .limit(limit)
    )
    return [RefusalLine(*row) for row in db.session.execute(statement)]


def undecided(*more: ColumnElement[bool]) -> Any:
    """The statement for attendances that nobody has confirmed or refused, with their people and shifts."""
    return (
        select(Attendance)
        .join(Attendance.participation)
        .join(Participation.shift)
        .join(Shift.help_request)
        .where(
            Attendance.confirmed_at.is_(None),
            Attendance.state.in_((AttendanceState.OPEN, AttendanceState.CLOSED)),
            *more,
        )
        .options(
            contains_eager(Attendance.participation).joinedload(Participation.person),
            contains_eager(Attendance.participation)
            .contains_eager(Participation.shift)
            .contains_eager(Shift.help_request),
        )
        .order_by(Shift.starts_at, Attendance.id)
    )


def to_confirm(host_party_id: int, limit: int = 50) -> list[Attendance]:
    """What a host is asked to confirm, of all its shifts, oldest first."""
    statement = undecided(HelpRequest.host_party_id == host_party_id)
    found = db.session.execute(statement.limit(500)).scalars()
    return [one for one in found if is_to_look_at(one)][:limit]


def is_sure() -> ColumnElement[bool]:
    """Attendances that settle by themselves: seen on site, confirmed by somebody, or by the programme's own rule."""
    settled = select(Award.id).where(
        Award.source_kind == SOURCE_KIND,
        Award.source_id == Attendance.id,
        Award.state == AwardState.SETTLED,
        Award.points > 0,
    )
    return or_(
        Attendance.grade.in_(SETTLES_BY_ITSELF),
        Attendance.confirmed_at.is_not(None),
        settled.exists(),
    )


def due(
    state: AttendanceState, more: Sequence[ColumnElement[bool]] = (), limit: int = 500
) -> list[int]:
    """Attendances in a state whose time for the closing or settling job has come."""
    statement = (
        select(Attendance.id)
        .where(Attendance.state == state, Attendance.due_at <= clock.now(), *more)
        .order_by(Attendance.due_at, Attendance.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def possible_people(words: str, limit: int = 20) -> list[Person]:
    """Registered people by number, or by a part of name or kana; for staff who type a paper list."""
    statement = (
        select(Person)
        .where(
            Person.state == PersonState.REGISTERED,
            (func.upper(Person.number) == words.upper())
            | Person.name.contains(words, autoescape=True)
            | Person.kana.contains(words, autoescape=True),
        )
        .order_by(Person.kana, Person.party_id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())
