"""The verbs of a place in a shift: apply, offer, accept, decline, withdraw, walk in."""

from typing import NoReturn

from matching.assignments import notices, queries
from matching.assignments.models import Participation
from matching.assignments.reasons import SHORT, TEXTS
from matching.assignments.rules import Obstacle, answer_until, obstacles
from matching.assignments.seats import (
    add_participation,
    give_seat_back,
    lock_person,
    lock_shift,
    move_participation,
    take_seat,
)
from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from matching.help_requests.states import PUBLIC_SHIFT_STATES, HelpRequestState, ShiftState
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.people.models import Person

State = ParticipationState
GIVEN_UP = (State.DECLINED, State.WITHDRAWN)


def apply(person_id: int, shift_id: int, by_user_id: int | None) -> Participation:
    """The person has a place (or has asked for one, or stands on the waiting list of a full shift).

    Whoever has a place already keeps it: a repeated click changes nothing. An open offer is accepted.
    Raises `Refused` (closed, or the code of an obstacle), `NotFound`.
    """
    person = _person(person_id)
    shift = _open_shift(shift_id)
    found = queries.participation_at(person_id, shift_id)
    if found is not None and found.state in HOLDS_SEAT:
        return found
    _refuse_obstacles(person, shift)
    is_offered = found is not None and found.state is State.OFFERED
    at_once = shift.help_request.accepts_at_once or is_offered
    to = _take(shift_id, State.ACCEPTED if at_once else State.APPLIED)
    if found is not None and found.state is to:
        return found
    made = _put(found, person_id, shift_id, to, by_user_id)
    _tell_applied(made, shift)
    return made


def _person(person_id: int) -> Person:
    person = lock_person(person_id)
    if person is None:
        raise NotFound(_l("その方は見つかりませんでした。"))
    return person


def _open_shift(shift_id: int) -> Shift:
    shift = shift_with_request(shift_id)
    is_public = shift.help_request.state is HelpRequestState.PUBLISHED
    if not is_public or shift.state not in PUBLIC_SHIFT_STATES:
        _refuse_closed(shift)
    if shift.starts_at <= clock.now():
        raise Refused(
            _l("この活動は、もう始まっています。「さがす」から、ほかの活動を見てください。"),
            code="started",
        )
    return shift


def _refuse_closed(shift: Shift) -> NoReturn:
    if shift.state is ShiftState.CANCELLED:
        raise Refused(
            _l("この活動は中止になりました。「さがす」から、ほかの活動を見てください。"),
            code="cancelled",
        )
    if shift.help_request.state is HelpRequestState.PUBLISHED:
        raise Refused(
            _l("この活動の募集は終わりました。「さがす」から、ほかの活動を見てください。"),
            code="closed",
        )
    raise NotFound(_l("その活動は見つかりませんでした。"))


def _refuse_obstacles(person: Person, shift: Shift, *, to_others: bool = False) -> None:
    found = obstacles(queries.fitness(person, shift))
    if found:
        raise Refused((SHORT if to_others else TEXTS)[found[0]], code=found[0].value)


def _take(shift_id: int, wanted: ParticipationState) -> ParticipationState:
    """The seat first (lock order); without one it is the waiting list, unless the shift was called off meanwhile."""
    if take_seat(shift_id):
        return wanted
    lock_shift(shift_id)  # who calls it off now sees us waiting
    _open_shift(shift_id)
    return State.WAITING


def _put(
    found: Participation | None,
    person_id: int,
    shift_id: int,
    to: ParticipationState,
    by_user_id: int | None,
) -> Participation:
    if found is None:
        add_participation(person_id, shift_id, to, by_user_id)
    else:
        move_participation(found.id, found.state, to, by_user_id, answer_by=None)
    db.session.flush()
    made = queries.participation_at(person_id, shift_id)
    if made is None:
        raise NotFound(_l("その予定は見つかりませんでした。"))
    return made


def _tell_applied(participation: Participation, shift: Shift) -> None:
    name = {State.ACCEPTED: "accepted", State.APPLIED: "applied"}.get(
        participation.state, "waiting"
    )
    notices.tell_person(participation, shift, name, queries.last_event(participation.id))
    if participation.state is State.APPLIED:
        who = {"name": participation.person.name, "number": participation.person.number}
        notices.tell_host(
            participation,
            shift,
            "application_to_answer",
            queries.last_event(participation.id),
            **who,
        )


def offer(
    person_id: int,
    shift_id: int,
    by_user_id: int,
    host_party_id: int | None = None,
    *,
    is_told: bool = True,
) -> Participation:
    """The person is asked for this shift; nobody has a place before they accept.

    With `host_party_id` an organization asks, and only for its own shift. An open offer or a place stays as it is.
    Whoever asks in words of their own says `is_told=False` and tells the person themselves.
    Raises `Refused` (closed, full, or what stands in the person's way), `NotFound`.
    """
    person = _person(person_id)
    if host_party_id is not None:
        queries.shift_for_host(shift_id, host_party_id)
    lock_shift(shift_id)
    shift = _open_shift(shift_id)
    found = queries.participation_at(person_id, shift_id)
    if found is not None and found.state not in GIVEN_UP:
        return found
    _refuse_obstacles(person, shift, to_others=True)
    if shift.free_seats <= 0:
        raise Refused(_l("もう満員です。先に人数を増やしてください。"), code="full")
    made = _put(found, person_id, shift_id, State.OFFERED, by_user_id)
    made.answer_by = answer_until(clock.now(), shift.starts_at)
    made.offered_by_user_id = by_user_id
    db.session.flush()
    if is_told:
        until = {"answer_by": made.answer_by.isoformat()}
        notices.tell_person(made, shift, "offered", queries.last_event(made.id), **until)
    return made


def accept_offer(
    participation_id: int, by_user_id: int | None, instead_of: Shift | None = None
) -> Participation:
    """The asked person takes the seat. Accepting twice changes nothing.

    `instead_of` is the shift they gave up for it in the same act: one message tells of both.
    Raises `Refused` (full, closed, or an obstacle).
    """
    found = queries.participation(participation_id)
    person = _person(found.person_id)
    if found.state is State.ACCEPTED:
        return found
    shift = _open_shift(found.shift_id)
    _refuse_obstacles(person, shift)
    if not take_seat(shift.id):
        _open_shift(shift.id)  # called off meanwhile?
        raise Refused(
            _l(
                "返事をいただく前に、ほかの方で満員になりました。"
                "活動のページから「空き待ち」に入れます。ありがとうございました。"
            ),
            code="full",
        )
    move_participation(found.id, State.OFFERED, State.ACCEPTED, by_user_id, answer_by=None)
    db.session.flush()
    made = queries.participation(found.id)
    if instead_of is None:
        notices.tell_person(made, shift, "accepted", queries.last_event(made.id))
    else:
        notices.tell_moved(made, shift, instead_of, queries.last_event(made.id))
    return made


def decline_offer(participation_id: int, by_user_id: int | None, reason: str = "") -> Participation:
    """The asked person says no: free, without a reason, without consequence. Declining twice changes nothing."""
    found = queries.participation(participation_id)
    if found.state is not State.DECLINED:
        move_participation(
            found.id, State.OFFERED, State.DECLINED, by_user_id, reason, answer_by=None
        )
    return queries.participation(participation_id)


def accept_application(participation_id: int, by_user_id: int) -> Participation:
    """Host or staff take an applicant; the seat was theirs since they applied. Twice changes nothing."""
    found = queries.participation(participation_id)
    if found.state is State.ACCEPTED:
        return found
    lock_shift(found.shift_id)
    move_participation(found.id, State.APPLIED, State.ACCEPTED, by_user_id)
    made = queries.participation(participation_id)
    notices.tell_person(made, made.shift, "accepted", queries.last_event(made.id))
    return made


def decline_application(participation_id: int, by_user_id: int, reason: str = "") -> Participation:
    """Host or staff do not take an applicant; the seat is free again and the applicant is told kindly."""
    found = queries.participation(participation_id)
    if found.state is State.DECLINED:
        return found
    lock_shift(found.shift_id)
    move_participation(found.id, State.APPLIED, State.DECLINED, by_user_id, reason)
    _free_seat(found.shift_id, found.id)
    made = queries.participation(participation_id)
    notices.tell_person(
        made, made.shift, "application_declined", queries.last_event(made.id), reason=reason
    )
    return made


def withdraw(participation_id: int, by_user_id: int | None, reason: str = "") -> Participation:
    """The person gives up a place, an application or the waiting list; host and waiting people are told.

    Withdrawing twice changes nothing. Raises `Refused` (started) once the shift has begun, (arrived) after check-in.
    """
    found = queries.participation(participation_id)
    if found.state is State.WITHDRAWN:
        return found
    if found.shift.starts_at <= clock.now():
        raise Refused(
            _l(
                "活動が始まってからは取り消せません。来られないときは、当日の担当かセンターに電話してください。"
            ),
            code="started",
        )
    made = leave(found, by_user_id, reason)
    # asked after the move, which waits for a check-in under way; the refusal takes the move back
    if queries.has_arrived(participation_id):
        raise Refused(
            _l(
                "もう会場で受付がすんでいるので、取り消せません。帰るときは、当日の担当に伝えてください。"
            ),
            code="arrived",
        )
    return made


def leave(found: Participation, by_user_id: int | None, reason: str) -> Participation:
    """Whatever the participation is, it is given up, and a seat it held is free (also for a stopped person)."""
    lock_shift(found.shift_id)
    held = found.state in HOLDS_SEAT
    was = found.state
    to = State.DECLINED if was is State.OFFERED else State.WITHDRAWN
    move_participation(found.id, was, to, by_user_id, reason, answer_by=None)
    if held:
        _free_seat(found.shift_id, found.id)
    made = queries.participation(found.id)
    if held:
        who = {"name": made.person.name, "number": made.person.number, "reason": reason}
        notices.tell_host(made, made.shift, "withdrew", queries.last_event(made.id), **who)
    return made


def _free_seat(shift_id: int, participation_id: int) -> None:
    """The seat is given back and everybody on the waiting list is told; the first to press gets it."""
    give_seat_back(shift_id)
    shift = shift_with_request(shift_id)
    if shift.starts_at <= clock.now() or shift.state not in PUBLIC_SHIFT_STATES:
        return
    tell_waiting(shift, queries.last_event(participation_id))


def tell_waiting(shift: Shift, occasion: str) -> None:
    """Everybody on the waiting list learns that a seat is free; `occasion` makes the message unique."""
    for waiting in queries.people_of(shift.id):
        if waiting.state is State.WAITING:
            notices.tell_seat_free(waiting, shift, occasion)


def accept_walk_in(
    person_id: int,
    shift_id: int,
    by_user_id: int | None = None,
    *,
    by_staff: bool = False,
    also_ended: bool = False,
) -> Participation:
    """Somebody who came without an application (or with an open one) has a seat, marked as walk-in.

    For the check-in. Whoever has a place keeps it unmarked. Staff may add people to any published or past shift;
    else the request must allow walk-ins, and the shift must not have ended, but for `also_ended`. Raises `Refused`
    (walk_in_not_allowed, full, cancelled, not_registered).
    """
    person = _person(person_id)
    shift = shift_with_request(shift_id)
    found = queries.participation_at(person_id, shift_id)
    if found is not None and found.state is State.ACCEPTED:
        return found
    has_applied = found is not None and found.state in HOLDS_SEAT
    _refuse_walk_in(person, shift, is_expected=has_applied or by_staff)
    if found is not None and found.state is State.APPLIED:
        move_participation(found.id, State.APPLIED, State.ACCEPTED, by_user_id)
        return queries.participation(found.id)
    if not take_seat(shift_id, also=(ShiftState.ENDED,) if by_staff or also_ended else ()):
        _refuse_walk_in(person, shift_with_request(shift_id), is_expected=has_applied or by_staff)
        raise Refused(
            _l("満員です。主催者かセンターが人数を増やすと、受付できます。"),
            code="full",
        )
    made = _put(found, person_id, shift_id, State.ACCEPTED, by_user_id)
    made.walk_in = True
    db.session.flush()
    return made


def seat_after_all(person_id: int, shift_id: int, by_user_id: int, reason: str) -> Participation:
    """Somebody was at an activity that had been called off: staff give the seat (back), so that it can be recorded.

    The activity stays called off, and nobody else's place comes back. Twice changes nothing. Raises `Refused`
    (not_registered, full).
    """
    person = _person(person_id)
    found = queries.participation_at(person_id, shift_id)
    if found is not None and found.state is State.ACCEPTED:
        return found
    if not person.is_registered:
        raise Refused(TEXTS[Obstacle.NOT_REGISTERED], code="not_registered")
    was_accepted = found is not None and queries.was_accepted(found.id)
    if not take_seat(shift_id, also=(ShiftState.CANCELLED,)):
        raise Refused(_l("満員です。主催者かセンターが人数を増やすと、受付できます。"), code="full")
    if found is None:
        add_participation(person_id, shift_id, State.ACCEPTED, by_user_id)
    else:
        move_participation(found.id, found.state, State.ACCEPTED, by_user_id, reason)
    db.session.flush()
    made = queries.participation_at(person_id, shift_id)
    assert made is not None
    made.walk_in = not was_accepted
    db.session.flush()
    return made


def _refuse_walk_in(person: Person, shift: Shift, *, is_expected: bool) -> None:
    if shift.state in (ShiftState.CANCELLED, ShiftState.PLANNED):
        _refuse_closed(shift)
    if not person.is_registered:
        raise Refused(TEXTS[Obstacle.NOT_REGISTERED], code="not_registered")
    if not (is_expected or shift.help_request.walk_in_allowed):
        raise Refused(
            _l("この活動は、前もって申し込んだ方だけです。センターに電話で相談してください。"),
            code="walk_in_not_allowed",
        )
