"""What this feature owes the rest through hooks: things that wait, checks, a person's own data, erasure."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import aliased

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.checkin import queries
from matching.checkin.claims import claims_for_the_desk
from matching.checkin.evidence import SOURCE_KIND
from matching.checkin.models import Attendance, AttendanceEvent, ScanRefusal
from matching.checkin.queries import HOST_FIRST
from matching.checkin.states import ATTENDANCE_STATE_LABELS, GRADE_LABELS, AttendanceState
from matching.help_requests.models import HelpRequest, Shift
from points.earning.facts import ActivityFacts
from points.earning.models import Award
from points.earning.states import AwardState
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.hooks import ErasureHindrance, Finding, OwnRecords, WaitingItem, WaitingTotal
from volunteer.core.i18n import _l, show
from volunteer.core.permissions import Role

COORDINATOR = frozenset({Role.COORDINATOR.value})


def waiting_items() -> list[WaitingItem]:
    """Claims the center must answer."""
    return [
        WaitingItem(
            kind="claim",
            label=_l(
                "%(who)sさん（%(title)s）",
                who=one.participation.person.name,
                title=one.participation.shift.help_request.title,
            ),
            subject=f"attendance:{one.id}",
            url=url_for("checkin_desk.shift", shift_id=one.participation.shift_id),
            due_at=one.participation.shift.ends_at + HOST_FIRST,
            roles=COORDINATOR,
            icon="check",
        )
        for one in claims_for_the_desk()
    ]


def _refusals_counted() -> Select[int, datetime]:
    counted = select(func.count(ScanRefusal.id), func.min(ScanRefusal.at))
    return counted.where(*queries.IS_UNSEEN)


REFUSALS = WaitingTotal(
    kind="scan_refusal",
    counted=_refusals_counted,
    label=lambda n: _l("まだ見ていない記録 %(n)s件", n=n),
    endpoint="checkin_desk.arrivals",
    icon="warning",
    roles=COORDINATOR,
)
"""One line for all scans that were refused."""


def verify() -> list[Finding]:
    """Attendances, awards and participations agree (decision 3: facts are stored twice and compared)."""
    return [*_seats(), *_awards(), *_orphans(), *_overdue()]


def _seats() -> list[Finding]:
    statement = (
        select(Attendance.id, Participation.state)
        .join(Participation, Participation.id == Attendance.participation_id)
        .where(Participation.state != ParticipationState.ACCEPTED)
        .order_by(Attendance.id)
    )
    return [
        Finding(
            "attendance_has_seat", f"attendance:{row.id}", f"its participation is {row.state.value}"
        )
        for row in db.session.execute(statement)
    ]


_newest = (
    select(Award.source_id, func.max(Award.revision).label("revision"))
    .where(Award.source_kind == SOURCE_KIND)
    .group_by(Award.source_id)
    .subquery()
)


def _awards() -> list[Finding]:
    statement = (
        select(Attendance, Award, Participation.person_id, Shift.starts_at, HelpRequest)
        .join(Participation, Participation.id == Attendance.participation_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .outerjoin(_newest, _newest.c.source_id == Attendance.id)
        .outerjoin(
            Award,
            (Award.source_kind == SOURCE_KIND)
            & (Award.source_id == Attendance.id)
            & (Award.revision == _newest.c.revision),
        )
        .order_by(Attendance.id)
        .execution_options(yield_per=500)
    )
    found = []
    for attendance, newest, person_id, starts_at, request in db.session.execute(statement):
        row = f"attendance:{attendance.id}"
        award: Award | None = newest  # none where the outer join found none
        if award is None:
            found.append(Finding("attendance_has_award", row, "no award"))
            continue
        found += [
            Finding("award_has_facts", row, words)
            for words in _differences(attendance, award, person_id, starts_at, request)
        ]
        found += [Finding("award_follows", row, words) for words in _states(attendance, award)]
    return found


def _differences(
    attendance: Attendance, award: Award, person_id: int, starts_at: Any, request: HelpRequest
) -> list[str]:
    """In which facts the award differs from the attendance it was made for; a refused claim keeps its old facts."""
    facts = ActivityFacts.from_json(award.facts)
    was_claim = award.state is AwardState.REFUSED
    pairs = {
        "person": (facts.person_id, person_id),
        "category": (facts.category_code, request.category_code),
        "host": (facts.host_party_id, request.host_party_id),
        "day": (facts.activity_on, clock.activity_date(starts_at)),
        "grade": (facts.grade.value, attendance.grade.value),
        "minutes": (facts.minutes, facts.minutes if was_claim else attendance.minutes_counted),
        "households": (facts.households, facts.households if was_claim else attendance.households),
    }
    return [f"{name}: {a} ≠ {b}" for name, (a, b) in pairs.items() if a != b]


def _states(attendance: Attendance, award: Award) -> list[str]:
    """Where the states of an attendance and its newest award cannot both be right."""
    refused = attendance.state is AttendanceState.REFUSED
    settled = attendance.state is AttendanceState.SETTLED
    wrong = {
        "refused, but the award has points": refused
        and award.points > 0
        and award.state is not AwardState.REFUSED,
        "the award is refused, the attendance is not": award.state is AwardState.REFUSED
        and not refused,
        "settled, but the award is not": settled
        and award.state in (AwardState.PENDING, AwardState.CREDITED),
        "the newest award is reversed": award.state is AwardState.REVERSED,
    }
    return [words for words, is_wrong in wrong.items() if is_wrong]


def _orphans() -> list[Finding]:
    attendance = aliased(Attendance)
    statement = (
        select(Award.id)
        .outerjoin(attendance, attendance.id == Award.source_id)
        .where(Award.source_kind == SOURCE_KIND, attendance.id.is_(None))
        .order_by(Award.id)
    )
    return [
        Finding("award_has_attendance", f"award:{award_id}", "its attendance is missing")
        for award_id in db.session.execute(statement).scalars()
    ]


def _overdue() -> list[Finding]:
    """The jobs run: nothing is a week behind the moment it should have been closed or settled."""
    statement = select(Attendance.id).where(
        Attendance.due_at < clock.now() - 7 * HOST_FIRST,
        (Attendance.state == AttendanceState.OPEN)
        | ((Attendance.state == AttendanceState.CLOSED) & queries.is_sure()),
    )
    return [
        Finding("attendance_is_closed", f"attendance:{attendance_id}", "a job is a week late")
        for attendance_id in db.session.execute(statement).scalars()
    ]


def own_data(person_id: int) -> list[OwnRecords]:
    """A person's own attendances."""
    statement = (
        select(Attendance, Shift.starts_at, HelpRequest.title)
        .join(Participation, Participation.id == Attendance.participation_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(Participation.person_id == person_id)
        .order_by(Attendance.id)
    )
    attendances = [
        [
            (_l("活動"), title),
            (_l("予定の始まり"), show("datetime_long", starts_at)),
            (_l("来た時刻"), show("datetime_long", one.checked_in_at)),
            (_l("帰った時刻"), show("datetime_long", one.checked_out_at)),
            (_l("数えた時間"), show("minutes", one.minutes_counted)),
            (_l("訪問した世帯の数"), one.households),
            (_l("確かめ方"), GRADE_LABELS[one.grade]),
            (_l("いまの状態"), ATTENDANCE_STATE_LABELS[one.state]),
        ]
        for one, starts_at, title in db.session.execute(statement)
    ]
    return [OwnRecords("attendances", _l("活動の記録"), list(attendances))]


def hindrances(person_id: int) -> list[ErasureHindrance]:
    """Whoever is out helping now, or whose hours are not settled, waits until they are."""
    statement = (
        select(Attendance.id)
        .join(Participation, Participation.id == Attendance.participation_id)
        .where(
            Participation.person_id == person_id,
            Attendance.state.in_((AttendanceState.OPEN, AttendanceState.CLOSED)),
        )
    )
    if db.session.execute(statement.limit(1)).scalar() is None:
        return []
    words = _l("確認の終わっていない活動があります。ふつうは1週間ほどで終わります。")
    return [ErasureHindrance(words, is_final=True)]


def erase_person(person_id: int) -> None:
    """Free words and devices about a person go; times and points stay under the pseudonym (decision 14)."""
    own = (
        select(Attendance.id)
        .join(Participation, Participation.id == Attendance.participation_id)
        .where(Participation.person_id == person_id)
    )
    db.session.execute(
        update(AttendanceEvent)
        .where(AttendanceEvent.attendance_id.in_(own))
        .values(reason="", device="")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(ScanRefusal)
        .where(ScanRefusal.person_id == person_id)
        .values(person_id=None)
        .execution_options(synchronize_session=False)
    )
