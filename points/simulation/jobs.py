"""Simulations that wait are run, one after the other."""

import logging

from points.simulation.queries import due
from points.simulation.services import JOB, finish, take, tell
from points.simulation.trying import Trial
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.jobs import Job

log = logging.getLogger("otagai.simulation")


def simulate_waiting() -> str:
    """Run what waits. One that breaks is marked, logged, and keeps no other waiting."""
    done = failed = 0
    waiting = due(clock.now())
    db.session.rollback()
    for simulation_id in waiting:
        if run_turn(take, simulation_id):
            is_done = _run(simulation_id)
            done, failed = done + is_done, failed + (not is_done)
    return f"simulated={done} failed={failed}"


def _run(simulation_id: int) -> bool:
    last = [-1]

    def told(percent: int) -> None:
        db.session.rollback()
        if percent != last[0]:
            last[0] = percent
            run_turn(tell, simulation_id, percent)

    try:
        result = Trial(simulation_id, clock.today()).run(told)
    except Exception:  # noqa: BLE001 - whatever broke must be visible, and others go on
        log.exception("simulation %s failed", simulation_id)
        result = None
    db.session.rollback()
    run_turn(finish, simulation_id, result)
    return result is not None


JOBS = (Job(JOB, simulate_waiting, every_minutes=5),)
