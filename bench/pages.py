"""Every page of every role in a demo town: CPU seconds of the server, SQL statements, size.

CPU is that of the one process around the WSGI call, so other processes of the machine don't count. Of each page the
first answer is thrown away (it compiles the template).

usage: .venv/bin/python -m bench.pages FOLDER [--scale town] [--runs 5] [--slow 20]
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from bench.town import Typical, open_town, session_of, typical
from volunteer.core.db import db
from volunteer.core.permissions import (
    MEMBER,
    PERSON,
    PUBLIC,
    SIGNED_IN,
    STAFF,
    VOLUNTEER,
    Guard,
    Role,
    guard_of,
)

NOT_PAGES = {"core.healthz", "core.readyz", "static"}
QUERIES = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
CPU_MS, STATEMENTS, KILOBYTES = 30, 12, 100
"""The figures of the plan: what no page may exceed in a town of 3,000 volunteers."""


@dataclass(frozen=True)
class Measured:
    """One page for one role."""

    role: str
    page: str
    status: int
    cpu_ms: float
    slowest_ms: float
    statements: int
    kilobytes: float

    @property
    def is_over(self) -> bool:
        """Whether the plan's figures are exceeded."""
        return self.cpu_ms > CPU_MS or self.statements > STATEMENTS or self.kilobytes > KILOBYTES


def role_of(guard: Guard) -> str:
    """Who opens a page with this guard; staff pages: the first role that may."""
    for role in Role:
        if role in guard.roles:
            return role.value
    if STAFF in guard.audiences:
        return Role.COORDINATOR.value
    if MEMBER in guard.audiences:
        return "organization"
    if guard.audiences & {PERSON, VOLUNTEER, SIGNED_IN}:
        return "volunteer"
    assert PUBLIC in guard.audiences
    return "nobody"


def pages(app: Flask, found: Typical) -> Iterator[tuple[str, str, str]]:
    """(role, endpoint, address) of every page that can be opened."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.endpoint):
        guard = guard_of(app.view_functions[rule.endpoint])
        if guard is None or "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES:
            continue
        values = {
            name: found.things.get(f"{rule.endpoint}.{name}", found.things.get(name))
            for name in rule.arguments
        }
        if None not in values.values():
            with app.test_request_context():
                address = app.url_for(rule.endpoint, **values)
            yield role_of(guard), rule.endpoint, address


def client_of(app: Flask, found: Typical, role: str) -> FlaskClient:
    """A browser with the role's session."""
    client = app.test_client()
    if role != "nobody":
        with app.app_context():
            token = session_of(*found.users[role])
        with client.session_transaction() as session:
            session.permanent = True
            session["_user_id"] = token
            session["_fresh"] = True
    return client


def measure(
    app: Flask, client: FlaskClient, role: str, page: tuple[str, str], runs: int
) -> Measured:
    """Open a page several times."""
    name, address = page
    counted: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.split(None, 1)[0].upper() in QUERIES:
            counted.append(statement)

    client.get(address)
    event.listen(Engine, "before_cursor_execute", count)
    answer, spent = client.get(address), []
    event.remove(Engine, "before_cursor_execute", count)
    for _ in range(runs):
        begun = time.process_time()
        client.get(address)
        spent.append((time.process_time() - begun) * 1000)
    size = len(answer.data) / 1000
    cpu = statistics.median(spent)
    return Measured(role, name, answer.status_code, cpu, max(spent), len(counted), size)


def show(rows: list[Measured], slow: int) -> None:
    """The table: what is over the plan, the slowest, and each role's medians."""
    print(f"{'role':<14}{'page':<36}{'status':>6}{'CPU ms':>8}{'max':>7}{'SQL':>5}{'kB':>7}")
    for one in sorted(rows, key=lambda one: (-one.is_over, -one.cpu_ms))[:slow]:
        print(
            f"{one.role:<14}{one.page:<36}{one.status:>6}{one.cpu_ms:>8.1f}{one.slowest_ms:>7.1f}"
            f"{one.statements:>5}{one.kilobytes:>7.1f}{'  over' if one.is_over else ''}"
        )
    print(
        f"\n{'role':<14}{'pages':>6}{'CPU ms median':>15}{'highest':>9}{'SQL':>5}{'kB':>7}{'over':>6}"
    )
    for role in dict.fromkeys(one.role for one in rows):
        own = [one for one in rows if one.role == role]
        print(
            f"{role:<14}{len(own):>6}{statistics.median(one.cpu_ms for one in own):>15.1f}"
            f"{max(one.cpu_ms for one in own):>9.1f}{max(one.statements for one in own):>5}"
            f"{max(one.kilobytes for one in own):>7.1f}{sum(one.is_over for one in own):>6}"
        )


def main() -> None:
    """Measure every page and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", default="town")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slow", type=int, default=20)
    asked = parser.parse_args()
    app = open_town(asked.folder, asked.scale)
    with app.app_context():
        found = typical()
        db.session.remove()
    clients: dict[str, FlaskClient] = {}
    rows = []
    for role, name, address in pages(app, found):
        client = clients.get(role) or clients.setdefault(role, client_of(app, found, role))
        rows.append(measure(app, client, role, (name, address), asked.runs))
    show([one for one in rows if one.status == 200], asked.slow)
    print(
        "\nnot opened:", ", ".join(f"{one.page} {one.status}" for one in rows if one.status != 200)
    )


if __name__ == "__main__":
    main()
