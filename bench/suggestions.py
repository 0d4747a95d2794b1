"""「あなたに合う活動」 in a large town: CPU time of the page, statements, size, for people who said different things.

The town is that of the ranking (bench/suiting_town.py). CPU is that of the one process around the WSGI call, the
median of five calls; the first is thrown away.

usage: .venv/bin/python -m bench.suggestions URL [--people 30000] [--shifts 1000] [--asked 40]
URL of an empty database: sqlite:////dev/shm/rank.db or postgresql+psycopg://…; it is filled once and kept.
"""

import argparse
import statistics
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from bench.pages import CPU_MS, STATEMENTS, Measured, measure
from bench.ranking import open_database
from bench.town import session_of
from matching.profiles.models import Profile
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.people.models import Person
from volunteer.people.states import PersonState
from volunteer.users.models import Acting, User
from volunteer.users.states import ActingAs

PAGE = ("suggestions.suggestions", "/me/suggestions")
RUNS = 5


def people(count: int) -> list[int]:
    """Registered people who said something, spread over the town."""
    statement = (
        db.select(Person.party_id)
        .join(Profile, Profile.person_id == Person.party_id)
        .where(Person.state == PersonState.REGISTERED)
        .order_by(Person.party_id)
    )
    found = list(db.session.execute(statement).scalars())
    return found[:: max(1, len(found) // count)][:count]


def acting_for(person_id: int) -> tuple[int, int]:
    """Somebody who signs in as this person: the ids of user and acting."""
    standing = db.session.execute(
        db.select(Acting.user_id, Acting.id).where(Acting.party_id == person_id)
    ).first()
    if standing is not None:
        return standing.user_id, standing.id
    user = User(email=f"bench-{person_id}@example.jp", created_at=clock.now())
    db.session.add(user)
    db.session.flush()
    acting = Acting(
        user_id=user.id, party_id=person_id, capacity=ActingAs.SELF, created_at=clock.now()
    )
    db.session.add(acting)
    db.session.flush()
    return user.id, acting.id


def client_of(app: Flask, person_id: int) -> FlaskClient:
    """A browser in which this person is signed in."""
    with app.app_context():
        with write_turn():
            ids = acting_for(person_id)
        token = session_of(*ids)
        db.session.remove()
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=token, _fresh=True)
        session.permanent = True
    return client


def row(name: str, values: list[Any]) -> str:
    """One line of the table."""
    ordered = sorted(values)
    p95 = ordered[max(0, int(len(ordered) * 0.95) - 1)]
    return f"{name:<12}{statistics.median(ordered):>8.1f}{p95:>8.1f}{ordered[-1]:>8.1f}"


def main() -> None:
    """Fill if empty, open the page as each person, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--people", type=int, default=30_000)
    parser.add_argument("--shifts", type=int, default=1_000)
    parser.add_argument("--asked", type=int, default=40)
    given = parser.parse_args()
    app, _ids = open_database(given.url, given.people, given.shifts)
    with app.app_context():
        chosen = people(given.asked)
        db.session.remove()
    found: list[Measured] = [
        measure(app, client_of(app, one), "volunteer", PAGE, RUNS) for one in chosen
    ]
    assert {one.status for one in found} == {200}
    print(
        f"{len(found)} people, {given.people} in the town\n{'':<12}{'median':>8}{'p95':>8}{'most':>8}"
    )
    print(row("CPU ms", [one.cpu_ms for one in found]), f"  plan {CPU_MS}")
    print(row("statements", [one.statements for one in found]), f"  plan {STATEMENTS}")
    print(row("kB", [one.kilobytes for one in found]))


if __name__ == "__main__":
    main()
