"""`flask --app wsgi doctor`: what is well, what is not, and what to do about it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.cast import NOW, Cast
from volunteer.core import doctor
from volunteer.core.db import db, write_turn
from volunteer.core.models import JobRun, JobRunState, Notice, NoticeState

pytestmark = pytest.mark.both_databases


def _ran(job: str, state: JobRunState, **ago: int) -> None:
    began = NOW - timedelta(**ago)
    with write_turn():
        db.session.add(JobRun(job=job, period=str(ago), state=state, started_at=began))


def _looks(app: Flask) -> dict[str, doctor.Look]:
    return {one.name: one for one in doctor.examine(app.config["OTAGAI"])}


def test_a_center_at_work_is_well(app: Flask, cast: Cast) -> None:
    _ran("deliver-outbox", JobRunState.DONE, minutes=1)
    assert {one.state for one in _looks(app).values()} <= {doctor.OK}
    assert app.test_cli_runner().invoke(args=["doctor"]).exit_code == 0


def test_nobody_runs_the_jobs(app: Flask, cast: Cast) -> None:
    assert _looks(app)["jobs"].state == doctor.BAD
    _ran("deliver-outbox", JobRunState.DONE, hours=2)
    found = _looks(app)["jobs"]
    assert (found.state, "jobs serve" in found.words) == (doctor.BAD, True)
    answer = app.test_cli_runner().invoke(args=["doctor"])
    assert answer.exit_code == 1
    assert "BAD      jobs" in answer.output


def test_a_job_that_failed_last_is_named_until_it_works(app: Flask, cast: Cast) -> None:
    _ran("verify-ledger", JobRunState.FAILED, minutes=5)
    assert _looks(app)["failed jobs"].words.startswith("verify-ledger:")
    _ran("verify-ledger", JobRunState.DONE, minutes=2)
    assert _looks(app)["failed jobs"].state == doctor.OK


def test_mails_that_wait_long_or_were_given_up_are_a_warning(app: Flask, cast: Cast) -> None:
    early = NOW - timedelta(hours=1)
    with write_turn():
        db.session.add(
            Notice(
                key="k", template="t", state=NoticeState.FAILED, next_try_at=early, queued_at=early
            )
        )
    assert _looks(app)["mails"].state == doctor.WARNING


def test_tables_of_another_release_stop_the_look(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write_turn():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    looks = _looks(app)
    assert list(looks)[-1] == "tables"
    assert looks["tables"].state == doctor.BAD
    assert "db upgrade" in looks["tables"].words


def test_a_full_disk_is_bad(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 1000

    def usage(_path: Any) -> type[Usage]:
        return Usage

    monkeypatch.setattr("volunteer.core.doctor.shutil.disk_usage", usage)
    assert _looks(app)["disk"].state == doctor.BAD


def test_a_folder_that_is_missing_is_told_and_stops_nothing(app: Flask, cast: Cast) -> None:
    away = replace(app.config["OTAGAI"], data_dir=Path("/nowhere/at/all"))
    looks = {one.name: one for one in doctor.examine(away)}
    assert looks["disk"].state == doctor.BAD
    assert "No such file" in looks["disk"].words
    assert looks["tables"].state == doctor.OK
