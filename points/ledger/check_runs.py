"""The runs of the check as the auditor's page shows them: one that is on its way, and the last that ended."""

from dataclasses import dataclass
from datetime import datetime

from points.ledger.check_result import CheckResult, read_line
from volunteer.core import clock
from volunteer.core.jobs import TAKE_OVER_AFTER, newest_runs
from volunteer.core.models import JobRunState

CHECK = "verify-ledger"
"""The job's name; a run that a person asks for is one more run of it."""


@dataclass(frozen=True)
class CheckRuns:
    """`begun_at` is set while one waits or runs; `result` is None when the last one broke off."""

    begun_at: datetime | None
    ended_at: datetime | None
    result: CheckResult | None


def check_runs() -> CheckRuns:
    """What stands in the rows of the job."""
    runs, recently = newest_runs(CHECK), clock.now() - TAKE_OVER_AFTER
    going = [one.started_at for one in runs if one.state is JobRunState.RUNNING]
    ended = [one for one in runs if one.finished_at is not None]
    last = max(ended, key=lambda one: one.finished_at or one.started_at, default=None)
    return CheckRuns(
        begun_at=next((one for one in going if one > recently), None),
        ended_at=last.finished_at if last else None,
        result=read_line(last.result) if last else None,
    )
