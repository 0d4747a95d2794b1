"""Commands of the floor: `flask --app wsgi jobs …`."""

import signal
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from volunteer.core import clock
from volunteer.core.hooks import hooks
from volunteer.core.jobs import job_named, make_scheduler, run_claimed

jobs_cli = AppGroup("jobs", help="Scheduled work.")


@jobs_cli.command("list")
def list_jobs() -> None:
    """Name every job and when it runs."""
    for job in hooks.jobs:
        when = f"every {job.every_minutes} min" if job.every_minutes else f"daily at {job.at}"
        click.echo(f"{job.name:<28}{when}")


@jobs_cli.command("run")
@click.argument("name")
@click.option("--again", is_flag=True, help="Run even if this period was claimed already.")
def run_job(name: str, again: bool) -> None:
    """Run the job NAME once, for cron or by hand. Exit 1 when it failed."""
    job = job_named(name)
    if job is None:
        names = ", ".join(one.name for one in hooks.jobs)
        raise click.ClickException(f"no job {name!r}; there are: {names}")
    moment = clock.now()
    period = job.period(moment) + (moment.strftime("+%H%M%S%f")[:10] if again else "")
    account = run_claimed(job, period)
    click.echo("already done in this period" if account is None else account)
    if account is not None and account.startswith("failed"):
        raise SystemExit(1)


@jobs_cli.command("serve")
def serve_jobs() -> None:
    """Run the scheduler until it is told to stop (one process is enough; more are harmless)."""
    scheduler = make_scheduler(current_app._get_current_object())

    def stop(*_signal: Any) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()
