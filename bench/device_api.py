"""Check-ins a second through the device API, with N callers at once in one process.

Each caller is a tablet that sends cards, one or several a request; nothing but the network and the web server is left
out. Every scan takes its own write turn: attendance, caps, points, award, upload. Throw-away databases of the tests.

usage: .venv/bin/python -m bench.device_api [--people 400] [--callers 1 8 32] [--kinds sqlite postgres] [--at-once 1]
       [--sync]
`--sync` makes PostgreSQL wait for the disk as in production (the server of the tests does not).
"""

import argparse
import itertools
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import event

from tests import databases
from tests.applications import application
from tests.cast import NOW, Cast
from tests.factories.devices import Tablet
from tests.factories.matching import make_participation, make_shift
from tests.factories.points import enrol
from tests.factories.volunteer import insure, make_card, make_person
from volunteer.core import clock
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn

Timed = list[float]


@dataclass
class Figures:
    """What one run came to."""

    a_second: float
    spent_ms: Timed
    slowest_caller: float
    """How fast the slowest caller is served, as a share of the mean."""

    def share(self, part: float) -> float:
        """Milliseconds within which this part of the scans was answered."""
        return self.spent_ms[min(len(self.spent_ms) - 1, int(len(self.spent_ms) * part))]


def cards_of_people(cast: Cast, count: int) -> list[str]:
    """Register people with cards and seat them at one shift of today."""
    with write_turn():
        start = from_tokyo(date(2026, 11, 21), clock.to_tokyo(NOW).time())
        shift = make_shift(cast.help_request, start, seats=count)
        codes = []
        for number in range(count):
            person = make_person(f"人 {number}", number=f"B{number:05d}")
            insure(person, date(2026, 4, 1), date(2027, 3, 31))
            enrol(person, cast.programme, date(2026, 4, 1))
            make_participation(person, shift)
            codes.append(make_card(person).code)
    return codes


def play(callers: int, works: Sequence[Sequence[Callable[[], int]]]) -> Figures:
    """Each caller does its own work, one thing after the other, all callers at once."""

    def one(work: Sequence[Callable[[], int]]) -> Timed:
        spent = []
        for act in work:
            begun = time.perf_counter()
            count = act()
            spent += count * [(time.perf_counter() - begun) * 1000]
        return spent

    begun = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        found = list(pool.map(one, works))
    seconds = time.perf_counter() - begun
    spent = sorted(itertools.chain(*found))
    rates = [sum(one) / len(one) for one in found if one]
    return Figures(len(spent) / seconds, spent, statistics.mean(rates) / max(rates))


def through_the_api(
    app: Flask, cast: Cast, codes: list[str], callers: int, at_once: int
) -> Figures:
    """Every card is read once."""
    tablets = [Tablet(app, cast) for _ in range(callers)]

    def sending(tablet: Tablet, some: list[str]) -> Callable[[], int]:
        scans = [tablet.scan(code=code) for code in some]
        body = {"sent_at": clock.now().isoformat(), "scans": scans}

        def send() -> int:
            answer = tablet.client.post("/api/device/scans", json=body, headers=tablet.headers)
            found = {one["status"] for one in answer.get_json()["answers"]}
            assert found == {"accepted"}, answer.text
            return len(some)

        return send

    works = []
    for number, tablet in enumerate(tablets):
        own = codes[number::callers]
        works.append([sending(tablet, own[n : n + at_once]) for n in range(0, len(own), at_once)])
    return play(callers, works)


def statements_of(tablet: Tablet, code: str) -> int:
    """How many statements the driver gets for one scan."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    assert tablet.read(code)["status"] == "accepted"
    event.remove(db.engine, "before_cursor_execute", note)
    return sum(not one.startswith("PRAGMA") for one in seen)


def measure(kind: str, callers: int, asked: argparse.Namespace) -> str:
    """One line of the table."""
    app = application(kind, with_cast=True)
    clock.set(NOW)
    with app.app_context():
        if kind == "postgres":
            _wait_for_the_disk(on=asked.sync)
        cast = Cast()
        codes = cards_of_people(cast, asked.people + 2)
        first = Tablet(app, cast)
        first.read(codes.pop())  # compiles the statements
        count = statements_of(first, codes.pop())
        api = through_the_api(app, cast, codes, callers, asked.at_once)
        db.session.remove()
        db.engine.dispose()
    p50, p95, p99 = (api.share(part) for part in (0.5, 0.95, 0.99))
    return (
        f"{kind:<10}{callers:>8}{api.a_second:>9.0f}{p50:>8.1f}{p95:>8.1f}{p99:>8.1f}{api.spent_ms[-1]:>8.1f}"
        f"{p99 / p50:>9.1f}{api.slowest_caller:>9.2f}{count:>12}"
    )


def _wait_for_the_disk(*, on: bool) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = {'on' if on else 'off'}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--callers", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--kinds", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--at-once", type=int, default=1, help="scans in one request")
    parser.add_argument("--sync", action="store_true")
    asked = parser.parse_args()
    databases.open_folder()
    try:
        print(
            f"{'database':<10}{'callers':>8}{'scans/s':>9}{'p50 ms':>8}{'p95':>8}{'p99':>8}{'max':>8}{'p99/p50':>9}"
            f"{'slowest':>9}{'statements':>12}"
        )
        for kind in asked.kinds:
            for callers in asked.callers:
                print(measure(kind, callers, asked), flush=True)
    finally:
        databases.close_folder()


if __name__ == "__main__":
    os.environ.setdefault("REQUIRE_ALL", "1")
    main()
