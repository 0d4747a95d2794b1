"""The raw limit of a check-in: the statements of a real one, recorded and replayed for other people.

What the driver gets at two real check-ins is noted; what differs between them is whose it is (person, card, uuid, new
rows) and is put in anew at each replay. The same driver, pool and server, one transaction a check-in; none of our
application, no SQLAlchemy but its pool.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, text

from tests.factories.devices import Tablet
from volunteer.core.db import db, write_turn
from volunteer.core.fair_lock import fair_lock

NEW_ROWS = {"attendance": "attendance", "journal": "journal", "ledger_account": "account"}
"""Tables whose new id is asked for by the statements that follow, and what it is called here."""

Parameters = dict[Any, Any]


@dataclass
class Recorded:
    """A check-in as the driver saw it, and by which values one knows whose it was."""

    names: dict[str, Any]
    statements: list[tuple[str, Parameters]] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """A statement, the values that stay and the names of those which do not."""

    sql: str
    fixed: Any
    by_name: tuple[tuple[Any, str], ...]
    makes: str | None
    reads: bool


def _named(parameters: Any) -> Parameters:
    return dict(parameters) if isinstance(parameters, Mapping) else dict(enumerate(parameters))


def whose(code: str, uuid_of_scan: str, device_id: int) -> dict[str, Any]:
    """What is known of a card before it is read."""
    row = db.session.execute(
        text(
            "SELECT card.person_id, participation.id FROM card JOIN participation"
            " ON participation.person_id = card.person_id WHERE card.code = :code"
            " ORDER BY participation.id DESC LIMIT 1"
        ),
        {"code": code},
    ).one()
    db.session.rollback()
    return {
        "code": code,
        "person": row[0],
        "seat": row[1],
        "uuid": uuid_of_scan,
        "scan": f"d{device_id}:{uuid_of_scan}",
    }


def record(tablet: Tablet, code: str) -> Recorded:
    """Read a card, and note what the driver got."""
    _tell_apart()
    scan = tablet.scan(code=code)
    found = Recorded(whose(code, scan["uuid"], tablet.id))

    def note(_conn: Any, _cursor: Any, sql: str, parameters: Any, *_more: Any) -> None:
        if not sql.startswith(("PRAGMA", "BEGIN")):
            found.statements.append((sql, _named(parameters)))

    event.listen(db.engine, "before_cursor_execute", note)
    assert tablet.send(scan)[0]["status"] == "accepted"
    event.remove(db.engine, "before_cursor_execute", note)
    _name_new_rows(found)
    return found


def _tell_apart() -> None:
    """Move the counters of PostgreSQL, so that no two new ids are equal in two recordings."""
    if db.engine.dialect.name == "postgresql":
        with write_turn():
            for steps, table in enumerate(NEW_ROWS):
                name = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))"  # noqa: S608
                for _ in range(3 * steps):
                    db.session.execute(text(name))


def _name_new_rows(found: Recorded) -> None:
    """The ids which the database gave: they are told by the rows that hang on them."""
    asked = text(
        "SELECT attendance.id, award.journal_id, posting.to_account_id FROM attendance"
        " JOIN award ON award.source_id = attendance.id AND award.source_kind = 'attendance'"
        " JOIN posting ON posting.journal_id = award.journal_id WHERE participation_id = :seat"
    )
    row = db.session.execute(asked, {"seat": found.names["seat"]}).one()
    db.session.rollback()
    found.names |= dict(zip(NEW_ROWS.values(), row, strict=True))
    found.names |= _derived(found.names)


def _derived(names: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": f"award:attendance:{names['attendance']}:1",
        "source": f"attendance:{names['attendance']}",
    }


def steps_of(one: Recorded, other: Recorded) -> list[Step]:
    """What to replay: where two check-ins differ, the name of what stands there."""
    assert [sql for sql, _ in one.statements] == [sql for sql, _ in other.statements]
    pairs = zip(one.statements, other.statements, strict=True)
    return [_step(sql, a, b, one.names, other.names) for (sql, a), (_sql, b) in pairs]


def _step(sql: str, a: Parameters, b: Parameters, of_a: Any, of_b: Any) -> Step:
    by_name = []
    for place, value in a.items():
        name = next((n for n in of_a if (of_a[n], of_b[n]) == (value, b[place])), None)
        if name is not None and value != b[place]:
            by_name.append((place, name))
        elif "request_hash" in sql and isinstance(value, str) and len(value) == 64:
            by_name.append((place, "hash"))
    is_list = all(isinstance(place, int) for place in a)
    table = sql.split(" ", 3)[2] if sql.startswith("INSERT") else ""
    return Step(
        sql,
        list(a.values()) if is_list else a,
        tuple(by_name),
        NEW_ROWS.get(table),
        sql.startswith("SELECT") or "RETURNING" in sql,
    )


def replaying(steps: list[Step], names: dict[str, Any]) -> Callable[[], int]:
    """One more check-in by these statements alone."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    engine = db.engine

    def act() -> int:
        with fair_lock(engine):
            connection = engine.raw_connection()
            try:
                cursor = connection.cursor()
                if is_sqlite:
                    cursor.execute("PRAGMA query_only=OFF")
                    cursor.execute("BEGIN IMMEDIATE")
                else:
                    connection.driver_connection.read_only = False  # type: ignore[union-attr]
                _play(cursor, steps, dict(names))
                connection.commit()
            finally:
                connection.close()
        return 1

    return act


def _play(cursor: Any, steps: list[Step], names: dict[str, Any]) -> None:
    for step in steps:
        values = step.fixed.copy()
        for place, name in step.by_name:
            values[place] = uuid.uuid4().hex * 2 if name == "hash" else names[name]
        cursor.execute(step.sql, values)
        found = cursor.fetchall() if step.reads else None
        if step.makes and found:
            names[step.makes] = found[0][0]
            if step.makes == "attendance":
                names |= _derived(names)
