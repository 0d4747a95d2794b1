"""Start the process that makes a plan, and tidy up after those that are over.

It is a process of its own and no child that the web worker would have to wait for or share memory with: a plan of a big
town takes far more memory than all pages together, and must go on when the worker is renewed.
"""

import logging
import subprocess
import sys
from datetime import timedelta

from matching.planning import queries, services
from matching.planning.folder import remove_folder, runs_with_folders
from matching.planning.rules import KEEP_FILES
from volunteer.core import clock
from volunteer.core.config import settings
from volunteer.core.db import db, run_turn

log = logging.getLogger("otagai.plans")

WEB = "web"
LATE = timedelta(seconds=20)
"""A run that no process has taken by then is started once more, by the scheduled work."""


def start(run_id: int) -> bool:
    """Start the process of a run. That it could not be started is told by the run."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "plans", "make", str(run_id)]
    try:
        subprocess.Popen(  # noqa: S603 - our own command, a number in it
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        log.exception("plan %s could not be started", run_id)
        run_turn(services.fail_to_start, run_id)
        return False
    return True


def start_from_page(run_id: int) -> None:
    """At once, unless this installation leaves it to the scheduled work (`OTAGAI_PLANS_START`)."""
    if settings().plans_start == WEB:
        start(run_id)


def start_late() -> int:
    """Start what waits and nobody has begun; how many."""
    late = LATE if settings().plans_start == WEB else timedelta(0)
    waiting = queries.waiting_runs(clock.now() - late)
    db.session.rollback()
    return sum(start(run_id) for run_id in waiting)


def tidy() -> int:
    """Remove the files of runs that are over, or wait for a decision since long ago; how many."""
    found = runs_with_folders()
    needed = queries.runs_with_files(found, clock.now() - KEEP_FILES) if found else set()
    old = [one for one in found if one not in needed]
    for run_id in old:
        remove_folder(run_id)
    return len(old)
