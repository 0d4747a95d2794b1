"""Check-ins a second through the whole application, with N callers at once in one process.

Each person has scanned the venue's code and stands before the button; what is timed is the tap: form, session, write
turn, attendance, caps, points, audit, redirect. No network and no browser. Runs on throw-away databases of the tests.

usage: .venv/bin/python -m bench.check_in [--people 200] [--callers 1 8 32] [--kinds sqlite postgres]
"""

import argparse
import os
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import event

from matching.checkin.scanning import venue_address
from tests import databases
from tests.applications import application
from tests.cast import NOW, Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_participation, make_shift
from tests.factories.points import enrol
from tests.factories.volunteer import insure, make_person, make_user
from volunteer.core import clock
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn

HIDDEN = re.compile(r'name="(csrf_token|form_key)" value="([^"]+)"')
FORM = re.compile(r'<form action="[^"]*/check-in".*?</form>', re.DOTALL)


@dataclass(frozen=True)
class Tap:
    """Somebody before the button."""

    client: Client
    address: str
    form: dict[str, str]

    def __call__(self) -> float:
        """Tap it: milliseconds until the answer."""
        begun = time.perf_counter()
        answer = self.client.post(self.address, data=self.form)
        assert answer.status_code == 303, answer.text
        return (time.perf_counter() - begun) * 1000


def people_before_the_button(app: Flask, count: int) -> list[Tap]:
    """Register people, seat them at one shift of today and let them scan."""
    cast = Cast()
    with write_turn():
        cast.category.needs_insurance = True
        shift = make_shift(
            cast.help_request, from_tokyo(date(2026, 11, 21), clock.to_tokyo(NOW).time())
        )
        shift.seats = count
        people = [
            make_person(f"人 {n}", user=make_user(f"p{n}@example.jp"), number=f"B{n:05d}")
            for n in range(count)
        ]
        for person in people:
            insure(person, date(2026, 4, 1), date(2027, 3, 31))
            enrol(person, cast.programme, date(2026, 4, 1))
            make_participation(person, shift)
        shift_id = shift.id
    with app.test_request_context():
        code = urlsplit(venue_address(shift_id, False, clock.now())).path
    return [_before(app, person, shift_id, code) for person in people]


def _before(app: Flask, person: Any, shift_id: int, code: str) -> Tap:
    client = app.test_client()
    assert isinstance(client, Client)
    sign_in_as(client, person)
    page = client.get(code, follow_redirects=True).text
    form = FORM.search(page)
    assert form, page
    return Tap(client, f"/shifts/{shift_id}/check-in", dict(HIDDEN.findall(form.group())))


def measure(kind: str, callers: int, count: int) -> str:
    """One line of the table."""
    app = application(kind, with_cast=True)
    clock.set(NOW)
    with app.app_context():
        taps = people_before_the_button(app, count + 1)
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *facts: statements.append(facts[2]))
        taps.pop()()
        per_tap = len(statements)
        begun = time.perf_counter()
        with ThreadPoolExecutor(callers) as pool:
            spent = sorted(pool.map(lambda tap: tap(), taps))
        seconds = time.perf_counter() - begun
        db.session.remove()
        db.engine.dispose()
    p99 = spent[int(len(spent) * 0.99)]
    return (
        f"{kind:<10}{callers:>8}{count / seconds:>12.0f}{statistics.median(spent):>9.1f}{p99:>9.1f}"
        f"{per_tap:>12}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--callers", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--kinds", nargs="+", default=["sqlite", "postgres"])
    asked = parser.parse_args()
    databases.open_folder()
    try:
        print(
            f"{'database':<10}{'callers':>8}{'check-ins/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'statements':>12}"
        )
        for kind in asked.kinds:
            for callers in asked.callers:
                print(measure(kind, callers, asked.people), flush=True)
    finally:
        databases.close_folder()


if __name__ == "__main__":
    os.environ.setdefault("REQUIRE_ALL", "1")
    main()
