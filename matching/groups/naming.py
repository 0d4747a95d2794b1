"""Persons of a group: named through the door of the check-in, taken out again, going home with the others.

These are verbs like those of services.py, apart only for length.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from matching.checkin import closing, confirming
from matching.checkin import queries as checkins
from matching.checkin import services as checkin
from matching.checkin.closeness import Closeness, closeness_of, household_of
from matching.checkin.confirming import Word
from matching.checkin.rules import Outcome, ScanAnswer
from matching.checkin.services import CheckedIn, Scan
from matching.checkin.states import AttendanceState, Source
from matching.groups import queries
from matching.groups.models import GroupName, GroupVisit
from matching.groups.rules import left_when, same_name
from matching.groups.services import By, locked, note_event, refuse_closed
from matching.groups.states import Side, VisitEventKind
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.core.i18n import _l
from volunteer.people.models import Person


@dataclass(frozen=True)
class Naming:
    """This person is one of the group. `key` is made by the client and stays the same for every repeat."""

    visit_id: int
    person_id: int
    key: str
    by: By
    link_number: int | None = None
    """By which link the leader came; it may have been closed meanwhile."""


@dataclass(frozen=True)
class Named:
    """What naming somebody came to."""

    attendance_id: int
    is_new: bool = True
    """Whether the name was not there before."""
    was_in_before: bool = False
    """They had checked in by themselves."""
    is_claim: bool = False
    """The leader's own household: the host still has to say that they were there."""


def add_name(naming: Naming) -> Named:
    """The person has an attendance at the shift, with seat and award, and is one of the group's heads.

    Named again they are there once. Whoever had checked in keeps that and is only counted to the group. Of the
    leader's own household it is a claim. Raises `Refused` (names_closed, withdrawn, cancelled, no_link, other_group,
    all_named, full and all of the check-in), `NotAllowed` (own_attendance). Two at once are safe: the row of the
    visit is the lock, CHECK and unique index stand behind it.
    """
    visit = locked(naming.visit_id)
    refuse_closed(visit)
    _refuse_closed_link(visit, naming)
    found = queries.named_at(naming.person_id, visit.shift_id)
    if found is not None and found.visit_id == visit.id:
        return Named(found.attendance_id, is_new=False)
    if found is not None:
        raise _other_group(found.group)
    if visit.names_count >= visit.heads:
        raise Refused(
            _l(
                "人数（%(heads)s人）のぶんの名前が、もう入っています。人数がちがうときは、先に人数を直してください。",
                heads=visit.heads,
            ),
            code="all_named",
        )
    named = _received(visit, naming)
    _write(visit, naming, named)
    return named


def _refuse_closed_link(visit: GroupVisit, naming: Naming) -> None:
    by_link = naming.by.side is Side.LEADER
    if by_link and not (visit.link_is_open and visit.link_number == naming.link_number):
        raise Refused(
            _l("このページは閉じられました。主催者かセンターに声をかけてください。"), code="no_link"
        )


def _other_group(name: str) -> Refused:
    return Refused(
        _l("もう「%(group)s」の名前に入っています。", group=name), code="other_group", group=name
    )


def _received(visit: GroupVisit, naming: Naming) -> Named:
    """Through the door of the check-in, but for somebody who is in already and whom this side cannot confirm."""
    close = _close_to(visit, naming.by).includes(naming.person_id, household_of(naming.person_id))
    close = close or (
        naming.by.side is Side.LEADER and _has_name_of_leader(visit, naming.person_id)
    )
    before = checkins.attendance_at(naming.person_id, visit.shift_id)
    if before is not None and before.state is AttendanceState.REFUSED:
        raise checkin.refusal(ScanAnswer(Outcome.REFUSED_BEFORE))
    is_in = before is not None
    if before is not None and (close or naming.by.side is Side.LEADER):
        return Named(before.id, was_in_before=True)
    done = (
        _by_leader(visit, naming, close=close)
        if naming.by.side is Side.LEADER
        else _by_host(visit, naming)
    )
    if not is_in and done.is_new:
        _go_home_with_the_others(visit, naming, done)
    is_claim = close and naming.by.side is Side.LEADER
    return Named(done.attendance_id, was_in_before=is_in, is_claim=is_claim)


def _close_to(visit: GroupVisit, by: By) -> Closeness:
    """Whose coming this side may not confirm: their own and their household's; a leader's as far as it is known."""
    close = (
        closeness_of(by.user_id) if by.user_id is not None else Closeness(frozenset(), frozenset())
    )
    if by.side is not Side.LEADER or visit.leader_person_id is None:
        return close
    home = household_of(visit.leader_person_id)
    homes = close.households | ({home} if home is not None else set())
    return Closeness(close.people | {visit.leader_person_id}, homes)


def _has_name_of_leader(visit: GroupVisit, person_id: int) -> bool:
    """Perhaps the leader themselves, recorded at the door without their number: nobody names themselves."""
    person = db.session.get_one(Person, person_id)
    return same_name(visit.leader_name, person.name, person.kana)


def _facts(visit: GroupVisit, *signs: str) -> dict[str, Any]:
    is_past = _left(visit) is not None
    later = ("named_later",) if is_past else ()
    return {
        "device": f"group:{visit.id}",
        "at": visit.came_at,
        "signs": (*signs, *later),
        "is_past": is_past,
    }


def _by_host(visit: GroupVisit, naming: Naming) -> CheckedIn:
    return checkin.check_in_by_host(
        visit.shift_id,
        naming.person_id,
        Source.NAME_LIST,
        uuid=naming.key,
        actor_user_id=naming.by.user_id or 0,
        actor_person_id=naming.by.own_person_id,
        **_facts(visit),
    )


def _by_leader(visit: GroupVisit, naming: Naming, *, close: bool) -> CheckedIn:
    signs = ("named_by_leader", *(("claimed",) if close else ()))
    who, by = naming.person_id, naming.by
    facts = _facts(visit, *signs)
    return checkin.check_in(
        Scan(
            visit.shift_id,
            who,
            Source.NAME_LIST,
            naming.key,
            by.user_id,
            by.own_person_id,
            is_doubtful=close,
            **facts,
        )
    )


def _left(visit: GroupVisit) -> datetime | None:
    """When those of the group who are named now had gone; None while they are there."""
    shift = visit.shift
    return left_when(visit.left_at, shift.ended_at, shift.ends_at, clock.now())


def _go_home_with_the_others(visit: GroupVisit, naming: Naming, done: CheckedIn) -> None:
    left_at = _left(visit)
    if left_at is None:
        return
    uuid, who = f"group-out:{done.attendance_id}", naming.by.user_id
    closing.check_out(
        closing.Leaving(
            done.attendance_id, Source.NAME_LIST, uuid, who, at=max(left_at, visit.came_at)
        )
    )


def _write(visit: GroupVisit, naming: Naming, named: Named) -> None:
    made = insert_once(
        GroupName,
        {
            "visit_id": visit.id,
            "shift_id": visit.shift_id,
            "person_id": naming.person_id,
            "attendance_id": named.attendance_id,
            "side": naming.by.side,
            "was_in_before": named.was_in_before,
            "added_at": clock.now(),
            "added_by_user_id": naming.by.user_id,
        },
    )
    if made is None:  # another group of the shift was faster by a blink; all of this is undone
        found = queries.named_at(naming.person_id, visit.shift_id)
        raise _other_group(found.group if found else "")


def take_out(name_id: int, visit_id: int, by: By, *, reason: str, key: str) -> None:
    """The name was wrong: the attendance it made is refused with the reason, its points go, its head is free again.

    Who had checked in by themselves stays in. Twice changes nothing. Raises `NotFound`, `NotAllowed`
    (own_attendance), `AlreadyDecided` (confirmed or settled meanwhile), `Refused` (names_closed …).
    """
    visit = locked(visit_id)
    name = queries.name_in(name_id, visit_id)
    if name.taken_out_at is not None:
        return
    refuse_closed(visit)
    checkin.refuse_own(by.user_id or 0, [name.person_id])
    is_ours = not name.was_in_before
    if is_ours and name.attendance.state is not AttendanceState.REFUSED:
        is_staff = by.side is Side.STAFF
        confirming.refuse_attendance(
            Word(name.attendance_id, f"out:{key}", by.user_id or 0, reason, by_staff=is_staff)
        )
    statement = (
        update(GroupName)
        .where(GroupName.id == name_id, GroupName.taken_out_at.is_(None))
        .values(taken_out_at=clock.now(), taken_out_by_user_id=by.user_id)
    )
    if guarded_update(statement) == 0:
        raise AlreadyDecided(_l("もう決まっています。画面を開きなおしてください。"))
    note_event(visit_id, VisitEventKind.NAME_TAKEN_OUT, by, key, reason, name_id=name_id)


def let_go(visit_id: int, attendance_id: int) -> bool:
    """Somebody of a group that has left goes home with it. Whether it was this call that wrote it.

    Whoever is of the household of the one who said so is left to others, or to the end of the shift.
    """
    visit = locked(visit_id)
    attendance = checkins.attendance_in(attendance_id, visit.shift_id)
    left = _event_of_leaving(visit_id)
    if visit.left_at is None or attendance.state is not AttendanceState.OPEN:
        return False
    person_id = attendance.participation.person_id
    user_id = left.user_id if left is not None else None
    is_own = user_id is not None and closeness_of(user_id).includes(
        person_id, household_of(person_id)
    )
    if is_own or attendance.checked_in_at > visit.left_at:
        return False
    uuid = f"group-out:{attendance_id}"
    closing.check_out(
        closing.Leaving(attendance_id, Source.NAME_LIST, uuid, user_id, at=visit.left_at)
    )
    return True


def _event_of_leaving(visit_id: int) -> Any:
    kinds = (one for one in queries.events(visit_id) if one.kind is VisitEventKind.LEFT)
    return next(kinds, None)
