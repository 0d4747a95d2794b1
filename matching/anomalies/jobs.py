"""Scheduled work: once a night the records of the last weeks are compared with what is usual."""

from matching.anomalies import queries, services
from matching.anomalies.rules import notice
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.jobs import Job


def find_anomalies() -> str:
    """Whatever is new and differs is kept for the desk; a second run finds nothing more."""
    facts = queries.facts_since(clock.now() - queries.LOOKS_BACK)
    found = notice(facts, queries.seen_before())
    db.session.rollback()
    by_id = {one.attendance_id: one for one in facts}
    new = sum(run_turn(services.keep, one, by_id) for one in found)
    return f"attendances={len(facts)} new={new}"


JOBS = (Job("find-anomalies", find_anomalies, at="03:40"),)
