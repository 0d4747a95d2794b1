"""Rows written in bulk for a measured city: with every guard in force, by the way each driver is quickest at."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from volunteer.core.db import db

Row = tuple[Any, ...]

COLUMNS = {
    "party": "id kind display_name is_active created_at",
    "person": "party_id number name kana birth_on tie state email telephone postcode address area_id"
    " emergency_name emergency_relation emergency_telephone guardian_name guardian_telephone from_paper"
    " applied_at registered_at",
    "user": "id email language totp_last_step is_staff created_at",
    "acting": "id user_id party_id capacity created_at",
    "enrolment": "id person_id programme_id class_code starts_on entered_by_user_id entered_at",
    "card": "id person_id code issued_at issued_by_user_id revoked_because",
    "insurance_cover": "id person_id plan covers_from covers_to entered_by_user_id entered_at",
    "qualification": "id person_id kind label valid_from entered_by_user_id entered_at",
    "standing": "holder_id programme_id unit in_lots unsettled turns",
    "help_request": "id number requester_party_id host_party_id category_code title description area_id"
    " public_place exact_place bring dangers bad_weather effort needs_car households_count contact_name"
    " contact_telephone accepts_at_once walk_in_allowed state created_by_user_id created_at submitted_at"
    " published_at closed_at",
    "shift": "id help_request_id starts_at ends_at seats seats_taken state cancelled_because",
    "participation": "id person_id shift_id state walk_in created_at changed_at",
    "attendance": "id participation_id state grade source checked_in_at checked_out_at minutes_counted"
    " households auto_closed due_at flags confirmed_by_user_id confirmed_at",
    "attendance_event": "id scan_uuid attendance_id direction source grade actor_user_id device server_time"
    " reason detail",
    "ledger_account": "id unit kind holder_id programme_id month expires_on hold_key balance opened_at",
    "cash_out": "id number key person_id programme_id rule_version_id method points amount_yen state"
    " requested_at requested_by_user_id is_proxy mandate proxy_reason closed_at closed_reason paid_at",
    "cash_out_act": "id cash_out_id step round user_id person_id verdict reason acted_at",
    "payout_batch": "id number method pay_on count total_yen sha256 originator_sealed state made_by_user_id"
    " made_at paid_by_user_id paid_at",
    "payout_line": "id uid batch_id seq cash_out_id amount_yen bank_code branch_code account_type"
    " number_sealed number_tail holder_kana state closed_by_user_id closed_at return_reason",
    "journal": "id key request_hash kind unit holder_id programme_id rule_version_id actor_user_id"
    " effective_on occurred_at recorded_at reason source",
    "posting": "id journal_id seq from_account_id to_account_id amount",
    "award": "id source_kind source_id revision holder_id programme_id rule_version_id category_code"
    " host_party_id activity_on grade facts points reason reason_facts day_cap_left year_cap_left"
    " day_cap_counted expires_on state journal_id entered_by_user_id created_at decided_at",
    "cap_usage": "id holder_id programme_id period starts_on used",
}
"""Tables in the order in which they point at each other."""

WITH_IDS = tuple(table for table, columns in COLUMNS.items() if columns.startswith("id "))


def highest(table: str) -> int:
    """The highest id in use, 0 in an empty table."""
    query = f'SELECT coalesce(max(id), 0) FROM "{table}"'  # noqa: S608 - our own words
    found: int = db.session.execute(text(query)).scalar_one()
    return found


def write(rows: Mapping[str, Sequence[Row]]) -> None:
    """Insert the rows inside the caller's write turn; days and moments are texts as SQLite keeps them."""
    connection = db.session.connection()
    insert = _copy if connection.dialect.name == "postgresql" else _insert
    for table, columns in COLUMNS.items():
        if some := rows.get(table):
            insert(connection.connection.driver_connection, table, columns.split(), some)


def end() -> None:
    """The databases count on from the highest ids and know how much there is, inside a write turn."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        for table in WITH_IDS:
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), max(id)) FROM \"{table}\""  # noqa: S608
            )
    connection.exec_driver_sql("ANALYZE")


def _insert(driver: Any, table: str, columns: list[str], rows: Sequence[Row]) -> None:
    marks = ", ".join("?" * len(columns))
    driver.executemany(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({marks})', rows)  # noqa: S608


def _copy(driver: Any, table: str, columns: list[str], rows: Sequence[Row]) -> None:
    with driver.cursor().copy(f'COPY "{table}" ({", ".join(columns)}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
