"""What is kept of a plan's shortage: sums and kinds, exact where the plan is proven."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from matching.engine import lp
from matching.engine.files import write_plan, write_problem
from matching.engine.lacks import lacks
from matching.engine.model import Mode, Plan, Problem
from matching.engine.solve import solve
from matching.planning.workshop import WORKSHOP
from tests.matching.engine.test_price_a_head import FOOD, anna, shift, town

NINE, NOON = 9 * 60, 12 * 60


def _of(problem: Problem, plan: Plan | None = None) -> dict[str, object]:
    return lacks(problem, plan or solve(problem, 5), 20)


def test_a_town_with_one_holder_too_few() -> None:
    """Two kitchens at nine, one holder, one who could learn: learning it fills the second."""
    both = (shift(10, 1, qualification="food"), shift(11, 2, qualification="food"))
    found = _of(town(anna(1, qualifications=FOOD), anna(2), shifts=both))
    assert found["how"] == "priced"
    assert found["hours"] == [{"start": NINE, "end": NOON, "open": [0, 0, 1, 0], "points": 4_000}]
    assert found["wants"] == [
        {
            "rule": "qualification", "kind": "food", "open": [0, 0, 1, 0], "points": 4_000, "holders": 1, "nearly": 1,
            "change": {"heads": [0, 0, 1, 0], "shifts": 1, "how": "solved"},
        }
    ]  # fmt: skip


def test_who_is_relieved_goes_elsewhere_only_a_new_plan_knows_that() -> None:
    """The holder keeps the kitchen; when another learns it, the holder drives, and both are done."""
    kitchen = shift(10, 1, qualification="food")
    drive = shift(11, 2, needs_car=True)
    holder = replace(anna(1, qualifications=FOOD), mode=Mode.CAR)
    problem = town(holder, anna(2), shifts=(kitchen, drive))
    (car, food) = sorted(_of(problem)["wants"], key=lambda one: one["rule"])  # type: ignore[call-overload]
    assert (food["open"], food["nearly"]) == ([0, 0, 0, 0], 1)
    assert food["change"] == {"heads": [0, 0, 1, 0], "shifts": 1, "how": "solved"}
    assert (car["open"], car["nearly"], car["change"]["heads"]) == ([0, 0, 1, 0], 1, [0, 0, 1, 0])


def test_a_plan_that_lacks_nothing_says_so() -> None:
    found = _of(town(anna(1), anna(2), shifts=(shift(10, 0),)))
    assert (found["hours"], found["wants"]) == ([], [])


def test_without_the_engine_missing_heads_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lp, "is_there", lambda: False)
    problem = town(anna(2), shifts=(shift(10, 1, qualification="food"),))
    found = _of(problem)
    assert found["how"] == "missing"
    (food,) = found["wants"]  # type: ignore[misc]
    assert food["change"] == {"heads": [0, 1, 0, 0], "shifts": 1, "how": "added"}


def test_the_process_of_a_plan_asks_the_engine_as_a_process_of_its_own(tmp_path: Path) -> None:
    problem = town(anna(2), shifts=(shift(10, 1, qualification="food"),))
    files = tmp_path / "problem.json", tmp_path / "plan.json", tmp_path / "lacks.json"
    write_problem(files[0], problem)
    write_plan(files[1], solve(problem, 5))
    subprocess.run(WORKSHOP.lacks(*files), check=True, capture_output=True)  # type: ignore[misc]
    assert json.loads(files[2].read_text()) == lacks(problem, solve(problem, 5), 20)
