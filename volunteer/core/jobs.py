"""Scheduled work: APScheduler in a process of its own, and a claim row so that a job runs once a period.

A shared job store does not prevent double runs (measured, docs/decisions/0004); the primary key of the claim
does. Every job is idempotent besides, and `flask --app wsgi jobs run NAME` runs it from cron or by hand.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once, run_turn
from volunteer.core.hooks import hooks
from volunteer.core.models import JobRun, JobRunState

if TYPE_CHECKING:
    from apscheduler.schedulers.blocking import BlockingScheduler
    from apscheduler.triggers.cron import CronTrigger

log = logging.getLogger("otagai.jobs")

TAKE_OVER_AFTER = timedelta(minutes=30)
"""A claim without an end this old belonged to a process that died."""


HOUR = 60

ASKED = "asked "
"""The period of a run that a person asked for begins with this; the minute follows, so that one a minute is enough."""


class JobFailed(RuntimeError):
    """A job came to its end and what it says must be seen by people: its words stay with the run."""


@dataclass(frozen=True)
class Job:
    """A job: its name, what it calls (returns a short account), and when."""

    name: str
    run: Callable[[], str]
    every_minutes: int = 0
    """Every so many minutes of the hour (a divisor of 60); 0 = once a day at `at`."""
    at: str = "03:00"
    """HH:MM in Asia/Tokyo, for daily jobs."""

    def __post_init__(self) -> None:
        """Raises ValueError for minutes that do not divide the hour: the scheduler would not start."""
        if self.every_minutes and HOUR % self.every_minutes:
            raise ValueError(f"{self.name}: {self.every_minutes} minutes do not divide the hour")

    def trigger(self) -> "CronTrigger":
        """When APScheduler fires it."""
        from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - only `jobs serve`

        if self.every_minutes:
            minute = "0" if self.every_minutes == HOUR else f"*/{self.every_minutes}"
            return CronTrigger(minute=minute, timezone=clock.TOKYO)
        hour, minute = self.at.split(":")
        return CronTrigger(hour=int(hour), minute=int(minute), timezone=clock.TOKYO)

    def period(self, moment: datetime) -> str:
        """The name of the period of `moment`: the claim's second half."""
        local = clock.to_tokyo(moment)
        if not self.every_minutes:
            return local.strftime("%Y-%m-%d")
        minute = local.minute // self.every_minutes * self.every_minutes
        return local.strftime("%Y-%m-%dT%H:") + f"{minute:02d}"


def job_named(name: str) -> Job | None:
    """The job of that name."""
    return next((job for job in hooks.jobs if job.name == name), None)


def run_claimed(job: Job, period: str) -> str | None:
    """Run `job` for `period` if nobody has: its account, or None when another process holds the claim.

    A failure is written down (and logged) and the period stays claimed; the next period tries again.
    """
    return _run(job, period) if run_turn(_claim, job.name, period) else None


def ask_for(name: str) -> None:
    """Let `run_asked` run a job within a minute; inside the caller's write turn. Asking twice is asking once."""
    moment = clock.now()
    period = ASKED + clock.to_tokyo(moment).strftime("%Y-%m-%dT%H:%M")
    values = {"job": name, "period": period, "state": JobRunState.RUNNING, "started_at": moment}
    insert_once(JobRun, {**values, "result": ""})


def run_asked() -> str:
    """Run what people asked for and nobody has run; a run that died with its process is run again."""
    statement = (
        db.select(JobRun.job, JobRun.period)
        .where(JobRun.state == JobRunState.RUNNING, JobRun.period.startswith(ASKED))
        .order_by(JobRun.started_at)
    )
    count = 0
    for name, period in db.session.execute(statement).all():
        if (job := job_named(name)) is not None:
            _run(job, period)
            count += 1
    return f"asked={count}"


def newest_runs(name: str, limit: int = 10) -> list[JobRun]:
    """The newest runs of a job, whoever or whatever started them."""
    statement = (
        db.select(JobRun).where(JobRun.job == name).order_by(JobRun.started_at.desc()).limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def _run(job: Job, period: str) -> str:
    try:
        account = job.run()
    except Exception as error:  # noqa: BLE001 - whatever broke must be visible, and other jobs go on
        db.session.rollback()
        log.exception("job %s failed", job.name)
        words = str(error) if isinstance(error, JobFailed) else type(error).__name__
        run_turn(_finish, job.name, period, JobRunState.FAILED, words)
        return f"failed: {words}"
    run_turn(_finish, job.name, period, JobRunState.DONE, account)
    return account


def _claim(name: str, period: str) -> bool:
    moment = clock.now()
    values = {"job": name, "period": period, "state": JobRunState.RUNNING, "started_at": moment}
    if insert_once(JobRun, {**values, "result": ""}) is not None:
        return True
    taken_over = (
        update(JobRun)
        .where(
            JobRun.job == name,
            JobRun.period == period,
            JobRun.state == JobRunState.RUNNING,
            JobRun.started_at < moment - TAKE_OVER_AFTER,
        )
        .values(started_at=moment)
    )
    return guarded_update(taken_over) == 1


def _finish(name: str, period: str, state: JobRunState, account: str) -> None:
    statement = (
        update(JobRun)
        .where(JobRun.job == name, JobRun.period == period)
        .values(state=state, finished_at=clock.now(), result=account[:400])
    )
    db.session.execute(statement)


def make_scheduler(app: Flask) -> "BlockingScheduler":
    """A scheduler with every job of every package; jobs in code, memory store."""
    from apscheduler.schedulers.blocking import BlockingScheduler  # noqa: PLC0415 - as above

    scheduler = BlockingScheduler(
        timezone=clock.TOKYO,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 300},
    )
    for job in hooks.jobs:
        scheduler.add_job(_fire, job.trigger(), args=[app, job], id=job.name)
    return scheduler


def _fire(app: Flask, job: Job) -> None:
    with app.app_context():
        run_claimed(job, job.period(clock.now()))
