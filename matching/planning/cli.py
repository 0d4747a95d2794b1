"""`flask --app wsgi plans make|list|cancel`: the process that makes a plan, and how an engineer looks at plans."""

import os
import signal
import sys
from types import FrameType

import click
from flask.cli import AppGroup

from matching.planning import queries, services, starting
from matching.planning.folder import folder_of
from matching.planning.running import run
from matching.planning.workshop import WORKSHOP
from volunteer.core import audit
from volunteer.core.db import db, run_turn
from volunteer.core.errors import DomainError

plans_cli = AppGroup("plans", help="Proposals of who goes where, made in the background.")

NICE = 10
"""The pages come first on a machine with two cores."""


@plans_cli.command("make")
@click.argument("run_id", type=int)
def make(run_id: int) -> None:
    """Make the plan of run RUN_ID; the page that asked for it starts this."""
    signal.signal(signal.SIGTERM, _stop)
    os.nice(NICE)
    click.echo(f"plan {run_id}: {run(run_id, WORKSHOP)}")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(143)


@plans_cli.command("list")
def list_runs() -> None:
    """The newest plans, what became of them, and where their files are."""
    for one in queries.newest_runs():
        folder = folder_of(one.id)
        where = str(folder) if folder.is_dir() else "-"
        why = f" ({one.failure.value})" if one.failure else ""
        click.echo(
            f"{one.id}\t{one.from_on}..{one.until_on}\t{one.state.value}{why}\t{one.percent}%\t{where}"
        )


@plans_cli.command("cancel")
@click.argument("run_id", type=int)
def cancel(run_id: int) -> None:
    """Stop run RUN_ID; its process ends within some seconds."""
    try:
        run_turn(_cancel, run_id)
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    db.session.rollback()
    starting.tidy()


def _cancel(run_id: int) -> None:
    services.cancel(run_id)
    audit.record("command:plans cancel", f"plan_run:{run_id}")
