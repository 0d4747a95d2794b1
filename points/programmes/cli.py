"""`flask --app wsgi programmes …`: check and load the file of a rule version."""

from pathlib import Path

import click
from flask.cli import AppGroup

from points.programmes.rule_version import ProgrammeFileError, parse_rule_version
from points.programmes.services import load_rule_version
from volunteer.core import audit
from volunteer.core.db import run_turn
from volunteer.core.errors import DomainError

programmes_cli = AppGroup("programmes", help="Points programmes and their rules.")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: not UTF-8 text") from error


@programmes_cli.command("check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Read FILE and name every mistake; nothing is stored. Exit 1 when there is one."""
    try:
        version = parse_rule_version(_text(file))
    except ProgrammeFileError as error:
        raise click.ClickException(str(error)) from error
    until = version.valid_to or "…"
    click.echo(f"{version.programme_code}: {version.valid_from} – {until}, no mistakes")


@programmes_cli.command("load")
@click.argument("file", type=FILE)
def load(file: Path) -> None:
    """Store the rule version in FILE; an open-ended version before it ends where the new one begins."""
    text = _text(file)
    try:
        words = run_turn(_load, text)
    except (ProgrammeFileError, DomainError) as error:
        told = error.message if isinstance(error, DomainError) else error
        raise click.ClickException(str(told)) from error
    click.echo(words)


def _load(text: str) -> str:
    loaded = load_rule_version(text)
    version = loaded.version
    if not loaded.is_new:
        return f"{version.programme.code}: this version was loaded before, nothing changed"
    audit.record("command:programmes load", f"rule_version:{version.id}")
    ended = f"; the version of {loaded.ended.valid_from} ends there" if loaded.ended else ""
    return f"{version.programme.code}: in force from {version.valid_from}{ended}"
