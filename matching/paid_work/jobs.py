"""Scheduled work: silence counts as a yes after 72 hours; signatures and words are forgotten in time."""

from matching.paid_work import forgetting, queries, services
from volunteer.core import clock
from volunteer.core.db import run_turn
from volunteer.core.jobs import Job


def confirm_paid_work() -> str:
    """Reported times of which nobody said a word for 72 hours are confirmed, each in a turn of its own."""
    due = queries.silent_tasks(clock.now())
    done = sum(run_turn(services.confirm_by_silence, task_id) for task_id in due)
    return f"confirmed={done} waiting={len(due) - done}"


def forget_paid_work() -> str:
    """Signatures older than half a year and words older than a year are emptied."""
    return f"forgotten={run_turn(forgetting.forget_old, clock.now())}"


JOBS = (
    Job("confirm-paid-work", confirm_paid_work, every_minutes=30),
    Job("forget-paid-work", forget_paid_work, at="03:50"),
)
