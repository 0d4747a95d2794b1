"""Reads of the floor: notices for the desk and for the demo's mail page, the state of jobs."""

from sqlalchemy import func, text

from volunteer.core.db import db
from volunteer.core.models import JobRun, JobRunState, Notice, NoticeState

PAGE = 50


def database_answers() -> bool:
    """Whether a trivial query comes back."""
    return bool(db.session.execute(text("SELECT 1")).scalar() == 1)


def troubled_notices(limit: int = PAGE) -> list[Notice]:
    """Messages that were given up, or that have no address and must be told by telephone or letter."""
    statement = (
        db.select(Notice)
        .where(Notice.state.in_([NoticeState.FAILED, NoticeState.KEPT]))
        .order_by(Notice.queued_at.desc(), Notice.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def notice_counts() -> dict[str, int]:
    """How many messages stand in each state."""
    statement = db.select(Notice.state, func.count()).group_by(Notice.state)
    return {state.value: count for state, count in db.session.execute(statement)}


def latest_notices(limit: int = PAGE) -> list[Notice]:
    """The newest messages, whatever their state (the demo's mail page)."""
    statement = db.select(Notice).order_by(Notice.id.desc()).limit(limit)
    return list(db.session.execute(statement).scalars())


def latest_job_runs(limit: int = 30) -> list[JobRun]:
    """The newest runs of jobs."""
    statement = db.select(JobRun).order_by(JobRun.started_at.desc()).limit(limit)
    return list(db.session.execute(statement).scalars())


def failed_job_count() -> int:
    """How many runs of jobs failed and are still kept."""
    statement = db.select(func.count()).where(JobRun.state == JobRunState.FAILED)
    return int(db.session.execute(statement).scalar_one())
