"""What a plan does to the web server: memory of its workers and answers of the pages, before, while and after.

The server is started as `./run` starts it, on a throw-away SQLite database with a demo town and a town of random people
and shifts beside it. A plan of a week is asked for on the page, and the pages are read on while it is made by
processes of its own.

usage: .venv/bin/python -m bench.plan_memory [--people 3000] [--shifts 600] [--seconds 60]
"""

import argparse
import http.cookiejar
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bench import suiting_town
from bench.storm_server import ROOT, environ_for, serving, workers_of
from volunteer.core import clock
from volunteer.core.config import load_settings
from volunteer.core.db import db, write_turn
from volunteer.users.models import StaffRole
from wsgi import create_app

PLANS, NEW = "/desk/match/plans", "/desk/match/plans/new"
PAGES = ("/desk", PLANS, "/desk/match")
ROUNDS = 12
WARM_ROUNDS = 25
"""Until the workers have met every page often enough to keep what they keep."""
KILOBYTE = 1024


@dataclass
class Visitor:
    """A browser without pictures."""

    base: str
    opener: urllib.request.OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        jar = http.cookiejar.CookieJar()
        no_proxy = urllib.request.ProxyHandler({})
        self.opener = urllib.request.build_opener(no_proxy, urllib.request.HTTPCookieProcessor(jar))

    def read(self, path: str, data: dict[str, str] | None = None) -> tuple[str, str]:
        """(text, address) of a page, or of where a form leads."""
        body = urllib.parse.urlencode(data).encode() if data else None
        with self.opener.open(self.base + path, body, timeout=60) as answer:
            return answer.read().decode(), answer.url

    def submit(self, page: str, wanted: str, values: dict[str, str]) -> tuple[str, str]:
        """Send the first form of a page that says `wanted`."""
        text, _url = self.read(page)
        for form in re.findall(r"<form\b.*?</form>", text, re.S):
            if wanted in form:
                hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
                action = re.search(r'action="([^"]+)"', form)
                return self.read(action[1] if action else page, {**dict(hidden), **values})
        raise SystemExit(f"{page} has no form that says {wanted}")


def memory(pid: int, what: str = "VmRSS") -> int:
    """Resident memory of a process in kB, now (VmRSS) or at most (VmHWM); 0 when it is gone."""
    try:
        found = re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("ascii"))
    except OSError:
        return 0
    return int(found[1]) if found else 0


def planners() -> dict[str, int]:
    """What the processes of the plan take at most so far, in kB, by their work."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="ignore")
        except OSError:
            continue
        for sign, name in (("plans make", "reads and writes"), ("matching.engine solve", "solves")):
            if sign in command:
                found[name] = memory(int(folder.name), "VmHWM")
    return found


def has_solver(pid: int) -> bool:
    """Whether NumPy or the solver was ever loaded into this process."""
    maps = Path(f"/proc/{pid}/maps").read_text("utf-8")
    return "/numpy/" in maps or "highs" in maps


def rounds(visitor: Visitor, count: int) -> list[float]:
    """Milliseconds of reading the pages in turn."""
    taken = []
    for _number in range(count):
        for page in PAGES:
            began = time.perf_counter()
            visitor.read(page)
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def told(name: str, taken: list[float], workers: list[int]) -> None:
    """One line of the table."""
    p95 = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
    now = " + ".join(f"{memory(one) / KILOBYTE:.1f}" for one in workers)
    most = " + ".join(f"{memory(one, 'VmHWM') / KILOBYTE:.1f}" for one in workers)
    print(
        f"{name}: workers {now} MB (at most so far {most} MB);"
        f" pages median {statistics.median(taken):.0f} ms, p95 {p95:.0f} ms ({len(taken)} pages)"
    )


def prepare(environ: dict[str, str], people: int, shifts: int) -> None:
    """A demo town, for somebody to sign in, and the people and shifts to plan."""
    for command in (["db", "upgrade"], ["demo", "load", "--scale", "small"]):
        whole = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        subprocess.run(whole, cwd=ROOT, env=environ, check=True, capture_output=True)
    app = create_app(load_settings(environ))
    with app.app_context():
        user_id = db.session.execute(select(func.min(StaffRole.user_id))).scalar_one()
        db.session.rollback()
        with write_turn():
            suiting_town.fill(people, shifts, user_id, seed=1)
        db.session.remove()
        db.engine.dispose()
    clock.reset()


def plan_once(visitor: Visitor, seconds: int, most: dict[str, int]) -> list[float]:
    """Ask for a plan of next week and read pages until it is there; then look at it. The times of the pages."""
    answers = {"days": "week1", "purpose": "week", "seconds": str(seconds)}
    _text, address = visitor.submit(NEW, 'name="days"', answers)
    page, taken = urllib.parse.urlsplit(address).path, list[float]()
    while "data-going-on" in visitor.read(page)[0]:
        taken += rounds(visitor, 1)
        for name, kilobytes in planners().items():
            most[name] = max(kilobytes, most.get(name, 0))
    for _time in range(4):
        text, _address = visitor.read(page)
    if "この案で変わること" not in text:
        raise SystemExit(f"no plan came of it: {page}")
    return taken


def measure(visitor: Visitor, workers: list[int], seconds: int) -> None:
    """Two plans of next week, then as many pages without one.

    The first plan also shows the workers pages they have never made before.
    """
    visitor.submit("/demo/enter", "コーディネーター", {})
    rounds(visitor, WARM_ROUNDS)
    told("before", rounds(visitor, ROUNDS), workers)
    most, taken = dict[str, int](), list[float]()
    for name in ("while a first plan is made", "while a second plan is made"):
        taken = plan_once(visitor, seconds, most)
        told(name, taken, workers)
    told("as many pages again, no plan", rounds(visitor, len(taken) // len(PAGES)), workers)
    loaded = [one for one in workers if has_solver(one)]
    print(f"workers that ever loaded the solver or NumPy: {len(loaded)} of {len(workers)}")
    for name, kilobytes in most.items():
        print(f"the process that {name}: {kilobytes / KILOBYTE:.0f} MB at most")


def main() -> None:
    """Start the server, make a plan, print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--shifts", type=int, default=600)
    parser.add_argument("--seconds", type=int, choices=(30, 60, 300), default=60)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environ = environ_for("sqlite", Path(folder))
        os.environ.update({name: environ[name] for name in ("OTAGAI_ENV", "OTAGAI_DATA_DIR")})
        prepare(environ, wanted.people, wanted.shifts)
        with serving(environ) as (master, port):
            visitor = Visitor(f"http://127.0.0.1:{port}")
            measure(visitor, workers_of(master), wanted.seconds)


if __name__ == "__main__":
    main()
