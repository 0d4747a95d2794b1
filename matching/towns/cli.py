"""`flask --app wsgi center new FILE`: makes an empty center from one settings file."""

from pathlib import Path

import click
from flask.cli import AppGroup

from matching.towns.services import found_center
from matching.towns.settings_file import TownFileError, TownSettings, read_settings
from points.bank_accounts.refusals import BankDataRefused
from volunteer.core import audit
from volunteer.core.config import settings as start_settings
from volunteer.core.db import run_turn
from volunteer.core.errors import DomainError
from volunteer.core.models import Center

center_cli = AppGroup("center", help="The center of this database.")


@center_cli.command("new")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--demo", is_flag=True, help="A town to try things out in; production refuses it for ever."
)
def new(file: Path, demo: bool) -> None:
    """Found an empty center from the settings FILE (docs/operations.md: a new town)."""
    if demo and start_settings().is_production:
        raise click.ClickException("OTAGAI_ENV=production makes no demo town")
    try:
        settings = read_settings(file)
        center = run_turn(_found, settings, demo)
    except TownFileError as error:
        raise click.ClickException("\n" + "\n".join(error.mistakes)) from error
    except BankDataRefused as error:
        raise click.ClickException(f"[bank] {error}") from error
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(
        f"{center.name}: {len(settings.areas)} areas, {len(settings.categories)} categories,"
        f" {len(settings.programmes)} programmes."
    )
    click.echo("Next: flask --app wsgi staff invite EMAIL --name NAME --role administrator")


def _found(settings: TownSettings, demo: bool) -> Center:
    center = found_center(settings, is_demo=demo)
    audit.record("command:center new", "center:1")
    return center
