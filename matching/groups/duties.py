"""What this feature owes the rest through hooks: checks, a person's own data, erasure."""

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import joinedload

from matching.assignments.models import Participation
from matching.checkin.models import Attendance
from matching.groups.models import GroupEvent, GroupName, GroupVisit
from matching.groups.states import SIDE_LABELS, VISIT_STATE_LABELS
from matching.help_requests.models import Shift
from volunteer.core.db import db
from volunteer.core.hooks import Finding, OwnRecords
from volunteer.core.i18n import _l, show


def verify() -> list[Finding]:
    """Names are counted right, and each stands for an attendance of that person at that shift."""
    return [*_counts(), *_attendances()]


def _counts() -> list[Finding]:
    live = (
        select(GroupName.visit_id, func.count().label("names"))
        .where(GroupName.taken_out_at.is_(None))
        .group_by(GroupName.visit_id)
        .subquery()
    )
    counted = func.coalesce(live.c.names, 0)
    statement = (
        select(GroupVisit.id, GroupVisit.names_count, counted)
        .outerjoin(live, live.c.visit_id == GroupVisit.id)
        .where(GroupVisit.names_count != counted)
        .order_by(GroupVisit.id)
    )
    return [
        Finding("group_names_counted", f"group_visit:{row[0]}", f"{row[1]} ≠ {row[2]}")
        for row in db.session.execute(statement)
    ]


def _attendances() -> list[Finding]:
    statement = (
        select(GroupName.id)
        .join(GroupVisit, GroupVisit.id == GroupName.visit_id)
        .join(Attendance, Attendance.id == GroupName.attendance_id)
        .join(Participation, Participation.id == Attendance.participation_id)
        .where(
            or_(
                Participation.person_id != GroupName.person_id,
                Participation.shift_id != GroupName.shift_id,
                GroupVisit.shift_id != GroupName.shift_id,
            )
        )
        .order_by(GroupName.id)
    )
    return [
        Finding("group_name_has_attendance", f"group_name:{name_id}", "of another person or shift")
        for name_id in db.session.execute(statement).scalars()
    ]


def own_data(person_id: int) -> list[OwnRecords]:
    """With which groups somebody came, and which they led."""
    return [
        OwnRecords("group_names", _l("グループでの参加"), _as_member(person_id)),
        OwnRecords("group_visits", _l("代表をしたグループ"), _as_leader(person_id)),
    ]


def _as_member(person_id: int) -> list[list[tuple[object, object]]]:
    statement = (
        select(GroupName, GroupVisit)
        .join(GroupVisit, GroupVisit.id == GroupName.visit_id)
        .where(GroupName.person_id == person_id)
        .options(joinedload(GroupVisit.shift).joinedload(Shift.help_request))
        .order_by(GroupName.id)
    )
    return [
        [
            (_l("グループの名前"), visit.name),
            (_l("活動"), visit.shift.help_request.title),
            (_l("来た時刻"), show("datetime_long", visit.came_at)),
            (_l("名前を加えた日"), show("datetime_long", name.added_at)),
            (_l("名前を加えた人"), SIDE_LABELS[name.side]),
            (_l("名前を外した日"), show("datetime_long", name.taken_out_at)),
        ]
        for name, visit in db.session.execute(statement)
    ]


def _as_leader(person_id: int) -> list[list[tuple[object, object]]]:
    statement = (
        select(GroupVisit)
        .where(GroupVisit.leader_person_id == person_id)
        .options(joinedload(GroupVisit.shift).joinedload(Shift.help_request))
        .order_by(GroupVisit.id)
    )
    return [
        [
            (_l("グループの名前"), one.name),
            (_l("活動"), one.shift.help_request.title),
            (_l("来た時刻"), show("datetime_long", one.came_at)),
            (_l("人数"), one.heads),
            (_l("代表の人の名前"), one.leader_name),
            (_l("代表の人の電話番号"), one.leader_telephone),
            (_l("いまの状態"), VISIT_STATE_LABELS[one.state]),
        ]
        for one in db.session.execute(statement).scalars()
    ]


def erase_person(person_id: int) -> None:
    """Name and telephone of a leader go, and free words about the groups; heads and times stay (decision 14)."""
    led = select(GroupVisit.id).where(GroupVisit.leader_person_id == person_id)
    named = select(GroupName.visit_id).where(GroupName.person_id == person_id)
    db.session.execute(
        update(GroupEvent)
        .where(or_(GroupEvent.visit_id.in_(led), GroupEvent.visit_id.in_(named)))
        .values(reason="")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(GroupVisit)
        .where(GroupVisit.leader_person_id == person_id)
        .values(leader_name="", leader_telephone="")
        .execution_options(synchronize_session=False)
    )
