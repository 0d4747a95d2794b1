"""Scheduled work around places: offers nobody answered, shifts that are over."""

from datetime import timedelta

from matching.assignments import queries, services
from matching.help_requests.services import end_past_shifts
from volunteer.core import clock
from volunteer.core.db import run_turn
from volunteer.core.errors import AlreadyDecided
from volunteer.core.jobs import Job

ENDED_AFTER = timedelta(hours=6)
"""A shift counts as over this long after its planned end: late check-outs and paper lists come first."""


def lapse_offers() -> str:
    """Offers without an answer in time are closed, without any consequence for the person."""
    count = 0
    for participation_id in queries.lapsed_offers(clock.now()):
        try:
            run_turn(
                services.decline_offer, participation_id, None, "期限までに返事がありませんでした"
            )
            count += 1
        except AlreadyDecided:
            continue  # answered while the job was running
    return f"lapsed={count}"


def end_shifts() -> str:
    """Past shifts are ended, requests without further days closed."""
    return f"ended={run_turn(end_past_shifts, clock.now() - ENDED_AFTER)}"


JOBS = (
    Job("lapse-offers", lapse_offers, every_minutes=15),
    Job("end-shifts", end_shifts, every_minutes=30),
)
