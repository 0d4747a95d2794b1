"""How far a check goes, and whom it tells how far it has come. One scope holds for all checks of a run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, true

from points.ledger.models import Journal, Posting

Tell = Callable[[str, int, int], None]
"""Told what is being read, how many rows were read, and how many there are."""
TELL_EVERY = 20_000


def nobody(_what: str, _done: int, _total: int) -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything, or the chain from a seal on and every holder whose points moved after it."""

    seal_id: int = 0
    """The seal that is taken for granted; 0: none."""
    after_posting_id: int = 0
    """The last posting which that seal covers."""
    tell: Tell = nobody

    def holders(self, column: Any) -> ColumnElement[bool]:
        """A condition on a column of holders: those who are looked at."""
        if not self.seal_id:
            return true()
        moved = (
            select(Journal.holder_id)
            .join(Posting, Posting.journal_id == Journal.id)
            .where(Posting.id > self.after_posting_id)
        )
        return column.in_(moved)  # type: ignore[no-any-return]


_scope: ContextVar[Scope] = ContextVar("otagai_verify_scope", default=Scope())  # noqa: B039 - frozen


def scope() -> Scope:
    """The scope of the run."""
    return _scope.get()


@contextmanager
def within(wanted: Scope) -> Iterator[None]:
    """Checks that run inside look no further than this."""
    token = _scope.set(wanted)
    try:
        yield
    finally:
        _scope.reset(token)
