"""Sealing, and the nightly check whose failure everybody who runs the center sees."""

from points.ledger.check_runs import CHECK
from points.ledger.seals import seal_postings
from points.ledger.verifying import check_result
from volunteer.core.jobs import Job, JobFailed


class BrokenRules(JobFailed):
    """The check found something; the job run is marked as failed, tells the first row, and is logged as an error."""


def verify_ledger() -> str:
    """Check every rule. Raises BrokenRules naming the first row, so that the run counts as failed."""
    found = check_result()
    if found.broken:
        raise BrokenRules(found.line())
    return found.line()


JOBS = (
    Job("seal-ledger", seal_postings, every_minutes=30),
    Job(CHECK, verify_ledger, at="02:30"),
)
