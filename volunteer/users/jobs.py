"""Old codes, links and sign-ins go."""

from volunteer.core.db import run_turn
from volunteer.core.jobs import Job
from volunteer.users.services import tidy_up


def _tidy_up() -> str:
    return run_turn(tidy_up)


JOBS = (Job("tidy-users", _tidy_up, at="03:40"),)
