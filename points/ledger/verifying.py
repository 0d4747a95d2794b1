"""Runs every check of every package in one snapshot of the database."""

from collections.abc import Callable

from sqlalchemy import func
from sqlalchemy.exc import DBAPIError

from points.ledger.check_result import CheckResult
from points.ledger.models import Journal, LedgerSeal
from points.ledger.scope import Scope, Tell, nobody, within
from volunteer.core.db import db
from volunteer.core.hooks import Finding, hooks


def verify_all(since: LedgerSeal | None = None, tell: Tell = nobody) -> list[Finding]:
    """What the checks of all packages find; empty when all is well. Ends the caller's read transaction.

    With `since` the chain is followed from that seal on and only holders are looked at whose points have moved
    after it; they are looked at wholly.
    """
    scope = Scope(since.id, since.to_posting_id, tell) if since else Scope(tell=tell)
    return _in_snapshot(scope)[1]


def check_result() -> CheckResult:
    """What a run of the check leaves behind: up to which journal it looked, how much it found, the first of it."""
    head, found = _in_snapshot(Scope())
    first = found[0] if found else None
    return CheckResult(head, len({one.rule for one in found}), first)


def _in_snapshot(scope: Scope) -> tuple[int, list[Finding]]:
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        # one instant for all queries; SQLite's read transaction is one already
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        head = db.session.execute(db.select(func.max(Journal.id))).scalar() or 0
        with within(scope):
            return head, [finding for check in hooks.verify for finding in _run(check)]
    finally:
        db.session.rollback()


def _run(check: Callable[[], list[Finding]]) -> list[Finding]:
    """What a check finds; rows may be so broken that it cannot even be asked."""
    try:
        return check()
    except DBAPIError as error:
        db.session.rollback()
        words = f"could not be asked: {str(error.orig).splitlines()[0]}"
        return [Finding("check", f"check:{check.__module__}", words)]
