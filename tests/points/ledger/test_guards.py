"""Each guard of the database refuses its attack, and the attack succeeds when just that guard is gone."""

# ruff: noqa: S608 - the attacks are put together from our own words only

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, text
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from migrations.guards import guard_names, install_guards, installed_guards
from migrations.kept import FROZEN, HISTORIES
from tests.cast import Cast
from tests.points.ledger.damage import drop, heed_foreign_keys
from tests.points.ledger.town import fill
from volunteer.core.db import db, writing_allowed

LOT = "(SELECT min(id) FROM ledger_account WHERE kind = 'lot' AND balance > 0)"
HANAKOS = "(SELECT min(holder_id) FROM ledger_account WHERE kind = 'lot' AND balance > 0)"
HOLD = "(SELECT id FROM ledger_account WHERE hold_key = 'open')"
ISSUED = "(SELECT id FROM ledger_account WHERE kind = 'issued' AND unit = '{unit}')"
CREDIT = "(SELECT min(id) FROM journal WHERE kind = 'credit')"
YEN = ISSUED.format(unit="yen")
POINTS = ISSUED.format(unit="points")
ANOTHER_VERSION = (
    "INSERT INTO rule_version (programme_id, valid_from, valid_to, source, sha256, loaded_at)"
    " SELECT programme_id, '2026-01-01', NULL, source, sha256, loaded_at FROM rule_version"
)
TAKE_OUT = "UPDATE group_name SET taken_out_at = '2026-11-21 00:00:00'"
ONE_NAME_MORE = (
    "INSERT INTO group_name (visit_id, shift_id, person_id, attendance_id, side, was_in_before, added_at)"
    " SELECT visit_id, shift_id, person_id + 1, attendance_id, side, was_in_before, added_at FROM group_name"
)
UNUSED_VERSION = ANOTHER_VERSION.replace("'2026-01-01', NULL", "'2000-01-01', '2001-01-01'")


def posting(from_id: str, to_id: str, amount: int = 1) -> str:
    return (
        "INSERT INTO posting (journal_id, seq, from_account_id, to_account_id, amount)"
        f" VALUES ({CREDIT}, 99, {from_id}, {to_id}, {amount})"
    )


def other_person(table: str) -> str:
    return f"(SELECT min(party_id) FROM person WHERE party_id <> {table}.holder_id)"


KEYS = {"anomaly_attendance": "finding_id"}
"""The first column of the key where it is not `id`."""

PAYMENTS = ("cash_out", "payout_batch", "payout_line")
VISITS = ("group_visit", "group_name")
CHARGES = ("payment", "gateway_call", "gateway_notice")
PAID_TASKS = ("paid_task", "orderer_link")
OTHERS = ("ledger_account", "award", "center", "rule_version")
AGREE = (
    "UPDATE paid_task SET state = 'agreed', method = 'cash', agreed_at = made_at,"
    " agreed_by = 'organization'"
)
PROFILED = ("availability_window", "profile")
ATTACKS: dict[str, str | list[str]] = {
    "guard_posting_units": posting(YEN, LOT),
    "guard_posting_holders": posting(
        POINTS,
        f"(SELECT id FROM ledger_account WHERE holder_id <> {HANAKOS} AND kind = 'lot')",
    ),
    "guard_posting_standing": ["DELETE FROM standing", posting(POINTS, LOT)],
    "guard_posting_moves": posting(LOT, POINTS, 100000),
    "guard_posting_unsettled": [
        "UPDATE standing SET unsettled = in_lots",
        posting(LOT, HOLD),
    ],
    "guard_journal_in_force": "INSERT INTO journal (key, request_hash, kind, unit, rule_version_id,"
    " effective_on, occurred_at, recorded_at, reason, source) SELECT 'early', request_hash, kind, unit,"
    " rule_version_id, '2021-03-31', occurred_at, recorded_at, reason, source"
    f" FROM journal WHERE id = {CREDIT}",
    "guard_ledger_account_identity": f"UPDATE ledger_account SET month = '2020-01-01' WHERE id = {LOT}",
    "guard_ledger_account_no_delete": "DELETE FROM ledger_account WHERE kind = 'adjust'",
    "guard_award_identity": "UPDATE award SET points = 9999 WHERE id = 1",
    "guard_award_no_delete": "DELETE FROM award WHERE id = 1",
    "guard_cash_out_target": "UPDATE cash_out SET target = 'another'",
    "guard_cash_out_identity": "UPDATE cash_out SET amount_yen = amount_yen + 1000",
    "guard_cash_out_no_delete": "DELETE FROM cash_out",
    "guard_payout_batch_identity": "UPDATE payout_batch SET proof = 'another'",
    "guard_payout_batch_sha256": "UPDATE payout_batch SET sha256 = 'another'",
    "guard_payout_batch_no_delete": "DELETE FROM payout_batch",
    "guard_payout_line_identity": "UPDATE payout_line SET holder_kana = 'another'",
    "guard_payout_line_no_delete": "DELETE FROM payout_line",
    "guard_center_is_demo": "UPDATE center SET is_demo = NOT is_demo",
    "guard_center_no_delete": "DELETE FROM center",
    "guard_rule_version_used": "UPDATE rule_version SET source = 'format = 2'",
    "guard_rule_version_kept": "DELETE FROM rule_version",
    "guard_rule_version_overlap": ANOTHER_VERSION,
    "guard_rule_version_overlap_later": [
        UNUSED_VERSION,
        "UPDATE rule_version SET valid_to = '2022-01-01' WHERE valid_to IS NOT NULL",
    ],
    "guard_plan_decision_reasons": "UPDATE plan_decision SET reasons = '[\"other\"]'",
    "guard_group_visit_identity": "UPDATE group_visit SET shift_id = shift_id + 1",
    "guard_group_visit_no_delete": "DELETE FROM group_visit",
    "guard_group_name_identity": "UPDATE group_name SET person_id = person_id + 1",
    "guard_group_name_no_delete": "DELETE FROM group_name",
    "guard_group_name_counts": ONE_NAME_MORE,
    "guard_group_name_uncounts": ["UPDATE group_visit SET names_count = 0", TAKE_OUT],
    "guard_group_name_taken_out": [TAKE_OUT, "UPDATE group_name SET taken_out_at = NULL"],
    "guard_availability_window_told": "INSERT INTO availability_window (person_id, weekday, from_minute,"
    " until_minute) SELECT person_id, 5, from_minute, until_minute FROM availability_window",
    "guard_availability_window_untold": "DELETE FROM availability_window",
    "guard_availability_window_identity": "UPDATE availability_window SET person_id = person_id + 1",
    "guard_profile_begins": "INSERT INTO profile (person_id, has_windows, changed_at)"
    " SELECT person_id + 1, TRUE, changed_at FROM profile",
    "guard_profile_windows": [
        "UPDATE profile SET has_windows = TRUE",
        "UPDATE profile SET has_windows = FALSE",
    ],
    "guard_profile_kept": "DELETE FROM profile",
    "guard_person_brief_identity": "UPDATE person_brief SET person_id = person_id + 1000",
    "guard_person_brief_no_delete": "DELETE FROM person_brief",
    "guard_ledger_account_unit": "INSERT INTO ledger_account (unit, kind, holder_id, programme_id, balance,"
    " opened_at) SELECT 'yen', 'owed', holder_id, programme_id, 0, opened_at FROM ledger_account"
    f" WHERE id = {LOT}",
    "guard_journal_unit": "INSERT INTO journal (key, request_hash, kind, unit, holder_id, programme_id,"
    " effective_on, occurred_at, recorded_at, reason, source) SELECT 'yen', request_hash, 'adjust', 'yen',"
    " holder_id, programme_id, effective_on, occurred_at, recorded_at, reason, source FROM journal"
    f" WHERE id = {CREDIT}",
    "guard_standing_unit": "INSERT INTO standing (holder_id, programme_id, unit, in_lots, unsettled, turns)"
    " SELECT holder_id, programme_id, 'yen', 0, 0, 0 FROM standing WHERE id = 1",
    "guard_standing_unit_stays": "UPDATE standing SET unit = 'yen'",
    "guard_programme_identity": "UPDATE programme SET unit = 'yen'",
    "guard_charge_decision_within": "INSERT INTO charge_decision (key, charge_id, number, payee_yen, fee_yen,"
    " reason, at) SELECT 'more', id, 2, payee_yen, fee_yen + 1, 'done', made_at FROM charge",
    "guard_payment_identity": "UPDATE payment SET gateway = 'other'",
    "guard_payment_forward": "UPDATE payment SET state = 'held', captured_yen = 0, earned_yen = 0",
    "guard_payment_no_delete": "DELETE FROM payment",
    "guard_gateway_call_identity": "UPDATE gateway_call SET ask = 'refund'",
    "guard_gateway_call_outcome": [
        "UPDATE gateway_call SET outcome = 'answered', answered_at = made_at",
        "UPDATE gateway_call SET outcome = 'refused'",
    ],
    "guard_gateway_call_no_delete": "DELETE FROM gateway_call",
    "guard_gateway_notice_identity": "UPDATE gateway_notice SET event_id = 'other'",
    "guard_gateway_notice_no_delete": "DELETE FROM gateway_notice",
    "guard_paid_task_identity": "UPDATE paid_task SET number = 'other'",
    "guard_paid_task_price": [AGREE, "UPDATE paid_task SET quote_hash = 'other'"],
    "guard_paid_task_terms": [AGREE, "UPDATE paid_task SET terms = '[1]'"],
    "guard_paid_task_agreed": [AGREE, "UPDATE paid_task SET agreed_by = 'link'"],
    "guard_paid_task_over": [
        AGREE,
        "UPDATE paid_task SET state = 'no_show'",
        "UPDATE paid_task SET state = 'agreed'",
    ],
    "guard_paid_task_no_delete": "DELETE FROM paid_task",
    "guard_orderer_link_identity": "UPDATE orderer_link SET number = number + 1",
    "guard_orderer_link_revoked": [
        "UPDATE orderer_link SET revoked_at = made_at",
        "UPDATE orderer_link SET revoked_at = NULL",
    ],
    "guard_orderer_link_no_delete": "DELETE FROM orderer_link",
    **{
        f"guard_{table}_no_update": f"UPDATE {table} SET {column} = {column}"
        for table in FROZEN
        for column in [KEYS.get(table, "id")]
    },
    **{
        f"guard_{table}_no_update": f"UPDATE {table} SET {words[0]} = 'other'"
        for table, (_kept, words) in HISTORIES.items()
    },
    **{f"guard_{table}_no_delete": f"DELETE FROM {table}" for table in (*FROZEN, *HISTORIES)},
}
COUNTERS = {"guard_group_name_counts", "guard_group_name_uncounts"}
TELLERS = {"guard_availability_window_told", "guard_availability_window_untold"}
BRIEFS = {
    f"guard_person_brief_{event}" for event in ("begins", "person", "said", "changed", "unsaid")
}
"""What they do is looked at by tests/matching/suitability/test_people_in_brief.py."""
DOERS = {"guard_posting_moves", *COUNTERS, *TELLERS}
TRUNCATIONS = {
    f"guard_{table}_no_truncate": f"TRUNCATE {table} CASCADE"
    for table in (*FROZEN, *HISTORIES, *PAYMENTS, *VISITS, *CHARGES, *PAID_TASKS, *OTHERS)
}
REFUSED_BY_CHECKS = {
    "nothing": posting(POINTS, LOT, 0),
    "less than nothing": posting(POINTS, LOT, -5),
    "to itself": posting(LOT, LOT),
    "more than there is": posting(LOT, POINTS, 100000),
    "a debt that is none": f"UPDATE ledger_account SET balance = -1 WHERE id = {LOT}",
    "a system account with a balance": f"UPDATE ledger_account SET balance = 1 WHERE id = {POINTS}",
    "the same key": "INSERT INTO journal (key, request_hash, kind, unit, effective_on, occurred_at,"
    " recorded_at, reason, source) SELECT key, request_hash, kind, unit, effective_on, occurred_at,"
    f" recorded_at, reason, source FROM journal WHERE id = {CREDIT}",
    "a second lot of the month": "INSERT INTO ledger_account (unit, kind, holder_id, programme_id,"
    " month, expires_on, balance, opened_at) SELECT unit, kind, holder_id, programme_id, month,"
    f" expires_on, 0, opened_at FROM ledger_account WHERE id = {LOT}",
    "less than no cap": "UPDATE cap_usage SET used = -1",
    "less than nothing unsettled": "UPDATE standing SET unsettled = -1",
    "a second standing": "INSERT INTO standing (holder_id, programme_id, unit, in_lots, unsettled,"
    " turns) SELECT holder_id, programme_id, unit, 0, 0, 0 FROM standing WHERE id = 1",
}


SECOND_PEOPLE = {"received_by_person_id", "receiver_id", "given_by_person_id", "payee_id"}
"""Columns that a CHECK keeps apart from the first person of their row."""


FITTING: dict[str, Any] = {
    **dict.fromkeys(("fee_yen", "held_yen", "refunded_yen", "disputed_yen", "lost_yen"), 0),
    **dict.fromkeys(("fee_kept_yen", "frozen_yen"), 0),
    "payment.state": "captured",
    "desk_payment.method": "cash",
    "billing_paper.kind": "reminder",
    **dict.fromkeys(("paper_setting.bank_code", "paper_setting.branch_code"), ""),
    **dict.fromkeys(("paper_setting.account_type", "paper_setting.account_number"), ""),
    **dict.fromkeys(("paper_setting.holder_kana", "paper_setting.registration_number"), ""),
    "paid_task.student_id": 2,
    "availability_window.until_minute": 2,
    "orderer_link.valid_until": datetime(2026, 12, 5, tzinfo=UTC),
    **dict.fromkeys(sorted(SECOND_PEOPLE), 2),
}
"""Values which the CHECKs of a row ask for."""


def _some_value(column: Any) -> Any:
    kind = column.type
    for name in (column.name, f"{column.table.name}.{column.name}"):
        if name in FITTING:
            return FITTING[name]
    if isinstance(kind, SqlEnum):
        return kind.enums[0]
    for known, value in (
        (JSON, {}),
        (Boolean, False),
        (Integer, 1),
        (Date, date(2026, 11, 21)),
    ):
        if isinstance(kind, known):
            return value
    if isinstance(kind, DateTime) or "UTCDateTime" in type(kind).__name__:
        return datetime(2026, 11, 21, tzinfo=UTC)
    return "x"


def _row_in(connection: Connection, name: str) -> None:
    """A row in a table, whatever it may be, without looking at foreign keys."""
    table = db.metadata.tables[name]
    if connection.execute(table.select().limit(1)).first() is None:
        values = {
            column.name: _some_value(column)
            for column in table.columns
            if not column.nullable and column.name != "id"
        }
        connection.execute(table.insert().values(**values))


def _refused(connection: Connection, attack: str | list[str]) -> bool:
    """Whether the database refuses; everything is undone afterwards."""
    try:
        for statement in [attack] if isinstance(attack, str) else attack:
            connection.execute(text(statement))
    except DBAPIError:
        return True
    finally:
        connection.rollback()
    return False


def _succeeds_without(connection: Connection, guard: str, attack: str | list[str]) -> bool:
    """Whether the attack goes through when just this guard is gone (the guard comes back)."""
    drop(connection, guard)
    try:
        for statement in [attack] if isinstance(attack, str) else attack:
            connection.execute(text(statement))
        return True
    except DBAPIError as error:
        return "violates foreign key" in str(error)  # the guard let it pass, the next line held
    finally:
        connection.rollback()


@pytest.mark.both_databases
def test_every_guard_is_in_the_catalogue_and_comes_back(cast: Cast) -> None:
    with writing_allowed(), db.engine.connect() as connection:
        names = guard_names(connection.dialect.name)
        assert installed_guards(connection) == names
        assert len(names) >= 35
        install_guards(connection)
        assert installed_guards(connection) == names


@pytest.mark.both_databases
def test_each_guard_refuses_its_attack_and_is_missed(cast: Cast) -> None:
    fill(cast)
    db.session.remove()
    with writing_allowed(), db.engine.connect() as connection:
        dialect = connection.dialect.name
        attacks = {**ATTACKS, **(TRUNCATIONS if dialect == "postgresql" else {})}
        assert sorted([*attacks, *BRIEFS]) == guard_names(dialect)
        heed_foreign_keys(connection, False)
        for table in (*FROZEN, *HISTORIES, *PAYMENTS, *VISITS, *CHARGES, *PAID_TASKS, *PROFILED):
            _row_in(connection, table)
        connection.commit()
        if dialect == "postgresql":
            heed_foreign_keys(connection, True)
        for guard, attack in attacks.items():
            if guard in DOERS:
                continue  # they do something instead of refusing: see the next tests (tests/matching/profiles)
            assert _refused(connection, attack), guard
            if guard.endswith("_no_truncate"):
                continue  # CASCADE meets the next table's guard
            assert _succeeds_without(connection, guard, attack), guard


@pytest.mark.both_databases
def test_without_the_moving_trigger_balances_stand_still(cast: Cast) -> None:
    fill(cast)
    db.session.remove()
    balance = text(f"SELECT balance FROM ledger_account WHERE id = {LOT}")
    with writing_allowed(), db.engine.connect() as connection:
        before = connection.execute(balance).scalar_one()
        connection.execute(text(posting(POINTS, LOT, 7)))
        assert connection.execute(balance).scalar_one() == before + 7
        connection.rollback()
        assert _succeeds_without(connection, "guard_posting_moves", ATTACKS["guard_posting_moves"])


@pytest.mark.both_databases
def test_without_its_trigger_a_group_has_more_names_than_heads(cast: Cast) -> None:
    with writing_allowed(), db.engine.connect() as connection:
        heed_foreign_keys(connection, False)
        for table in (
            VISITS
        ):  # one head, which is counted as named; on SQLite the trigger has counted it again
            _row_in(connection, table)
        connection.execute(text("UPDATE group_visit SET names_count = 1"))
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
        else:
            heed_foreign_keys(connection, True)
        for guard in sorted(COUNTERS):
            assert _refused(connection, ATTACKS[guard]), guard
            assert _succeeds_without(connection, guard, ATTACKS[guard]), guard


@pytest.mark.both_databases
@pytest.mark.parametrize("what", sorted(REFUSED_BY_CHECKS))
def test_constraints_refuse(cast: Cast, what: str) -> None:
    fill(cast)
    db.session.remove()
    with writing_allowed(), db.engine.connect() as connection:
        assert _refused(connection, REFUSED_BY_CHECKS[what])


@pytest.mark.both_databases
def test_a_used_version_may_still_be_ended_later(cast: Cast) -> None:
    fill(cast)
    db.session.remove()
    with writing_allowed(), db.engine.connect() as connection:
        end = "UPDATE rule_version SET valid_to = '{day}'"
        assert _refused(connection, end.format(day="2026-11-21"))
        assert not _refused(connection, end.format(day="2027-04-01"))


@pytest.mark.both_databases
def test_a_version_nobody_used_may_be_changed(cast: Cast) -> None:
    with writing_allowed(), db.engine.connect() as connection:
        assert not _refused(connection, ATTACKS["guard_rule_version_used"])
        assert not _refused(connection, "UPDATE rule_version SET valid_to = '2030-01-01'")
