"""Moves of a paid task, each with its line in the history and its key."""

from matching.help_requests.queries import is_member
from matching.paid_tasks import queries
from matching.paid_tasks.models import PaidTask, PaidTaskEvent
from matching.paid_tasks.states import PAID_TASK_MOVES, By, PaidTaskState
from volunteer.core import clock, transitions
from volunteer.core.db import db
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotAllowed
from volunteer.core.i18n import _l


def move(
    task: PaidTask,
    to: PaidTaskState,
    side: By,
    by_user_id: int | None,
    key: str,
    *,
    words: str = "",
    minutes: int | None = None,
    **columns: object,
) -> PaidTask:
    """The task (locked) goes to `to`, with its line in the history. Raises AlreadyDecided."""
    if to not in PAID_TASK_MOVES[task.state]:
        raise decided(task)
    task_id = task.id
    transitions.move(PaidTask, task_id, task.state, to, **columns)
    note(task_id, to, key, side, by_user_id, words, minutes)
    db.session.flush()
    return queries.task_or_404(task_id)


def note(
    task_id: int,
    to: PaidTaskState,
    key: str,
    side: By,
    by_user_id: int | None,
    words: str = "",
    minutes: int | None = None,
) -> None:
    """A line in the history of a task."""
    db.session.add(
        PaidTaskEvent(
            key=key,
            paid_task_id=task_id,
            to_state=to,
            side=side,
            by_user_id=by_user_id,
            note=words,
            minutes=minutes,
            at=clock.now(),
        )
    )


def is_repeated(task: PaidTask, key: str, to: PaidTaskState, minutes: int | None = None) -> bool:
    """Whether this very act was done before. Raises AlreadySent when the key stands for something else."""
    first = queries.event_with_key(key)
    if first is None:
        return False
    if (first.paid_task_id, first.to_state, first.minutes) != (task.id, to, minutes):
        raise AlreadySent(
            _l("この画面はもう送信ずみです。画面を開きなおして、いまの状態を確かめてください。"),
            key=key,
        )
    return True


def decided(task: PaidTask) -> AlreadyDecided:
    """What is said to whoever comes too late."""
    return AlreadyDecided(
        _l(
            "この有償のお手伝いは、いま「%(state)s」です。画面を開きなおしてください。",
            state=task.state.label,
        ),
        state=task.state,
    )


def refuse_own(task: PaidTask, by_user_id: int | None, *, is_orderer: bool = False) -> None:
    """Staff do not decide about their own work, nor about what their own organization pays; whoever orders for an
    organization not about their own work."""
    own = {task.student_id} if is_orderer else {task.student_id, task.orderer_id}
    if by_user_id is not None and is_member(by_user_id, own):
        raise NotAllowed(
            _l("ご自分の有償のお手伝いは決められません。ほかの職員にたのんでください。"), code="own"
        )
