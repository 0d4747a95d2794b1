"""Runs of plans, and a workshop whose solver is a few lines of Python."""

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from matching.engine.model import Assignment, Engine, Plan, Problem, Shift, Volunteer
from matching.help_requests.models import Shift as ShiftRow
from matching.planning import services
from matching.planning.models import PlanPair, PlanRun
from matching.planning.rules import Wanted
from matching.planning.running import Material, Workshop
from matching.planning.states import PairKind, PairState, Purpose, RunState
from tests.cast import Cast
from tests.factories.volunteer import added
from volunteer.core import clock
from volunteer.core.db import run_turn
from volunteer.people.models import Person

WAY = {"code": "way", "minutes": 7, "metres": 500, "mode": "walk"}

COPY = "import sys,shutil; shutil.copy(sys.argv[1], sys.argv[2])"
"""The stand-in: the problem file holds the answer already."""


def wanted(days: int = 7, purpose: Purpose = Purpose.WEEK, seconds: int = 30) -> Wanted:
    """The days from today on."""
    today = clock.today()
    return Wanted(purpose, today, today + timedelta(days=days), seconds)


def ask_run(cast: Cast, **values: Any) -> int:
    """A run that waits."""
    return run_turn(services.ask_run, wanted(**values), cast.coordinator.id).id


def workshop(
    *pairs: tuple[int, int],
    standing: Sequence[tuple[int, int]] = (),
    code: str = COPY,
    violations: Sequence[Any] = (),
) -> Workshop:
    """A workshop whose plan is `pairs`."""
    people = tuple(Volunteer(one) for one in sorted({one for one, _shift in pairs}))
    shifts = tuple(
        Shift(one, "meals", 600, 720, None, seats_max=3) for one in sorted({s for _p, s in pairs})
    )
    problem = Problem("2026-11-16", people, shifts)

    def write(path: Path, _problem: Problem) -> None:
        path.write_text(json.dumps(pairs))

    def read(path: Path) -> Plan:
        found = tuple(Assignment(*one) for one in json.loads(path.read_text()))
        return Plan(found, 10, 12, 2 / 12, Engine.GREEDY, 0.1, False)

    return Workshop(
        material=lambda _run: Material(
            problem, frozenset(standing), lambda _who, _shift: (7, [WAY])
        ),
        write=write,
        command=lambda problem, plan, _run: [sys.executable, "-c", code, str(problem), str(plan)],
        read=read,
        violations=lambda _problem, _plan: violations,
    )


def make_run(cast: Cast, state: RunState = RunState.READY, **values: Any) -> PlanRun:
    """A run as it stands in the table, without its process."""
    today, moment = clock.today(), clock.now()
    is_live = state in (RunState.WAITING, RunState.RUNNING)
    figures = None if is_live or state in (RunState.FAILED, RunState.CANCELLED) else FIGURES
    return added(
        PlanRun(
            **{
                "purpose": Purpose.WEEK,
                "from_on": today,
                "until_on": today + timedelta(days=7),
                "seconds_max": 30,
                "state": state,
                "live_slot": 1 if is_live else None,
                "told_at": moment,
                "asked_by_user_id": cast.coordinator.id,
                "asked_at": moment,
                "finished_at": None if is_live else moment,
                "figures": figures,
                **values,
            }
        )
    )


FIGURES = {
    "value": 10, "bound": 12, "gap": 0.2, "engine": "greedy", "is_proven": False, "seconds": 0.1, "note": "",
    "people": 3, "shifts": 1, "new": 2, "kept": 0, "moved": 0, "left_out": [], "doubtful": [], "short": [],
    "levels": [{"priority": 2, "wanted": 3, "before": 0, "after": 2}],
    "hours": {"before": [3, 0, 0, 0, 0, 0], "after": [1, 2, 0, 0, 0, 0]},
}  # fmt: skip


def make_pair(
    run: PlanRun,
    person: Person,
    shift: ShiftRow,
    state: PairState = PairState.PROPOSED,
    leaves: ShiftRow | None = None,
) -> PlanPair:
    """A pair of a plan; `leaves`: away from a shift where the person has a place."""
    return added(
        PlanPair(
            run_id=run.id,
            person_id=person.party_id,
            shift_id=shift.id,
            kind=PairKind.MOVE if leaves else PairKind.NEW,
            from_shift_id=leaves.id if leaves else None,
            state=state,
            cost=7,
            reasons=[WAY],
        )
    )
