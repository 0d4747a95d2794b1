"""A run is asked for, taken by one process, tells that it is alive, and ends. Nothing here commits."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from matching.planning import queries
from matching.planning.models import PlanPair, PlanRun
from matching.planning.rules import DAYS_MOST, SILENT, Wanted
from matching.planning.states import FINISHED, LIVE, Failure, RunState, Stage
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.core.i18n import _l
from volunteer.core.jobs import ask_for

START_JOB = "start-plans"


def ask_run(wanted: Wanted, by_user_id: int) -> PlanRun:
    """A run that waits for its process; while one waits or runs, that one is given and nothing begins.

    Raises `Refused` (past, too_many_days).
    """
    if wanted.until_on <= clock.today():
        raise Refused(
            _l("過ぎた日の案は作れません。今日からあとの日をえらんでください。"), code="past"
        )
    if not 0 < (wanted.until_on - wanted.from_on).days <= DAYS_MOST:
        raise Refused(
            _l("1度に作れるのは%(most)s日分までです。日を短くしてください。", most=DAYS_MOST),
            code="too_many_days",
        )
    end_silent()
    moment = clock.now()
    insert_once(
        PlanRun,
        {
            "purpose": wanted.purpose,
            "from_on": wanted.from_on,
            "until_on": wanted.until_on,
            "seconds_max": wanted.seconds_max,
            "state": RunState.WAITING,
            "live_slot": 1,
            "told_at": moment,
            "asked_by_user_id": by_user_id,
            "asked_at": moment,
        },
    )
    ask_for(START_JOB)
    found = queries.live_run()
    assert found is not None
    return found


def end_silent() -> list[int]:
    """Runs whose process died are marked so; which they were."""
    before = clock.now() - SILENT
    lost = [one.id for one in queries.live_runs() if one.told_at < before]
    return [one for one in lost if _end_if_silent(one, before)]


def _end_if_silent(run_id: int, before: datetime) -> bool:
    statement = update(PlanRun).where(
        PlanRun.id == run_id, PlanRun.state.in_(LIVE), PlanRun.told_at < before
    )
    values = {"state": RunState.FAILED, "failure": Failure.LOST}
    return guarded_update(statement.values(**values, **_over())) == 1


def _over() -> dict[str, Any]:
    return {"live_slot": None, "finished_at": clock.now()}


def take(run_id: int, worker: str) -> bool:
    """This process makes the plan: nobody else does."""
    statement = update(PlanRun).where(PlanRun.id == run_id, PlanRun.state == RunState.WAITING)
    values = {"state": RunState.RUNNING, "worker": worker, "told_at": clock.now()}
    return guarded_update(statement.values(**values)) == 1


def tell(run_id: int, worker: str, stage: Stage, percent: int) -> bool:
    """It is so far, and alive. False when it is not this process's run any more (cancelled, or given up for lost)."""
    return _mine(run_id, worker, stage=stage, percent=percent, told_at=clock.now())


def fail(run_id: int, worker: str, failure: Failure) -> bool:
    """It came to nothing, and why."""
    return _mine(run_id, worker, state=RunState.FAILED, failure=failure, **_over())


def write_pairs(run_id: int, worker: str, rows: Iterable[Mapping[str, Any]]) -> bool:
    """Some pairs of the plan; they are seen when the run is ready, not before."""
    if not _mine(run_id, worker, told_at=clock.now()):
        return False
    values = [{"run_id": run_id, "refusal": "", **row} for row in rows]
    if values:
        db.session.execute(insert(PlanPair), values)
    return True


def finish(run_id: int, worker: str, figures: dict[str, Any]) -> bool:
    """The proposal is there to be looked at; one without a new pair has nothing to decide."""
    has_open = queries.count_left(run_id) > 0
    state = RunState.READY if has_open else RunState.DECIDED
    return _mine(run_id, worker, state=state, figures=figures, percent=100, **_over())


def note_lacks(run_id: int, worker: str, lacks: dict[str, Any]) -> bool:
    """What the center lacks, beside the other figures of a plan that is there; its own process notes it."""
    found = queries.run(run_id)
    statement = update(PlanRun).where(
        PlanRun.id == run_id, PlanRun.worker == worker, PlanRun.state.in_(FINISHED)
    )
    return guarded_update(statement.values(figures={**(found.figures or {}), "lacks": lacks})) == 1


def _mine(run_id: int, worker: str, **values: Any) -> bool:
    statement = update(PlanRun).where(
        PlanRun.id == run_id, PlanRun.state == RunState.RUNNING, PlanRun.worker == worker
    )
    return guarded_update(statement.values(**values)) == 1


def fail_to_start(run_id: int) -> bool:
    """No process could be started for a run that waits."""
    statement = update(PlanRun).where(PlanRun.id == run_id, PlanRun.state == RunState.WAITING)
    values = {"state": RunState.FAILED, "failure": Failure.START}
    return guarded_update(statement.values(**values, **_over())) == 1


def cancel(run_id: int) -> PlanRun:
    """Nobody works at it any more; its process notices within a second. Twice changes nothing.

    Raises `AlreadyDecided` when it has ended otherwise.
    """
    return _close(run_id, LIVE, RunState.CANCELLED, _l("この計算は、もう終わっています。"))


def discard(run_id: int) -> PlanRun:
    """The proposal is not used: what was not decided is not asked. Twice changes nothing.

    Raises `AlreadyDecided` when everything has been decided.
    """
    words = _l("この案は、もう決め終わっています。")
    return _close(run_id, (RunState.READY,), RunState.DISCARDED, words)


def _close(run_id: int, from_: tuple[RunState, ...], to: RunState, words: Any) -> PlanRun:
    statement = update(PlanRun).where(PlanRun.id == run_id, PlanRun.state.in_(from_))
    is_closed = guarded_update(statement.values(state=to, **_over())) == 1
    found = queries.run(run_id)
    if not is_closed and found.state is not to:
        raise AlreadyDecided(words)
    return found
