"""Triggers that keep what tables alone cannot: frozen rows and balances. Called by every migration that touches them.

A batch rebuild of a table on SQLite drops its triggers silently, so `install_guards` drops and creates all of them.
"""

from sqlalchemy import Connection


def install_guards(connection: Connection) -> None:
    """Every trigger exists afterwards, exactly once, on SQLite and PostgreSQL."""
