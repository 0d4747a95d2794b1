"""Sealing, telling auditors the newest seal, and the nightly check whose failure everybody who runs the center sees."""

from points.ledger.check_runs import CHECK
from points.ledger.notices import tell_auditors
from points.ledger.seals import SEAL_JOB, newest, seal_postings
from points.ledger.verifying import check_result
from volunteer.core.db import db, run_turn
from volunteer.core.jobs import Job, JobFailed


class BrokenRules(JobFailed):
    """The check found something; the job run is marked as failed, tells the first row, and is logged as an error."""


def verify_ledger() -> str:
    """Check every rule. Raises BrokenRules naming the first row, so that the run counts as failed."""
    found = check_result()
    if found.broken:
        raise BrokenRules(found.line())
    return found.line()


def send_head() -> str:
    """Mail the newest seal to the auditors, so that it is known outside the database as well."""
    db.session.rollback()
    head = newest()
    if head is None:
        return "nothing is sealed yet"
    return f"told={run_turn(tell_auditors, head.id)}"


JOBS = (
    Job(SEAL_JOB, seal_postings, every_minutes=30),
    Job(CHECK, verify_ledger, at="02:30"),
    Job("send-seal", send_head, at="06:10"),
)
