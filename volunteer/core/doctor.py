"""`flask --app wsgi doctor`: what an operator looks at first, on one screen, with what to do about it.

Changes nothing. Exit 1 when something must be mended; warnings alone exit 0, so that a monitor can call it.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import click
from flask import current_app
from sqlalchemy import func, text
from sqlalchemy.exc import DBAPIError

from volunteer.core import clock
from volunteer.core.center import center_or_none
from volunteer.core.config import Settings
from volunteer.core.crypto import Damaged, KeyTrouble, seal, unseal
from volunteer.core.db import db, sqlite_is_safe, sqlite_module
from volunteer.core.hooks import hooks
from volunteer.core.migrating import FOLDER
from volunteer.core.models import JobRun, JobRunState, Notice, NoticeState
from volunteer.core.queries import notice_counts

OK, WARNING, BAD = "ok", "warning", "BAD"
FREE_BYTES_MIN = 1_000_000_000
LATE_AFTER = timedelta(minutes=10)
"""A message or a job of every minute that is this late says that no scheduler runs."""


@dataclass(frozen=True)
class Look:
    """What was looked at, how it is, and what to do."""

    name: str
    state: str
    words: str


def examine(settings: Settings) -> Iterator[Look]:
    """Everything worth a look, in the order in which trouble has to be mended; stops where nothing further works."""
    yield _library(settings)
    yield _disk(settings)
    yield _keys()
    yield _cards(settings)
    try:
        tables = _tables()
    except DBAPIError as error:
        yield Look("database", BAD, f"does not answer: {error.orig}")
        return
    yield tables
    if tables.state == BAD:
        return
    yield from (look(settings) for look in (_center, _jobs, _failures, _outbox))


def _library(settings: Settings) -> Look:
    if not settings.is_sqlite:
        return Look("database", OK, "PostgreSQL")
    version = sqlite_module.sqlite_version
    if sqlite_is_safe():
        return Look("database", OK, f"SQLite {version}")
    words = (
        f"SQLite {version} is older than 3.51.3 and can corrupt a WAL database; install pysqlite3"
    )
    return Look("database", WARNING, words)


def _disk(settings: Settings) -> Look:
    try:
        free = shutil.disk_usage(settings.data_dir).free
    except OSError as error:
        return Look("disk", BAD, f"cannot look at {settings.data_dir}: {error.strerror}")
    words = f"{free / 1e9:.1f} GB free in {settings.data_dir}"
    return Look("disk", OK if free >= FREE_BYTES_MIN else BAD, words)


def _keys() -> Look:
    try:
        unseal(seal("doctor", "doctor"), "doctor")
    except (Damaged, KeyTrouble) as error:
        return Look("keys", BAD, str(error))
    return Look("keys", OK, "seal and open again")


def _cards(settings: Settings) -> Look:
    """Which way to take cards is switched on."""
    if settings.cards == "none":
        return Look("cards", OK, "none: cash and bank transfer at the desk")
    if settings.cards == "fake":
        return Look("cards", WARNING, "fake: no money moves")
    if "_live_" not in settings.stripe_key:
        return Look("cards", WARNING, "stripe with a test key: no money moves")
    count = len(settings.stripe_webhook_secrets)
    words = "; two webhook secrets: take the old one away" if count > 1 else ""
    return Look("cards", WARNING if words else OK, f"stripe{words}")


def _tables() -> Look:
    """Whether the migrations of this release have run."""
    wanted = (FOLDER / ".current-head").read_text(encoding="utf-8").strip()[:4]
    has_any = db.inspect(db.engine).has_table("alembic_version")
    at = (
        db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if has_any
        else None
    )
    if at == wanted:
        return Look("tables", OK, f"at {at}")
    there = f"at {at}" if at else "not made yet"
    return Look("tables", BAD, f"{there}, this release needs {wanted}: flask --app wsgi db upgrade")


def _center(settings: Settings) -> Look:
    center = center_or_none()
    if center is None:
        return Look("center", BAD, "not founded: flask --app wsgi center new FILE")
    if center.is_demo:
        return Look("center", WARNING, f"{center.name}: a demo town, never for real people")
    return Look("center", OK, center.name)


def _jobs(_settings: Settings) -> Look:
    """Whether somebody runs the scheduled work: the job of every minute is never late for long."""
    last = db.session.execute(db.select(func.max(JobRun.started_at))).scalar()
    if last is None:
        return Look("jobs", BAD, "none has ever run: flask --app wsgi jobs serve")
    words = f"the last began at {clock.to_tokyo(last):%Y-%m-%d %H:%M}"
    if clock.now() - last > LATE_AFTER:
        return Look("jobs", BAD, f"{words}; is `flask --app wsgi jobs serve` running?")
    return Look("jobs", OK, words)


def _failures(_settings: Settings) -> Look:
    """Jobs whose newest run failed."""
    newest = db.select(func.max(JobRun.started_at)).group_by(JobRun.job)
    statement = db.select(JobRun.job).where(
        JobRun.started_at.in_(newest), JobRun.state == JobRunState.FAILED
    )
    known = {job.name for job in hooks.jobs}
    failed = sorted(known & set(db.session.execute(statement).scalars()))
    if failed:
        return Look("failed jobs", BAD, f"{', '.join(failed)}: flask --app wsgi jobs run NAME")
    return Look("failed jobs", OK, "none")


def _outbox(_settings: Settings) -> Look:
    counts = notice_counts()
    waiting = db.select(func.min(Notice.queued_at)).where(Notice.state == NoticeState.WAITING)
    oldest = db.session.execute(waiting).scalar()
    words = f"{counts.get('waiting', 0)} waiting, {counts.get('failed', 0)} given up"
    if oldest is not None and clock.now() - oldest > LATE_AFTER:
        return Look(
            "mails", WARNING, f"{words}; the oldest since {clock.to_tokyo(oldest):%Y-%m-%d %H:%M}"
        )
    return Look("mails", WARNING if counts.get("failed") else OK, words)


def doctor() -> None:
    """Say of each thing whether it is well, and what to do. Exits 1 when one is bad."""
    is_bad = False
    for one in examine(current_app.config["OTAGAI"]):
        click.echo(f"{one.state:<9}{one.name:<13}{one.words}")
        is_bad = is_bad or one.state == BAD
    if is_bad:
        raise SystemExit(1)
