"""How often a page asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.client import Client
from volunteer.core.db import db

STATEMENTS_MAX = 12
"""The plan for every page; those of the write turn itself (BEGIN, PRAGMA) left out."""

QUERIES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements the database gets meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().startswith(QUERIES):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def statements_of(client: Client, page: str) -> int:
    """Of a page opened for the second time: the first fills what a process remembers."""
    client.get(page)
    with counted() as found:
        answer = client.get(page)
    assert answer.status_code == 200
    return len(found)
