"""Credits and awards in one process, on SQLite and PostgreSQL: how many in a second of CPU and of the wall clock.

100 people in turn; a credit is one turn with one journal, an award also decides under caps and writes its row. CPU is
that of this process alone, so other processes of the machine don't count (PostgreSQL's own work is not in it).

usage: .venv/bin/python -m bench.ledger [--credits 1000] [--awards 500]
"""

import argparse
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from points.earning import services as earning
from points.ledger import services as ledger
from tests import databases
from tests.applications import application
from tests.cast import NOW, Cast
from tests.factories import rules
from tests.factories.points import enrol
from tests.factories.volunteer import make_person
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn

PEOPLE = 100


def main() -> None:
    """Measure both databases and print one line for each."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--credits", type=int, default=1000)
    reader.add_argument("--awards", type=int, default=500)
    told = reader.parse_args()
    databases.open_folder()
    try:
        for kind in ("sqlite", "postgres"):
            _measure(kind, told.credits, told.awards)
    finally:
        databases.close_folder()


def _measure(kind: str, credits_wanted: int, awards_wanted: int) -> None:
    clock.set(NOW)
    app = application(kind, with_cast=True)
    with app.app_context():
        holders = _people()
        programme_id = Cast().programme.id

        def credit(number: int) -> Any:
            return ledger.credit(
                holder_id=holders[number % PEOPLE],
                programme_id=programme_id,
                rule_version_id=1,
                points=10,
                activity_on=date(2026, 11, 21),
                expires_on=date(2028, 3, 31),
                key=f"bench:{number}",
                source="bench:1",
            )

        def award(number: int) -> Any:
            holder = holders[number % PEOPLE]
            given = {"source_kind": "bench", "source_id": number, "person_id": holder}
            return earning.award_activity(rules.facts(**given, category_code="snow", households=1))

        print(
            f"{kind:<10}{_speed(credit, credits_wanted, 'credits')}{_speed(award, awards_wanted, 'awards')}"
        )
        db.session.remove()
        db.engine.dispose()


def _people() -> list[int]:
    with write_turn():
        programme = Cast().programme
        people = [make_person("計測 太郎", number=f"B{number:04d}") for number in range(PEOPLE)]
        for person in people:
            enrol(person, programme, date(2026, 4, 1))
        return [person.party_id for person in people]


def _speed(act: Callable[[int], Any], count: int, name: str) -> str:
    db.session.remove()
    cpu, wall = time.process_time(), time.perf_counter()
    for number in range(count):
        run_turn(act, number)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return f"{count / cpu:>8.0f} {name} a CPU second {count / wall:>6.0f} a second "


if __name__ == "__main__":
    main()
