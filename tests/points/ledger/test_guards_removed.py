"""Every trigger, CHECK, unique rule and foreign key that the database's catalogue lists is taken away, one at a time:
the check of the ledger names just that one.
"""

# ruff: noqa: S608 - names come from the catalogue

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.engine import Connection

from migrations.guards import guard_names, installed_guards
from points.ledger.guarding import installed_rules, missing
from points.ledger.verifying import verify_all
from tests.cast import Cast
from tests.points.ledger.damage import drop, heed_foreign_keys
from volunteer.core.db import db, writing_allowed

pytestmark = pytest.mark.both_databases

GUARDS_MIN = 40


@contextmanager
def catalogue() -> Iterator[Connection]:
    db.session.remove()
    with writing_allowed(), db.engine.connect() as connection:
        heed_foreign_keys(connection, False)
        try:
            yield connection
        finally:
            connection.rollback()
            heed_foreign_keys(connection, True)


def test_each_trigger_that_is_removed_is_named(cast: Cast) -> None:
    with catalogue() as connection:
        names = installed_guards(connection)
        for name in names:
            drop(connection, name)
            assert missing(connection) == [f"trigger:{name}"]
            connection.rollback()
        assert len(names) + len(installed_rules(connection)) >= GUARDS_MIN
        assert missing(connection) == []


def test_a_trigger_that_does_nothing_any_more_is_named(cast: Cast) -> None:
    name = "guard_posting_no_update"
    with catalogue() as connection:
        if connection.dialect.name == "sqlite":
            drop(connection, name)
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} BEFORE UPDATE ON posting FOR EACH ROW BEGIN SELECT 1; END"
            )
        else:
            connection.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
                " AS $guard$ BEGIN RETURN NEW; END $guard$"
            )
        assert installed_guards(connection) == guard_names(connection.dialect.name)
        assert missing(connection) == [f"trigger:{name}"]


def test_each_rule_of_a_table_that_is_removed_is_named(cast: Cast) -> None:
    with catalogue() as connection:
        rules = sorted(installed_rules(connection))
        assert len(rules) >= GUARDS_MIN
        for rule in rules:
            table, name = rule.split(": ")
            remove = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
            remove(connection, table, name)
            assert missing(connection) == [f"rule:{rule}"]
            connection.rollback()


def test_the_check_of_the_ledger_tells_of_it(cast: Cast) -> None:
    with catalogue() as connection:
        remove = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
        remove(connection, "posting", "ck_posting_positive")
        connection.commit()
    found = [one for one in verify_all() if one.rule == "guards"]
    assert [one.row for one in found] == ["rule:posting: ck_posting_positive"]


def _on_postgresql(connection: Connection, table: str, name: str) -> None:
    """An index is dropped by its own name where no constraint has it."""
    query = "SELECT count(*) FROM pg_constraint WHERE conname = '" + name + "'"
    if connection.exec_driver_sql(query).scalar():
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
    else:
        connection.exec_driver_sql(f"DROP INDEX {name}")


def _on_sqlite(connection: Connection, table: str, name: str) -> None:
    """The table is made anew without the rule, with all that belongs to it."""
    rows = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
        " ORDER BY type = 'table' DESC",
        (table,),
    ).all()
    if any(row.name == name for row in rows):
        connection.exec_driver_sql(f"DROP INDEX {name}")
        return
    connection.exec_driver_sql(f"DROP TABLE {table}")
    for row in rows:
        statement = _without(row.sql, name) if row.type == "table" else row.sql
        connection.exec_driver_sql(statement)


def _without(sql: str, name: str) -> str:
    """The text of a table without one of its constraints: from its name to the comma or bracket that ends it."""
    marks = (f'CONSTRAINT "{name}"', f"CONSTRAINT {name} ")
    start = next(sql.index(mark) for mark in marks if mark in sql)
    depth, end = 0, start
    while depth or sql[end] not in ",)":
        depth += {"(": 1, ")": -1}.get(sql[end], 0)
        end += 1
    before = sql[:start].rstrip()
    if not before.endswith(","):  # it stands with its column
        return before + sql[end:]
    is_last = sql[end] == ")"
    return (before.rstrip(",") if is_last else before) + (sql[end:] if is_last else sql[end + 1 :])
