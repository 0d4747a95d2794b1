"""Ranking the candidates of one shift: milliseconds in both databases, and the same people as the engine's rules.

The town has people of every kind (bench/suiting_town.py) and six places in the past for each. Of each shift the
quickest of some rankings counts; the first ten shifts are thrown away. Beside the time on the clock stands the time
of the processors (with that of a PostgreSQL on the same machine), which others on the machine lengthen less. `--same`
compares the suiting people of so many shifts with those of the Python rules.

usage: .venv/bin/python -m bench.ranking URL [--people 30000] [--shifts 1000] [--ranked 200] [--same 1000]
       [--tries 3]
URL of an empty database: sqlite:////dev/shm/rank.db or postgresql+psycopg://…; it is filled once and kept.
"""

import argparse
import os
import random
import statistics
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from flask import Flask
from sqlalchemy import text

from bench.suiting_town import fill
from matching.assignments.states import OPEN_STATES
from matching.engine.model import Problem, Shift, Volunteer
from matching.engine.rules import RULES, Pair
from matching.help_requests import models as requests
from matching.suitability import loading, queries
from matching.suitability.ranking import rank, scene_of, stopped, suiting
from volunteer.areas.area_file import read_areas
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.config import load_settings
from volunteer.core.db import db, write_turn, writing_allowed
from volunteer.core.migrating import upgrade
from volunteer.users.models import User
from wsgi import create_app

ROOT = Path(__file__).resolve().parents[1]
AREAS = ROOT / "matching/towns/data/areas-otaru.csv"
GOAL_MS = 50


def by_rules(problem: Problem, shift: Shift) -> set[int]:
    """Who may come, asked of the Python rules one by one."""
    here = queries.participations([shift.id])
    engaged = {person for person, _shift, state in here if state in OPEN_STATES}
    standing = {person for person, _shift, state in here if state in loading.STANDING}
    kept = {one for pair in problem.apart if standing & set(pair) for one in pair}
    out = engaged | kept
    return {
        one.id
        for one in problem.volunteers
        if one.id not in out and not _is_stopped(problem, one, shift)
    }


def _is_stopped(problem: Problem, one: Volunteer, shift: Shift) -> bool:
    """As `obstacles_in`, but only up to the first rule."""
    pair = Pair(one, shift, problem.policy, problem.no_go, problem.dropped, one.booked)
    return any(stops(pair) for stops in RULES.values())


def agrees(shift_id: int) -> int:
    """How many people suit a shift; raises AssertionError when the database and the rules differ."""
    scene = scene_of(shift_id)
    assert scene is not None
    problem = loading.problem([shift_id])
    expected, found = by_rules(problem, problem.shifts[0]), suiting(scene)
    assert found == expected, (shift_id, sorted(found ^ expected)[:5])
    return len(found)


def all_agree(ids: list[int]) -> list[int]:
    """How many people suit each of these shifts. The people of a day are read once for all its shifts: a seat in the
    shift itself changes nothing, as who has one is nobody to be asked."""
    days = db.select(requests.Shift.id).where(requests.Shift.id.in_(ids))
    by_day = db.session.execute(days.order_by(requests.Shift.starts_at)).scalars().all()
    read, last = loading.people, {}

    def people(who: Any, frame: Any, at: Any, *, covered_on: date, **_more: Any) -> loading.People:
        if last.get("day") != (frame, covered_on):
            last.update(day=(frame, covered_on), people=read(who, frame, at, covered_on=covered_on))
        found: loading.People = last["people"]
        return found

    counts = []
    with mock.patch.object(loading, "people", people):
        for number, shift_id in enumerate(by_day):
            counts.append(agrees(shift_id))
            db.session.rollback()
            if number % 100 == 99:
                print(f"the same people for {number + 1} shifts", flush=True)
    return counts


def open_database(url: str, people: int, shifts: int) -> tuple[Flask, list[int]]:
    """The application on a filled database, and the shifts to rank."""
    environ = {**os.environ, "OTAGAI_ENV": "development", "OTAGAI_DATABASE_URL": url}
    app = create_app(load_settings(environ))
    with app.app_context():
        upgrade()
        if db.session.execute(db.select(User.id).limit(1)).scalar() is None:
            db.session.rollback()
            with write_turn():
                _fill(people, shifts)
            _tidy()
        found = db.select(requests.Shift.id).where(
            requests.Shift.starts_at > clock.now() - timedelta(days=8)
        )
        ids = sorted(db.session.execute(found).scalars())
        db.session.rollback()
    return app, ids


def _tidy() -> None:
    """What a database in use has had long ago: PostgreSQL's autovacuum comes a minute after the filling only."""
    words = "ANALYZE" if db.engine.dialect.name == "sqlite" else "VACUUM ANALYZE"
    with writing_allowed(), db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(words))


def _fill(people: int, shifts: int) -> None:
    user = User(email="bench@example.jp", created_at=clock.now())
    db.session.add(user)
    _comment, lines = read_areas(AREAS.read_text(encoding="utf-8"))
    for position, line in enumerate(lines):
        values = {name: getattr(line, name) for name in ("code", "name", "kana")}
        spots = {name: getattr(line, name) for name in ("latitude", "longitude", "height_m")}
        db.session.add(Area(position=position, **values, **spots))
    db.session.flush()
    fill(people, shifts, user.id, seed=1, done=people * 6)


def server_ms() -> float:
    """What the database's own process has cost so far; 0 where it is no process of this machine (or SQLite)."""
    if db.engine.dialect.name != "postgresql":
        return 0.0
    pid = db.session.execute(text("SELECT pg_backend_pid()")).scalar()
    told = Path(f"/proc/{pid}/schedstat")
    return int(told.read_text(encoding="ascii").split()[0]) / 1e6 if told.exists() else 0.0


def measure(ids: list[int], often: int) -> list[tuple[float, float]]:
    """Milliseconds (clock, processors) of the ranking of each shift, the quickest of so many rounds over all: this
    machine's own speed changes by a factor of two for seconds at a time, which tries side by side would not show."""
    rounds = [[_once(shift_id) for shift_id in ids][10:] for _number in range(often)]
    return [
        (min(clock for clock, _cost in tries), min(cost for _clock, cost in tries))
        for tries in zip(*rounds, strict=True)
    ]


def _once(shift_id: int) -> tuple[float, float]:
    server, cost, begun = server_ms(), time.process_time(), time.perf_counter()
    scene = scene_of(shift_id)
    assert scene is not None
    rank(scene)
    took, cost = time.perf_counter() - begun, time.process_time() - cost
    cost_ms = cost * 1000 + server_ms() - server
    db.session.rollback()
    return took * 1000, cost_ms


def plain_ms() -> float:
    """What a plain loop of two million steps takes on this machine just now, the quickest of five."""
    took = []
    for _number in range(5):
        begun = time.perf_counter()
        for _step in range(2_000_000):
            pass
        took.append((time.perf_counter() - begun) * 1000)
    return min(took)


def told(name: str, times: list[float]) -> float:
    """Print median, p95 and most; the p95."""
    times = sorted(times)
    p95 = times[int(len(times) * 0.95) - 1]
    print(
        f"{name}: {len(times)} shifts, median {statistics.median(times):.1f} ms,"
        f" p95 {p95:.1f} ms, most {times[-1]:.1f} ms",
        flush=True,
    )
    return p95


def main() -> None:
    """Fill if empty, measure, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--people", type=int, default=30_000)
    parser.add_argument("--shifts", type=int, default=1_000)
    parser.add_argument("--ranked", type=int, default=200)
    parser.add_argument("--same", type=int, default=0)
    parser.add_argument(
        "--tries", type=int, default=3, help="on a machine whose speed changes: more"
    )
    given = parser.parse_args()
    app, ids = open_database(given.url, given.people, given.shifts)
    random.Random(1).shuffle(ids)  # noqa: S311 - which shifts come first
    with app.app_context():
        times = measure(ids[: given.ranked + 10], given.tries)
        p95 = told("rank, clock", [one[0] for one in times])
        told("rank, processors", [one[1] for one in times])
        print(f"a plain loop of two million steps: {plain_ms():.0f} ms")
        scene = scene_of(ids[0])
        assert scene is not None
        begun = time.perf_counter()
        stopped(scene)
        print(f"why nobody: {(time.perf_counter() - begun) * 1000:.1f} ms")
        counts = all_agree(ids[: given.same])
        if counts:
            print(
                f"same people: {len(counts)} shifts, {sum(counts) // len(counts)} people each on average"
            )
        if p95 > GOAL_MS:
            raise SystemExit(f"p95 above {GOAL_MS} ms")


if __name__ == "__main__":
    main()
