"""Files of problems and plans: back as they were, documented, written whole or not at all."""

import json
import os
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from bench.plan_towns import make_snow_day, make_town
from matching.engine import contents, files, whole_problem
from matching.engine.files import (
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from matching.engine.model import (
    Assignment,
    Booking,
    Level,
    Place,
    Plan,
    Policy,
    Problem,
    Qualification,
    Shift,
    Volunteer,
)
from tests.matching.engine.small_files import SMALL
from tests.matching.engine.small_towns import honest, small_towns

DOCUMENT = Path(__file__).parents[3] / "docs/matching.md"


@pytest.mark.parametrize("town", [make_town(40, 20, seed=1), make_town(0, 3), make_town(3, 0)])
def test_a_town_comes_back_as_it_was(tmp_path: Path, town: Problem) -> None:
    write_problem(tmp_path / "p.json", town)
    assert read_problem(tmp_path / "p.json") == town


def test_a_snow_day_comes_back_as_it_was(tmp_path: Path) -> None:
    town = make_town(40, 60, seed=3)
    rows = [Assignment(1 + number % 40, shift.id) for number, shift in enumerate(town.shifts)]
    morning = make_snow_day(town, rows, day=1)
    assert morning.published
    assert morning.dropped
    assert any(who.booked for who in morning.volunteers)
    write_problem(tmp_path / "p.json", morning)
    assert read_problem(tmp_path / "p.json") == morning


@settings(max_examples=40, deadline=None)
@given(town=small_towns())
def test_every_small_problem_and_its_plan_come_back(
    tmp_path_factory: pytest.TempPathFactory, town: Problem
) -> None:
    folder = tmp_path_factory.mktemp("files")
    write_problem(folder / "p.json", town)
    assert read_problem(folder / "p.json") == town
    plan = replace(honest(town, frozenset(), bound=10**7), note="deadline")
    write_plan(folder / "plan.json", plan)
    assert read_plan(folder / "plan.json") == plan


def test_a_short_file_takes_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps(SMALL), encoding="utf-8-sig")
    problem = read_problem(tmp_path / "p.json")
    assert problem.volunteers[1] == Volunteer(2)
    assert problem.policy == Policy(
        season=problem.policy.season, fairness_bands=((240, 0), (480, 20))
    )


def test_a_pair_kept_apart_may_come_in_either_order(tmp_path: Path) -> None:
    raw = {**SMALL, "apart": [[2, 1]]}
    (tmp_path / "p.json").write_text(json.dumps(raw), encoding="utf-8")
    assert read_problem(tmp_path / "p.json").apart == {(1, 2)}


def _plan() -> Plan:
    problem = files.problem_from(SMALL)
    return honest(problem, frozenset({(1, 5)}))


def test_an_interrupted_writer_leaves_the_old_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.json"
    write_plan(path, _plan())
    before = path.read_bytes()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_plan(path, replace(_plan(), note="deadline"))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path], "a part was left lying about"


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    write_problem(tmp_path / "p.json", files.problem_from(SMALL))
    assert (tmp_path / "p.json").stat().st_mode & 0o077 == 0


RECORDS = {
    "Problem": (Problem, whole_problem.KEYS),
    "Volunteer": (Volunteer, contents.VOLUNTEER.readers.keys()),
    "Shift": (Shift, contents.SHIFT.readers.keys()),
    "Policy": (Policy, contents.POLICY.readers.keys()),
    "Place": (Place, contents.PLACE.readers.keys()),
    "Qualification": (Qualification, contents.QUALIFICATION.readers.keys()),
    "Booking": (Booking, contents.BOOKING.readers.keys()),
    "Assignment": (Assignment, contents.ASSIGNMENT.readers.keys()),
    "Plan": (Plan, contents.PLAN.readers.keys()),
    "Level": (Level, contents.LEVEL.readers.keys()),
}


@pytest.mark.parametrize("name", RECORDS)
def test_every_field_is_read_and_documented(name: str) -> None:
    record, keys = RECORDS[name]
    names = {field.name for field in fields(record)}
    assert set(keys) == names
    document = DOCUMENT.read_text(encoding="utf-8")
    section = document.split(f"### {name}\n")[1].split("\n#")[0]
    assert not {one for one in names if f"| `{one}` |" not in section}
