"""A simulation is asked for, taken by one process, tells how far it is, and ends. Nothing here commits."""

from typing import Any

from sqlalchemy import update

from points.programmes.queries import version_in_force
from points.programmes.rule_version import parse_rule_version
from points.simulation.models import Simulation
from points.simulation.queries import SILENT, number_waiting
from points.simulation.states import SimulationState
from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l
from volunteer.core.jobs import ask_for

JOB = "simulate-programmes"
MOST_WAITING = 5


def ask(programme_id: int, text: str, by_user_id: int) -> Simulation:
    """The rules in a text will be tried over a programme's history, beside its version in force.

    Raises Refused when no version is in force today or many wait, ProgrammeFileError for a text with mistakes.
    """
    version, row = parse_rule_version(text), version_in_force(programme_id, clock.today())
    if row is None:
        raise Refused(
            _l("この制度には、いま使われている版がありません。ほかの制度をえらんでください。")
        )
    if number_waiting() >= MOST_WAITING:
        raise Refused(
            _l("ためすものがたくさん順番を待っています。終わってから、もう一度ためしてください。"),
            code="many_waiting",
        )
    made = Simulation(
        programme_id=programme_id,
        rule_version_id=row.id,
        name=version.programme_name,
        source=text,
        asked_by_user_id=by_user_id,
        asked_at=clock.now(),
        state=SimulationState.WAITING,
        percent=0,
    )
    db.session.add(made)
    ask_for(JOB)
    return made


def take(simulation_id: int) -> bool:
    """This process runs it: nobody else does, or whoever did has been silent for too long."""
    now = clock.now()
    is_free = (Simulation.state == SimulationState.WAITING) | (
        (Simulation.state == SimulationState.RUNNING) & (Simulation.told_at < now - SILENT)
    )
    statement = update(Simulation).where(Simulation.id == simulation_id, is_free)
    values = {"state": SimulationState.RUNNING, "told_at": now, "percent": 0}
    return guarded_update(statement.values(**values)) == 1


def tell(simulation_id: int, percent: int) -> None:
    """It is so far, and alive."""
    _set(simulation_id, percent=percent, told_at=clock.now())


def finish(simulation_id: int, result: dict[str, Any] | None) -> None:
    """It has ended; without a result it broke off."""
    state = SimulationState.FAILED if result is None else SimulationState.DONE
    percent = {} if result is None else {"percent": 100}
    _set(simulation_id, state=state, result=result, finished_at=clock.now(), **percent)


def _set(simulation_id: int, **values: Any) -> None:
    """One that another process has taken and ended is left alone."""
    is_running = Simulation.state == SimulationState.RUNNING
    statement = update(Simulation).where(Simulation.id == simulation_id, is_running)
    db.session.execute(statement.values(**values))
