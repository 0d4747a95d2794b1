"""Whether the town in this database was filled to its end, told by a row that is written first and ended last."""

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.models import JobRun, JobRunState

LOAD = "demo-load"


def begin_loading(scale: str, seed: int) -> None:
    """Inside the write turn that founds the center, so that no half-filled town is without it."""
    db.session.add(
        JobRun(
            job=LOAD,
            period=f"{scale} {seed}",
            state=JobRunState.RUNNING,
            started_at=clock.now(),
            result="",
        )
    )


def end_loading(account: str) -> None:
    """Inside the last write turn."""
    values = {"state": JobRunState.DONE, "finished_at": clock.now(), "result": account}
    guarded_update(update(JobRun).where(JobRun.job == LOAD).values(**values))


def was_cut_off() -> bool:
    """Whether a load began here and did not come to its end; also true while one is going on."""
    statement = db.select(JobRun.job).filter_by(job=LOAD, state=JobRunState.RUNNING)
    return db.session.execute(statement).first() is not None
