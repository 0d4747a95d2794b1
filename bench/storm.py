"""Check-ins through gunicorn as `./run` starts it: a storm with repeats, or workers killed under load.

Each caller is a tablet with a connection of its own that sends one card a request and repeats some of them. What was
acknowledged is compared with the database afterwards: nobody lost, nobody twice.

usage: .venv/bin/python -m bench.storm [--kinds sqlite postgres] [--people 3000] [--attendances 100000]
       [--check-ins 3000] [--callers 32] [--repeats 0.2] [--kills 0] [--folder FOLDER]
`--people 30000 --attendances 1000000` is the city. With `--kills N` every two seconds a worker gets SIGKILL, N times,
while the callers go on at some 30 check-ins a second. `--folder` keeps the database for the next run (PostgreSQL: on
the server of TEST_DATABASE_URL).
"""

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.storm_server import Expected, counted, environ_for, prepare, serving, workers_of
from matching.demo.city import CityScale
from tests import databases

PAUSE_S = 2.0
"""Between two kills."""
PATIENCE_S = 30.0
"""So long a caller tries again after a lost answer."""


@dataclass
class Told:
    """What one caller was told."""

    spent_ms: list[float] = field(default_factory=list)
    """Of each request that was answered."""
    waited_ms: list[float] = field(default_factory=list)
    """Of each scan from the first try to the answer."""
    acknowledged: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    lost: int = 0
    """Requests without an answer."""
    again: int = 0
    """Scans that were told to be there already."""


class Caller:
    """Sends scans one after the other by a connection of its own, and again until there is an answer.

    It is one tablet, or several in turns: one alone may not send as quickly as a bench does.
    """

    def __init__(
        self, port: int, tokens: Sequence[str], luck: random.Random, repeats: float
    ) -> None:
        self.port, self.luck, self.repeats = port, luck, repeats
        self.tokens, self.token = tokens, tokens[0]
        self.told, self.counter = Told(), 0
        self.line: http.client.HTTPConnection | None = None

    def check_in(self, code: str) -> None:
        """One person; sometimes the same scan goes up twice."""
        self.token = self.tokens[self.counter % len(self.tokens)]
        self.counter += 1
        moment = datetime.now(UTC).isoformat()
        scan = {
            "uuid": str(uuid.uuid4()), "counter": self.counter, "device_time": moment,
            "last_server_time": moment, "offset_ms": 0, "shift_id": None, "direction": "in", "code": code,
            "person_id": None, "how": "camera",
        }  # fmt: skip
        for _ in range(1 + (self.luck.random() < self.repeats)):
            begun = time.monotonic()
            self._until_answered(scan, code)
            self.told.waited_ms.append((time.monotonic() - begun) * 1000)

    def _until_answered(self, scan: dict[str, Any], code: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            begun = time.monotonic()
            try:
                status, body = self._send(scan)
            except (OSError, http.client.HTTPException):
                self.told.lost += 1
                self.line = None
                time.sleep(0.05)
                continue
            self.told.spent_ms.append((time.monotonic() - begun) * 1000)
            if status != 200 or body["answers"][0]["status"] not in ("accepted", "again"):
                self.told.errors.append(f"{status} {body}")
            else:
                self.told.acknowledged.add(code)
                self.told.again += body["answers"][0]["status"] == "again"
            return
        self.told.errors.append("no answer")

    def _send(self, scan: dict[str, Any]) -> tuple[int, Any]:
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        body = json.dumps({"sent_at": datetime.now(UTC).isoformat(), "scans": [scan]})
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.line.request("POST", "/api/device/scans", body, headers)
        answer = self.line.getresponse()
        return answer.status, json.loads(answer.read())


def callers_of(port: int, tokens: Sequence[str], count: int, repeats: float) -> list[Caller]:
    """So many callers, who share these tablets."""
    return [
        Caller(port, tokens[number::count], random.Random(number), repeats)  # noqa: S311 - a bench
        for number in range(count)
    ]


def storm(
    port: int, expected: Expected, repeats: float, count: int = 0
) -> tuple[float, list[Told]]:
    """Everybody at once, by `count` callers or one a tablet; (seconds, what each caller was told)."""
    callers = callers_of(port, expected.tokens, count or len(expected.tokens), repeats)

    def work(number: int) -> None:
        for code in expected.codes[number :: len(callers)]:
            callers[number].check_in(code)

    begun = time.monotonic()
    with ThreadPoolExecutor(len(callers)) as pool:
        list(pool.map(work, range(len(callers))))
    return time.monotonic() - begun, [one.told for one in callers]


def kill_workers(
    master: subprocess.Popen[bytes], port: int, expected: Expected, kills: int
) -> tuple[list[float], float, list[Told]]:
    """(seconds until there were two workers again after each kill, seconds in all, what callers were told)."""
    callers = callers_of(port, expected.tokens, len(expected.tokens), 0.2)
    over = threading.Event()

    def work(number: int) -> None:
        for code in expected.codes[number :: len(callers)]:
            if over.is_set():
                return
            callers[number].check_in(code)
            time.sleep(len(callers) / 30)

    begun, back = time.monotonic(), []
    with ThreadPoolExecutor(len(callers)) as pool:
        works = [pool.submit(work, number) for number in range(len(callers))]
        luck = random.Random(7)  # noqa: S311 - a bench
        for _ in range(kills):
            before = set(workers_of(master))
            os.kill(luck.choice(sorted(before)), signal.SIGKILL)
            killed = time.monotonic()
            while len(set(workers_of(master)) - before) < 1:
                time.sleep(0.005)
            back.append(time.monotonic() - killed)
            time.sleep(max(0.0, PAUSE_S - back[-1]))
        over.set()
        for one in works:
            one.result()
    return back, time.monotonic() - begun, [one.told for one in callers]


def report(kind: str, seconds: float, told: list[Told], found: dict[str, int]) -> str:
    """One line, and whether what was acknowledged is what the database holds."""
    spent = sorted(ms for one in told for ms in one.spent_ms)
    waited = max(ms for one in told for ms in one.waited_ms)
    rates = [sum(one.spent_ms) / len(one.spent_ms) for one in told if one.spent_ms]
    acknowledged = len(set().union(*(one.acknowledged for one in told)))
    errors, lost = [error for one in told for error in one.errors], sum(one.lost for one in told)
    whole = len(set(found.values())) == 1 and found["came"] >= acknowledged
    return (
        f"{kind:<9}{len(told):>8}{len(spent):>9}{len(spent) / seconds:>10.0f}{spent[len(spent) // 2]:>8.0f}"
        f"{spent[int(len(spent) * 0.95)]:>8.0f}{spent[int(len(spent) * 0.99)]:>8.0f}{spent[-1]:>8.0f}{waited:>9.0f}"
        f"{statistics.mean(rates) / max(rates):>9.2f}{acknowledged:>7}{found['came']:>7}{lost:>6}{len(errors):>7}"
        f"  {'nobody lost, nobody twice' if whole and not errors else f'WRONG {found} {errors[:3]}'}"
    )


def play(kind: str, asked: argparse.Namespace, folder: Path) -> bool:
    """Prepare, serve, storm, count; whether all was right."""
    environ = environ_for(kind, folder, keep=asked.folder is not None)
    scale = CityScale(asked.people, asked.attendances)
    expected, loaded = prepare(environ, scale, asked.check_ins, asked.callers)
    if loaded:
        print(f"{kind}: {loaded}", flush=True)
    with serving(environ) as (master, port):
        if asked.kills:
            back, seconds, told = kill_workers(master, port, expected, asked.kills)
            print(f"{kind}: {len(back)} kills, a new worker after {max(back):.2f} s at most")
        else:
            seconds, told = storm(port, expected, asked.repeats)
    line = report(kind, seconds, told, counted(environ, expected.shift_id))
    print(line, flush=True)
    return "WRONG" not in line


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kinds", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--attendances", type=int, default=100_000)
    parser.add_argument("--check-ins", type=int, default=3000)
    parser.add_argument("--callers", type=int, default=32)
    parser.add_argument("--repeats", type=float, default=0.2)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    databases.open_folder()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="otagai-storm-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        print(
            f"{'database':<9}{'callers':>8}{'answers':>9}{'a second':>10}{'p50 ms':>8}{'p95':>8}{'p99':>8}{'max':>8}"
            f"{'waited':>9}{'slowest':>9}{'acked':>7}{'came':>7}{'lost':>6}{'errors':>7}"
        )
        right = [play(kind, asked, folder) for kind in asked.kinds]
    finally:
        databases.close_folder()
        if asked.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if all(right) else 1)


if __name__ == "__main__":
    os.environ.setdefault("REQUIRE_ALL", "1")
    main()
