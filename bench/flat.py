"""Check-ins through gunicorn as `./run` starts it, in a small town and in a city, beside the raw limit.

Each caller is a tablet with a connection of its own that sends one card a request. The raw limit (the statements alone,
raw_check_in.py) takes turns with it on the same database, in two processes, and has neither server nor client to pay
for. The processor time of the web server's workers is what other work on the machine moves least.

usage: .venv/bin/python -m bench.flat [--kinds sqlite postgres] [--towns 3000x10000 30000x1000000] [--callers 1 8 32]
       [--people 120] [--rounds 3] [--folder FOLDER]
A town is PEOPLExATTENDANCES. `--people` check in each round. `--folder` keeps the databases for the next run
(PostgreSQL: on the server of TEST_DATABASE_URL).
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from flask import Flask

from bench.device_api import Figures, play, replays_of
from bench.raw_check_in import Step, record, steps_of
from bench.storm import Told, storm
from bench.storm_server import Expected, environ_for, prepare, serving, workers_of
from matching.demo.city import CityScale
from matching.devices.models import Device
from matching.devices.services import hash_token
from tests import databases
from tests.factories.devices import Tablet
from volunteer.core.config import load_settings
from volunteer.core.db import db
from wsgi import create_app

TICKS = os.sysconf("SC_CLK_TCK")


class Program:
    """One of the enrolled devices inside this process, to record what a check-in sends to the database."""

    def __init__(self, app: Flask, token: str) -> None:
        self.client, self.token, self.counter = app.test_client(), token, 1_000_000
        statement = db.select(Device.id).where(Device.token_hash == hash_token(token))
        self.id = db.session.execute(statement).scalar_one()
        db.session.rollback()

    def scan(self, code: str) -> dict[str, Any]:
        """One scan of now."""
        self.counter += 1
        moment = datetime.now(UTC).isoformat()
        return {
            "uuid": f"{self.id:08d}-0000-4000-8000-{self.counter:012d}", "counter": self.counter,
            "device_time": moment, "last_server_time": moment, "offset_ms": 0, "shift_id": None,
            "direction": "in", "code": code, "person_id": None, "how": "camera",
        }  # fmt: skip

    def send(self, scan: dict[str, Any]) -> list[dict[str, Any]]:
        """Its answer."""
        body = {"sent_at": datetime.now(UTC).isoformat(), "scans": [scan]}
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.client.post("/api/device/scans", json=body, headers=headers)
        found: list[dict[str, Any]] = answer.get_json()["answers"]
        return found


def recorded(tablet: Tablet, codes: list[str]) -> list[Step]:
    """The statements of a check-in; people who differ in more than whose they are (a cap reached) are left out."""
    tablet.send(tablet.scan(code=codes.pop()))  # compiles the statements
    one = record(tablet, codes.pop())
    for _ in range(20):
        other = record(tablet, codes.pop())
        if [sql for sql, _ in one.statements] == [sql for sql, _ in other.statements]:
            return steps_of(one, other)
        one = other
    raise RuntimeError("no two check-ins were alike")


def cpu_s(master: subprocess.Popen[bytes]) -> float:
    """Processor seconds of the workers so far."""
    spent = 0
    for worker in workers_of(master):
        fields = Path(f"/proc/{worker}/stat").read_text(encoding="ascii").rsplit(") ", 1)[1].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / TICKS


def figures(seconds: float, told: list[Told]) -> Figures:
    """Of what the tablets were told. Raises RuntimeError when one was refused."""
    errors = [error for one in told for error in one.errors]
    if errors:
        raise RuntimeError(errors[:3])
    if any(one.again for one in told):
        raise RuntimeError("a scan was there before")
    spent = sorted(ms for one in told for ms in one.spent_ms)
    means = [statistics.mean(one.spent_ms) for one in told if one.spent_ms]
    return Figures(len(spent) / seconds, spent, statistics.mean(means) / max(means))


def measure(kind: str, town: str, folder: Path, asked: argparse.Namespace) -> list[str]:
    """The lines of one town."""
    people, attendances = (int(part) for part in town.split("x"))
    environ = environ_for(kind, folder / town, keep=asked.folder is not None)
    need = len(asked.callers) * 2 * asked.people * (asked.rounds + 1) + 25
    expected, loaded = prepare(environ, CityScale(people, attendances), need, max(asked.callers))
    if loaded:
        print(f"{kind} {town}: {loaded}", flush=True)
    app = create_app(load_settings(environ))
    with serving(environ) as (master, port), app.app_context():
        codes = list(expected.codes)
        tablet = cast("Tablet", Program(app, expected.tokens[0]))
        steps = recorded(tablet, codes)
        lines = []
        for callers in asked.callers:
            found = []
            for _ in range(asked.rounds + 1):  # the first one warms up
                own, codes = codes[: asked.people], codes[asked.people :]
                before = cpu_s(master)
                told = storm(port, Expected(0, own, expected.tokens), 0.0, callers)
                spent_ms = (cpu_s(master) - before) * 1000 / len(own)
                own, codes = codes[: asked.people], codes[asked.people :]
                raw = play(replays_of(steps, tablet, own, callers), 2)
                found.append((figures(*told), raw, spent_ms))
            lines.append(line(kind, town, callers, len(steps), found[1:]))
            print(lines[-1], flush=True)
        db.session.remove()
        db.engine.dispose()
    return lines


def line(
    kind: str, town: str, callers: int, steps: int, found: list[tuple[Figures, Figures, float]]
) -> str:
    """One line of the table: medians of the rounds, the slowest answer of them all."""

    def middle(values: list[float]) -> float:
        return statistics.median(values)

    api, raw = [one[0] for one in found], [one[1] for one in found]
    tails = [one.share(0.99) / one.share(0.5) for one in api]
    return (
        f"{kind:<9}{town:>15}{callers:>8}{steps:>11}{middle([a.a_second for a in api]):>9.0f}"
        f"{middle([r.a_second for r in raw]):>8.0f}"
        f"{middle([a.a_second / r.a_second for a, r in zip(api, raw, strict=True)]):>7.2f}"
        f"{middle([a.share(0.5) for a in api]):>8.1f}{middle([a.share(0.95) for a in api]):>8.1f}"
        f"{middle([a.share(0.99) for a in api]):>8.1f}{max(a.spent_ms[-1] for a in api):>8.1f}"
        f"{middle(tails):>9.1f}{middle([a.slowest_caller for a in api]):>9.2f}"
        f"{middle([one[2] for one in found]):>11.2f}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kinds", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--towns", nargs="+", default=["3000x10000", "30000x1000000"])
    parser.add_argument("--callers", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    databases.open_folder()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="otagai-flat-"))
    try:
        print(
            f"{'database':<9}{'town':>15}{'callers':>8}{'statements':>11}{'scans/s':>9}{'raw/s':>8}{'ratio':>7}"
            f"{'p50 ms':>8}{'p95':>8}{'p99':>8}{'max':>8}{'p99/p50':>9}{'slowest':>9}{'cpu ms/scan':>12}"
        )
        for kind in asked.kinds:
            for town in asked.towns:
                (folder / town).mkdir(parents=True, exist_ok=True)
                measure(kind, town, folder, asked)
    finally:
        databases.close_folder()
        if asked.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0)


if __name__ == "__main__":
    os.environ.setdefault("REQUIRE_ALL", "1")
    main()
