"""A job runs once a period among any number of processes, and a failure is seen and does not stop others."""

import multiprocessing
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.applications import make_app
from volunteer.core import clock as core_clock
from volunteer.core.center import next_number
from volunteer.core.db import db, run_turn
from volunteer.core.hooks import hooks
from volunteer.core.jobs import TAKE_OVER_AFTER, Job, make_scheduler, run_claimed
from volunteer.core.models import Counter, JobRun, JobRunState


def _count() -> str:
    return run_turn(next_number, "runs", "")


def _break() -> str:
    raise ZeroDivisionError


COUNT = Job("count", _count, every_minutes=10)
BREAK = Job("break", _break, at="03:00")


def _run_in_process(url: str, barrier: Any) -> None:
    app = make_app(url)
    with app.app_context():
        barrier.wait(60)
        for minute in range(5):
            run_claimed(COUNT, f"2026-11-21T09:{minute}0")


@pytest.fixture
def known(app: Flask) -> Iterator[None]:
    hooks.jobs.extend([COUNT, BREAK])
    yield
    hooks.jobs.remove(COUNT)
    hooks.jobs.remove(BREAK)


@pytest.mark.both_databases
def test_four_processes_run_it_once_a_period(app: Flask) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(4)
    url = app.config["OTAGAI"].database_url
    processes = [context.Process(target=_run_in_process, args=(url, barrier)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    assert db.session.get_one(Counter, "runs").last == 5


def test_a_failure_is_written_down_and_the_period_stays_claimed(app: Flask) -> None:
    assert run_claimed(BREAK, "2026-11-21") == "failed: ZeroDivisionError"
    assert run_claimed(BREAK, "2026-11-21") is None
    run = db.session.execute(db.select(JobRun)).scalar_one()
    assert (run.state, run.result) == (JobRunState.FAILED, "ZeroDivisionError")
    assert run_claimed(BREAK, "2026-11-22") == "failed: ZeroDivisionError"


def test_the_claim_of_a_killed_process_is_taken_over(app: Flask, clock: Any) -> None:
    def claim_and_die() -> None:
        db.session.add(
            JobRun(job="count", period="p", state=JobRunState.RUNNING, started_at=core_clock.now())
        )

    run_turn(claim_and_die)
    assert run_claimed(COUNT, "p") is None
    clock.advance(TAKE_OVER_AFTER + timedelta(seconds=1))
    assert run_claimed(COUNT, "p") is not None


def test_periods_are_named_by_japanese_time(app: Flask) -> None:
    moment = core_clock.now() + timedelta(minutes=17)
    assert COUNT.period(moment) == "2026-11-21T09:10"
    assert BREAK.period(moment) == "2026-11-21"


def test_a_job_can_be_run_by_name(app: Flask, known: None) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["jobs", "run", "count"]).output.strip() == "0001"
    assert "already done" in runner.invoke(args=["jobs", "run", "count"]).output
    assert runner.invoke(args=["jobs", "run", "break"]).exit_code == 1
    assert runner.invoke(args=["jobs", "run", "nonsense"]).exit_code == 1


def test_jobs_are_named_alike(app: Flask) -> None:
    """Whoever types `jobs run NAME` need not know the feature."""
    names = [job.name for job in hooks.jobs]
    assert [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)+", name)] == []
    assert len(set(names)) == len(names)


def test_every_job_is_scheduled(app: Flask) -> None:
    scheduler = make_scheduler(app)
    assert {job.id for job in scheduler.get_jobs()} == {job.name for job in hooks.jobs}


def test_minutes_that_do_not_divide_the_hour_are_no_period() -> None:
    with pytest.raises(ValueError, match="do not divide"):
        Job("daily", _count, every_minutes=24 * 60)
