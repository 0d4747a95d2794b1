"""Runs every check of every package in one snapshot of the database."""

from volunteer.core.db import db
from volunteer.core.hooks import Finding, hooks


def verify_all() -> list[Finding]:
    """What the checks of all packages find; empty when all is well. Ends the caller's read transaction."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        # one instant for all queries; SQLite's read transaction is one already
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        return [finding for check in hooks.verify for finding in check()]
    finally:
        db.session.rollback()
