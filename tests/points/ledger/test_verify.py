"""`ledger verify` finds planted damage and names the first bad row, on both databases."""

# ruff: noqa: S608 - the damage is put together from our own words only

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from migrations.guards import install_guards, installed_guards
from points.ledger.verifying import verify_all
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.points.ledger.town import fill
from volunteer.core import clock
from volunteer.core.db import db, writing_allowed
from volunteer.core.hooks import Finding, hooks
from volunteer.core.jobs import run_asked

pytestmark = pytest.mark.both_databases

LOT = "(SELECT min(id) FROM ledger_account WHERE kind = 'lot' AND balance > 0)"
CREDIT = "(SELECT min(id) FROM journal WHERE kind = 'credit')"
HOLD = "(SELECT id FROM ledger_account WHERE hold_key = 'open')"

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
    "guards": "SELECT 1",
}


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


def plant(damage: str) -> None:
    """Change rows behind everybody's back, then put the guards back."""
    db.session.remove()
    is_sqlite = db.engine.dialect.name == "sqlite"
    with writing_allowed(), db.engine.connect() as connection:
        for name in installed_guards(connection):
            drop(connection, name)
        heed_foreign_keys(connection, False)
        if not is_sqlite:
            damage = damage.replace("CAST(facts AS TEXT), '", "facts::text, '").replace(
                """: 3') WHERE""", """: 3')::json WHERE"""
            )
        connection.execute(text(damage.replace(": ", r"\: ")))
        connection.commit()
        install_guards(connection)
        connection.commit()
        heed_foreign_keys(connection, True)


def test_an_untouched_ledger_passes(app: Flask, cast: Cast) -> None:
    assert verify_all() == []
    fill(cast)
    assert verify_all() == []
    assert "all rules hold" in app.test_cli_runner().invoke(args=["ledger", "verify"]).output


@pytest.mark.parametrize("rule", sorted(set(DAMAGE) - {"guards"}))
def test_planted_damage_is_found_and_named(cast: Cast, rule: str) -> None:
    fill(cast)
    plant(DAMAGE[rule])
    found = {one.rule: one for one in verify_all()}
    assert rule in found, f"found only {sorted(found)}"
    assert ":" in found[rule].row


def test_the_command_names_the_row_and_ends_with_1(app: Flask, cast: Cast) -> None:
    fill(cast)
    plant(DAMAGE["I3 balance"])
    result = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert result.exit_code == 1
    assert "I3 balance" in result.output
    assert "ledger_account:" in result.output


def test_a_missing_guard_is_found(cast: Cast) -> None:
    fill(cast)
    with without_guards("guard_posting_no_update"):
        assert [one.rule for one in verify_all()] == ["guards"]


def check_now(client: Client) -> None:
    """Ask for a check, leave, and come back after the jobs have run it."""
    assert client.submit("/desk/ledger/check", action="/ledger/check").status_code == 303
    going = client.get("/desk/ledger/check").text
    assert "点検しています" in going
    assert "いま点検する" not in going
    assert run_asked() == "asked=1"
    assert run_asked() == "asked=0"


def test_a_check_that_breaks_off_is_told_and_asked_for_again(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cast)
    sign_in_as(client, cast.auditor)

    def broken() -> list[Finding]:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(hooks, "verify", [broken])
        check_now(client)
    assert "とちゅうで止まりました" in client.get("/desk/ledger/check").text
    clock.advance(timedelta(minutes=2))
    check_now(client)
    assert "食いちがいはありません" in client.get("/desk/ledger/check").text


def test_the_auditor_sees_the_check(client: Client, cast: Cast) -> None:
    fill(cast)
    sign_in_as(client, cast.auditor)
    assert "封印しました" in client.get("/desk/ledger").text
    assert "まだ点検していません" in client.get("/desk/ledger/check").text
    check_now(client)
    assert "食いちがいはありません" in client.get("/desk/ledger/check").text
    clock.advance(timedelta(minutes=2))
    plant(DAMAGE["I9 used"])
    assert "食いちがいはありません" in client.get("/desk/ledger/check").text
    check_now(client)
    text = client.get("/desk/ledger/check").text
    assert "1種類の食いちがい" in text
    assert "I9 used" in text
    assert "cap_usage:" in text
    assert sign_in_as(client, cast.payer).get("/desk/ledger").status_code == 403
