"""The floor's own jobs: deliver the outbox, forget used form keys and old counters."""

from datetime import timedelta

from sqlalchemy import delete

from volunteer.core import clock, outbox
from volunteer.core.attempts import delete_old_attempts
from volunteer.core.db import guarded_update, run_turn
from volunteer.core.jobs import Job, run_asked
from volunteer.core.models import FormUse, JobRun

FORM_KEYS_KEPT = timedelta(days=40)
JOB_RUNS_KEPT = timedelta(days=60)


def clean_up() -> str:
    """Delete form keys, counters and job runs that nothing asks for any more; how many went."""
    return f"deleted={run_turn(_delete_old)}"


def _delete_old() -> int:
    keys = delete(FormUse).where(FormUse.used_at < clock.now() - FORM_KEYS_KEPT)
    runs = delete(JobRun).where(JobRun.started_at < clock.now() - JOB_RUNS_KEPT)
    gone = guarded_update(keys) + guarded_update(runs)
    return gone + delete_old_attempts()


JOBS = (
    Job("deliver-outbox", outbox.deliver_due, every_minutes=1),
    Job("run-asked", run_asked, every_minutes=1),
    Job("clean-up", clean_up, at="03:40"),
)
