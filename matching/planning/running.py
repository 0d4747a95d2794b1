"""The process that makes one plan: reads, lets the solver work in a process of its own, checks, writes, and tells how
far it is. Whatever happens to it, nothing is accepted by it and nobody is asked; a run that says nothing is given up.
"""

import errno
import json
import logging
import os
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from matching.engine.model import Plan, Problem
from matching.planning import queries, services
from matching.planning.difference import Difference, Explained, Pair, difference
from matching.planning.folder import folder_of, has_room, make_folder, remove_folder
from matching.planning.models import PlanRun
from matching.planning.rules import GRACE_SECONDS, percent_of
from matching.planning.states import Failure, Purpose, Stage
from volunteer.core.db import db, run_turn

log = logging.getLogger("otagai.plans")

LOOK_SECONDS = 0.2
TELL_SECONDS = 1.0
"""How often it says that it is alive, and learns that it was cancelled."""
SLICE = 100
"""So many pairs are written in one turn."""
LACKS_SECONDS_MAX = 240
"""What a plan says the center lacks is looked into for so long; the plan does not wait for it."""
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class GivenUp(Exception):
    """It is not this process's run any more: cancelled, or taken for dead."""


class CameToNothing(Exception):
    """The run ends without a plan."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True)
class Material:
    """The problem of a run, who has a place or an open offer in it, and how the reasons of a pair are found."""

    problem: Problem
    standing: frozenset[Pair]
    explained: Explained
    seated: frozenset[Pair] = frozenset()
    """Those of `standing` who have said yes."""


@dataclass(frozen=True)
class Workshop:
    """What a run works with; the tests bring solvers of their own."""

    material: Callable[[PlanRun], Material]
    write: Callable[[Path, Problem], None]
    command: Callable[[Path, Path, PlanRun], Sequence[str]]
    read: Callable[[Path], Plan]
    violations: Callable[[Problem, Plan], Sequence[Any]]
    lacks: Callable[[Path, Path, Path], Sequence[str]] | None = None
    """The command that says from problem and plan what the center lacks, into a third file."""


@dataclass
class _Work:
    """One run in the hands of this process."""

    run_id: int
    worker: str
    seconds_max: int
    told: float = 0.0

    def tell(self, stage: Stage, seconds: float = 0.0) -> None:
        """It is alive and so far; raises `GivenUp` when nobody wants it any more."""
        self.told = time.monotonic()
        percent = percent_of(stage, seconds, self.seconds_max)
        db.session.rollback()
        if not run_turn(services.tell, self.run_id, self.worker, stage, percent):
            raise GivenUp


def run(run_id: int, workshop: Workshop) -> str:
    """Make the plan of this run, if nobody else does; what became of it in one word."""
    worker = secrets.token_hex(8)
    if not run_turn(services.take, run_id, worker):
        return "taken"
    found = queries.run(run_id)
    work = _Work(run_id, worker, found.seconds_max)
    is_usual = found.purpose is Purpose.WEEK
    try:
        figures = _make(work, found, workshop)
        db.session.rollback()
        ended = run_turn(services.finish, run_id, worker, figures)
    except GivenUp:
        remove_folder(run_id)
        return "given up"
    except BaseException as error:
        _fail(work, _failure_of(error))
        if not isinstance(error, Exception):
            raise  # told to stop
        return "failed"
    if ended and is_usual and workshop.lacks is not None:
        _note_lacks(work, workshop.lacks)
    return "ready" if ended else "given up"


def _note_lacks(work: _Work, lacks: Callable[[Path, Path, Path], Sequence[str]]) -> None:
    """What the center lacks, beside a plan that is there already; that it cannot be said harms nothing."""
    folder = folder_of(work.run_id)
    try:
        # not beside the plan: its folder goes when everything is decided, which may be sooner
        with TemporaryDirectory() as place:
            out = Path(place) / "lacks.json"
            subprocess.run(  # noqa: S603 - our own command, no words of people in it
                lacks(folder / "problem.json", folder / "plan.json", out),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=LACKS_SECONDS_MAX,
                check=True,
            )
            found = json.loads(out.read_text(encoding="utf-8"))
    except (OSError, ValueError, subprocess.SubprocessError):
        log.exception("plan %s: what is lacking was not found out", work.run_id)
        return
    db.session.rollback()
    run_turn(services.note_lacks, work.run_id, work.worker, found)


def _failure_of(error: BaseException) -> Failure:
    if isinstance(error, CameToNothing):
        return error.failure
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return Failure.DISK
    if not isinstance(error, Exception):
        return Failure.LOST
    log.error("a plan failed", exc_info=error)
    return Failure.FILE if isinstance(error, FileNotFoundError) else Failure.SOLVER


def _fail(work: _Work, failure: Failure) -> None:
    db.session.rollback()
    remove_folder(work.run_id)
    run_turn(services.fail, work.run_id, work.worker, failure)
    log.warning("plan %s came to nothing: %s", work.run_id, failure.value)


def _make(work: _Work, found: PlanRun, workshop: Workshop) -> dict[str, Any]:
    if not has_room():
        raise CameToNothing(Failure.DISK)
    work.tell(Stage.READING)
    found = queries.run(work.run_id)
    material = workshop.material(found)
    if not material.problem.shifts:
        raise CameToNothing(Failure.NOTHING)
    folder = make_folder(work.run_id)
    problem, plan = folder / "problem.json", folder / "plan.json"
    with _for_us_alone():
        workshop.write(problem, material.problem)
        command = workshop.command(problem, plan, found)
    db.session.rollback()
    _solve(work, command, folder / "solver.log")
    if not (problem.is_file() and plan.is_file()):
        raise CameToNothing(Failure.FILE)
    work.tell(Stage.CHECKING)
    solved = workshop.read(plan)
    if broken := workshop.violations(material.problem, solved):
        log.error("plan %s breaks its own rules: %s", work.run_id, list(broken)[:5])
        raise CameToNothing(Failure.WRONG)
    made = difference(
        material.problem, solved, material.standing, material.explained, material.seated
    )
    _write(work, made)
    return made.figures


@contextmanager
def _for_us_alone() -> Iterator[None]:
    """Files made in here, also by the solver, are for the service's own user only."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _solve(work: _Work, command: Sequence[str], log_file: Path) -> None:
    """Let the solver work; it is ended when the time is over, or nobody wants its plan any more."""
    began = time.monotonic()
    with _for_us_alone(), log_file.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command, no words of people in it
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        while process.poll() is None:
            time.sleep(LOOK_SECONDS)
            seconds = time.monotonic() - began
            if seconds > work.seconds_max + GRACE_SECONDS:
                raise CameToNothing(Failure.LATE)
            if time.monotonic() - work.told >= TELL_SECONDS:
                work.tell(Stage.SOLVING, seconds)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        log.error("solver ended with %s: %s", process.returncode, _end_of(log_file))
        raise CameToNothing(Failure.SOLVER)


def _end_of(file: Path) -> str:
    try:
        return file.read_bytes()[-2000:].decode(errors="replace")
    except OSError:
        return ""


def _write(work: _Work, made: Difference) -> None:
    work.tell(Stage.WRITING)
    for start in range(0, len(made.rows), SLICE):
        rows = made.rows[start : start + SLICE]
        if not run_turn(services.write_pairs, work.run_id, work.worker, rows):
            raise GivenUp
