"""How many planted frauds the nightly search finds in generated towns, and how many honest shifts it shows.

    .venv/bin/python -m bench.anomalies --seeds 12 [--database postgres]

Each seed is a town of its own (tests/factories/odd_town.py) in a fresh copy of the database.
"""

import argparse
import time

from matching.anomalies.jobs import find_anomalies
from matching.anomalies.models import AnomalyAttendance, AnomalyFinding
from tests import databases
from tests.applications import application
from tests.cast import NOW
from tests.factories.odd_town import OddTown
from volunteer.core import clock
from volunteer.core.db import db

FIRST_SEED = 100
"""The thresholds were reasoned with seeds below; these towns were not looked at before."""


def main() -> None:
    """Measure so many towns and print a line for each, then the sum."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--seeds", type=int, default=12)
    reader.add_argument("--first", type=int, default=FIRST_SEED)
    reader.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    reader.add_argument("--explain", action="store_true", help="print every finding")
    told = reader.parse_args()
    databases.open_folder()
    try:
        results = [
            _measure(told.database, seed, told.explain)
            for seed in range(told.first, told.first + told.seeds)
        ]
    finally:
        databases.close_folder()
    shown, honest = sum(one[1] for one in results), sum(one[2] for one in results)
    print(
        f"{len(results)} towns: {sum(one[0] for one in results)} of {5 * len(results)} frauds found,"
        f" {shown} of {honest} honest shifts shown ({100 * shown / honest:.2f} %),"
        f" worst town {max(100 * one[1] / one[2] for one in results):.2f} %"
    )


def _measure(kind: str, seed: int, explain: bool) -> tuple[int, int, int]:
    app = application(kind, with_cast=True)
    with app.app_context():
        clock.set(NOW)
        town = OddTown(seed)
        town.write()
        began = time.process_time()
        find_anomalies()
        took = time.process_time() - began
        found = _found()
        kinds = {one.kind for one in db.session.execute(db.select(AnomalyFinding)).scalars()}
        if explain:
            _explain(town)
        db.session.remove()
        db.engine.dispose()
    bad = set().union(*town.planted.values())
    hits = sum(
        which in kinds and 2 * len(found[which] & planted) >= len(planted)
        for which, planted in town.planted.items()
    )
    shown, honest = len(set().union(*found.values()) - bad), len(town.rows) - len(bad)
    print(
        f"{kind} seed {seed}: {len(town.rows)} attendances, {hits} of {len(town.planted)} found,"
        f" {shown} of {honest} honest shown ({100 * shown / honest:.2f} %), {took:.2f} s CPU"
    )
    return hits, shown, honest


def _found() -> dict[str, set[int]]:
    statement = db.select(AnomalyFinding.kind, AnomalyAttendance.attendance_id).join(
        AnomalyAttendance, AnomalyAttendance.finding_id == AnomalyFinding.id
    )
    found: dict[str, set[int]] = {}
    for kind, attendance_id in db.session.execute(statement):
        found.setdefault(kind, set()).add(attendance_id)
    return found


def _explain(town: OddTown) -> None:
    bad = set().union(*town.planted.values())
    for one in db.session.execute(db.select(AnomalyFinding)).scalars():
        linked = db.session.execute(
            db.select(AnomalyAttendance.attendance_id).where(AnomalyAttendance.finding_id == one.id)
        ).scalars()
        ids = set(linked)
        print(f"  {one.key} {one.figures}: {len(ids & bad)} planted, {len(ids - bad)} honest")


if __name__ == "__main__":
    main()
