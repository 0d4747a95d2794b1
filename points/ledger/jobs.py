"""Sealing, and the nightly check whose failure everybody who runs the center sees."""

from points.ledger.seals import seal_postings
from points.ledger.verifying import verify_all
from volunteer.core.jobs import Job


class BrokenRules(RuntimeError):
    """The nightly check found something; the job run is marked as failed and logged as an error."""


def verify_ledger() -> str:
    """Check every rule. Raises BrokenRules naming them, so that the run counts as failed."""
    found = verify_all()
    if found:
        raise BrokenRules("; ".join(f"{one.rule} {one.row} {one.words}" for one in found))
    return "all rules hold"


JOBS = (
    Job("seal-ledger", seal_postings, every_minutes=30),
    Job("verify-ledger", verify_ledger, at="02:30"),
)
