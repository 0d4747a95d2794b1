"""Writers are killed every half second: what a client saw acknowledged is there once, what it did not, at most once.

What clients saw stands in files of their own beside the database. Whoever takes the place of a dead writer sends its
last unanswered request again, with the same key, as a person would press the button again.
"""

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from points.ledger import agreement, queries, services
from points.ledger.models import Journal
from tests.cast import Cast
from tests.points.ledger.callers import FORK, attempt
from volunteer.core import clock
from volunteer.core.db import db

pytestmark = pytest.mark.both_databases

WRITERS = 6
EVERY_SECONDS = 0.5
POINTS = 3


class Log:
    """What one client knows: keys it has sent, keys that were acknowledged. Each line is one write of the kernel."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
        self.path = path

    def note(self, word: str, key: str) -> None:
        os.write(self.file, f"{word} {key}\n".encode())

    def keys(self, word: str) -> list[str]:
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return [line.split(" ", 1)[1] for line in lines if line.startswith(f"{word} ")]


def write(app: Flask, slot: int, life: int, folder: Path, who: dict[str, int]) -> None:
    """Send credits without end; first what the writer before left unanswered."""
    log = Log(folder / f"client-{slot}")
    waiting = [key for key in log.keys("sent") if key not in set(log.keys("acknowledged"))]
    with app.app_context():
        number = 0
        while not (folder / "stop").exists():
            number += 1
            key = waiting.pop() if waiting else f"kill:{slot}:{life}:{number}"
            log.note("sent", key)
            answer = attempt(
                services.credit,
                {
                    **who, "key": key, "source": "kill", "rule_version_id": None, "points": POINTS,
                    "activity_on": clock.today(), "expires_on": None,
                },
            )  # fmt: skip
            if answer.startswith("id:"):
                log.note("acknowledged", key)
        db.session.remove()
        db.engine.dispose()
    os._exit(0)


def storm(app: Flask, folder: Path, who: dict[str, int], seconds: float) -> int:
    """Keep the writers writing and kill one every half second; how many were killed."""
    luck, killed, until = random.Random(1), 0, time.monotonic() + seconds  # noqa: S311 - no secret
    living: dict[int, Any] = {}
    for slot in range(WRITERS):
        living[slot] = FORK.Process(target=write, args=(app, slot, 0, folder, who))
        living[slot].start()
    while time.monotonic() < until:
        time.sleep(EVERY_SECONDS)
        slot = luck.randrange(WRITERS)
        os.kill(living[slot].pid, signal.SIGKILL)
        living[slot].join()
        killed += 1
        living[slot] = FORK.Process(target=write, args=(app, slot, killed, folder, who))
        living[slot].start()
    (folder / "stop").touch()
    for process in living.values():
        process.join(timeout=60)
        assert process.exitcode == 0
    return killed


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(
    app: Flask, cast: Cast, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    who = {"holder_id": cast.hanako.party_id, "programme_id": cast.programme.id}
    db.session.remove()
    db.engine.dispose()
    killed = storm(app, tmp_path, who, 120.0 if pytestconfig.getoption("--long") else 5.0)
    logs = [Log(path) for path in tmp_path.glob("client-*")]
    sent = {key for log in logs for key in log.keys("sent")}
    acknowledged = {key for log in logs for key in log.keys("acknowledged")}
    keys = Counter(
        db.session.execute(select(Journal.key).where(Journal.source == "kill")).scalars()
    )
    assert killed >= 5
    assert len(acknowledged) > killed
    assert acknowledged <= set(keys), "acknowledged and lost"
    assert set(keys) <= sent, "written and never sent"
    assert max(keys.values()) == 1, "written twice"
    assert len(sent - acknowledged) <= WRITERS, "the next one sent again what was left unanswered"
    assert queries.balances(**who).in_lots == POINTS * len(keys)
    assert agreement.findings() == []
