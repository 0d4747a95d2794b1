"""Runs every check of every package in one snapshot of the database."""

from sqlalchemy import func

from points.ledger.check_result import CheckResult
from points.ledger.models import Journal
from volunteer.core.db import db
from volunteer.core.hooks import Finding, hooks


def verify_all() -> list[Finding]:
    """What the checks of all packages find; empty when all is well. Ends the caller's read transaction."""
    return _in_snapshot()[1]


def check_result() -> CheckResult:
    """What a run of the check leaves behind: up to which journal it looked, how much it found, the first of it."""
    head, found = _in_snapshot()
    first = found[0] if found else None
    return CheckResult(head, len({one.rule for one in found}), first)


def _in_snapshot() -> tuple[int, list[Finding]]:
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        # one instant for all queries; SQLite's read transaction is one already
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        head = db.session.execute(db.select(func.max(Journal.id))).scalar() or 0
        return head, [finding for check in hooks.verify for finding in check()]
    finally:
        db.session.rollback()
