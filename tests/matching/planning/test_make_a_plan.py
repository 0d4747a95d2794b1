"""A run is made by a process of its own; whatever happens to it, its state is clear and nothing is half accepted."""

import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from matching.assignments import services as assignments
from matching.assignments.models import Participation
from matching.engine.files import read_problem, write_problem
from matching.planning import queries, running, services, starting
from matching.planning.folder import folder_of
from matching.planning.models import PlanPair, PlanRun
from matching.planning.running import Workshop
from matching.planning.states import Failure, PairKind, PairState, Purpose, RunState
from matching.planning.workshop import WORKSHOP
from tests.cast import Cast
from tests.factories.plans import COPY, ask_run, wanted, workshop
from tests.factories.volunteer import qualify
from volunteer.core import clock as core_clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.people.states import PersonState


def state_of(run_id: int) -> tuple[RunState, Failure | None]:
    db.session.rollback()
    found = queries.run(run_id)
    return found.state, found.failure


def pairs_of(run_id: int) -> list[PlanPair]:
    return list(db.session.scalars(db.select(PlanPair).filter_by(run_id=run_id)))


def test_a_run_ends_with_pairs_to_decide_on_and_nobody_asked(cast: Cast) -> None:
    asked = (cast.student.party_id, cast.shift_today.id)
    new = (cast.hanako.party_id, cast.shift_today.id)
    run_id = ask_run(cast)
    assert running.run(run_id, workshop(asked, new, standing=[asked])) == "ready"
    assert state_of(run_id) == (RunState.READY, None)
    found = {one.person_id: (one.kind, one.state) for one in pairs_of(run_id)}
    assert found == {
        asked[0]: (PairKind.KEPT, PairState.ASKED),
        new[0]: (PairKind.NEW, PairState.PROPOSED),
    }
    assert queries.run(run_id).figures["levels"] == [
        {"priority": 2, "wanted": 1, "before": 1, "after": 1}
    ]
    assert db.session.scalars(db.select(Participation)).all() == []


def test_files_of_a_run_are_for_the_service_alone(cast: Cast) -> None:
    run_id = ask_run(cast)
    running.run(run_id, workshop((cast.hanako.party_id, cast.shift_today.id)))
    folder = folder_of(run_id)
    files = [folder, *folder.iterdir()]
    assert {stat.S_IMODE(one.stat().st_mode) & 0o077 for one in files} == {0}
    assert {one.name for one in files} >= {"problem.json", "plan.json"}


@pytest.mark.both_databases
def test_one_run_at_a_time_and_a_second_click_finds_the_first(app: Flask, cast: Cast) -> None:
    user_id, what = cast.coordinator.id, wanted()

    def click(_number: int) -> int:
        with app.app_context():
            return run_turn(services.ask_run, what, user_id).id

    with ThreadPoolExecutor(4) as clerks:
        assert len(set(clerks.map(click, range(4)))) == 1
    db.session.rollback()
    assert len(queries.newest_runs()) == 1


def test_a_new_run_may_begin_when_the_first_has_ended(cast: Cast) -> None:
    first = ask_run(cast)
    run_turn(services.cancel, first)
    assert ask_run(cast) != first


@pytest.mark.both_databases
def test_two_processes_make_a_run_once(app: Flask, cast: Cast) -> None:
    run_id, shop = ask_run(cast), workshop((cast.hanako.party_id, cast.shift_today.id))

    def make(_number: int) -> str:
        with app.app_context():
            return running.run(run_id, shop)

    with ThreadPoolExecutor(2) as processes:
        assert sorted(processes.map(make, range(2))) == ["ready", "taken"]
    db.session.rollback()
    assert len(pairs_of(run_id)) == 1


def broken(words: str) -> Any:
    return lambda *_things, **_more: (_ for _ in ()).throw(OSError(28, words))


SLOW = f"import time; time.sleep(60); {COPY}"


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"code": "raise SystemExit(3)"}, Failure.SOLVER),
        ({"code": "pass"}, Failure.FILE),
        ({"code": "import os,sys; os.remove(sys.argv[1])"}, Failure.FILE),
        ({"violations": ["nobody may be in two places"]}, Failure.WRONG),
    ],
)
def test_what_goes_wrong_is_said_and_leaves_nothing(
    cast: Cast, change: dict[str, Any], failure: Failure
) -> None:
    run_id = ask_run(cast)
    running.run(run_id, workshop((cast.hanako.party_id, cast.shift_today.id), **change))
    assert state_of(run_id) == (RunState.FAILED, failure)
    assert pairs_of(run_id) == []
    assert not folder_of(run_id).exists()


def test_a_full_disk_is_said(cast: Cast) -> None:
    run_id = ask_run(cast)
    shop = workshop((cast.hanako.party_id, cast.shift_today.id))
    running.run(run_id, replace(shop, write=broken("No space left on device")))
    assert state_of(run_id) == (RunState.FAILED, Failure.DISK)


def test_days_without_shifts_make_no_plan(cast: Cast) -> None:
    run_id = ask_run(cast)
    running.run(run_id, workshop())
    assert state_of(run_id) == (RunState.FAILED, Failure.NOTHING)


def test_a_solver_beyond_its_time_is_ended(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "GRACE_SECONDS", -30)
    run_id = ask_run(cast)
    shop = workshop((cast.hanako.party_id, cast.shift_today.id), code=SLOW)
    assert running.run(run_id, shop) == "failed"
    assert state_of(run_id) == (RunState.FAILED, Failure.LATE)


def test_a_cancelled_run_ends_its_solver(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "TELL_SECONDS", 0)
    run_id = ask_run(cast)
    shop = workshop((cast.hanako.party_id, cast.shift_today.id), code=SLOW)

    def write(_path: Path, _problem: Any) -> None:
        db.session.rollback()
        run_turn(services.cancel, run_id)

    assert running.run(run_id, replace(shop, write=write)) == "given up"
    assert state_of(run_id) == (RunState.CANCELLED, None)
    assert pairs_of(run_id) == []
    assert not folder_of(run_id).exists()


def test_a_run_whose_process_died_is_lost_and_the_next_may_begin(cast: Cast, clock: Any) -> None:
    run_id = ask_run(cast)
    assert run_turn(services.take, run_id, "a process that dies")
    clock.advance(timedelta(minutes=2))
    following = ask_run(cast)
    assert following != run_id
    assert state_of(run_id) == (RunState.FAILED, Failure.LOST)


def test_a_process_that_was_given_up_writes_nothing_more(cast: Cast, clock: Any) -> None:
    run_id = ask_run(cast)
    run_turn(services.take, run_id, "slow")
    clock.advance(timedelta(minutes=2))
    run_turn(services.end_silent)
    row = {"person_id": cast.hanako.party_id, "shift_id": cast.shift_today.id}
    assert not run_turn(services.write_pairs, run_id, "slow", [row])
    assert not run_turn(services.finish, run_id, "slow", {})
    assert pairs_of(run_id) == []


def test_cancelling_twice_changes_nothing_and_too_late_is_said(cast: Cast) -> None:
    run_id = ask_run(cast)
    run_turn(services.cancel, run_id)
    assert run_turn(services.cancel, run_id).state is RunState.CANCELLED
    with pytest.raises(AlreadyDecided):
        run_turn(services.discard, run_id)


@pytest.mark.parametrize(("days", "code"), [(40, "too_many_days"), (0, "past")])
def test_days_that_cannot_be_planned_are_refused(cast: Cast, days: int, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        ask_run(cast, days=days)
    assert refusal.value.code == code


def test_files_go_when_a_run_is_over_or_old(cast: Cast, clock: Any) -> None:
    run_id = ask_run(cast)
    running.run(run_id, workshop((cast.hanako.party_id, cast.shift_today.id)))
    db.session.rollback()
    assert starting.tidy() == 0
    clock.advance(timedelta(days=8))
    assert starting.tidy() == 1
    assert not folder_of(run_id).exists()


def test_a_run_that_nobody_began_is_started_by_the_scheduled_work(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(
        starting.subprocess, "Popen", lambda command, **_more: started.append(command)
    )
    run_id = ask_run(cast)
    assert starting.start_late() == 1
    assert started[0][-3:] == ["plans", "make", str(run_id)]


def test_a_process_that_cannot_start_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting.subprocess, "Popen", broken("no more processes"))
    run_id = ask_run(cast)
    starting.start(run_id)
    assert state_of(run_id) == (RunState.FAILED, Failure.START)
    assert db.session.scalar(db.select(PlanRun.live_slot).filter_by(id=run_id)) is None


WRITE_LACKS = 'import sys; open(sys.argv[1], "w").write(sys.argv[2])'


def lacking(shop: Workshop, answer: str) -> Workshop:
    """The stand-in for what looks into a finished plan."""
    code = [sys.executable, "-c", WRITE_LACKS]
    return replace(shop, lacks=lambda _problem, _plan, out: [*code, str(out), answer])


def test_what_is_lacking_is_noted_beside_a_plan_that_is_there(cast: Cast) -> None:
    shop = workshop((cast.hanako.party_id, cast.shift_today.id))
    run_id = ask_run(cast)
    assert running.run(run_id, lacking(shop, '{"hours": []}')) == "ready"
    db.session.rollback()
    figures = queries.run(run_id).figures
    assert figures is not None
    assert (figures["lacks"], figures["new"]) == ({"hours": []}, 1)


def test_a_plan_decided_at_once_still_says_what_is_lacking(cast: Cast) -> None:
    shop = workshop((cast.hanako.party_id, cast.shift_today.id))
    run_id = ask_run(cast)
    code = f"import shutil, sys; shutil.rmtree({str(folder_of(run_id))!r}); " + WRITE_LACKS
    command = [sys.executable, "-c", code]
    found = replace(shop, lacks=lambda _problem, _plan, out: [*command, str(out), '{"hours": []}'])
    assert running.run(run_id, found) == "ready"
    db.session.rollback()
    assert (queries.run(run_id).figures or {})["lacks"] == {"hours": []}


def test_a_plan_stands_although_nobody_could_say_what_is_lacking(cast: Cast) -> None:
    shop = workshop((cast.hanako.party_id, cast.shift_today.id))
    run_id = ask_run(cast)
    assert running.run(run_id, lacking(shop, "no answer at all")) == "ready"
    assert state_of(run_id) == (RunState.READY, None)
    assert "lacks" not in (queries.run(run_id).figures or {})
    assert folder_of(run_id).exists()


def test_nothing_is_looked_into_on_a_day_of_need(cast: Cast) -> None:
    shop = workshop((cast.hanako.party_id, cast.shift_today.id))
    run_id = ask_run(cast, purpose=Purpose.ANEW)
    running.run(run_id, lacking(shop, '{"hours": []}'))
    db.session.rollback()
    assert "lacks" not in (queries.run(run_id).figures or {})


def test_whoever_left_the_center_does_not_spoil_the_plan(cast: Cast, tmp_path: Path) -> None:
    """Somebody who gave up a place and then left is no longer in the file; neither is what they gave up."""
    with write_turn():
        made = assignments.apply(cast.hanako.party_id, cast.shift_today.id, None)
        assignments.withdraw(made.id, None)
        cast.hanako.state = PersonState.LEFT
        held = qualify(cast.student, "snow_briefing", core_clock.today())
        held.valid_until = core_clock.today() - timedelta(days=1)
    found = WORKSHOP.material(queries.run(ask_run(cast))).problem
    assert cast.hanako.party_id not in {one.id for one in found.volunteers}
    write_problem(tmp_path / "problem.json", found)
    assert read_problem(tmp_path / "problem.json") == found
