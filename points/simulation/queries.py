"""Reads of simulations, and what can be tried."""

from datetime import datetime, timedelta

from sqlalchemy import func

from points.programmes.models import RuleVersion
from points.programmes.queries import programmes, versions_of
from points.simulation.models import Simulation
from points.simulation.states import SimulationState
from volunteer.core.db import db

SILENT = timedelta(minutes=10)


def newest_simulations(limit: int = 20) -> list[Simulation]:
    """What was asked for last, by whomever."""
    statement = db.select(Simulation).order_by(Simulation.id.desc()).limit(limit)
    return list(
        db.session.execute(statement.options(db.joinedload(Simulation.programme))).scalars()
    )


def simulation_or_none(simulation_id: int) -> Simulation | None:
    """The simulation of an address."""
    return db.session.get(Simulation, simulation_id)


def due(now: datetime) -> list[int]:
    """What waits, and what broke off with its process; the first asked first."""
    broke_off = (Simulation.state == SimulationState.RUNNING) & (Simulation.told_at < now - SILENT)
    statement = (
        db.select(Simulation.id)
        .where((Simulation.state == SimulationState.WAITING) | broke_off)
        .order_by(Simulation.id)
    )
    return list(db.session.execute(statement).scalars())


def number_waiting() -> int:
    """How many wait for their turn."""
    waiting = db.select(func.count(Simulation.id)).filter_by(state=SimulationState.WAITING)
    return int(db.session.execute(waiting).scalar_one())


def loaded_versions() -> list[RuleVersion]:
    """Every version of every programme, the newest of each first."""
    return [row for one in programmes() for row in versions_of(one.id)]
