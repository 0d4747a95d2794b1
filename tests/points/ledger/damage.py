"""A catalogue of damage to a ledger, and how it is planted behind everybody's back on both databases."""

# ruff: noqa: S608 - the damage is put together from our own words only

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import inspect, text

from migrations.guards import install_guards, installed_guards
from volunteer.core.db import db, writing_allowed

LOT = "(SELECT min(id) FROM ledger_account WHERE kind = 'lot' AND balance > 0)"
CREDIT = "(SELECT min(id) FROM journal WHERE kind = 'credit')"
HOLD = "(SELECT id FROM ledger_account WHERE hold_key = 'open')"


def another_pot(kind: str, balance: int, month: str, ends: str) -> str:
    """A further account 9001 of somebody who has a lot."""
    return (
        "INSERT INTO ledger_account (id, unit, kind, holder_id, programme_id, month, expires_on, balance,"
        f" opened_at) SELECT 9001, unit, '{kind}', holder_id, programme_id, {month}, {ends}, {balance},"
        f" opened_at FROM ledger_account WHERE id = {LOT}"
    )


DAMAGE = {
    "I1 units": f"UPDATE journal SET unit = 'yen' WHERE id = {CREDIT}",
    "I1 holder": f"UPDATE ledger_account SET holder_id = (SELECT min(party_id) FROM person"
    f" WHERE party_id <> ledger_account.holder_id) WHERE id = {LOT}",
    "I2 empty": "DELETE FROM posting WHERE journal_id = (SELECT max(id) FROM journal)",
    "I2 gap": "UPDATE posting SET seq = 7 WHERE id = (SELECT max(id) FROM posting)",
    "I3 balance": f"UPDATE ledger_account SET balance = balance + 1000 WHERE id = {LOT}",
    "I3 standing": "UPDATE standing SET in_lots = in_lots + 1000 WHERE id = 1",
    "I3 no standing": "DELETE FROM standing WHERE id = 1",
    "I3 unsettled": "UPDATE standing SET unsettled = 0",
    "I4 moment": "UPDATE posting SET amount = amount + 100000 WHERE id ="
    " (SELECT min(p.id) FROM posting p JOIN journal j ON j.id = p.journal_id AND j.kind = 'hold')",
    "I5 shape": f"UPDATE journal SET kind = 'adjust' WHERE id = {CREDIT}",
    "I6 mirror": "UPDATE journal SET reverses_id = (SELECT max(id) FROM journal WHERE kind = 'credit')"
    " WHERE kind = 'void'",
    "I6 undoes": "UPDATE journal SET reverses_id = NULL WHERE kind = 'reverse'",
    "I6 resolves": "UPDATE journal SET source = 'journal:99999' WHERE kind = 'confirm'",
    "I7 hold": f"UPDATE posting SET to_account_id = {HOLD} WHERE to_account_id ="
    " (SELECT id FROM ledger_account WHERE hold_key = 'void')",
    "I8 journal": "UPDATE award SET journal_id = NULL WHERE state = 'settled' AND points > 0",
    "I8 amount": "UPDATE award SET points = points + 1 WHERE id = 1",
    "I8 points": """UPDATE award SET facts = REPLACE(CAST(facts AS TEXT), '"households": 4',"""
    """ '"households": 3') WHERE id = 1""",
    "I8 holder": f"UPDATE journal SET effective_on = '2020-01-01' WHERE id = {CREDIT}",
    "I8 live": "UPDATE award SET state = 'settled' WHERE state = 'reversed'",
    "I8 reversed": "UPDATE award SET state = 'reversed' WHERE id = 1",
    "I8 pending": "UPDATE award SET state = 'settled' WHERE state = 'pending'",
    "I8 credited": "UPDATE award SET state = 'pending' WHERE id = 1",
    "I8 award": "DELETE FROM award WHERE id = 1",
    "I9 used": "UPDATE cap_usage SET used = used + 1 WHERE period = 'year'",
    "I9 missing": "DELETE FROM cap_usage WHERE period = 'year'",
    "I9 cut": "UPDATE award SET year_cap_left = 1 WHERE id = 1",
    "I10 expired": f"UPDATE ledger_account SET expires_on = '2025-03-31' WHERE id = {LOT}",
    "I12 text": "UPDATE rule_version SET source = REPLACE(source, 'points = 500', 'points = 900')",
    "I12 dates": "UPDATE rule_version SET valid_from = '2020-04-01'",
    "I13 clock": "UPDATE journal SET recorded_at = '2020-01-01 00:00:00' WHERE id ="
    " (SELECT max(id) FROM journal WHERE kind = 'hold')",
    "I14 seal": f"UPDATE journal SET reason = 'day_cap_reached' WHERE id = {CREDIT}",
    "I14 chain": "UPDATE ledger_seal SET previous = seal",
    "I14 unsealed": "DELETE FROM ledger_seal",
    "I1 amount": "UPDATE posting SET amount = -amount WHERE id = 1",
    "I1 accounts": "UPDATE posting SET to_account_id = from_account_id WHERE id = 1",
    "I2 rows": "DELETE FROM ledger_account WHERE kind = 'expired' AND unit = 'points'",
    "I3 system": "UPDATE ledger_account SET balance = 5 WHERE kind = 'paid' AND unit = 'points'",
    "I4 sign": f"UPDATE ledger_account SET balance = -1 WHERE id = {LOT}",
    "I4 debt": another_pot("owed", -5, "NULL", "NULL"),
    "I6 key": "UPDATE journal SET key = 'void:void' WHERE kind = 'return'",
    "I6 twice": "UPDATE journal SET reverses_id = (SELECT v.reverses_id FROM journal v"
    " WHERE v.kind = 'void') WHERE kind = 'return'",
    "I6 resolved twice": "UPDATE journal SET source = (SELECT c.source FROM journal c"
    " WHERE c.kind = 'confirm') WHERE kind = 'refuse'",
    "I8 nothing": f"UPDATE award SET journal_id = {CREDIT} WHERE points = 0",
    "I8 twice": "UPDATE award SET source_id = 1, revision = 9 WHERE id = 3",
    "I8 version": "UPDATE award SET activity_on = '2020-01-05' WHERE id = 1",
    "I11 order": another_pot("lot", 10, "'2026-10-01'", "'2026-12-31'")
    + "; INSERT INTO posting (id, journal_id, seq, from_account_id, to_account_id, amount)"
    f" SELECT 0, {CREDIT}, 9, id, 9001, 10 FROM ledger_account"
    " WHERE kind = 'issued' AND unit = 'points'",
    "I12 in force": "UPDATE rule_version SET valid_to = '2021-05-01' WHERE valid_from < '2021-05-01'",
    "I12 overlap": "INSERT INTO rule_version (programme_id, valid_from, valid_to, source, sha256,"
    " loaded_at) SELECT programme_id, '2026-01-01', NULL, source, sha256, loaded_at"
    " FROM rule_version",
}
"""One way to break each rule, by its name; `; ` parts statements."""
LOOSENED = {
    "I1 amount": "posting",
    "I1 accounts": "posting",
    "I3 system": "ledger_account",
    "I4 sign": "ledger_account",
    "I6 key": "journal",
    "I6 twice": "journal",
    "I6 resolved twice": "journal",
    "I8 nothing": "award",
}
"""Damage that constraints stand in the way of, and the table which loses them before."""
SAME_RULE = {
    "the last posting is gone": ("I14 seal", "DELETE FROM posting WHERE id = (SELECT max(id) FROM posting)"),
    "all of the newest journal is gone": (
        "I14 seal",
        "DELETE FROM posting WHERE journal_id = (SELECT max(id) FROM journal);"
        " DELETE FROM journal WHERE id = (SELECT max(id) FROM journal)",
    ),
    "the newest seal is gone": (
        "I14 unsealed",
        "DELETE FROM ledger_seal WHERE id = (SELECT max(id) FROM ledger_seal)",
    ),
    "the actor was exchanged": ("I14 seal", "UPDATE journal SET actor_user_id = 1 WHERE id = 1"),
    "the day was exchanged": ("I14 seal", f"UPDATE journal SET effective_on = '2026-11-02' WHERE id = {CREDIT}"),
    "a seal was made by somebody without the key": (
        "I14 seal",
        "UPDATE ledger_seal SET seal = REPLACE(seal, 'a', 'b')",
    ),
    "a balance and its standing were raised together": (
        "I3 balance",
        f"UPDATE ledger_account SET balance = balance + 50 WHERE id = {LOT};"
        " UPDATE standing SET in_lots = in_lots + 50 WHERE id = 1",
    ),
    "points were given with a false posting that adds up": (
        "I8 amount",
        f"UPDATE posting SET amount = amount + 50 WHERE journal_id = {CREDIT};"
        f" UPDATE ledger_account SET balance = balance + 50 WHERE id = {LOT};"
        " UPDATE standing SET in_lots = in_lots + 50 WHERE id = 1",
    ),
}  # fmt: skip
"""More ways, and the rule that must notice each."""


@contextmanager
def without_guards(*names: str) -> Iterator[None]:
    """Drop guards (all when none is named); with all of them gone constraints are as the damage needs them."""
    db.session.remove()
    with writing_allowed(), db.engine.connect() as connection:
        for name in names or installed_guards(connection):
            drop(connection, name)
        connection.commit()
    yield
    db.session.remove()


def drop(connection: Any, name: str) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql(f"DROP FUNCTION {name}() CASCADE")


def heed_foreign_keys(connection: Any, yes: bool) -> None:
    """Whether this connection looks at foreign keys; on SQLite also at CHECKs, on PostgreSQL also at triggers."""
    connection.commit()
    if connection.dialect.name == "sqlite":
        driver = (
            connection.connection.driver_connection
        )  # no transaction may be open: PRAGMA would do nothing
        driver.execute(f"PRAGMA foreign_keys = {'ON' if yes else 'OFF'}")
        driver.execute(f"PRAGMA ignore_check_constraints = {'OFF' if yes else 'ON'}")
    else:
        role = "DEFAULT" if yes else "replica"
        connection.exec_driver_sql(f"SET session_replication_role = {role}")
        connection.commit()


def loosen(connection: Any, table: str) -> None:
    """Take away every CHECK and unique rule of a table."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"CREATE TABLE loose AS SELECT * FROM {table}")
        connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql(f"ALTER TABLE loose RENAME TO {table}")
        return
    for one in inspect(connection).get_check_constraints(table):
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {one['name']}")
    for one in inspect(connection).get_unique_constraints(table):
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {one['name']} CASCADE")
    for one in inspect(connection).get_indexes(table):
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {one['name']}")


def plant(damage: str, loosened: str = "") -> None:
    """Change rows behind everybody's back, then put the guards back; one table may lose its constraints before."""
    db.session.remove()
    is_sqlite = db.engine.dialect.name == "sqlite"
    with writing_allowed(), db.engine.connect() as connection:
        for name in installed_guards(connection):
            drop(connection, name)
        heed_foreign_keys(connection, False)
        if loosened:
            loosen(connection, loosened)
        if not is_sqlite:
            damage = damage.replace("CAST(facts AS TEXT), '", "facts::text, '").replace(
                """: 3') WHERE""", """: 3')::json WHERE"""
            )
        for statement in damage.split("; "):
            connection.execute(text(statement.replace(": ", r"\: ")))
        connection.commit()
        install_guards(connection)
        connection.commit()
        heed_foreign_keys(connection, True)
