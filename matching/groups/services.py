"""The verbs of a group: it is recorded, its heads are corrected, persons are named, it goes home, it is settled.

Every verb locks the visit first; then what the check-in locks (person, shift, seat, accounts).
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from matching.assignments.seats import lock_shift
from matching.checkin import evidence
from matching.checkin.rules import window_of
from matching.groups import queries
from matching.groups.models import HEADS_MAX, GroupEvent, GroupVisit
from matching.groups.rules import Closed, names_until, why_closed
from matching.groups.states import Side, VisitEventKind, VisitState
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.core.transitions import move
from volunteer.organizations.models import Organization
from volunteer.organizations.states import OrganizationState

WHY_CLOSED = {
    Closed.WITHDRAWN: _l("このグループの受付は取り消されています。"),
    Closed.NAMES_CLOSED: _l(
        "名前を加えられる期間が終わりました。記録がちがうときは、センターに電話してください。"
    ),
}
CANCELLED = _l("この活動は中止になっています。グループの受付はできません。")


@dataclass(frozen=True)
class By:
    """Who says something, on whose behalf. `user_id` is None for a leader who is not signed in."""

    side: Side
    user_id: int | None
    own_person_id: int | None = None


@dataclass(frozen=True)
class NewVisit:
    """A group as it stands at the door. `came_at` is told only where staff write it down afterwards."""

    key: str
    shift_id: int
    name: str
    heads: int
    leader_name: str
    leader_telephone: str
    leader_person_id: int | None = None
    came_at: datetime | None = None
    reason: str = ""


def record_visit(new: NewVisit, by: By, days: int) -> int:
    """The group is here: heads and leader are recorded, nobody is checked in yet. The visit.

    The same key again gives the first visit. `days`: how long names may be added. Raises `Refused` (cancelled,
    too_early, over, came_at, heads, same_group), `NotFound`. Two at once are safe: key and name are unique.
    """
    before = queries.visit_of_key(new.key)
    if before is not None:
        return _same(before, new)
    lock_shift(new.shift_id)
    shift = evidence.shift_facts(new.shift_id)
    moment = clock.now()
    until = names_until(shift.ends_at, days)
    came_at = _came_at(new, by, shift, moment, until)
    _refuse_heads(new.heads)
    made = insert_once(
        GroupVisit,
        {
            "key": new.key,
            "shift_id": shift.id,
            "organization_party_id": _organization_named(new.name),
            "name": new.name,
            "leader_name": new.leader_name,
            "leader_telephone": new.leader_telephone,
            "leader_person_id": new.leader_person_id,
            "heads": new.heads,
            "names_count": 0,
            "state": VisitState.OPEN,
            "came_at": came_at,
            "recorded_at": moment,
            "recorded_by_user_id": by.user_id,
            "names_until": until,
            "link_number": 0,
            "link_is_open": False,
        },
    )
    if made is None:
        return _recorded_meanwhile(new)
    note_event(made, VisitEventKind.RECORDED, by, f"recorded:{made}", new.reason, heads=new.heads)
    return made


def _same(visit_id: int, new: NewVisit) -> int:
    found = queries.visit(visit_id)
    if (found.shift_id, found.name) != (new.shift_id, new.name):
        raise AlreadySent(_l("この画面はもう送信ずみです。"))
    return visit_id


def _recorded_meanwhile(new: NewVisit) -> int:
    before = queries.visit_of_key(new.key)
    if before is not None:
        return _same(before, new)
    found = queries.visit_named(new.shift_id, new.name)
    assert found is not None
    raise Refused(
        _l(
            "「%(name)s」は、もう受付ずみです（%(heads)s人）。人数がちがうときは、そのグループのページで直してください。",
            name=found.name,
            heads=found.heads,
        ),
        code="same_group",
        visit_id=found.id,
    )


def _came_at(
    new: NewVisit, by: By, shift: evidence.ShiftFacts, moment: datetime, until: datetime
) -> datetime:
    """When the group came: now, or what staff say afterwards. Raises `Refused`."""
    if shift.state is ShiftState.CANCELLED:
        raise Refused(CANCELLED, code="cancelled")
    window = window_of(shift.starts_at, shift.ends_at)
    if moment < window.opens_at:
        raise Refused(
            _l("受付はまだ始まっていません。始まりの60分前からできます。"), code="too_early"
        )
    ends_at = min(shift.ended_at or shift.ends_at, shift.ends_at)
    if by.side is not Side.STAFF and moment >= ends_at:
        raise Refused(
            _l("活動の時間は終わりました。来ていたグループは、センターに伝えると記録できます。"),
            code="over",
        )
    if moment >= until:
        raise Refused(WHY_CLOSED[Closed.NAMES_CLOSED], code=Closed.NAMES_CLOSED.value)
    came_at = new.came_at or moment
    if not window.opens_at <= came_at < ends_at or came_at > moment:
        raise Refused(
            _l("来た時刻は、活動の受付が始まってから終わるまでの時刻にしてください。"),
            code="came_at",
        )
    return came_at


def _refuse_heads(heads: int) -> None:
    if not 1 <= heads <= HEADS_MAX:
        raise Refused(_l("人数は 1 から %(most)s までです。", most=HEADS_MAX), code="heads")


def _organization_named(name: str) -> int | None:
    """The organization of the platform that has exactly this name; None when there is none, or several."""
    statement = select(Organization.party_id).where(
        Organization.name == name, Organization.state == OrganizationState.APPROVED
    )
    found = list(db.session.execute(statement.limit(2)).scalars())
    return found[0] if len(found) == 1 else None


def locked(visit_id: int) -> GroupVisit:
    """A visit, its row locked until the turn ends. Raises `NotFound`."""
    statement = select(GroupVisit.id).where(GroupVisit.id == visit_id)
    if db.session.execute(statement.with_for_update(key_share=True)).scalar() is None:
        raise NotFound(queries.GONE)
    return queries.visit(visit_id)


def refuse_closed(visit: GroupVisit) -> None:
    """Nothing more is taken after the deadline, after a withdrawal, or when the activity was called off."""
    closed = why_closed(visit.state, visit.names_until, clock.now())
    if closed is not None:
        raise Refused(WHY_CLOSED[closed], code=closed.value)
    if visit.shift.state is ShiftState.CANCELLED:
        raise Refused(CANCELLED, code="cancelled")


def note_event(
    visit_id: int, kind: VisitEventKind, by: By, key: str, reason: str = "", **detail: Any
) -> None:
    """One line of the history of a visit, inside the caller's write turn."""
    db.session.add(
        GroupEvent(
            key=key,
            visit_id=visit_id,
            kind=kind,
            side=by.side,
            user_id=by.user_id,
            at=clock.now(),
            reason=reason,
            detail=detail,
        )
    )
    db.session.flush()


def correct_heads(visit_id: int, heads: int, by: By, *, reason: str, key: str) -> None:
    """The head count was wrong: the new one counts, the old one stays in the history with the reason.

    The same key again changes nothing. Raises `Refused` (heads, below_names, names_closed …).
    """
    visit = locked(visit_id)
    if queries.event_of_key(key) is not None:
        return
    refuse_closed(visit)
    _refuse_heads(heads)
    if heads < visit.names_count:
        raise Refused(
            _l(
                "もう%(names)s人の名前が入っています。それより少なくするときは、先に、いなかった人の名前を外してください。",
                names=visit.names_count,
            ),
            code="below_names",
        )
    statement = (
        update(GroupVisit)
        .where(
            GroupVisit.id == visit_id,
            GroupVisit.state == VisitState.OPEN,
            GroupVisit.names_count <= heads,
        )
        .values(heads=heads)
    )
    if guarded_update(statement) == 0:
        raise AlreadyDecided(_l("もう決まっています。画面を開きなおしてください。"))
    what, before = VisitEventKind.HEADS_CORRECTED, visit.heads
    note_event(visit_id, what, by, key, reason, before=before, after=heads)


def group_leaves(visit_id: int, by: By, key: str) -> None:
    """The group goes home now; its persons are checked out by `matching.groups.naming.let_go`. Twice is once.

    Raises `Refused` (over) after the grace: the end is the planned one then.
    """
    visit = locked(visit_id)
    if visit.left_at is not None:
        return
    refuse_closed(visit)
    moment = clock.now()
    if moment >= window_of(visit.shift.starts_at, visit.shift.ends_at).check_out_until:
        raise Refused(_l("終わりの時刻をすぎたので、予定の時刻で自動で終わります。"), code="over")
    statement = update(GroupVisit).where(GroupVisit.id == visit_id, GroupVisit.left_at.is_(None))
    guarded_update(statement.values(left_at=moment))
    note_event(visit_id, VisitEventKind.LEFT, by, key)


def open_link(visit_id: int, by: By, key: str) -> None:
    """The leader gets a page of their own for names; a link made before ends. The same key again changes nothing."""
    visit = locked(visit_id)
    if queries.event_of_key(key) is not None:
        return
    refuse_closed(visit)
    values = {"link_number": visit.link_number + 1, "link_is_open": True}
    guarded_update(update(GroupVisit).where(GroupVisit.id == visit_id).values(**values))
    note_event(visit_id, VisitEventKind.LINK_OPENED, by, key, number=visit.link_number + 1)


def close_link(visit_id: int, by: By, key: str) -> None:
    """The leader's page is closed. Twice changes nothing."""
    visit = locked(visit_id)
    if not visit.link_is_open:
        return
    statement = update(GroupVisit).where(GroupVisit.id == visit_id)
    guarded_update(statement.values(link_is_open=False))
    note_event(visit_id, VisitEventKind.LINK_CLOSED, by, key, number=visit.link_number)


def withdraw_visit(visit_id: int, by: By, *, reason: str, key: str) -> None:
    """The group was recorded by mistake and nobody is named: it counts nowhere, the history keeps why.

    Raises `Refused` (has_names, names_closed …). The same key again changes nothing.
    """
    visit = locked(visit_id)
    if queries.event_of_key(key) is not None:
        return
    refuse_closed(visit)
    if visit.names_count:
        raise Refused(
            _l("名前の入っているグループは取り消せません。先に名前を外してください。"),
            code="has_names",
        )
    gone = {"link_is_open": False, "leader_telephone": ""}
    move(GroupVisit, visit_id, VisitState.OPEN, VisitState.WITHDRAWN, **gone)
    note_event(visit_id, VisitEventKind.WITHDRAWN, by, key, reason)


def settle_visit(visit_id: int) -> bool:
    """The time for names is over: the rest of the heads stays counted, the leader's telephone is forgotten."""
    visit = locked(visit_id)
    if not visit.is_open or clock.now() < visit.names_until:
        return False
    gone = {"link_is_open": False, "leader_telephone": ""}
    with suppress(AlreadyDecided):
        move(GroupVisit, visit_id, VisitState.OPEN, VisitState.SETTLED, **gone)
        program, key = By(Side.PROGRAM, None), f"settled:{visit_id}"
        heads, names = visit.heads, visit.names_count
        note_event(visit_id, VisitEventKind.SETTLED, program, key, heads=heads, names=names)
    return True
