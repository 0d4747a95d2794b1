"""What this feature does when others act: a place is taken or given up, a shift changes, a person is erased."""

from sqlalchemy import select, update

from matching.assignments.states import ParticipationState
from matching.help_requests.queries import is_member
from matching.paid_tasks import queries, services
from matching.paid_tasks.models import PaidTask, PaidTaskEvent
from matching.paid_tasks.quoting import quote_anew
from matching.paid_tasks.states import By
from volunteer.core.db import db
from volunteer.core.hooks import OwnRecords, WaitingTotal
from volunteer.core.i18n import _l, show
from volunteer.core.permissions import Role

COORDINATOR = frozenset({Role.COORDINATOR.value})
LEFT = (ParticipationState.WITHDRAWN.value, ParticipationState.CANCELLED.value)


def follow_place(participation_id: int, to: str, by_user_id: int | None, reason: str) -> None:
    """A place that is taken has its quote; one that is given up or called off ends its task.

    The student's leaving costs nobody anything; a call-off by the orderer's own members follows the scale; staff's
    does not: for the orderer who calls the center they use the page of the task.
    """
    if to == ParticipationState.ACCEPTED.value:
        services.open_task(participation_id, by_user_id)
        return
    task = queries.task_of(participation_id) if to in LEFT else None
    if task is None or not task.is_open:
        return
    side = By.STUDENT
    if to == ParticipationState.CANCELLED.value:
        side = _side_of(task, by_user_id)
    services.call_off(task.id, side, reason, by_user_id, f"{task.source}:called_off")


def _side_of(task: PaidTask, by_user_id: int | None) -> By:
    """Whose wish a call-off is; a member who is the student calls off their own work."""
    if by_user_id is None or not is_member(by_user_id, {task.orderer_id}):
        return By.STAFF
    return By.STUDENT if is_member(by_user_id, {task.student_id}) else By.ORDERER


def follow_shift(shift_id: int, changed: frozenset[str]) -> None:
    """Open quotes are made anew; where somebody has agreed, time and place stay."""
    quote_anew(shift_id, changed)


TOTALS = (
    WaitingTotal(
        kind="paid_agreement",
        counted=queries.answers_counted,
        label=lambda n: _l("有償のお手伝いの返事を聞く %(n)s件", n=n),
        endpoint="paid_tasks_desk.tasks",
        icon="yen",
        roles=COORDINATOR,
    ),
    WaitingTotal(
        kind="paid_card",
        counted=queries.lost_cards_counted,
        label=lambda n: _l("カードの手つづきが消えた有償のお手伝い %(n)s件", n=n),
        endpoint="paid_tasks_desk.lost_cards",
        icon="yen",
        roles=COORDINATOR,
    ),
    WaitingTotal(
        kind="paid_told",
        counted=queries.untold_counted,
        label=lambda n: _l("有償のお手伝いの取りやめを、世帯に電話で伝える %(n)s件", n=n),
        endpoint="paid_tasks_desk.untold",
        icon="phone",
        roles=COORDINATOR,
    ),
)
"""Answers to get from households (and from whoever is late), cards to be entered anew, households to be told."""


def own_data(person_id: int) -> list[OwnRecords]:
    """Every paid task of the student: what, when, how much, how far."""
    rows = [
        [
            (_l("番号"), task.number),
            (_l("活動の日"), show("datetime_long", task.participation.shift.starts_at)),
            (_l("内容"), task.participation.shift.help_request.title),
            (_l("頼んだ人"), task.orderer.display_name),
            (_l("約束の金額"), show("yen", task.payee_yen)),
            (_l("確かめた時間（分）"), task.confirmed_minutes or ""),
            (_l("いまの状態"), task.state.label),
        ]
        for task in queries.tasks_of_student(person_id)
    ]
    return [OwnRecords("paid_tasks", _l("有償のお手伝い"), list(rows))]


def erase_person(person_id: int) -> None:
    """Names in the terms and words about an erased student are emptied; what was agreed and paid stays."""
    theirs = select(PaidTask.id).where(PaidTask.student_id == person_id)
    db.session.execute(
        update(PaidTaskEvent)
        .where(PaidTaskEvent.paid_task_id.in_(theirs))
        .values(note="")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(PaidTask)
        .where(PaidTask.student_id == person_id)
        .values(terms={})
        .execution_options(synchronize_session=False)
    )
