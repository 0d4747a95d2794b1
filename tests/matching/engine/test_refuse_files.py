"""What cannot be used is refused at once, with the place and words, up to twenty mistakes together."""

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import files, reading, whole_problem
from matching.engine.files import FileRefused, read_plan, read_problem
from matching.engine.model import Problem
from tests.matching.engine.small_files import SMALL


def _changed(*steps: tuple[str, Any]) -> dict[str, Any]:
    """The small problem with other values at these places; `...` takes a key away."""
    raw = json.loads(json.dumps(SMALL))
    for place, value in steps:
        *way, last = [int(step) if step.isdigit() else step for step in place.split(".")]
        at = raw
        for step in way:
            at = at[step]
        if value is ...:
            del at[last]
        elif isinstance(at, list) and last == len(at):
            at.append(value)
        else:
            at[last] = value
    return raw


def _mistakes(
    tmp_path: Path, raw: Any, read: Callable[[Path], Any] = read_problem
) -> list[tuple[str, str]]:
    path = tmp_path / "file.json"
    path.write_text(raw if isinstance(raw, str) else json.dumps(raw), encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        read(path)
    assert all(line.startswith(str(path)) for line in refused.value.lines)
    return list(refused.value.mistakes)


MISTAKES: list[tuple[str, list[tuple[str, Any]], str, str]] = [
    ("another version", [("version", 2)], "version", "version 1"),
    ("an unknown key", [("colour", 1)], "colour", "unknown key"),
    ("an unknown key of a row", [("volunteers.1.nmae", "A")], "volunteers[1] (id 2).nmae", "unknown key"),
    ("an unknown key of the policy", [("policy.fairnes", 1)], "policy.fairnes", "unknown key"),
    ("a key that is lacking", [("shifts", ...)], "", "lacks the key 'shifts'"),
    ("a row without an id", [("shifts.0.id", ...)], "shifts[0]", "lacks the key 'id'"),
    ("a text for a number", [("shifts.0.start", "9:00")], "shifts[0] (id 5).start", "whole number"),
    ("a fraction", [("shifts.0.end", 600.5)], "shifts[0] (id 5).end", "whole number"),
    ("true for a number", [("seed", True)], "seed", "whole number, is true"),
    ("a negative length", [("shifts.0.end", 530)], "shifts[0] (id 5)", "end after its start"),
    ("no length", [("shifts.0.end", 540)], "shifts[0] (id 5)", "end after its start"),
    ("a shift of two weeks", [("shifts.0.end", 30_000)], "shifts[0] (id 5)", "lasts 29460 minutes"),
    ("a shift in the past", [("shifts.0.start", -60)], "shifts[0] (id 5).start", "in the past"),
    ("a negative time", [("volunteers.0.recent_minutes", -1)], "volunteers[0] (id 1).recent_minutes", "from 0"),
    ("more needed than seats", [("shifts.0.seats_min", 3)], "shifts[0] (id 5)", "seats_min 3 > seats_max 1"),
    ("a window outside the week", [("volunteers.0.windows.0.1", 10_081)],
     "volunteers[0] (id 1).windows[0][1]", "10080"),
    ("a window that ends first", [("volunteers.0.windows.0", [9, 8])], "volunteers[0] (id 1).windows[0]", "end after"),
    ("windows out of order", [("volunteers.0.windows.1", [0, 60])], "volunteers[0] (id 1).windows", "in order"),
    ("a window of three", [("volunteers.0.windows.0", [1, 2, 3])], "volunteers[0] (id 1).windows[0]", "list of two"),
    ("minutes but no shift", [("volunteers.1.max_minutes_a_week", 60), ("volunteers.1.max_shifts_a_week", 0)],
     "volunteers[1] (id 2)", "max_shifts_a_week 0"),
    ("a shift but no minutes", [("policy.default_max_minutes_a_week", 0)], "policy", "by default 0 minutes"),
    ("wanted and refused", [("volunteers.0.refuses", ["snow"])], "volunteers[0] (id 1)", "wants and in refuses"),
    ("an expiry before the beginning", [("volunteers.0.qualifications.0.last_day", -1)],
     "volunteers[0] (id 1).qualifications[0]", "end after its start"),
    ("a booking that ends first", [("volunteers.0.booked.0.end", -5)], "volunteers[0] (id 1).booked[0]", "end after"),
    ("a skill twice", [("volunteers.0.skills", ["a", "a"])], "volunteers[0] (id 1).skills", "twice"),
    ("an id twice", [("volunteers.1.id", 1)], "volunteers[1]", "has the id 1 of volunteers[0]"),
    ("an id of nought", [("shifts.0.id", 0)], "shifts[0].id", "from 1"),
    ("an unknown volunteer", [("published.0.volunteer", 9)], "published[0]", "volunteer 9, which is not"),
    ("an unknown shift", [("dropped.0.1", 9)], "dropped[0]", "shift 9, which is not"),
    ("an unknown one who is kept apart", [("apart.0.0", 9)], "apart[0]", "volunteer 9"),
    ("apart from oneself", [("apart.0.1", 1)], "apart[0]", "names volunteer 1 twice"),
    ("published twice", [("published.1", {"volunteer": 1, "shift": 5})], "published[1]", "published[0]"),
    ("pinned and dropped", [("dropped.0", [1, 5])], "published[0]", "pinned and dropped"),
    ("no Monday", [("origin", "2027-01-19")], "origin", "Monday"),
    ("no date", [("origin", "today")], "origin", "date like"),
    ("an unknown way", [("volunteers.0.mode", "sledge")], "volunteers[0] (id 1).mode", "one of walk"),
    ("a list as a way", [("volunteers.0.mode", ["car"])], "volunteers[0] (id 1).mode", "is a list"),
    ("bands that fall", [("policy.fairness_bands", [[480, 20], [240, 60]])], "policy.fairness_bands", "must rise"),
    ("bands that grow cheaper", [("policy.fairness_bands", [[1, 9], [2, 5]])], "policy.fairness_bands", "must rise"),
    ("three values of heads", [("policy.head_values", [1, 2, 3])], "policy.head_values", "four numbers"),
    ("more for an extra head", [("policy.extra_head_percent", 101)], "policy.extra_head_percent", "0 to 100"),
    ("an endless number", [("seed", 10**400)], "seed", "must be from 0"),
    ("a client that is no number", [("volunteers.0.times_with", {"x": 1})],
     "volunteers[0] (id 1).times_with.x", "key must be a whole number"),
    ("half a character", [("shifts.0.category", "\ud800")], "shifts[0] (id 5).category", "half a character"),
    ("an object for a list", [("volunteers", {})], "volunteers", "must be a list, is an object"),
    ("a row that is none", [("shifts.0", None)], "shifts[0]", "must be an object, is null"),
]  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES, ids=[case[0] for case in MISTAKES])
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, case: tuple[str, list[tuple[str, Any]], str, str]
) -> None:
    _, steps, place, words = case
    found = _mistakes(tmp_path, _changed(*steps))
    assert any(where == place and words in what for where, what in found), found


def test_many_mistakes_are_told_at_once(tmp_path: Path) -> None:
    raw = _changed(
        ("shifts.0.end", 0), ("volunteers.0.colour", 1), ("published.0.shift", 77), ("seed", "x")
    )
    places = {where for where, _ in _mistakes(tmp_path, raw)}
    assert places == {"shifts[0] (id 5)", "volunteers[0] (id 1).colour", "published[0]", "seed"}


def test_at_most_twenty_mistakes_are_told(tmp_path: Path) -> None:
    assert len(_mistakes(tmp_path, _changed(("volunteers", [{"id": -1}] * 500)))) == 20


def test_a_row_with_a_mistake_is_not_also_unknown(tmp_path: Path) -> None:
    found = _mistakes(tmp_path, _changed(("volunteers.0.place", 3)))
    assert [where for where, _ in found] == ["volunteers[0] (id 1).place"]


@pytest.mark.parametrize(
    ("contents_", "place", "words"),
    [
        ("", "line 1, column 1", "is not JSON"),
        ('{"format": "otagai-problem",', "line 1, column 29", "is not JSON"),
        ("[]", "", "not a file of this kind"),
        ('{"format": "otagai-plan", "version": 1}', "", "not a file of this kind"),
        ('{"a": 1, "a": 2}', "", "key 'a' twice"),
        ('{"a": NaN}', "", "NaN"),
        ("[" * 200_000, "", "nested too deeply"),
        ('{"a": ' + "9" * 10_000 + "}", "", "is not JSON we can read"),
    ],
)
def test_what_is_no_problem_is_refused(
    tmp_path: Path, contents_: str, place: str, words: str
) -> None:
    ((where, what),) = _mistakes(tmp_path, contents_)
    assert where == place
    assert words in what


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileRefused, match="UTF-8"):
        read_problem(tmp_path / "p.json")


def test_a_file_of_one_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "p.json").open("wb") as file:
        file.truncate(1024**3)
    began = time.process_time()
    with pytest.raises(FileRefused, match="1,073,741,824 bytes; at most 67,108,864"):
        read_problem(tmp_path / "p.json")
    assert time.process_time() - began < 5, "it was read"


def test_a_key_that_stands_twice_is_found_at_once(tmp_path: Path) -> None:
    """To compare each with each would take minutes."""
    began = time.process_time()
    keys = ", ".join(f'"k{number}": 0' for number in [*range(100_000), 99_999])
    ((_where, what),) = _mistakes(tmp_path, "{" + keys + "}")
    assert "key 'k99999' twice" in what
    assert time.process_time() - began < 5, "each was compared with each"


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/zero"), tmp_path, tmp_path / "nowhere.json", tmp_path / "pipe"):
        with pytest.raises(FileRefused, match=r"not a plain file|cannot be read"):
            read_problem(path)


def test_more_rows_than_any_town_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_problem, "SHIFTS_MAX", 1)
    assert _mistakes(tmp_path, SMALL)[0] == ("shifts", "must have at most 1 rows, has 2")


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(value=_json, seed=st.integers(0, 10**6), times=st.integers(1, 3))
def test_a_damaged_problem_is_refused_in_words_or_read(value: Any, seed: int, times: int) -> None:
    raw, luck = json.loads(json.dumps(SMALL)), random.Random(seed)
    for _ in range(times):
        _damage(raw, value, luck)
    try:
        assert isinstance(files.problem_from(raw), Problem)
    except reading.Wrong as error:
        refusal = error
    else:
        return
    assert 1 <= len(refusal.mistakes) <= 20
    assert all(isinstance(where, str) and what for where, what in refusal.mistakes)


def _damage(raw: Any, value: Any, luck: random.Random) -> None:
    """Somewhere in the tree: another value, a key less, a key more."""
    at = raw
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = luck.choice(keys) if keys else 0
        if not keys or not isinstance(at[key], dict | list) or luck.random() < 0.2:
            break
        at = at[key]
    if keys and luck.random() < 0.7:
        at[key] = value
    elif keys and luck.random() < 0.5:
        del at[key]
    elif isinstance(at, list):
        at.append(value)
    else:
        at[str(value)[:9]] = value


@settings(max_examples=100, deadline=None)
@given(noise=st.binary(max_size=60))
def test_any_bytes_are_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes
) -> None:
    path = tmp_path_factory.mktemp("noise") / "p.json"
    path.write_bytes(noise)
    for read in (read_problem, read_plan):
        with pytest.raises(FileRefused):
            read(path)


def test_mistakes_of_a_plan_are_named(tmp_path: Path) -> None:
    plan = {
        "format": "otagai-plan",
        "version": 1,
        "assignments": [{"volunteer": 1}],
        "value": "x",
        "engine": "magic",
    }
    found = dict(_mistakes(tmp_path, plan, read_plan))
    assert found["assignments[0]"] == "lacks the key 'shift'"
    assert "value" in found
    assert "one of exact" in found["engine"]
