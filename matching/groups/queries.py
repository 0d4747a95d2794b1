"""Reads of visits, their names and events; how many heads a shift has beside its persons."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.checkin.models import Attendance
from matching.checkin.states import AttendanceState
from matching.groups.models import GroupEvent, GroupName, GroupVisit
from matching.groups.states import VisitState
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from volunteer.core import typed
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.people.models import Person
from volunteer.people.states import PersonState

GONE = _l("そのグループは見つかりませんでした。一覧にもどって、開きなおしてください。")


def visit(visit_id: int) -> GroupVisit:
    """A visit with its shift, as it is now. Raises `NotFound`."""
    statement = (
        select(GroupVisit)
        .where(GroupVisit.id == visit_id)
        .options(
            joinedload(GroupVisit.shift)
            .joinedload(Shift.help_request)
            .joinedload(HelpRequest.category)
        )
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound(GONE)
    return found


def visit_of_key(key: str) -> int | None:
    """The visit that was recorded with this key."""
    return db.session.execute(select(GroupVisit.id).where(GroupVisit.key == key)).scalar()


def visit_named(shift_id: int, name: str) -> GroupVisit | None:
    """The visit of this group to this shift, if it was recorded and not withdrawn."""
    statement = select(GroupVisit).where(
        GroupVisit.shift_id == shift_id,
        GroupVisit.name == name,
        GroupVisit.state != VisitState.WITHDRAWN,
    )
    return db.session.execute(statement).scalar_one_or_none()


def visits_at(shift_id: int) -> list[GroupVisit]:
    """The groups of a shift in the order in which they came."""
    statement = (
        select(GroupVisit)
        .where(GroupVisit.shift_id == shift_id, GroupVisit.state != VisitState.WITHDRAWN)
        .order_by(GroupVisit.came_at, GroupVisit.id)
    )
    return list(db.session.execute(statement).scalars())


def visits_between(start: datetime, end: datetime) -> list[GroupVisit]:
    """The groups of shifts that began in a period, the newest first; also those withdrawn, which count nowhere."""
    statement = (
        select(GroupVisit)
        .join(GroupVisit.shift)
        .where(Shift.starts_at >= start, Shift.starts_at < end)
        .options(contains_eager(GroupVisit.shift).joinedload(Shift.help_request))
        .order_by(GroupVisit.came_at.desc(), GroupVisit.id.desc())
    )
    return list(db.session.execute(statement).scalars())


def event_of_key(key: str) -> GroupEvent | None:
    """What was written down with this key."""
    return db.session.execute(select(GroupEvent).where(GroupEvent.key == key)).scalar_one_or_none()


def events(visit_id: int) -> list[GroupEvent]:
    """All that happened to a visit, in order."""
    statement = select(GroupEvent).where(GroupEvent.visit_id == visit_id).order_by(GroupEvent.id)
    return list(db.session.execute(statement).scalars())


def names(visit_id: int) -> list[GroupName]:
    """The persons named of a group, by kana, with their attendances."""
    statement = (
        select(GroupName)
        .join(GroupName.person)
        .join(GroupName.attendance)
        .where(GroupName.visit_id == visit_id, GroupName.taken_out_at.is_(None))
        .options(contains_eager(GroupName.person), contains_eager(GroupName.attendance))
        .order_by(Person.kana, GroupName.id)
    )
    return list(db.session.execute(statement).scalars())


def name_in(name_id: int, visit_id: int) -> GroupName:
    """One name of this group. Raises `NotFound`, also for one of another group."""
    statement = (
        select(GroupName)
        .where(GroupName.id == name_id, GroupName.visit_id == visit_id)
        .options(joinedload(GroupName.person), joinedload(GroupName.attendance))
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("その名前は見つかりませんでした。画面を開きなおしてください。"))
    return found


@dataclass(frozen=True)
class NamedAlready:
    """Where somebody is named at a shift."""

    name_id: int
    visit_id: int
    group: str
    attendance_id: int


def named_at(person_id: int, shift_id: int) -> NamedAlready | None:
    """Of which group of this shift somebody is named."""
    statement = (
        select(GroupName.id, GroupName.visit_id, GroupVisit.name, GroupName.attendance_id)
        .join(GroupVisit, GroupVisit.id == GroupName.visit_id)
        .where(
            GroupName.shift_id == shift_id,
            GroupName.person_id == person_id,
            GroupName.taken_out_at.is_(None),
        )
    )
    row = db.session.execute(statement).one_or_none()
    return None if row is None else NamedAlready(*row)


def not_named_yet(shift_id: int) -> list[Person]:
    """Registered people with a place in a shift who are of no group yet, by kana: to be ticked."""
    is_named = (
        select(GroupName.id)
        .where(
            GroupName.shift_id == shift_id,
            GroupName.person_id == Participation.person_id,
            GroupName.taken_out_at.is_(None),
        )
        .exists()
    )
    statement = (
        select(Person)
        .join(Participation, Participation.person_id == Person.party_id)
        .where(
            Participation.shift_id == shift_id,
            Participation.state == ParticipationState.ACCEPTED,
            Person.state == PersonState.REGISTERED,
            ~is_named,
        )
        .order_by(Person.kana, Person.party_id)
    )
    return list(db.session.execute(statement).scalars())


def people_at(shift_id: int) -> list[Person]:
    """Everybody whom the host knows by the shift's own list."""
    statement = (
        select(Person)
        .join(Participation, Participation.person_id == Person.party_id)
        .where(
            Participation.shift_id == shift_id,
            Participation.state.in_((ParticipationState.ACCEPTED, ParticipationState.APPLIED)),
        )
        .order_by(Person.kana, Person.party_id)
    )
    return list(db.session.execute(statement).scalars())


def open_of_group(visit_id: int) -> list[int]:
    """Attendances of a group's names that have not ended, in a fixed order."""
    statement = (
        select(Attendance.id)
        .join(GroupName, GroupName.attendance_id == Attendance.id)
        .where(
            GroupName.visit_id == visit_id,
            GroupName.taken_out_at.is_(None),
            Attendance.state == AttendanceState.OPEN,
        )
        .order_by(Attendance.id)
    )
    return list(db.session.execute(statement).scalars())


def people_by_number(numbers: Collection[str]) -> dict[str, Person]:
    """number in capitals → the person who has it."""
    if not numbers:
        return {}
    statement = select(Person).where(
        func.upper(Person.number).in_({one.upper() for one in numbers}),
        Person.state != PersonState.APPLIED,
    )
    people = db.session.execute(statement).scalars()
    return {one.number.upper(): one for one in people if one.number}


def people_named(names: Collection[str]) -> list[Person]:
    """Registered people whose whole name, in kanji or kana, is one of these, spaces aside; by kana."""
    if not names:
        return []
    bare = {"".join(one.split()) for one in names}
    kana = {read(one) for one in bare for read in (typed.to_katakana, typed.to_hiragana)}
    statement = (
        select(Person)
        .where(
            Person.state == PersonState.REGISTERED,
            _without_spaces(Person.name).in_(bare) | _without_spaces(Person.kana).in_(kana),
        )
        .order_by(Person.kana, Person.party_id)
    )
    return list(db.session.execute(statement).scalars())


def _without_spaces(column: Any) -> Any:
    return func.replace(func.replace(column, " ", ""), "\u3000", "")


def due(moment: datetime, limit: int = 500) -> list[int]:
    """Open visits whose time for names is over."""
    statement = (
        select(GroupVisit.id)
        .where(GroupVisit.state == VisitState.OPEN, GroupVisit.names_until <= moment)
        .order_by(GroupVisit.names_until, GroupVisit.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def gone_home(limit: int = 500) -> list[tuple[int, int]]:
    """(visit, attendance) of those whose group has left, and who are still counted as present."""
    statement = (
        select(GroupVisit.id, Attendance.id)
        .join(GroupName, GroupName.visit_id == GroupVisit.id)
        .join(Attendance, Attendance.id == GroupName.attendance_id)
        .where(
            GroupVisit.state == VisitState.OPEN,
            GroupVisit.left_at.is_not(None),
            GroupName.taken_out_at.is_(None),
            Attendance.state == AttendanceState.OPEN,
        )
        .order_by(Attendance.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


@dataclass(frozen=True)
class Heads:
    """Groups in one line: how many, how many people they are, how many of them are named."""

    groups: int = 0
    heads: int = 0
    named: int = 0

    @property
    def unnamed(self) -> int:
        """People who are counted, but are no persons of the register (yet)."""
        return self.heads - self.named


def _counted() -> Select[int, int, int]:
    return (
        select(
            func.count(GroupVisit.id), func.sum(GroupVisit.heads), func.sum(GroupVisit.names_count)
        )
        .select_from(GroupVisit)
        .join(Shift, Shift.id == GroupVisit.shift_id)
        .where(GroupVisit.state != VisitState.WITHDRAWN, Shift.state != ShiftState.CANCELLED)
    )


def heads_at(shift_ids: Collection[int]) -> dict[int, Heads]:
    """shift → its groups; shifts without any are left out."""
    if not shift_ids:
        return {}
    statement = (
        _counted()
        .add_columns(GroupVisit.shift_id)
        .where(GroupVisit.shift_id.in_(shift_ids))
        .group_by(GroupVisit.shift_id)
    )
    rows = db.session.execute(statement)
    return {row[3]: Heads(row[0], int(row[1]), int(row[2])) for row in rows}


def heads_of_shift() -> Any:
    """The heads of all groups of a `Shift`, as a part of a statement about shifts."""
    heads = func.coalesce(func.sum(GroupVisit.heads), 0)
    statement = select(heads).where(
        GroupVisit.shift_id == Shift.id, GroupVisit.state != VisitState.WITHDRAWN
    )
    return statement.correlate(Shift).scalar_subquery()


def heads_between(start: datetime, end: datetime) -> Heads:
    """The groups of all shifts that began in a period (start included, end not): for reports, beside the persons."""
    statement = _counted().where(Shift.starts_at >= start, Shift.starts_at < end)
    groups, heads, named = db.session.execute(statement).one()
    return Heads(groups, int(heads or 0), int(named or 0))
