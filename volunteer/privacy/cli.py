"""Commands around personal data: `flask --app wsgi privacy …`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from volunteer.core import audit
from volunteer.core.config import settings
from volunteer.core.db import run_turn
from volunteer.privacy import erasure_file, queries
from volunteer.privacy.queries import ErasureLine
from volunteer.privacy.services import replay_erasure

privacy_cli = AppGroup("privacy", help="Personal data.")


@privacy_cli.command("replay-erasures")
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
def replay_erasures(file: Path | None) -> None:
    """After restoring a copy: erase again everybody in FILE (erasures.csv in the data folder) and in the table.

    Doing it twice changes nothing.
    """
    path = file or Path(settings().data_dir) / erasure_file.FILE_NAME
    try:
        lines = erasure_file.read_lines(path)
    except ValueError as error:
        raise click.ClickException(f"{path}: {error}") from error
    again = sum(run_turn(_replay, line) for line in [*lines, *queries.erasure_lines()])
    click.echo(f"{again} erased again")


def _replay(line: ErasureLine) -> bool:
    is_done = replay_erasure(line.party_id, line.created_at, line.erased_at)
    if is_done:
        audit.record("command:privacy replay-erasures", f"person:{line.party_id}")
    return is_done
