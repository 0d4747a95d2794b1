"""`flask --app wsgi ledger …`: check everything, seal what is new."""

import click
from flask.cli import AppGroup

from points.ledger.seals import seal_postings
from points.ledger.verifying import verify_all
from volunteer.core.hooks import Finding

ledger_cli = AppGroup("ledger", help="The points ledger.")


@ledger_cli.command("verify")
def verify() -> None:
    """Check every rule of the ledger and of what stands on it; name the first bad row of each. Exit 0 or 1."""
    first: dict[str, Finding] = {}
    for one in verify_all():
        first.setdefault(one.rule, one)
    for one in first.values():
        click.echo(f"{one.rule:<24}{one.row:<28}{one.words}")
    if first:
        click.echo(f"{len(first)} rules are broken", err=True)
        raise SystemExit(1)
    click.echo("all rules hold")


@ledger_cli.command("seal")
def seal() -> None:
    """Chain the postings that are older than ten minutes."""
    click.echo(seal_postings())
