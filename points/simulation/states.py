"""Where a simulation over the center's history stands."""

from enum import StrEnum

from volunteer.core.i18n import _l


class SimulationState(StrEnum):
    """waiting → running → done; or failed."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


SIMULATION_STATE_LABELS = {
    SimulationState.WAITING: _l("順番を待っています"),
    SimulationState.RUNNING: _l("計算しています"),
    SimulationState.DONE: _l("できました"),
    SimulationState.FAILED: _l("とちゅうで止まりました"),
}
