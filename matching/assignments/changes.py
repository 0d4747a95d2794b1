"""What happens to a published shift: a change that each person confirms or leaves, and calling it off.

These are verbs like those of services.py, apart only for length.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select, update

from matching.assignments import notices, queries
from matching.assignments.models import Participation
from matching.assignments.seats import lock_shift, move_participation
from matching.assignments.services import tell_waiting, withdraw
from matching.assignments.states import HOLDS_SEAT, OPEN_STATES, ParticipationState
from matching.help_requests.models import ChangeAnswer, ChangeNotice, Shift
from matching.help_requests.queries import help_request, shift_with_request
from matching.help_requests.rules import HOURS_MAX, minutes_between
from matching.help_requests.services import cancel_help_request
from matching.help_requests.states import (
    PUBLIC_SHIFT_STATES,
    ChangeAnswerKind,
    ShiftState,
)
from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.core.hooks import hooks
from volunteer.core.i18n import _l
from volunteer.core.transitions import move


@dataclass(frozen=True)
class Change:
    """What a shift shall be from now on. Times in Asia/Tokyo."""

    on: date
    starts: time
    ends: time
    seats: int
    public_place: str
    exact_place: str
    reason: str

    @property
    def starts_at(self) -> datetime:
        """The planned start."""
        return clock.from_tokyo(self.on, self.starts)

    @property
    def ends_at(self) -> datetime:
        """The planned end."""
        return clock.from_tokyo(self.on, self.ends)


def change_shift(shift_id: int, change: Change, by_user_id: int) -> int:
    """The shift is as `change` says; every accepted person is asked to confirm or leave. How many were asked.

    More seats alone ask nobody, but the waiting list is told; the place belongs to all shifts of the request that
    are still to come.
    Raises `Refused` (times, past, below_taken, started, arrived, nothing; agreed by a feature that follows changes).
    """
    lock_shift(shift_id)
    shift = shift_with_request(shift_id)
    _refuse_change(shift, change)
    before = _as_json(shift)
    places_before = (shift.help_request.public_place, shift.help_request.exact_place)
    _write(shift, change)
    db.session.flush()
    if change.seats > before["seats"]:
        tell_waiting(shift, f"more:{clock.now():%Y%m%d%H%M%S%f}")
    asked = _ask(shift, before, change.reason, by_user_id)
    if places_before != (change.public_place, change.exact_place):
        asked += _ask_others(shift, places_before, change.reason, by_user_id)
    return asked


def _refuse_change(shift: Shift, change: Change) -> None:
    minutes = minutes_between(change.starts, change.ends)
    if shift.state not in PUBLIC_SHIFT_STATES or shift.starts_at <= clock.now():
        raise Refused(_l("始まった活動と中止した活動は、変えられません。"), code="started")
    if not 0 < minutes <= HOURS_MAX * 60:
        raise Refused(_l("終わりの時刻は、始まりより後にしてください。"), code="times")
    if change.starts_at <= clock.now():
        raise Refused(_l("これから先の日時を入れてください。"), code="past")
    if change.seats < shift.seats_taken:
        raise Refused(
            _l(
                "もう%(taken)s人が決まっているので、人数は%(taken)s人より少なくできません。",
                taken=shift.seats_taken,
            ),
            code="below_taken",
        )
    _refuse_arrived(shift.id)


def _refuse_arrived(shift_id: int) -> None:
    statement = (
        select(queries.ATTENDANCE.c.id)
        .join(Participation, Participation.id == queries.ATTENDANCE.c.participation_id)
        .where(Participation.shift_id == shift_id)
        .limit(1)
    )
    if db.session.execute(statement).scalar() is not None:
        raise Refused(
            _l("もう受付した人がいます。中止や変更ではなく、「早めに終わる」を使ってください。"),
            code="arrived",
        )


def _as_json(shift: Shift) -> dict[str, Any]:
    request = shift.help_request
    return {
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "seats": shift.seats,
        "public_place": request.public_place,
        "exact_place": request.exact_place,
    }


def _write(shift: Shift, change: Change) -> None:
    statement = (
        update(Shift)
        .where(Shift.id == shift.id, Shift.seats_taken <= change.seats)
        .values(
            starts_at=change.starts_at,
            ends_at=change.ends_at,
            seats=change.seats,
            state=ShiftState.FULL if change.seats == shift.seats_taken else ShiftState.OPEN,
        )
    )
    if guarded_update(statement) != 1:
        raise AlreadyDecided(
            _l("いま申し込みがありました。人数を確かめて、もう一度送ってください。")
        )
    shift.help_request.public_place = change.public_place
    shift.help_request.exact_place = change.exact_place
    db.session.flush()
    db.session.refresh(shift)


def _ask(shift: Shift, before: Mapping[str, Any], reason: str, by_user_id: int) -> int:
    """One notice for the shift, one open answer for each person in it; nobody is asked about more seats alone."""
    after = _as_json(shift)
    changed = {name for name, value in after.items() if before[name] != value}
    for follow in hooks.shift_changed if changed else ():
        follow(shift.id, frozenset(changed))
    if not changed or (changed == {"seats"} and after["seats"] > before["seats"]):
        return 0
    notice = ChangeNotice(
        shift_id=shift.id,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        reason=reason,
        made_by_user_id=by_user_id,
        made_at=clock.now(),
    )
    db.session.add(notice)
    db.session.flush()
    people = [one for one in queries.people_of(shift.id) if one.state in HOLDS_SEAT]
    _close_older_answers(shift.id)
    for one in people:
        _ask_person(one, shift, notice)
    return len(people)


def _close_older_answers(shift_id: int) -> None:
    """Only the newest change waits for an answer: it was made of what stood before."""
    older = select(ChangeNotice.id).where(ChangeNotice.shift_id == shift_id)
    guarded_update(
        update(ChangeAnswer)
        .where(
            ChangeAnswer.change_notice_id.in_(older),
            ChangeAnswer.answer == ChangeAnswerKind.WAITING,
        )
        .values(answer=ChangeAnswerKind.CONFIRMED)
    )


def _ask_person(one: Participation, shift: Shift, notice: ChangeNotice) -> None:
    db.session.add(
        ChangeAnswer(
            change_notice_id=notice.id,
            participation_id=one.id,
            answer=ChangeAnswerKind.WAITING,
        )
    )
    old = notice.before
    starts = datetime.fromisoformat(old.get("starts_at", shift.starts_at.isoformat()))
    was = {
        "was_at": starts.isoformat(),
        "was_place": old.get("public_place", shift.help_request.public_place),
    }
    notices.tell_person(one, shift, "changed", str(notice.id), reason=notice.reason, **was)


def _ask_others(shift: Shift, places: tuple[str, str], reason: str, by_user_id: int) -> int:
    asked = 0
    for other in help_request(shift.help_request_id).shifts:
        is_coming = other.state in PUBLIC_SHIFT_STATES and other.starts_at > clock.now()
        if other.id != shift.id and is_coming:
            lock_shift(other.id)
            before = {
                **_as_json(other),
                "public_place": places[0],
                "exact_place": places[1],
            }
            asked += _ask(other, before, reason, by_user_id)
    return asked


def confirm_change(participation_id: int, by_user_id: int | None) -> None:
    """The person comes all the same. Confirming twice changes nothing."""
    _answer(participation_id, ChangeAnswerKind.CONFIRMED)


def leave_after_change(participation_id: int, by_user_id: int | None) -> None:
    """The person gives the place up because of the change; nothing is held against them."""
    _answer(participation_id, ChangeAnswerKind.LEFT)
    withdraw(participation_id, by_user_id, str(_l("変更のため")))


def _answer(participation_id: int, answer: ChangeAnswerKind) -> None:
    guarded_update(
        update(ChangeAnswer)
        .where(
            ChangeAnswer.participation_id == participation_id,
            ChangeAnswer.answer == ChangeAnswerKind.WAITING,
        )
        .values(answer=answer, answered_at=clock.now())
    )


def call_off_shift(shift_id: int, reason: str, by_user_id: int | None) -> int:
    """The shift does not take place; everybody who had to do with it is told. How many people were told.

    Raises `Refused` (arrived) after the first check-in, `AlreadyDecided` when it is over or called off already.
    """
    lock_shift(shift_id)
    move(Shift, shift_id, PUBLIC_SHIFT_STATES, ShiftState.CANCELLED, cancelled_because=reason)
    return _tell_called_off(shift_id, reason, by_user_id)


def call_off_help_request(help_request_id: int, reason: str, by_user_id: int) -> int:
    """The whole request is called off with all its shifts to come. How many people were told. Raises as above."""
    for shift in sorted(help_request(help_request_id).shifts, key=lambda one: one.id):
        lock_shift(shift.id)
    told = 0
    for shift in cancel_help_request(help_request_id, reason, by_user_id):
        told += _tell_called_off(shift.id, reason, by_user_id)
    return told


def _tell_called_off(shift_id: int, reason: str, by_user_id: int | None) -> int:
    shift = shift_with_request(shift_id)
    people = [one for one in queries.people_of(shift_id) if one.state in OPEN_STATES]
    for one in people:
        move_participation(one.id, one.state, ParticipationState.CANCELLED, by_user_id, reason)
    _refuse_arrived(shift_id)
    guarded_update(update(Shift).where(Shift.id == shift_id).values(seats_taken=0))
    for one in people:
        notices.tell_person(one, shift, "called_off", "once", reason=reason)
    return len(people)
