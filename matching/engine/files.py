"""Problems and plans as JSON files. docs/matching.md documents every key with its unit.

A file is judged by its size before it is read, its rows one by one, then what they say of each other; every mistake is
named with its place, at most 20 at once. A plan is written beside its name and then moved there whole.
"""

import json
import os
import stat
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import MISSING, asdict, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from matching.engine.contents import PLAN
from matching.engine.model import Period, Plan, Problem
from matching.engine.reading import Wrong
from matching.engine.whole_problem import problem_of

PROBLEM_FORMAT = "otagai-problem"
PLAN_FORMAT = "otagai-plan"
VERSION = 1
BYTES_MAX = 64 * 1024 * 1024
"""A town of 30,000 people and 10,000 shifts takes 17 MB."""


class FileRefused(Exception):
    """A file that cannot be used, with every reason and its place."""

    def __init__(self, path: Path, *mistakes: tuple[str, str]) -> None:
        self.path, self.mistakes = path, mistakes
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        """For people: one mistake a line."""
        return [
            f"{self.path}: {where}: {what}" if where else f"{self.path}: {what}"
            for where, what in self.mistakes
        ]


def read_problem(path: Path) -> Problem:
    """The problem in a file; raises `FileRefused`."""
    problem = _read(path, PROBLEM_FORMAT, problem_of)
    assert isinstance(problem, Problem)
    return problem


def read_plan(path: Path) -> Plan:
    """The plan in a file; raises `FileRefused`. Whether it fits a problem is the checker's matter."""
    plan = _read(path, PLAN_FORMAT, PLAN)
    assert isinstance(plan, Plan)
    return plan


def problem_from(raw: Any) -> Problem:
    """A problem from parsed JSON; raises `Wrong`."""
    problem = _unwrapped(raw, PROBLEM_FORMAT, problem_of)
    assert isinstance(problem, Problem)
    return problem


def write_problem(path: Path, problem: Problem) -> None:
    """Write a problem, whole or not at all; what is as the default is left out."""
    _write(path, {"format": PROBLEM_FORMAT, "version": VERSION, **_plain(problem)})


def write_plan(path: Path, plan: Plan) -> None:
    """Write a plan, whole or not at all."""
    rows = [_plain(row) for row in plan.assignments]
    body = {**asdict(plan), "assignments": rows}
    _write(path, {"format": PLAN_FORMAT, "version": VERSION, **body})


def write_answer(path: Path, answer: dict[str, Any]) -> None:
    """Write what the engine found out about a plan, whole or not at all."""
    _write(path, answer)


def _read(path: Path, kind: str, reader: Any) -> Any:
    try:
        return _unwrapped(_parsed(path), kind, reader)
    except Wrong as error:
        raise FileRefused(path, *error.mistakes) from None


def _unwrapped(raw: Any, kind: str, reader: Any) -> Any:
    if not isinstance(raw, dict) or raw.get("format") != kind:
        raise Wrong(
            (
                "",
                f'is not a file of this kind; it must begin with {{"format": "{kind}", "version": {VERSION}',
            )
        )
    version = raw.get("version")
    if version != VERSION or isinstance(version, bool):
        raise Wrong(("version", f"this program reads version {VERSION} only"))
    body = {key: value for key, value in raw.items() if key not in {"format", "version"}}
    try:
        return reader(body)
    except Wrong as error:
        raise Wrong(
            *((place.removeprefix("."), words) for place, words in error.mistakes)
        ) from None


def _parsed(path: Path) -> Any:
    try:
        return json.loads(_contents(path), object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Wrong(("", "is not a text in UTF-8")) from None
    except json.JSONDecodeError as error:
        raise Wrong(
            (f"line {error.lineno}, column {error.colno}", f"is not JSON: {error.msg}")
        ) from None
    except RecursionError:
        raise Wrong(("", "is nested too deeply")) from None
    except ValueError as error:  # e.g. a number of 10,000 digits
        raise Wrong(("", f"is not JSON we can read: {error}")) from None


def _contents(path: Path) -> str:
    try:
        with open(path, "rb", opener=_at_once) as file:  # noqa: PTH123 - a pipe must not be waited for
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise Wrong(("", "is not a plain file"))
            if state.st_size > BYTES_MAX:
                raise Wrong(("", f"has {state.st_size:,} bytes; at most {BYTES_MAX:,} are read"))
            contents = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise Wrong(("", f"cannot be read: {error.strerror}")) from None
    if len(contents) > BYTES_MAX:  # it grew meanwhile
        raise Wrong(("", f"has more than {BYTES_MAX:,} bytes"))
    return contents.decode("utf-8-sig")


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        times = Counter(key for key, _ in pairs)
        twice = next(key for key in times if times[key] > 1)
        raise Wrong(("", f"an object has the key {twice[:40]!r} twice"))
    return found


def _no_constant(name: str) -> Any:
    raise Wrong(("", f"holds {name}, which is not a number"))


def _write(path: Path, body: dict[str, Any]) -> None:
    """Through a file beside it: whoever is interrupted leaves the old file or the new one, never a half."""
    path = path.absolute()
    contents = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:60]}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _plain(value: Any) -> Any:
    if isinstance(value, Period):
        return [value.start, value.end]
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted([_plain(one) for one in value])
    if isinstance(value, dict):
        return {str(key): one for key, one in sorted(value.items())}
    return {key: _plain(one) for key, one in _told(value)} if hasattr(value, "__slots__") else value


def _told(value: Any) -> Iterable[tuple[str, Any]]:
    """The fields of a dataclass that differ from their defaults."""
    for field in fields(value):
        default = field.default if field.default_factory is MISSING else field.default_factory()
        one = getattr(value, field.name)
        if one != default or default is MISSING:
            yield field.name, one
