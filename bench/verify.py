"""`ledger verify` over a large ledger on SQLite and PostgreSQL: seconds, peak memory, postings a second.

The database is made by bench/large_ledger.py: people, awards and cap rows are checked with the postings, the whole
chain is sealed. Each check runs in a process of its own; its peak is the resident size the kernel has seen, shown
beside that of the same application which has checked an empty ledger.

usage: .venv/bin/python -m bench.verify [--postings 1000000] [--database sqlite|postgres]
"""

import argparse
import multiprocessing
import resource
import time
from datetime import UTC, datetime
from datetime import time as time_of_day
from typing import Any

from bench import large_ledger
from points.ledger.seals import seal_postings
from points.ledger.verifying import verify_all
from tests import databases
from tests.applications import application, make_app
from volunteer.core import clock
from volunteer.core.db import db

PLAN_SECONDS = 60


def main() -> None:
    """Measure the databases that were named and print a line for each."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--postings", type=int, default=1_000_000)
    reader.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    told = reader.parse_args()
    databases.open_folder()
    try:
        for kind in told.database or ["sqlite", "postgres"]:
            _measure(kind, told.postings)
    finally:
        databases.close_folder()


def _measure(kind: str, postings: int) -> None:
    app = application(kind, with_cast=True)
    empty = _in_a_process(app)
    began = time.perf_counter()
    with app.app_context():
        clock.set(datetime.combine(large_ledger.load(postings), time_of_day(3), UTC))
        loaded = time.perf_counter() - began
        seal_postings()
        sealed = time.perf_counter() - began - loaded
        db.session.remove()
        db.engine.dispose()
    found, seconds, cpu, peak = _in_a_process(app)
    print(
        f"{kind:<9} {postings} postings loaded in {loaded:.0f} s, sealed in {sealed:.0f} s;"
        f" verified in {seconds:.1f} s (CPU {cpu:.1f} s, {postings / seconds:.0f} a second,"
        f" {seconds / PLAN_SECONDS:.2f} of the plan), peak {peak} MB (empty ledger: {empty[3]} MB)"
    )
    for one in found:
        print(f"  {one}")


def _in_a_process(app: Any) -> tuple[list[Any], float, float, int]:
    """A process born anew: a fork would count the memory of the one that made the ledger."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    born = multiprocessing.get_context("spawn")
    answers = born.Queue()
    arguments = (app.config["OTAGAI"].database_url, clock.now(), answers)
    process = born.Process(target=_check, args=arguments)
    process.start()
    answer: tuple[list[Any], float, float, int] = answers.get()
    process.join()
    return answer


def _check(url: str, now: datetime, answers: Any) -> None:
    clock.set(now)
    with make_app(url).app_context():
        began, cpu = time.perf_counter(), time.process_time()
        found = verify_all()
        took = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        answers.put((found, took, time.process_time() - cpu, peak))


if __name__ == "__main__":
    main()
