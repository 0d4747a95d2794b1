"""Scheduled work: persons whose group has left go home with it; the time for names ends."""

from matching.groups import naming, queries, services
from volunteer.core import clock
from volunteer.core.db import run_turn
from volunteer.core.jobs import Job


def close_groups() -> str:
    """What was cut off between a group's leaving and the check-outs of its persons is finished."""
    done = sum(run_turn(naming.let_go, *one) for one in queries.gone_home())
    return f"closed={done}"


def settle_groups() -> str:
    """Visits whose time for names is over are settled."""
    done = sum(run_turn(services.settle_visit, visit_id) for visit_id in queries.due(clock.now()))
    return f"settled={done}"


JOBS = (
    Job("close-groups", close_groups, every_minutes=10),
    Job("settle-groups", settle_groups, every_minutes=60),
)
