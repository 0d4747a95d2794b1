"""Reads of anomalies: the facts of some weeks for the rules, and findings for the desk."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Executable, Select, func, select
from sqlalchemy.orm import joinedload

from matching.anomalies.models import AnomalyAnswer, AnomalyAttendance, AnomalyFinding
from matching.anomalies.rules import Fact, Hand, Seen, minutes_planned
from matching.assignments.models import Participation
from matching.checkin.evidence import SOURCE_KIND
from matching.checkin.models import Attendance, AttendanceEvent
from matching.checkin.services import SELF_SOURCES
from matching.checkin.states import AttendanceState, Direction, Source
from matching.help_requests.models import HelpRequest, Shift
from points.earning.models import Award
from points.earning.rules import AwardReason
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.people.models import Person

LOOKS_BACK = timedelta(days=92)
"""A season: long enough for patterns, short enough that people remember."""
BY_HAND = frozenset({Source.NAME_LIST, Source.STAFF_ENTRY})
WORDS = frozenset({Direction.CONFIRMATION, Direction.CORRECTION})
OWN_DEVICE = "device:"
"""An enrolled kiosk or leader's phone begins like this (matching/devices); it receives everybody."""
GROUP = "group:"
"""A name of a group begins like this (matching/groups): its people were counted at the door."""
RECENT = 30
ON_PAGE = 50


def facts_since(since: datetime) -> list[Fact]:
    """Every attendance that was not refused, of shifts that began after `since`."""
    rows = db.session.execute(_attendances_since(since)).all()
    events, exact = _events_since(since), _fills_cap_since(since)
    return [
        Fact(
            attendance_id=row.id,
            shift_id=row.shift_id,
            person_id=row.person_id,
            home=_home(row.person_id, row.household_party_id, row.telephone, row.address),
            organization_id=row.host_party_id,
            place=row.public_place,
            starts_at=clock.to_tokyo(row.starts_at),
            ends_at=clock.to_tokyo(row.ends_at),
            came_at=clock.to_tokyo(row.checked_in_at),
            left_at=clock.to_tokyo(row.checked_out_at) if row.checked_out_at else None,
            device=events.devices.get(row.id, ""),
            is_by_hand=row.source in BY_HAND and not events.counts_otherwise(row.id),
            is_of_group=row.id in events.by_group,
            is_auto_closed=row.auto_closed,
            is_corrected=row.id in events.corrected
            and row.minutes_counted != minutes_planned(row.starts_at, row.ends_at),
            fills_cap=row.id in exact,
            hands=tuple(events.hands.get(row.id, ())),
        )
        for row in rows
    ]


def _attendances_since(since: datetime) -> Executable:
    return (
        select(
            Attendance.id,
            Attendance.source,
            Attendance.checked_in_at,
            Attendance.checked_out_at,
            Attendance.minutes_counted,
            Attendance.auto_closed,
            Participation.shift_id,
            Participation.person_id,
            Person.household_party_id,
            Person.telephone,
            Person.address,
            Shift.starts_at,
            Shift.ends_at,
            HelpRequest.host_party_id,
            HelpRequest.public_place,
        )
        .join(Participation, Participation.id == Attendance.participation_id)
        .join(Person, Person.party_id == Participation.person_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(Shift.starts_at >= since, Attendance.state != AttendanceState.REFUSED)
        .order_by(Attendance.id)
    )


def _home(person_id: int, household_id: int | None, telephone: str, address: str) -> str:
    """Who lives together: as registered, else one telephone or one address; families share a phone."""
    if household_id is not None:
        return f"household:{household_id}"
    return telephone or address or f"person:{person_id}"


@dataclass
class _Events:
    devices: dict[int, str]
    by_device: set[int]
    by_group: set[int]
    corrected: set[int]
    """Whose times somebody typed, on paper or as a correction."""
    hands: dict[int, list[Hand]]

    def counts_otherwise(self, attendance_id: int) -> bool:
        """Whether a name was taken by a device of ours or as one of a group that was counted."""
        return attendance_id in self.by_device or attendance_id in self.by_group


def _events_since(since: datetime) -> _Events:
    statement = (
        select(
            AttendanceEvent.attendance_id,
            AttendanceEvent.direction,
            AttendanceEvent.source,
            AttendanceEvent.device,
            AttendanceEvent.actor_user_id,
            AttendanceEvent.server_time,
        )
        .join(Attendance, Attendance.id == AttendanceEvent.attendance_id)
        .join(Participation, Participation.id == Attendance.participation_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .where(Shift.starts_at >= since)
        .order_by(AttendanceEvent.id)
    )
    found = _Events({}, set(), set(), set(), defaultdict(list))
    for row in db.session.execute(statement):
        if row.device.startswith(OWN_DEVICE):
            if row.direction is Direction.CHECK_IN:  # a name from the list may go home at a kiosk
                found.by_device.add(row.attendance_id)
            continue
        if row.device.startswith(GROUP):
            found.by_group.add(row.attendance_id)
        if row.direction is Direction.CHECK_IN and row.source in SELF_SOURCES:
            found.devices[row.attendance_id] = row.device
        elif row.actor_user_id is not None and _is_by_hand(row.direction, row.source):
            hand = Hand(row.actor_user_id, clock.to_tokyo(row.server_time))
            found.hands[row.attendance_id].append(hand)
            if row.direction is Direction.CORRECTION or row.source is Source.STAFF_ENTRY:
                found.corrected.add(row.attendance_id)
    return found


def _is_by_hand(direction: Direction, source: Source) -> bool:
    return (direction is Direction.CHECK_IN and source in BY_HAND) or direction in WORDS


def _fills_cap_since(since: datetime) -> set[int]:
    """Attendances whose newest award takes what was left of the day to the point, with nothing cut off."""
    statement = (
        select(Award.source_id, Award.points, Award.day_cap_left, Award.reason)
        .where(
            Award.source_kind == SOURCE_KIND,
            Award.activity_on >= clock.activity_date(since),
        )
        .order_by(Award.revision)
    )
    newest = {row.source_id: row for row in db.session.execute(statement)}
    return {
        source_id
        for source_id, row in newest.items()
        if row.points > 0 and row.points == row.day_cap_left and row.reason == AwardReason.AWARDED
    }


def seen_before() -> Seen:
    """By (kind, subject): what earlier findings were about."""
    statement = select(
        AnomalyFinding.kind, AnomalyFinding.subject, AnomalyAttendance.attendance_id
    ).join(AnomalyAttendance, AnomalyAttendance.finding_id == AnomalyFinding.id)
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for kind, subject, attendance_id in db.session.execute(statement):
        found[kind.value, subject].add(attendance_id)
    return {key: frozenset(ids) for key, ids in found.items()}


_WHOLE = select(AnomalyFinding).options(
    joinedload(AnomalyFinding.person),
    joinedload(AnomalyFinding.organization),
    joinedload(AnomalyFinding.user),
    joinedload(AnomalyFinding.answer),
)


def waiting_findings(limit: int = ON_PAGE) -> list[AnomalyFinding]:
    """What nobody has looked at, the oldest first."""
    statement = (
        _WHOLE.outerjoin(AnomalyAnswer, AnomalyAnswer.finding_id == AnomalyFinding.id)
        .where(AnomalyAnswer.id.is_(None))
        .order_by(AnomalyFinding.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def waiting_counted() -> Select[int, datetime]:
    """The statement for how many nobody has looked at, and since when the oldest waits."""
    return (
        select(func.count(AnomalyFinding.id), func.min(AnomalyFinding.found_at))
        .outerjoin(AnomalyAnswer, AnomalyAnswer.finding_id == AnomalyFinding.id)
        .where(AnomalyAnswer.id.is_(None))
    )


def answered_findings(limit: int = RECENT) -> list[AnomalyFinding]:
    """What was looked at lately, the newest first."""
    statement = (
        _WHOLE.join(AnomalyAnswer, AnomalyAnswer.finding_id == AnomalyFinding.id)
        .order_by(AnomalyAnswer.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def finding(finding_id: int) -> AnomalyFinding:
    """One finding. Raises `NotFound`."""
    statement = _WHOLE.where(AnomalyFinding.id == finding_id)
    found = db.session.execute(
        statement.execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def attendances_of(finding_id: int) -> list[Attendance]:
    """The attendances a finding is about, with people and shifts, the oldest first."""
    statement = (
        select(Attendance)
        .join(AnomalyAttendance, AnomalyAttendance.attendance_id == Attendance.id)
        .where(AnomalyAttendance.finding_id == finding_id)
        .options(
            joinedload(Attendance.participation).joinedload(Participation.person),
            joinedload(Attendance.participation)
            .joinedload(Participation.shift)
            .joinedload(Shift.help_request),
        )
        .order_by(Attendance.checked_in_at, Attendance.id)
    )
    return list(db.session.execute(statement).scalars())


def people_in(finding_id: int) -> set[int]:
    """Whose attendances a finding is about."""
    statement = (
        select(Participation.person_id)
        .join(Attendance, Attendance.participation_id == Participation.id)
        .join(AnomalyAttendance, AnomalyAttendance.attendance_id == Attendance.id)
        .where(AnomalyAttendance.finding_id == finding_id)
    )
    return set(db.session.execute(statement).scalars())
