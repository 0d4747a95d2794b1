"""Brings the tables up to date with Alembic, which is imported only when a command here runs.

It costs a fifth of every start otherwise: the web processes, the scheduler and `--help` never need it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).resolve().parents[2] / "migrations"

db_cli = AppGroup("db", help="Tables: make, update, compare.")


def configuration() -> "Config":
    """What Alembic must know to find our migrations."""
    from alembic.config import Config  # noqa: PLC0415 - see the top of this file

    config = Config(str(FOLDER / "alembic.ini"))
    config.set_main_option("script_location", str(FOLDER))
    return config


def upgrade(revision: str = "head") -> None:
    """Run the migrations which the database of the application lacks, up to `revision`."""
    from alembic import command  # noqa: PLC0415

    command.upgrade(configuration(), revision)


@db_cli.command("upgrade")
@click.argument("revision", default="head")
def upgrade_command(revision: str) -> None:
    """Make or update the tables."""
    upgrade(revision)


@db_cli.command("current")
def current_command() -> None:
    """Say which migration the database is at."""
    from alembic import command  # noqa: PLC0415

    command.current(configuration())


@db_cli.command("check")
def check_command() -> None:
    """Fail when the tables differ from the models."""
    from alembic import command  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    try:
        command.check(configuration())
    except CommandError as error:
        raise click.ClickException(str(error)) from error


@db_cli.command("revision")
@click.option("-m", "--message", required=True, help="What the migration does, in a few words.")
@click.option("--rev-id", required=True, help="Its number: 0002.")
@click.option("--autogenerate", is_flag=True, help="Start from what the models say.")
def revision_command(message: str, rev_id: str, autogenerate: bool) -> None:
    """Write the file of a new migration, to be read and finished by hand."""
    from alembic import command  # noqa: PLC0415

    command.revision(configuration(), message, autogenerate=autogenerate, rev_id=rev_id)
