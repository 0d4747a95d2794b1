"""A web server of ours as `./run` starts it, on a database of its own, with people who are expected today."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from matching.assignments.models import Participation
from matching.demo import bulk, cli
from matching.demo.city import CityScale, build_city
from matching.devices.models import Device
from matching.devices.services import hash_token
from matching.devices.states import DeviceKind
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import HelpRequestState, ShiftState
from tests import databases
from volunteer.core import clock
from volunteer.core.config import load_settings
from volunteer.core.db import db, run_turn, without_syncing, writing_allowed
from volunteer.core.migrating import upgrade
from volunteer.people.models import Card
from volunteer.users.models import StaffRole
from wsgi import create_app

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Expected:
    """Who will come, and by which devices."""

    shift_id: int
    codes: list[str]
    """Of the cards."""
    tokens: list[str]
    """Of the devices, one a caller."""


def environ_for(kind: str, folder: Path, *, keep: bool = False) -> dict[str, str]:
    """The environment of a demo on a database of this kind, in `folder` (SQLite) or on the tests' server.

    It is empty, or with `keep` as the run before left it (PostgreSQL: on the server of TEST_DATABASE_URL).
    """
    environ = {**os.environ, "OTAGAI_ENV": "demo", "OTAGAI_DATA_DIR": str(folder)}
    if kind == "postgres":
        server = databases.postgres_server()
        name = f"storm_{folder.name}"
        with psycopg.connect(server, autocommit=True) as connection:
            if not keep:
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if there.fetchone() is None:
                making = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
                connection.execute(making.format(sql.Identifier(name)))
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        environ["OTAGAI_DATABASE_URL"] = url
    return environ


def prepare(
    environ: dict[str, str], scale: CityScale, people: int, callers: int
) -> tuple[Expected, str]:
    """Fill the database where it is empty; so many people who have not come today are expected now at a new shift."""
    app = create_app(load_settings(environ))
    with app.app_context():
        with writing_allowed():
            upgrade()
        begun, said = time.monotonic(), ""
        if db.session.execute(select(func.count()).select_from(Card)).scalar_one() == 0:
            with without_syncing():
                said = cli.fill(
                    "small", 2026, lambda seed: build_city(scale, seed, lambda _done: None)
                )
            clock.reset()
            said = f"{said}: loaded in {time.monotonic() - begun:.0f} s"
        expected = run_turn(_expect, people, callers)
        db.session.remove()
        db.engine.dispose()
    return expected, said


def _expect(people: int, callers: int) -> Expected:
    pattern = db.session.execute(
        select(HelpRequest).where(HelpRequest.state == HelpRequestState.PUBLISHED).limit(1)
    ).scalar_one()
    clerk = db.session.execute(select(func.min(StaffRole.user_id))).scalar_one()
    moment = clock.now()
    shift = Shift(
        help_request_id=pattern.id,
        starts_at=moment - timedelta(minutes=10),
        ends_at=moment + timedelta(minutes=110),
        seats=people,
        seats_taken=people,
        state=ShiftState.FULL,
    )
    db.session.add(shift)
    db.session.flush()
    seated = (
        select(Participation.person_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .where(Shift.starts_at > moment - timedelta(days=1))
    )
    cards = db.session.execute(
        select(Card.person_id, Card.code)
        .where(Card.revoked_at.is_(None), Card.person_id.not_in(seated))
        .order_by(Card.id.desc())
        .limit(people)
    ).all()
    first, at = bulk.highest("participation") + 1, f"{moment:%Y-%m-%d %H:%M:%S}.000000"
    bulk.write({"participation": [
        (first + n, card.person_id, shift.id, "accepted", 0, at, at) for n, card in enumerate(cards)
    ]})  # fmt: skip
    tokens = [f"{moment:%m%d%H%M%S}{n:033d}" for n in range(callers)]
    for number, token in enumerate(tokens):
        db.session.add(Device(
            kind=DeviceKind.KIOSK, name=f"計測 {number}", host_party_id=pattern.host_party_id,
            shift_ids=[shift.id], valid_from=moment - timedelta(days=1), valid_until=moment + timedelta(days=1),
            made_by_user_id=clerk, made_at=moment, token_hash=hash_token(token), enrolled_at=moment,
        ))  # fmt: skip
    db.session.flush()
    return Expected(shift.id, [card.code for card in cards], tokens)


def counted(environ: dict[str, str], shift_id: int) -> dict[str, int]:
    """What the database says of the shift: rows of those who came, which are equal when nobody is twice."""
    app = create_app(load_settings(environ))
    queries = {
        "came": "SELECT count(*) FROM attendance a JOIN participation p ON p.id = a.participation_id"
        " WHERE p.shift_id = :shift",
        "people": "SELECT count(DISTINCT p.person_id) FROM attendance a JOIN participation p"
        " ON p.id = a.participation_id WHERE p.shift_id = :shift",
        "awards": "SELECT count(*) FROM award w JOIN attendance a ON a.id = w.source_id AND w.source_kind ="
        " 'attendance' JOIN participation p ON p.id = a.participation_id WHERE p.shift_id = :shift",
        "credited": "SELECT count(*) FROM award w JOIN attendance a ON a.id = w.source_id AND w.source_kind ="
        " 'attendance' JOIN participation p ON p.id = a.participation_id WHERE p.shift_id = :shift AND w.points ="
        " (SELECT coalesce(sum(g.amount), 0) FROM posting g WHERE g.journal_id = w.journal_id)",
        "arrivals": "SELECT count(*) FROM attendance_event e JOIN attendance a ON a.id = e.attendance_id"
        " JOIN participation p ON p.id = a.participation_id WHERE p.shift_id = :shift AND e.direction = 'check_in'",
    }
    with app.app_context():
        found = {
            name: int(db.session.execute(text(query), {"shift": shift_id}).scalar_one())
            for name, query in queries.items()
        }
        db.session.remove()
        db.engine.dispose()
    return found


@contextmanager
def serving(environ: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """gunicorn with the workers and threads of `./run`; (its master, the port)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
        "--workers", "2", "--threads", "4", "--preload", "--graceful-timeout", "5", "--no-control-socket",
        "--log-level", "error", "wsgi:create_app()",
    ]  # fmt: skip
    master = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(port, 60)
        yield master, port
    finally:
        master.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            master.wait(10)
        master.kill()


def wait_until_ready(port: int, seconds: float) -> None:
    """Until `/healthz` answers. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with (
            suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.02)
    raise TimeoutError(f"the server did not answer within {seconds} s")


def workers_of(master: subprocess.Popen[bytes]) -> list[int]:
    """Process ids of the workers that live."""
    tasks = Path(f"/proc/{master.pid}/task/{master.pid}/children")
    return [int(one) for one in tasks.read_text(encoding="ascii").split()]
