"""Two browsers at once, each in a thread with a connection of its own, and what must be true afterwards."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from matching.assignments.duties import check_seats
from points.ledger.verifying import verify_all
from tests.cast import sign_in_as
from tests.client import Client
from volunteer.core import audit
from volunteer.core.db import db
from volunteer.people.models import Person
from volunteer.users.models import User

HEAD_START = 0.04
HELD_OPEN = 0.12
"""Seconds for which a turn that has done its work waits before it commits, so that the other one meets it."""

BOTH_WAYS = pytest.mark.parametrize("first", [0, 1], ids=["first-ahead", "second-ahead"])
Act = Callable[[], Any]


@pytest.fixture
def slow(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every act through a page stays open a moment before it commits; what breaks is a page and not an exception."""
    app.config.update(WTF_CSRF_ENABLED=False)
    app.testing = False
    record = audit.record

    def record_slowly(*args: Any, **kwargs: Any) -> None:
        record(*args, **kwargs)
        time.sleep(HELD_OPEN)

    monkeypatch.setattr(audit, "record", record_slowly)
    yield
    app.testing = True


def browser(app: Flask, who: User | Person) -> Client:
    """A browser of its own, signed in."""
    made = app.test_client()
    assert isinstance(made, Client)
    return sign_in_as(made, who)


def posting(client: Client, address: str, **data: Any) -> Act:
    """Pressing a button; the page that comes back."""
    return lambda: client.post(address, data=data)


def race(app: Flask, first: int, *acts: Act) -> list[Any]:
    """Run the acts at once, number `first` a blink ahead; what each came to, in order."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)
    db.session.rollback()

    def run(number: int) -> None:
        with app.app_context():
            start.wait(30)
            if number != first:
                time.sleep(HEAD_START)
            try:
                results[number] = acts[number]()
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()
    return results


def statuses(answers: list[TestResponse]) -> list[int]:
    """What the pages answered."""
    return [one.status_code for one in answers]


def all_is_well() -> None:
    """Every check of every package is green."""
    assert verify_all() == []
    assert check_seats() == []
