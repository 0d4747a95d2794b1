"""The database: one schema for SQLite and PostgreSQL, and the write turn.

Outside a write turn every transaction is read-only (SQLite `query_only`, PostgreSQL `BEGIN READ ONLY`), so a
forgotten turn fails at once on both databases. On SQLite a turn is fair: a file lock across processes and a lock
among threads stand in a queue before `BEGIN IMMEDIATE`, because SQLite's own busy handler polls and starves
(docs/decisions/0003).
"""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask import Flask, before_render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, Executable, MetaData, Table, event, text
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.types import TypeDecorator

from volunteer.core.config import Settings
from volunteer.core.fair_lock import fair_lock
from volunteer.core.prepared import as_told, is_heard, prepared

try:
    import pysqlite3.dbapi2 as sqlite_module
except ImportError:  # no wheel for this machine: the library Python was built with
    sqlite_module = sqlite3

P = ParamSpec("P")
T = TypeVar("T")

SAFE_SQLITE = (3, 51, 3)
"""Older libraries can corrupt a WAL database when two connections checkpoint at once (sqlite.org/wal.html)."""

RETRIES_MAX = 5
RETRY_STATES = {"40001", "40P01"}

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, `timestamptz` on PostgreSQL, UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; SQLite gets UTC without the zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(kinds: type[StrEnum]) -> SqlEnum:
    """A text column that holds one value of `kinds`, kept so by a CHECK."""
    return SqlEnum(
        kinds,
        native_enum=False,
        length=40,
        create_constraint=True,
        name=kinds.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Declarative base with predictable constraint names, which migrations on SQLite need."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UTCDateTime}
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:

    class Model(Base):
        """What our tables derive from, as the type checker sees it."""

        __abstract__ = True
else:
    Model = db.Model

_turn: ContextVar[bool] = ContextVar("otagai_write_turn", default=False)


class _Hot:
    """Session and connection of the turn, for `run_core`: to ask for them again and again takes time."""

    __slots__ = ("connection", "engine", "is_heard", "session")

    def __init__(self, session: Any, engine: Engine) -> None:
        self.session, self.engine = session, engine
        self.connection: Connection | None = None
        self.is_heard = False

    def open(self) -> Connection:
        """The connection of the turn's transaction."""
        if self.connection is None or self.connection.closed:
            self.connection = self.session.connection()
            self.is_heard = is_heard(self.connection)
        return self.connection


_hot: ContextVar[_Hot | None] = ContextVar("otagai_hot", default=None)


def _engine() -> Engine:
    hot = _hot.get()
    return db.engine if hot is None else hot.engine


def dialect_name() -> str:
    """`sqlite` or `postgresql`."""
    return _engine().dialect.name


def database_name() -> str:
    """Which database this is, for what a process keeps of it."""
    return str(_engine().url.database)


def in_turn() -> bool:
    """Whether a write turn is open here."""
    return _turn.get()


def forbid_in_turn(what: str) -> None:
    """Stop slow outside work (mail, payment, hashing, rendering) from holding everybody's turn."""
    if _turn.get():
        raise RuntimeError(f"{what} inside a write turn")


@contextmanager
def writing_allowed() -> Iterator[None]:
    """Let connections opened in here write; for migrations. Services use `write_turn`."""
    token = _turn.set(True)
    try:
        yield
    finally:
        _turn.reset(token)


@contextmanager
def write_turn() -> Iterator[None]:
    """End the read transaction, wait for our turn, begin for writing, commit at the end.

    Whatever was loaded before is stale inside: the service re-reads what it decides on. An exception rolls
    everything back. Raises RuntimeError when opened inside another turn or with changes made outside one.
    """
    if _turn.get():
        raise RuntimeError("a write turn inside a write turn")
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside a write turn")
    session.rollback()
    if session.expire_on_commit:  # not in `log_turn`
        session.expire_all()
    engine = db.engine
    with fair_lock(engine):
        token, hot = _turn.set(True), _hot.set(_Hot(session, engine))
        try:
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            _hot.reset(hot)
            _turn.reset(token)
        _checkpoint_if_old(engine)


def _sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def run_turn(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`act(…)` in a write turn of its own; on PostgreSQL repeated (≤ 5) when the server asks for it."""
    for attempt in range(RETRIES_MAX):
        try:
            with write_turn():
                return act(*args, **kwargs)
        except DBAPIError as error:
            if _sqlstate(error) not in RETRY_STATES or attempt == RETRIES_MAX - 1:
                raise
            time.sleep(random.uniform(0.005, 0.03) * (attempt + 1))  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")


def log_turn(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`run_turn` for an act which only adds to a log: what the page has read before stays read, and is not asked
    for again. The read transaction ends all the same.
    """
    session = db.session()
    session.expire_on_commit = False
    try:
        session.commit()
        return run_turn(act, *args, **kwargs)
    finally:
        session.expire_on_commit = True


@contextmanager
def without_syncing() -> Iterator[None]:
    """Commits do not wait for the disk in here: only for filling a database that is thrown away when it is cut off.

    At the end everything is on the disk, and commits wait again.
    """
    is_sqlite = db.engine.dialect.name == "sqlite"
    _say("PRAGMA synchronous=OFF" if is_sqlite else "SET synchronous_commit TO off")
    try:
        yield
    finally:
        _say("PRAGMA synchronous=FULL" if is_sqlite else "SET synchronous_commit TO on")
        if is_sqlite:
            _say("PRAGMA wal_checkpoint(TRUNCATE)")


def _say(statement: str) -> None:
    """To the one connection that a command uses, outside the transactions that the engine begins."""
    db.session.rollback()
    connection = db.engine.raw_connection()
    try:
        connection.cursor().execute(statement)
        connection.commit()
    finally:
        connection.close()


def insert_into(model: Any) -> Any:
    """An INSERT which knows ON CONFLICT, of the database in use.

    Its dialect is loaded already; naming both at the top of the file would load the other one at every start.
    """
    return import_module(f"sqlalchemy.dialects.{dialect_name()}").insert(model)


def run_core(statement: Executable, /, **params: Any) -> Any:
    """A statement that was built once, in the session's transaction and without the ORM around it.

    For what runs at every check-in: to build a statement anew takes longer than the database needs to answer it.
    """
    hot = _hot.get() or _Hot(db.session(), db.engine)
    hot.session.flush()  # as the ORM does before it asks
    connection = hot.open()
    ready = None if hot.is_heard else prepared(connection, statement, params)
    if ready is None:
        return connection.execute(statement, params)
    return ready.execute(connection, params)


@cache
def _insert_once(table: Table, _dialect: str) -> Any:
    key = next(iter(table.primary_key.columns))
    return insert_into(table).on_conflict_do_nothing().returning(key)


def insert_once(model: type[Any], values: Mapping[str, Any]) -> int | None:
    """Insert unless a unique rule already holds such a row: the new id, or None when it was there before."""
    statement = _insert_once(model.__table__, dialect_name())
    row = run_core(statement, **values).first()
    return None if row is None else row[0]


def guarded_update(statement: Update | Delete) -> int:
    """Run an UPDATE (or DELETE) whose WHERE carries the guard; how many rows it changed (0 = the guard said no)."""
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]


def hold(name: str) -> None:
    """Until this turn ends nobody else holds `name`; on SQLite the turn itself sees to that."""
    if dialect_name() == "postgresql":
        statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
        db.session.execute(statement, {"name": name})


def sqlite_is_safe() -> bool:
    """Whether the SQLite library is new enough for several writing processes."""
    return tuple(sqlite_module.sqlite_version_info) >= SAFE_SQLITE


def _checkpoint_if_old(engine: Engine) -> None:
    if engine.dialect.name == "sqlite" and not sqlite_is_safe():
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000"):
        cursor.execute(f"PRAGMA {pragma}")
    if not sqlite_is_safe():
        cursor.execute("PRAGMA wal_autocheckpoint=0")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    """To the driver itself: at every turn, and it needs nothing that SQLAlchemy would do around it."""
    writing = _turn.get()
    raw: Any = connection.connection.dbapi_connection
    sql = f"PRAGMA query_only={'OFF' if writing else 'ON'}"
    try:
        if connection.info.get("writing") is not writing:
            raw.execute(sql)
            connection.info["writing"] = writing
        sql = "BEGIN IMMEDIATE" if writing else "BEGIN"
        raw.execute(sql)
    except sqlite_module.Error as error:
        raise as_told(connection.dialect, sql, (), error, raw) from error


def _on_postgresql_begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if driver.read_only is not (not _turn.get()):
        driver.read_only = not _turn.get()


def _prepare(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    else:
        event.listen(engine, "begin", _on_postgresql_begin)


def engine_options(settings: Settings) -> dict[str, Any]:
    """Options for the engine of these settings."""
    if settings.is_sqlite:
        Path(str(make_url(settings.database_url).database)).parent.mkdir(
            parents=True, exist_ok=True
        )
        return {"module": sqlite_module, "connect_args": {"check_same_thread": False}}
    return {
        "pool_size": settings.db_pool_size,
        "max_overflow": settings.db_pool_size,
        "pool_pre_ping": True,
        # pages read little at a time: workers and compiled plans cost such statements more than they save
        "connect_args": {
            "options": "-c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0"
        },
    }


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the database to `app`."""
    app.config.setdefault("SQLALCHEMY_DATABASE_URI", settings.database_url)
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(settings))
    db.init_app(app)
    with app.app_context():
        _prepare(db.engine)
    before_render_template.connect(_no_rendering_in_turn, app)


def _no_rendering_in_turn(_sender: Any, **_facts: Any) -> None:
    forbid_in_turn("rendering a template")
