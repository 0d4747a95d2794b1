"""Check-ins a second through the device API beside the raw limit of their statements, with N callers at once.

Each caller is a tablet that sends cards, one or several a request; nothing but the network and the web server is left
out. Every scan takes its own write turn: attendance, caps, points, award, upload. The raw limit (raw_check_in.py) takes
turns with it on the same database; all figures are medians of the rounds. Throw-away databases of the tests.

usage: .venv/bin/python -m bench.device_api [--people 150] [--rounds 3] [--callers 1 8 32] [--kinds sqlite postgres]
       [--at-once 1] [--workers 2] [--sync] [--processor]
`--people` check in each round. `--sync` makes PostgreSQL wait for the disk as in production (the server of the tests
does not). `--processor` measures the processor time of a scan instead, which other work on the machine moves less.
"""

import argparse
import contextvars
import itertools
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import text
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.raw_check_in import Step, record, replaying, steps_of, whose
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


Works = Sequence[Sequence[Callable[[], int]]]
Told = tuple[float, float, list[Timed]]


def play(works: Works, workers: int) -> Figures:
    """Each caller does its own work, one thing after the other, all at once, dealt out to so many processes."""
    fork = multiprocessing.get_context("fork")
    ready = fork.Barrier(workers)
    told: multiprocessing.SimpleQueue[Told] = fork.SimpleQueue()
    children = [
        fork.Process(target=_worker, args=(works[number::workers], ready, told))
        for number in range(workers)
    ]
    db.session.remove()
    for child in children:
        child.start()
    answers = [told.get() for _ in children]
    for child in children:
        child.join()
    found = [one for answer in answers for one in answer[2]]
    seconds = max(one[1] for one in answers) - min(one[0] for one in answers)
    spent = sorted(itertools.chain(*found))
    rates = [sum(one) / len(one) for one in found if one]
    return Figures(len(spent) / seconds, spent, statistics.mean(rates) / max(rates))


def _worker(works: Works, ready: Any, told: Any) -> None:
    """A worker of the web server: its own interpreter, its own pool, one thread a caller."""
    db.engine.dispose(close=False)

    def one(work: Sequence[Callable[[], int]]) -> Timed:
        spent = []
        for act in work:
            begun = time.perf_counter()
            count = act()
            spent += count * [(time.perf_counter() - begun) * 1000]
        return spent

    with ThreadPoolExecutor(max(1, len(works))) as pool:
        ready.wait()
        begun = time.perf_counter()
        found = list(pool.map(one, works))
        told.put((begun, time.perf_counter(), found))


def requests_of(
    app: Flask, tablets: Sequence[Tablet], codes: Sequence[str], at_once: int
) -> list[list[Callable[[], int]]]:
    """What each tablet will send: made before the clock runs, handed to the application as its server would."""

    def sending(tablet: Tablet, some: Sequence[str]) -> Callable[[], int]:
        scans = [tablet.scan(code=code) for code in some]
        body = {"sent_at": clock.now().isoformat(), "scans": scans}
        environ = EnvironBuilder(
            "/api/device/scans", method="POST", json=body, headers=tablet.headers
        ).get_environ()

        def send() -> int:
            parts, status, _ = contextvars.Context().run(run_wsgi_app, app, environ, buffered=True)
            answer = b"".join(parts)
            assert answer.count(b'"status":"accepted"') == len(some), (status, answer)
            return len(some)

        return send

    callers = len(tablets)
    shares = [codes[number::callers] for number in range(callers)]
    return [
        [sending(tablet, own[n : n + at_once]) for n in range(0, len(own), at_once)]
        for tablet, own in zip(tablets, shares, strict=True)
    ]


def replays_of(
    steps: list[Step], tablet: Tablet, codes: Sequence[str], callers: int
) -> list[list[Callable[[], int]]]:
    """The same number of check-ins as their statements alone."""
    acts = [
        replaying(steps, whose(code, tablet.scan(code=code)["uuid"], tablet.id)) for code in codes
    ]
    return [acts[number::callers] for number in range(callers)]


def rounds(
    kind: str, callers: int, asked: argparse.Namespace
) -> tuple[int, list[tuple[Figures, Figures]]]:
    """(statements of a check-in, figures of application and replay in turns on one database)."""
    app = application(kind, with_cast=True)
    clock.set(NOW)
    with app.app_context():
        if kind == "postgres":
            _wait_for_the_disk(on=asked.sync)
        cast, many = Cast(), asked.people
        codes = cards_of_people(cast, 2 * many * (asked.rounds + 1) + 3)
        tablets = [Tablet(app, cast) for _ in range(callers)]
        tablets[0].read(codes.pop())  # compiles the statements
        noted = [record(tablets[0], codes.pop()) for _ in range(2)]
        steps = steps_of(*noted)
        found = []
        for _ in range(asked.rounds + 1):  # the first one warms up
            api, raw = codes[:many], codes[many : 2 * many]
            codes = codes[2 * many :]
            through = play(requests_of(app, tablets, api, asked.at_once), asked.workers)
            replay = play(replays_of(steps, tablets[0], raw, callers), asked.workers)
            found.append((through, replay))
        assert _awards() == (asked.rounds + 1) * 2 * many + 3
        db.session.remove()
        db.engine.dispose()
    return len(steps), found[1:]


def processor_ms(kind: str, people: int) -> str:
    """Processor time of this thread for a scan, through the application and raw, ten of each in turns."""
    app = application(kind, with_cast=True)
    clock.set(NOW)
    with app.app_context():
        cast = Cast()
        codes = cards_of_people(cast, 2 * people + 23)
        tablet = Tablet(app, cast)
        tablet.read(codes.pop())  # compiles the statements
        steps = steps_of(*[record(tablet, codes.pop()) for _ in range(2)])
        for send in requests_of(app, [tablet], codes[:20], 1)[0]:
            send()
        (api,) = requests_of(app, [tablet], codes[20 : 20 + people], 1)
        (raw,) = replays_of(steps, tablet, codes[20 + people :], 1)
        spent: tuple[Timed, Timed] = [], []
        for begin in range(0, people, 10):
            for acts, found in zip((api, raw), spent, strict=True):
                found += [_thread_ms(act) for act in acts[begin : begin + 10]]
        db.session.remove()
        db.engine.dispose()
    through, replay = (statistics.quantiles(one, n=4)[0] for one in spent)
    return f"{kind:<10}{through:>8.2f} ms{replay:>8.2f} ms raw, ratio {replay / through:.2f} (the faster quarter)"


def _thread_ms(act: Callable[[], int]) -> float:
    begun = time.thread_time()
    act()
    return (time.thread_time() - begun) * 1000


def _awards() -> int:
    """How many people of ours have their points."""
    statement = text(
        "SELECT count(*) FROM award JOIN person ON person.party_id = award.holder_id"
        " WHERE person.number LIKE 'B%' AND award.points > 0"
    )
    return int(db.session.execute(statement).scalar_one())


def measure(kind: str, callers: int, asked: argparse.Namespace) -> str:
    """One line of the table: medians of the rounds."""
    count, found = rounds(kind, callers, asked)

    def middle(of: Callable[[Figures, Figures], float]) -> float:
        return statistics.median(of(api, raw) for api, raw in found)

    def tail(api: Figures, _raw: Figures) -> float:
        return api.share(0.99) / api.share(0.5)

    return (
        f"{kind:<10}{callers:>8}{count:>12}{middle(lambda api, _: api.a_second):>9.0f}"
        f"{middle(lambda _, raw: raw.a_second):>9.0f}"
        f"{middle(lambda api, raw: api.a_second / raw.a_second):>7.2f}"
        f"{middle(lambda api, _: api.share(0.5)):>8.1f}{middle(lambda api, _: api.share(0.99)):>8.1f}"
        f"{middle(tail):>9.1f}"
        f"{middle(lambda api, raw: api.share(0.99) / raw.share(0.99)):>9.1f}"
        f"{middle(lambda api, _: api.slowest_caller):>9.2f}"
    )


def _wait_for_the_disk(*, on: bool) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = {'on' if on else 'off'}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--callers", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--kinds", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--at-once", type=int, default=1, help="scans in one request")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2, help="processes, as of the web server")
    parser.add_argument("--sync", action="store_true")
    parser.add_argument("--processor", action="store_true", help="processor time instead")
    asked = parser.parse_args()
    databases.open_folder()
    try:
        if asked.processor:
            for kind in asked.kinds:
                print(processor_ms(kind, asked.people), flush=True)
            return
        print(
            f"{'database':<10}{'callers':>8}{'statements':>12}{'scans/s':>9}{'raw/s':>9}{'ratio':>7}{'p50 ms':>8}"
            f"{'p99 ms':>8}{'p99/p50':>9}{'p99/raw':>9}{'slowest':>9}"
        )
        for kind in asked.kinds:
            for callers in asked.callers:
                print(measure(kind, callers, asked), flush=True)
    finally:
        databases.close_folder()


if __name__ == "__main__":
    os.environ.setdefault("REQUIRE_ALL", "1")
    main()
