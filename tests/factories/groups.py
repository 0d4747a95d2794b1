"""Visits of groups and their names, as rows."""

from datetime import timedelta
from typing import Any

from matching.groups.leader_links import LeaderLink, token_of
from matching.groups.models import GroupName, GroupVisit
from matching.groups.pages import key
from matching.groups.states import Side, VisitState
from matching.help_requests.models import Shift
from tests.factories.numbers import numbers
from tests.factories.volunteer import added
from volunteer.core import clock

_next = numbers()


def make_visit(shift: Shift, recorded_by_user_id: int, heads: int = 4, **values: Any) -> GroupVisit:
    """A school of so many is at a shift; nobody is named."""
    moment = clock.now()
    defaults: dict[str, Any] = {
        "key": f"made-group-visit-{next(_next)}",
        "name": "みなと高校",
        "leader_name": "先生 太郎",
        "leader_telephone": "0134000000",
        "state": VisitState.OPEN,
        "came_at": moment,
        "recorded_at": moment,
        "names_until": shift.ends_at + timedelta(days=14),
        "link_number": 1,
        "link_is_open": True,
    }
    return added(
        GroupVisit(
            shift_id=shift.id,
            recorded_by_user_id=recorded_by_user_id,
            heads=heads,
            **{**defaults, **values},
        )
    )


def link_of_leader(visit: GroupVisit) -> str:
    """The token of the leader's page."""
    return token_of(key(), LeaderLink(visit.id, visit.link_number))


def make_name(visit: GroupVisit, person_id: int, attendance_id: int) -> GroupName:
    """Somebody who has an attendance is named of a group."""
    return added(
        GroupName(
            visit_id=visit.id,
            shift_id=visit.shift_id,
            person_id=person_id,
            attendance_id=attendance_id,
            side=Side.HOST,
            added_at=clock.now(),
        )
    )
