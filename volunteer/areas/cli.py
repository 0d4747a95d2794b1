"""`flask --app wsgi areas load FILE`: the districts from a CSV file."""

from pathlib import Path

import click
from flask.cli import AppGroup

from volunteer.areas.area_file import AreaFileError, decode, read_areas
from volunteer.areas.services import load_areas
from volunteer.core import audit
from volunteer.core.db import run_turn

areas_cli = AppGroup("areas", help="Districts of the town.")


@areas_cli.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Bring the districts up to date from the CSV FILE: known codes are changed, new ones added."""
    try:
        comment, lines = read_areas(decode(file.read_bytes()))
    except AreaFileError as error:
        raise click.ClickException(f"{file}\n{error}") from error

    def act() -> int:
        added = load_areas(comment, lines)
        audit.record("command:areas load")
        return added

    added = run_turn(act)
    click.echo(f"{len(lines)} districts in the file, {added} of them new")
