"""Seats of a shift and the history of a participation: the writes every verb of this feature is made of.

Lock order: person, shift, participations. A seat is taken and given back by one guarded UPDATE each; the CHECK on
the table stands behind it.
"""

from sqlalchemy import case, update

from matching.assignments.models import Participation, ParticipationEvent
from matching.assignments.states import PARTICIPATION_MOVES, ParticipationState
from matching.help_requests.models import Shift
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.hooks import hooks
from volunteer.core.transitions import move
from volunteer.people.models import Person


def lock_person(person_id: int) -> Person | None:
    """The person, so that two acts of the same person stand in a queue (their own shifts must not overlap)."""
    statement = (
        db.select(Person)
        .where(Person.party_id == person_id)
        .with_for_update(key_share=True, of=Person)
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).scalar_one_or_none()


def lock_shift(shift_id: int) -> None:
    """Acts on the seats of one shift stand in a queue; taken before any of its participations."""
    statement = db.select(Shift.id).where(Shift.id == shift_id).with_for_update(key_share=True)
    db.session.execute(statement)


def take_seat(shift_id: int, *, also: tuple[ShiftState, ...] = ()) -> bool:
    """One more seat is taken, if there is one: False when the shift is full or not open.

    `also` lets a past shift, or one that was called off, take somebody who was there (entered by staff).
    """
    states = [ShiftState.OPEN, ShiftState.FULL, *also]
    filled = (Shift.seats_taken + 1 >= Shift.seats) & (Shift.state == ShiftState.OPEN)
    statement = (
        update(Shift)
        .where(Shift.id == shift_id, Shift.state.in_(states), Shift.seats_taken < Shift.seats)
        .values(
            seats_taken=Shift.seats_taken + 1,
            state=case((filled, ShiftState.FULL), else_=Shift.state),
        )
    )
    return guarded_update(statement) == 1


def give_seat_back(shift_id: int) -> None:
    """One seat is free again; a full shift is open again."""
    statement = (
        update(Shift)
        .where(Shift.id == shift_id, Shift.seats_taken > 0)
        .values(
            seats_taken=Shift.seats_taken - 1,
            state=case((Shift.state == ShiftState.FULL, ShiftState.OPEN), else_=Shift.state),
        )
    )
    guarded_update(statement)


def add_participation(
    person_id: int, shift_id: int, state: ParticipationState, by_user_id: int | None
) -> int | None:
    """A person's first row for a shift; None when there is one already."""
    moment = clock.now()
    made = insert_once(
        Participation,
        {
            "person_id": person_id,
            "shift_id": shift_id,
            "state": state,
            "walk_in": False,
            "created_at": moment,
            "changed_at": moment,
        },
    )
    if made is not None:
        note(made, state, by_user_id)
    return made


def move_participation(
    participation_id: int,
    from_: ParticipationState,
    to: ParticipationState,
    by_user_id: int | None,
    reason: str = "",
    **columns: object,
) -> None:
    """The participation leaves `from_` for `to`, with its line in the history. Raises `AlreadyDecided`."""
    if to not in PARTICIPATION_MOVES[from_]:
        raise ValueError(f"no move from {from_} to {to}")
    move(Participation, participation_id, from_, to, changed_at=clock.now(), **columns)
    note(participation_id, to, by_user_id, reason)


def note(
    participation_id: int, to: ParticipationState, by_user_id: int | None, reason: str = ""
) -> None:
    """A line in the history of a participation; features above this one follow in the same turn."""
    db.session.add(
        ParticipationEvent(
            participation_id=participation_id,
            to_state=to,
            by_user_id=by_user_id,
            reason=reason,
            at=clock.now(),
        )
    )
    for follow in hooks.participation_moved:
        follow(participation_id, to.value, by_user_id, reason)
