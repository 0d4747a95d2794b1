"""`flask --app wsgi ledger …`: check everything or what is new, seal what is new."""

import sys

import click
from flask.cli import AppGroup

from points.ledger.invariants import in_words
from points.ledger.models import LedgerSeal
from points.ledger.scope import Tell, nobody
from points.ledger.seals import find_seal, seal_postings
from points.ledger.verifying import verify_all
from volunteer.core.hooks import Finding

ledger_cli = AppGroup("ledger", help="The points ledger.")


@ledger_cli.command("verify")
@click.option(
    "--since",
    metavar="SEAL",
    help="Number or first letters (8 or more) of a seal: look only at what came after it.",
)
def verify(since: str | None) -> None:
    """Check every rule of the ledger and of what stands on it; name the first bad row of each. Exit 0 or 1.

    The letters of a seal that were noted or mailed are found again only if the chain still holds it.
    """
    first: dict[str, Finding] = {}
    for one in verify_all(_seal(since) if since else None, _tell()):
        first.setdefault(one.rule, one)
    for one in first.values():
        click.echo(f"{one.rule:<24}{one.row:<28}{one.words}")
        if words := in_words(one.rule):
            click.echo(f"{'':<24}against {words}")
    if first:
        click.echo(f"{len(first)} rules are broken", err=True)
        raise SystemExit(1)
    click.echo("all rules hold")


def _seal(words: str) -> LedgerSeal:
    """The seal of this name. Its absence is itself a finding."""
    found = find_seal(words)
    if found is None:
        click.echo(f"I14 head: the chain has no seal {words}", err=True)
        raise SystemExit(1)
    return found


def _tell() -> Tell:
    """A line on a terminal that says how far the check has come; nothing where output is kept in a file."""
    if not sys.stderr.isatty():
        return nobody

    def tell(what: str, done: int, total: int) -> None:
        share = 100 * done // max(total, 1)
        click.echo(f"\r{what}: {share} %   ", err=True, nl=done >= total)

    return tell


@ledger_cli.command("seal")
def seal() -> None:
    """Chain the postings that are older than ten minutes."""
    click.echo(seal_postings())
