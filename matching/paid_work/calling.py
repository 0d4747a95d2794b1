"""The desk telephones the households whose signature was drawn: what they said.

These are verbs like those of services.py, apart only for length.
"""

from matching.checkin.services import refuse_own
from matching.paid_tasks.states import By, PaidTaskState
from matching.paid_work import recording, services
from matching.paid_work.queries import Work, locked
from matching.paid_work.services import Actor, Objection
from matching.paid_work.states import CallState
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import AlreadyDecided, NotFound, Refused
from volunteer.core.i18n import _l


def answer_call(
    task_id: int, state: CallState, note: str, actor: Actor, minutes: int | None = None
) -> None:
    """Yes, no (how many minutes it was), or never reached. No becomes a dispute at once.

    Raises `NotFound`, `AlreadyDecided`, `NotAllowed` (own_attendance), `Refused` (not_reported, minutes and all of an
    objection).
    """
    found = locked(task_id)
    if found.call is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    if found.call.state is not CallState.WAITING:
        raise AlreadyDecided(services.DECIDED)
    refuse_own(actor.user_id or 0, [found.task.student_id])
    found.call.state = state
    found.call.closed_at = clock.now()
    found.call.by_user_id = actor.user_id
    found.call.note = note[:200]
    db.session.flush()
    if state is CallState.CONFIRMED:
        recording.confirm(found, actor.key[:40], actor.user_id, by_staff=True)
    if state is CallState.DIFFERS:
        _object(found, note, actor, minutes)


def _object(found: Work, note: str, actor: Actor, minutes: int | None) -> None:
    if found.task.state is not PaidTaskState.REPORTED or found.report is None:
        raise Refused(
            _l("学生がまだ時間を報告していません。報告のあとで、もう一度書いてください。"),
            code="not_reported",
        )
    if minutes is None:
        raise Refused(_l("依頼した方のいう時間を入れてください。"), code="minutes")
    by_staff = Actor(By.STAFF, actor.user_id, actor.key)
    services.object_to(found.task.id, Objection(found.report.id, minutes, note), by_staff)
