"""Whether every trigger and every rule of the tables that money rests on is still in the database's catalogue.

Rules that are missing break nothing yet; they let the next mistake or the next hand through.
"""

from sqlalchemy import CheckConstraint, Connection, ForeignKeyConstraint, UniqueConstraint, inspect

from migrations.guards import changed_guards, guard_names, installed_guards
from volunteer.core.db import db
from volunteer.core.hooks import Finding

TABLES = (
    "ledger_account", "journal", "journal_note", "posting", "standing", "cap_usage", "ledger_seal",
    "award", "programme", "rule_version", "enrolment", "cash_out", "cash_out_act", "claim_hold",
    "bank_account", "originator", "payout_batch", "payout_line", "repayment", "point_transfer",
    "given_recognition", "budget_line", "charge", "charge_decision", "payment", "payment_event",
    "gateway_call", "gateway_notice", "desk_payment", "billing_paper",
    "paper_setting", "decision_note",
)  # fmt: skip
"""Tables whose rules are looked at, as far as this installation has them."""


def expected_rules() -> set[str]:
    """`table: name` of every CHECK, unique rule and foreign key that the models ask for."""
    kinds = (CheckConstraint, UniqueConstraint, ForeignKeyConstraint)
    found = set()
    for name in TABLES:
        table = db.metadata.tables[name]
        found |= {f"{name}: {one.name}" for one in table.constraints if isinstance(one, kinds)}
        found |= {f"{name}: {one.name}" for one in table.indexes if one.unique}
    return found


def installed_rules(connection: Connection) -> set[str]:
    """`table: name` of those which the catalogue of the database knows."""
    catalogue, found = inspect(connection), set()
    for table in TABLES:
        rules = [
            *catalogue.get_check_constraints(table),
            *catalogue.get_unique_constraints(table),
            *catalogue.get_foreign_keys(table),
            *(one for one in catalogue.get_indexes(table) if one["unique"]),
        ]
        found |= {f"{table}: {one['name']}" for one in rules}
    return found


def missing(connection: Connection) -> list[str]:
    """Triggers and rules that ought to be there and are not, or not as they were made, sorted."""
    guards = set(guard_names(connection.dialect.name)) - set(installed_guards(connection))
    rules = expected_rules() - installed_rules(connection)
    guards |= set(changed_guards(connection))
    return sorted([*(f"trigger:{name}" for name in guards), *(f"rule:{name}" for name in rules)])


def findings() -> list[Finding]:
    """The first guard that is missing, and how many are."""
    gone = missing(db.session.connection())
    if not gone:
        return []
    return [Finding("guards", gone[0], f"{len(gone)} of the guards are missing or changed")]
