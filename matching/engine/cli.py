"""`plan solve`, `plan check`, `plan lacks`: the engine as a command, for the site and for engineers.

Knows no application and no database. Exit statuses stand in docs/matching.md.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any

import click

from matching.engine.check import remarks, violations
from matching.engine.files import (
    FileRefused,
    read_plan,
    read_problem,
    write_answer,
    write_plan,
)
from matching.engine.lacks import lacks
from matching.engine.model import Plan
from matching.engine.solve import solve

VIOLATED, REFUSED, NOT_WRITTEN, NO_MEMORY = 1, 3, 4, 5
SECONDS_MAX = 24 * 60 * 60

plan_cli = click.Group("plan", help="Plans of who is proposed for which shift, from file to file.")

a_file = click.Path(path_type=Path)


class Within(click.FloatRange):
    """A number from 0 to a limit, and really a number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """`nan` is in no range."""
        found = super().convert(value, param, ctx)
        return self.fail("nan is not a number", param, ctx) if isnan(found) else found


@plan_cli.command("solve")
@click.argument("problem", type=a_file)
@click.option("--out", type=a_file, required=True, help="Where the plan is written.")
@click.option(
    "--seconds", type=Within(0, SECONDS_MAX), required=True, help="The longest it may take."
)
@click.option(
    "--gap", type=Within(0, 1), default=0.0, show_default=True, help="Good enough (0.01 = 1 %)."
)
def solve_command(problem: Path, out: Path, seconds: float, gap: float) -> None:
    """Plan the shifts of PROBLEM, a JSON file (docs/matching.md). Ctrl-C: the best plan so far is written."""
    with _told_in_words(), _asked_to_stop() as should_stop:
        found = _read(read_problem, problem)
        _look_at(out)
        plan = solve(found, seconds, gap, on_progress=_say, should_stop=should_stop)
        if should_stop() and not plan.is_proven:
            plan = replace(plan, note="interrupted")
        _write(out, write_plan, plan)
    click.echo(summary(plan))


@plan_cli.command("check")
@click.argument("problem", type=a_file)
@click.argument("plan", type=a_file)
def check_command(problem: Path, plan: Path) -> None:
    """Whether PLAN keeps the rules of PROBLEM and tells the truth: exit 1 and a line for each violation."""
    with _told_in_words():
        found, proposed = _read(read_problem, problem), _read(read_plan, plan)
        wrong = violations(found, proposed)
        for one in remarks(found, proposed):
            click.echo(f"note: {one} (pinned)")
    for one in wrong:
        click.echo(str(one))
    if wrong:
        raise SystemExit(VIOLATED)
    click.echo(f"sound: {summary(proposed)}")


@plan_cli.command("lacks")
@click.argument("problem", type=a_file)
@click.argument("plan", type=a_file)
@click.option("--out", type=a_file, required=True, help="Where the answer is written.")
@click.option("--seconds", type=Within(0, SECONDS_MAX), default=120.0, show_default=True)
def lacks_command(problem: Path, plan: Path, out: Path, seconds: float) -> None:
    """What PROBLEM lacks, as PLAN shows it: scarce hours and trainings (docs/matching.md)."""
    with _told_in_words():
        found, made = _read(read_problem, problem), _read(read_plan, plan)
        _look_at(out)
        answer = lacks(found, made, seconds)
        _write(out, write_answer, answer)
    click.echo(f"{len(answer['hours'])} hours, {len(answer['wants'])} kinds, {answer['how']}")


def summary(plan: Plan) -> str:
    """A plan in one line."""
    bound = "no bound" if plan.bound is None else f"bound {plan.bound}"
    gap = "" if plan.gap is None else f", gap {plan.gap:.4%}"
    proven = ", proven" if plan.is_proven else ""
    note = f", {plan.note}" if plan.note else ""
    rows = len(plan.assignments)
    return f"{rows} rows, value {plan.value}, {bound}{gap}{proven}, {plan.engine}, {plan.seconds:.1f} s{note}"


def _say(progress: Any) -> None:
    with suppress(OSError):  # nobody listens any more
        click.echo(str(progress), err=True)


def _read(read: Callable[[Path], Any], path: Path) -> Any:
    try:
        return read(path)
    except FileRefused as error:
        for line in error.lines:
            click.echo(line, err=True)
        raise SystemExit(REFUSED) from None


def _look_at(out: Path) -> None:
    """Better now than after an hour."""
    folder = out.absolute().parent
    if out.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        click.echo(f"{out}: cannot be written", err=True)
        raise SystemExit(NOT_WRITTEN)


def _write(out: Path, write: Callable[[Path, Any], None], what: Any) -> None:
    try:
        write(out, what)
    except OSError as error:
        click.echo(f"{out}: cannot be written: {error.strerror}", err=True)
        raise SystemExit(NOT_WRITTEN) from None


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C or SIGTERM has come meanwhile; the plan so far is worth more than an end at once.

    The second time it is the end at once.
    """
    asked = False

    def restore() -> None:
        for one, handler in before.items():
            signal.signal(one, handler)

    def hear(*_signal: Any) -> None:
        nonlocal asked
        asked = True
        restore()

    before = {one: signal.signal(one, hear) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        restore()


@contextmanager
def _told_in_words() -> Iterator[None]:
    try:
        yield
    except MemoryError:
        click.echo("memory does not suffice for this problem", err=True)
        raise SystemExit(NO_MEMORY) from None
