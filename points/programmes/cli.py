"""`flask --app wsgi programmes …`: check and load the file of a rule version."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup

from points.programmes.files import PRESETS, presets, text_of_file
from points.programmes.offering import not_offered
from points.programmes.planning import Plan, plan_for
from points.programmes.rule_version import ProgrammeFileError, parse_rule_version
from points.programmes.services import load_rule_version
from volunteer.core import audit
from volunteer.core.db import db, run_turn
from volunteer.core.errors import DomainError

programmes_cli = AppGroup("programmes", help="Points programmes and their rules.")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _text(file: Path) -> str:
    try:
        return text_of_file(file)
    except ProgrammeFileError as error:
        raise _naming(file, error) from error


def _naming(file: Path, error: ProgrammeFileError) -> click.ClickException:
    """Every mistake with the name of the file before it, as compilers write them."""
    return click.ClickException("\n".join(f"{file}: {one}" for one in error.mistakes))


@programmes_cli.command("check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Read FILE and name every mistake; nothing is stored. Exit 1 when there is one."""
    text = _text(file)
    try:
        version = parse_rule_version(text)
    except ProgrammeFileError as error:
        raise _naming(file, error) from error
    until = version.valid_to or "…"
    click.echo(f"{version.programme_code}: {version.valid_from} – {until}, no mistakes")
    for key in version.unconfirmed:
        click.echo(f"  not confirmed: {key}")
    for one in not_offered(text, version):
        click.echo(f"{file}: warning: {one}", err=True)


@programmes_cli.command("presets")
def list_presets() -> None:
    """Name the presets that ship, and the file each is in."""
    for stem, name in presets().items():
        click.echo(f"{PRESETS / stem}.toml  {name}")


@programmes_cli.command("load")
@click.argument("file", type=FILE)
@click.option(
    "--dry-run", is_flag=True, help="Show what would change and who is affected, and stop."
)
def load(file: Path, dry_run: bool) -> None:
    """Store the rule version in FILE; an open-ended version before it ends where the new one begins."""
    text = _text(file)
    try:
        plan = plan_for(text)
        db.session.rollback()
        click.echo("\n".join(_told(plan)))
        if dry_run and plan.refusal is None:
            return
        if plan.refusal is not None:
            raise plan.refusal
        words = run_turn(_load, text)
    except ProgrammeFileError as error:
        raise _naming(file, error) from error
    except DomainError as error:
        raise click.ClickException(f"{file}: {error.message}") from error
    click.echo(words)


def _told(plan: Plan) -> Iterator[str]:
    """The plan in lines: sentences first, then keys, then people."""
    for change in plan.changes:
        yield f"{change.heading}"
        yield from (f"  - {one}" for one in change.removed)
        yield from (f"  + {one}" for one in change.added)
    if plan.before is not None:
        for one in plan.keys:
            yield f"  {one.key}: {one.before or '–'} → {one.after or '–'}"
    yield f"enrolled people: {plan.enrolled}, activities with points since then: {plan.activities}"
    yield from (f"warning: {one}" for one in (*plan.warnings, *plan.not_offered, *plan.unknown))


def _load(text: str) -> str:
    loaded = load_rule_version(text)
    version = loaded.version
    if not loaded.is_new:
        return f"{version.programme.code}: this version was loaded before, nothing changed"
    audit.record("command:programmes load", f"rule_version:{version.id}")
    ended = f"; the version of {loaded.ended.valid_from} ends there" if loaded.ended else ""
    return f"{version.programme.code}: in force from {version.valid_from}{ended}"
