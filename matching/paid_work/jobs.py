"""Scheduled work: silence counts as a yes after 72 hours; who reports no time is asked; what is forgotten in time."""

from matching.paid_work import forgetting, notices, queries, services
from matching.paid_work.rules import REMIND_WITHIN
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.jobs import Job


def confirm_paid_work() -> str:
    """Reported times of which nobody said a word for 72 hours are confirmed, each in a turn of its own."""
    due = queries.silent_tasks(clock.now())
    done = sum(run_turn(services.confirm_by_silence, task_id) for task_id in due)
    return f"confirmed={done} waiting={len(due) - done}"


def ask_for_reports() -> str:
    """A day after the work the student is asked, once, how long it took."""
    found = queries.unreported(clock.now())
    ids = [one.task.id for one in found if one.shift.ends_at > clock.now() - REMIND_WITHIN]
    db.session.rollback()
    for task_id in ids:
        run_turn(_ask, task_id)
    return f"unreported={len(ids)}"


def _ask(task_id: int) -> None:
    notices.tell_unreported(queries.work(task_id))


def forget_paid_work() -> str:
    """Signatures older than half a year and words older than a year are emptied."""
    return f"forgotten={run_turn(forgetting.forget_old, clock.now())}"


JOBS = (
    Job("confirm-paid-work", confirm_paid_work, every_minutes=30),
    Job("ask-for-work-reports", ask_for_reports, every_minutes=60),
    Job("forget-paid-work", forget_paid_work, at="03:50"),
)
