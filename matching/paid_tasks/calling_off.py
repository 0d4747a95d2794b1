"""Calling off a paid task together with its place: the student's by leaving, the orderer's and staff's by taking the
seat out of the shift, so that nobody else is sent."""

from sqlalchemy import update

from matching.assignments import notices as place_notices
from matching.assignments.changes import call_off_shift
from matching.assignments.models import Participation
from matching.assignments.queries import has_arrived
from matching.assignments.seats import lock_shift, move_participation
from matching.assignments.services import leave
from matching.assignments.states import ParticipationState
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from matching.help_requests.states import PUBLIC_SHIFT_STATES
from matching.paid_tasks import queries, services
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.moving import refuse_own
from matching.paid_tasks.rules import quote_when_called_off
from matching.paid_tasks.states import By
from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l


def owed_when_called_off(task: PaidTask, by: By) -> int:
    """What the orderer would owe if it were called off now, in yen."""
    starts_at = task.participation.shift.starts_at
    was_agreed = task.agreed_at is not None
    return quote_when_called_off(
        task.quote, by, clock.now(), starts_at, was_agreed=was_agreed
    ).amount_yen


def costs_of_shifts(shifts: list[Shift]) -> tuple[int, int]:
    """(agreements, yen that the orderer would owe) if these shifts were called off by the orderer now."""
    ids = [task_id for shift in shifts for task_id in queries.open_tasks_at(shift.id)]
    tasks = [queries.task_or_404(task_id) for task_id in ids]
    bound = [task for task in tasks if task.agreed_at is not None]
    return len(bound), sum(owed_when_called_off(task, By.ORDERER) for task in bound)


def call_off(
    task_id: int, by: By, reason: str, by_user_id: int | None, key: str, shown_yen: int
) -> PaidTask:
    """The task is called off and its place given up. `shown_yen` is what whoever presses has read that it costs.

    Raises AlreadyDecided, NotAllowed (own), Refused (arrived, dearer).
    """
    shift_id = queries.task_or_404(task_id).participation.shift_id
    lock_shift(shift_id)
    task = queries.locked_task(task_id)
    refuse_own(task, by_user_id, is_orderer=by is By.ORDERER)
    if has_arrived(task.participation_id):
        raise Refused(
            _l("もう受付がすんでいるので、取りやめられません。終わった時間で決めます。"),
            code="arrived",
        )
    if task.is_open and owed_when_called_off(task, by) > shown_yen:
        raise Refused(
            _l("日にちか時刻がすぎて、取りやめの料金が変わりました。もう一度確かめてください。"),
            code="dearer",
        )
    task = services.call_off(task_id, by, reason, by_user_id, key)
    _give_up(task.participation, by, reason, by_user_id)
    return queries.task_or_404(task_id)


def _give_up(place: Participation, by: By, reason: str, by_user_id: int | None) -> None:
    shift = shift_with_request(place.shift_id)
    if place.state is not ParticipationState.ACCEPTED or shift.state not in PUBLIC_SHIFT_STATES:
        return
    if by is By.STUDENT:
        leave(place, by_user_id, reason)
        return
    if not _take_seat_out(shift.id):
        call_off_shift(shift.id, reason, by_user_id)
        return
    moves = (ParticipationState.ACCEPTED, ParticipationState.CANCELLED)
    move_participation(place.id, *moves, by_user_id, reason)
    db.session.flush()
    place_notices.tell_person(place, shift, "called_off", "once", reason=reason)


def _take_seat_out(shift_id: int) -> bool:
    """One seat fewer, with nobody in it; False where it is the only one."""
    statement = (
        update(Shift)
        .where(Shift.id == shift_id, Shift.seats > 1, Shift.seats_taken > 0)
        .values(seats=Shift.seats - 1, seats_taken=Shift.seats_taken - 1)
    )
    return guarded_update(statement) == 1
