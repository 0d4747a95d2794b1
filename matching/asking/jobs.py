"""Scheduled work: late answers are closed, full shifts end their askings, the next wave goes out after the deadline.

Each step is a turn of its own and looks again at what it finds: a process that dies leaves nothing half done, and the
next run takes it up where it stands.
"""

from matching.asking import queries, services
from matching.asking.proposing import Pick, propose
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.jobs import Job


def go_on() -> str:
    """One round over all askings."""
    sent = waves = ended = 0
    for asking_id in _read_running():
        sent += _send(asking_id)
        if run_turn(services.settle, asking_id) is not None:
            ended += 1
        elif _is_due(asking_id):
            begun = _next_wave(asking_id)
            waves += begun
            sent += _send(asking_id) if begun else 0
            ended += not begun
    return f"sent={sent} waves={waves} ended={ended}"


def _read_running() -> list[int]:
    found = queries.all_running()
    db.session.rollback()
    return found


def _is_due(asking_id: int) -> bool:
    is_due = queries.asking(asking_id).next_wave_at <= clock.now()
    db.session.rollback()
    return is_due


def _next_wave(asking_id: int) -> bool:
    asking = queries.asking(asking_id)
    number, picks = asking.wave + 1, _picks(asking_id)
    db.session.rollback()  # what was read is weighed again in the turn, by the guarded update
    return run_turn(services.begin_wave, asking_id, number, picks)


def _picks(asking_id: int) -> list[Pick]:
    asking = queries.asking(asking_id)
    if not asking.goes_on:
        return []
    asked = {one.person_id for one in queries.asks(asking_id)}
    found = propose(asking.shift_id, asking.target_permille, but=asked)
    return found.proposed if found else []


def _send(asking_id: int) -> int:
    unsent = queries.unsent(asking_id)
    db.session.rollback()
    return sum(run_turn(services.send_ask, ask_id) for ask_id in unsent)


JOBS = (Job("asking-waves", go_on, every_minutes=5),)
