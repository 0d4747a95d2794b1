"""Scheduled work: suspensions whose last day is over end by themselves."""

from matching.false_records.queries import suspensions_to_end
from matching.false_records.services import end_suspension
from volunteer.core import clock
from volunteer.core.db import run_turn
from volunteer.core.jobs import Job


def end_suspensions() -> str:
    """Whoever was suspended for a time may take part again from the day that was decided."""
    due = suspensions_to_end(clock.today())
    for _case_id, person_id, decided_by_user_id in due:
        run_turn(end_suspension, person_id, decided_by_user_id)
    return f"ended={len(due)}"


JOBS = (Job("end-suspensions", end_suspensions, every_minutes=30),)
