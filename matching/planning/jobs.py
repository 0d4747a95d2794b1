"""Scheduled work around plans: what a page began and could not end, and what died on the way."""

from matching.planning import services, starting
from matching.planning.fitting import stops_now
from matching.planning.sending import send_chosen
from volunteer.core.db import db, run_turn
from volunteer.core.jobs import Job

SENDING_SECONDS = 40.0
"""Longer than a page may, shorter than a minute."""


def start_plans() -> str:
    """Ask the accepted pairs that are left, give up runs whose process died, start those that nobody began."""
    sent = send_chosen(stops_now, SENDING_SECONDS)
    lost = run_turn(services.end_silent)
    started = starting.start_late()
    removed = starting.tidy()
    db.session.rollback()
    return (
        f"asked={sent.asked} refused={sent.refused} left={sent.left}"
        f" lost={len(lost)} started={started} removed={removed}"
    )


JOBS = (Job(services.START_JOB, start_plans, every_minutes=1),)
