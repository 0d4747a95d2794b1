"""Server CPU, SQL statements and bytes of the pages of each role, on a demo town.

    OTAGAI_ENV=demo OTAGAI_DATA_DIR=DIR python -m bench.pages [RUNS]

DIR holds a demo town (`flask --app wsgi demo load --scale town`). Each page is asked RUNS times (default 15)
through WSGI in this process, after one warm-up; CPU is process time around the call: no network, no waiting.
"""

import contextvars
import logging
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from matching.help_requests.models import Shift
from matching.help_requests.states import ShiftState
from points.redemption.models import CashOut
from volunteer.core.db import db, run_turn
from volunteer.core.permissions import Role
from volunteer.people.models import Person
from volunteer.users.models import Acting, StaffRole, User
from volunteer.users.sessions import open_session
from wsgi import create_app

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
CPU_MS_MAX, QUERIES_MAX, BYTES_MAX = 30, 12, 100_000


class Counter:
    """Counts the statements the database gets."""

    def __init__(self) -> None:
        self.statements = 0

    def note(self, *_facts: object) -> None:
        """One statement more; pragmas and BEGIN are the turn's, not the page's."""
        if not str(_facts[2]).startswith(("PRAGMA", "BEGIN")):
            self.statements += 1


@contextmanager
def signed_in(
    app: Flask, user_id: int, *, as_staff: bool, acting_id: int | None
) -> Iterator[FlaskClient]:
    """A client with a session of this user."""
    token = run_turn(open_session, user_id, as_staff=as_staff, acting_id=acting_id)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    yield client


def volunteer_and_member() -> dict[str, tuple[int, int, bool]]:
    """Who looks: (user, acting, as staff) of a volunteer with points and of a member of an organization."""
    found = {}
    for name, like in (("volunteer", "v%@example.jp"), ("organization", "o%@example.jp")):
        row = db.session.execute(
            db.select(User.id, Acting.id)
            .join(Acting, Acting.user_id == User.id)
            .where(User.email.like(like))
            .order_by(User.id)
            .limit(1)
        ).one()
        found[name] = (row[0], row[1], False)
    return found


def pages() -> dict[str, list[str]]:
    """The pages of each role."""
    shift = db.session.execute(
        db.select(Shift.id).where(Shift.state == ShiftState.OPEN).limit(1)
    ).scalar()
    person = db.session.execute(
        db.select(Person.party_id).where(Person.area_id.is_not(None)).limit(1)
    ).scalar()
    cash_out = db.session.execute(
        db.select(CashOut.id).order_by(CashOut.id.desc()).limit(1)
    ).scalar()
    return {
        "public": ["/", "/board", f"/board/{shift}", "/sign-up"],
        "volunteer": ["/home", "/board", f"/board/{shift}", "/me", "/me/plan", "/points", "/points/cash-out"],
        "organization": ["/o", "/o/requests", "/o/members"],
        "coordinator": [
            "/desk", "/desk/today", "/desk/people", "/desk/people?q=サトウ", f"/desk/people/{person}",
            "/desk/requests", "/desk/households", "/desk/organizations",
        ],
        "approver": ["/desk", "/desk/cash-outs", f"/desk/cash-outs/{cash_out}"],
        "payer": ["/desk/payouts"],
        "auditor": ["/desk/ledger"],
        "administrator": ["/desk/staff", "/desk/settings"],
    }  # fmt: skip


def ask(client: FlaskClient, path: str) -> TestResponse:
    """One request in a world of its own, as each request to a server is."""
    return contextvars.Context().run(client.get, path)


def measure(client: FlaskClient, path: str, counter: Counter) -> tuple[float, int, int, int]:
    """(median CPU ms, statements, bytes, status) of one page."""
    ask(client, path)
    times = []
    for _ in range(RUNS):
        counter.statements = 0
        start = time.process_time()
        answer = ask(client, path)
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times), counter.statements, len(answer.data), answer.status_code


def main() -> None:
    """Print the table; what is over a goal is marked."""
    logging.disable(logging.CRITICAL)
    app = create_app()
    counter = Counter()
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", counter.note)
        who = volunteer_and_member()
        for role in Role:
            user_id = db.session.execute(
                db.select(StaffRole.user_id).where(StaffRole.role == role).limit(1)
            ).scalar_one()
            who[role.value] = (user_id, 0, True)
        print(f"{'role':<14}{'page':<28}{'CPU ms':>8}{'SQL':>6}{'kB':>7}")
        for role_name, paths in pages().items():
            one = who.get(role_name)
            client = app.test_client()
            if one is not None:
                with signed_in(app, one[0], as_staff=one[2], acting_id=one[1] or None) as opened:
                    client = opened
            for path in paths:
                cpu, statements, size, status = measure(client, path, counter)
                over = (
                    cpu > CPU_MS_MAX
                    or statements > QUERIES_MAX
                    or size > BYTES_MAX
                    or status != 200
                )
                mark = f"  !! {status}" if over else ""
                print(
                    f"{role_name:<14}{path:<28}{cpu:>8.1f}{statements:>6}{size / 1000:>7.1f}{mark}"
                )


if __name__ == "__main__":
    main()
