"""`plan solve`, `plan check` and `plan lacks`, from file to file."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bench.plan_towns import make_town
from matching.engine import cli
from matching.engine.check import violations
from matching.engine.cli import plan_cli
from matching.engine.files import read_plan, read_problem, write_plan, write_problem
from matching.engine.insight import scarce_hours, scarce_wants
from matching.engine.model import Assignment, Plan, Problem, Rule
from tests.matching.engine.pairs import BREAKS, FINE
from tests.matching.engine.small_towns import honest

TOWN = make_town(60, 25, seed=4)


def _run(*words: object) -> Result:
    return CliRunner().invoke(plan_cli, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_problem(tmp_path / "p.json", TOWN)
    return tmp_path


def test_a_problem_becomes_a_plan_that_is_sound(folder: Path) -> None:
    solved = _run("solve", folder / "p.json", "--out", folder / "plan.json", "--seconds", 20)
    assert solved.exit_code == 0, solved.output
    plan = read_plan(folder / "plan.json")
    assert plan.assignments
    assert plan.is_proven
    assert f"value {plan.value}, bound {plan.bound}, gap 0.0000%, proven" in solved.stdout
    assert solved.stderr
    checked = _run("check", folder / "p.json", folder / "plan.json")
    assert (checked.exit_code, checked.stdout[:6]) == (0, "sound:")


def test_the_same_problem_in_another_order_becomes_the_same_plan(folder: Path) -> None:
    mixed = replace(TOWN, volunteers=TOWN.volunteers[::-1], shifts=TOWN.shifts[::-1])
    write_problem(folder / "mixed.json", mixed)
    for name in ("p", "mixed"):
        _run("solve", folder / f"{name}.json", "--out", folder / f"{name}.plan", "--seconds", 20)
    first, second = (
        replace(read_plan(folder / f"{name}.plan"), seconds=0.0) for name in ("p", "mixed")
    )
    assert first == second


def test_violations_are_told_one_a_line(folder: Path) -> None:
    rows = (Assignment(1, 999), Assignment(999, 1))
    write_plan(folder / "plan.json", replace(honest(TOWN, frozenset()), assignments=rows, value=5))
    checked = _run("check", folder / "p.json", folder / "plan.json")
    assert checked.exit_code == 1
    assert set(checked.stdout.splitlines()) == {
        "unknown: volunteer 1, shift 999: the problem has no such shift",
        "unknown: volunteer 999, shift 1: the problem has no such volunteer",
        "order: the rows are not in the order of shift, then volunteer",
        "value: the plan says 5, its rows are worth 0",
    }


def test_what_pinned_rows_break_is_noted(folder: Path) -> None:
    case = BREAKS[Rule.CAR](FINE)
    pins = (Assignment(1, 5, is_pinned=True),)
    problem = Problem("2027-01-18", (case.volunteer,), (case.shift,), published=pins)
    write_problem(folder / "p.json", problem)
    write_plan(folder / "plan.json", honest(problem, frozenset({(1, 5)})))
    checked = _run("check", folder / "p.json", folder / "plan.json")
    assert checked.exit_code == 0
    assert checked.stdout.startswith(
        "note: car: volunteer 1, shift 5: does not come by car (pinned)\nsound:"
    )


def test_a_refused_file_is_told_in_words(folder: Path) -> None:
    (folder / "p.json").write_text("[]")
    for words in (
        ("solve", folder / "p.json", "--out", folder / "plan.json", "--seconds", 1),
        ("check", folder / "p.json", folder / "plan.json"),
        ("solve", folder / "nowhere.json", "--out", folder / "plan.json", "--seconds", 1),
    ):
        told = _run(*words)
        assert told.exit_code == 3
        assert told.stderr.startswith(str(words[1]))
    assert not (folder / "plan.json").exists()


@pytest.mark.parametrize("out", ["nowhere/plan.json", "."])
def test_what_cannot_be_written_is_told_before_the_work(folder: Path, out: str) -> None:
    told = _run("solve", folder / "p.json", "--out", folder / out, "--seconds", 1)
    assert told.exit_code == 4
    assert "cannot be written" in told.stderr


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--seconds", -1),
        ("--seconds", "soon"),
        ("--seconds", 1, "--gap", 2),
        ("--seconds", "nan"),
    ],
)
def test_a_wrong_command_line_is_refused(folder: Path, words: tuple[object, ...]) -> None:
    assert _run("solve", folder / "p.json", "--out", folder / "plan.json", *words).exit_code == 2


Solver = Callable[..., Plan]


def _solving(monkeypatch: pytest.MonkeyPatch, solver: Solver) -> None:
    monkeypatch.setattr(cli, "solve", solver)


def test_too_little_memory_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy_for_memory(*_: Any, **__: Any) -> Plan:
        raise MemoryError

    _solving(monkeypatch, greedy_for_memory)
    told = _run("solve", folder / "p.json", "--out", folder / "plan.json", "--seconds", 1)
    assert (told.exit_code, told.stderr) == (5, "memory does not suffice for this problem\n")


def test_a_full_disk_is_told_and_leaves_no_half_plan(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    told = _run("solve", folder / "p.json", "--out", folder / "plan.json", "--seconds", 5)
    assert told.exit_code == 4
    assert "No space left" in told.stderr
    assert [path.name for path in folder.iterdir()] == ["p.json"]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_writes_the_best_so_far(
    folder: Path, monkeypatch: pytest.MonkeyPatch, sign: signal.Signals
) -> None:
    def long_work(problem: Problem, *_: Any, should_stop: Callable[[], bool], **__: Any) -> Plan:
        assert not should_stop()
        os.kill(os.getpid(), sign)
        assert should_stop()
        return honest(problem, frozenset())

    _solving(monkeypatch, long_work)
    before = signal.getsignal(sign)
    told = _run("solve", folder / "p.json", "--out", folder / "plan.json", "--seconds", 60)
    assert told.exit_code == 0
    assert read_plan(folder / "plan.json").note == "interrupted"
    assert signal.getsignal(sign) is before


def test_a_process_that_is_told_to_stop_ends_with_a_sound_plan(tmp_path: Path) -> None:
    write_problem(tmp_path / "p.json", make_town(1_500, 500))
    words = [sys.executable, "-m", "matching.engine", "solve", tmp_path / "p.json"]
    process = subprocess.Popen(
        [*map(str, words), "--out", str(tmp_path / "plan.json"), "--seconds", "120"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    process.stderr.close()
    plan = read_plan(tmp_path / "plan.json")
    assert violations(read_problem(tmp_path / "p.json"), plan) == []
    assert plan.is_proven or plan.note == "interrupted"


def test_the_command_of_the_site_is_the_same(tmp_path: Path) -> None:
    write_problem(tmp_path / "p.json", make_town(5, 3))
    flask = [
        sys.executable,
        "-m",
        "flask",
        "--app",
        "wsgi",
        "plan",
        "solve",
        str(tmp_path / "p.json"),
    ]
    subprocess.run([*flask, "--out", str(tmp_path / "plan.json"), "--seconds", "5"], check=True)
    assert json.loads((tmp_path / "plan.json").read_text())["format"] == "otagai-plan"


def test_what_a_plan_lacks_is_written_without_people(folder: Path) -> None:
    plan = honest(TOWN, frozenset())
    write_plan(folder / "plan.json", plan)
    found = _run("lacks", folder / "p.json", folder / "plan.json", "--out", folder / "lacks.json")
    assert found.exit_code == 0, found.output
    answer = json.loads((folder / "lacks.json").read_text())
    assert answer["format"] == "otagai-lacks"
    assert answer["hours"][0]["open"] == list(scarce_hours(TOWN, plan)[0].open_heads)
    assert [one["nearly"] for one in answer["wants"]] == [
        len(one.nearly)
        for one in sorted(scarce_wants(TOWN, plan), key=lambda one: not one.nearly)[:12]
    ]
    refused = _run("lacks", folder / "p.json", folder / "none.json", "--out", folder / "l.json")
    assert refused.exit_code == 3
