"""`flask --app wsgi programmes simulate`: what a programme would have given for the activities in a file."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from points.programmes.cli import programmes_cli
from points.programmes.files import text_of_file
from points.programmes.queries import programmes
from points.programmes.rule_version import ProgrammeFileError, parse_rule_version
from points.simulation.columns import SIDES
from points.simulation.exporting import write_history
from points.simulation.mistakes import FileMistakes
from points.simulation.outputs import Output
from points.simulation.running import Findings, Order, Tell, run
from points.simulation.scheme import Scheme, always
from points.simulation.tables import ENCODINGS
from volunteer.core import audit
from volunteer.core.db import db, run_turn

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHOWN = (
    "month", "earned", "expired", "outstanding", "exchangeable_yen", "exchanged_yen",
)  # fmt: skip


@programmes_cli.command("simulate")
@click.argument("file", type=FILE)
@click.argument("activities", type=FILE)
@click.option("--people", type=FILE, help="What is known of the people (docs/simulator.md).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it ends.")
@click.option("--compare", type=FILE, help="A second programme, beside the first.")
@click.option("--out", type=click.Path(path_type=Path), help="A new folder for all tables.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv")
@click.option("--encoding", type=click.Choice(ENCODINGS), default="utf-8")
@click.option(
    "--order", type=click.Choice(["date", "file"]), default="date", help="In which awards are made."
)
def simulate(
    file: Path,
    activities: Path,
    people: Path | None,
    until: datetime | None,
    compare: Path | None,
    out: Path | None,
    form: str,
    encoding: str,
    order: str,
) -> None:
    """Apply the rules in FILE to every activity in ACTIVITIES, whatever the dates of the rules."""
    files = [file, compare] if compare else [file]
    wanted = Order(
        schemes=tuple(_scheme(one) for one in files),
        activities=activities,
        people=people,
        until=until.date() if until else None,
        encoding=encoding,
        by_line=order == "file",
    )
    with _refusing(), Output(out, form) if out else nullcontext() as output:
        found = run(wanted, output, _tell())
    for one in found.warnings:
        click.echo(f"warning: {one}", err=True)
    click.echo(_as_json(found) if form == "json" else _as_text(found))


@programmes_cli.command("history")
@click.argument("programme")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
def history(programme: str, out: Path) -> None:
    """Write the center's own activities and people as files for `simulate`: by number, without names."""
    found = next((one for one in programmes() if one.code == programme), None)
    if found is None:
        codes = ", ".join(one.code for one in programmes())
        raise click.ClickException(f"no programme {programme!r}; there are: {codes}")
    with _refusing(), Output(out, "csv") as output:
        count = write_history(found.id, output.draft)
    db.session.rollback()
    run_turn(audit.record, "command:programmes history", f"programme:{found.id}")
    click.echo(f"{count} activities in {out}")


@contextmanager
def _refusing() -> Iterator[None]:
    """What is wrong with a file or the disk in words; nothing half-written is left."""
    try:
        yield
    except FileMistakes as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'disk'}: {error.strerror}") from error


def _scheme(file: Path) -> Scheme:
    try:
        return always(parse_rule_version(text_of_file(file)))
    except ProgrammeFileError as error:
        lines = (f"{file}: {one}" for one in error.mistakes)
        raise click.ClickException("\n".join(lines)) from error


def _tell() -> Tell:
    """A bar on a terminal; nothing where output is kept in a file."""
    if not sys.stderr.isatty():
        return lambda _percent: None
    last = [-1]

    def tell(percent: int) -> None:
        if percent != last[0]:
            last[0] = percent
            bar = "#" * (percent // 4)
            click.echo(f"\r[{bar:<25}] {percent:3} %", err=True, nl=percent >= 100)

    return tell


def _as_json(found: Findings) -> str:
    months = dict(zip(SIDES, found.months, strict=False))
    return json.dumps({**found.summary, "months": months}, ensure_ascii=False, indent=1)


def _as_text(found: Findings) -> str:
    lines = [f"until {found.summary['until']}, activities: {found.summary['activities']:,}"]
    if not found.summary["people_known"]:
        lines.append("people are not known: ages, ties, records and registration are not asked")
    for side, sums in found.summary["sides"].items():
        lines += ["", f"{side}: {sums['programme']} {sums['name']}", *_sums(sums)]
        months = found.months[SIDES.index(side)]
        lines.append("  " + " ".join(f"{name:>16}" for name in SHOWN))
        lines += ["  " + " ".join(f"{_shown(row[name]):>16}" for name in SHOWN) for row in months]
    if affected := found.summary["affected"]:
        words = ", ".join(f"{name} {count:,}" for name, count in affected.items())
        lines += ["", f"people whose points are worth more or fewer yen under b: {words}"]
    return "\n".join(lines)


def _sums(sums: dict[str, Any]) -> list[str]:
    return [
        f"  people: {sums['people']:,}, with points: {sums['people_with_points']:,}",
        f"  earned: {sums['earned']:,}, expired: {sums['expired']:,}, outstanding: {sums['outstanding']:,}",
        f"  exchangeable on the last day: {sums['exchangeable']:,} points = {sums['exchangeable_yen']:,} yen"
        f" of {sums['exchangeable_people']:,} people",
        f"  if everybody always exchanged: {sums['exchanged_yen']:,} yen",
        *(f"  {reason}: {count:,}" for reason, count in sums["reasons"].items()),
    ]


def _shown(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
