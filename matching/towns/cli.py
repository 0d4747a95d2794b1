"""`flask --app wsgi center new FILE`: makes an empty center from one settings file."""

from pathlib import Path

import click
from flask.cli import AppGroup

from matching.towns.services import found_center
from matching.towns.settings_file import TownFileError, read_settings
from volunteer.core.db import run_turn
from volunteer.core.errors import DomainError

center_cli = AppGroup("center", help="The center of this database.")


@center_cli.command("new")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def new(file: Path) -> None:
    """Found an empty center from the settings FILE (docs/operations.md: a new town)."""
    try:
        settings = read_settings(file)
        center = run_turn(found_center, settings)
    except TownFileError as error:
        raise click.ClickException("\n" + "\n".join(error.mistakes)) from error
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(
        f"{center.name}: {len(settings.areas)} areas, {len(settings.categories)} categories,"
        f" {len(settings.programmes)} programmes."
    )
    click.echo("Next: flask --app wsgi staff invite EMAIL --name NAME --role administrator")
