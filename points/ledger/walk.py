"""Every posting with its journal read once, in the order of their ids, without keeping them.

What has to look at each row (balances at every moment, the clock, the chain) looks at the same reading: reading is
what a check of a million postings spends its time on. Rows come in portions from an open cursor on both databases.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from sqlalchemy import ColumnElement, func, select

from points.ledger.models import Journal, JournalNote, Posting
from points.ledger.scope import TELL_EVERY, scope
from volunteer.core.db import db
from volunteer.core.hooks import Finding

PORTION = 5000

FACTS = (
    select(
        Posting.id, Posting.journal_id, Posting.seq,
        Posting.from_account_id, Posting.to_account_id, Posting.amount,
        Journal.key, Journal.request_hash, Journal.kind, Journal.unit, Journal.holder_id,
        Journal.programme_id, Journal.rule_version_id, Journal.actor_user_id,
        Journal.effective_on, Journal.recorded_at, Journal.reverses_id, Journal.reason,
        Journal.source, JournalNote.words_hash,
    )
    .join(Journal, Journal.id == Posting.journal_id)
    .outerjoin(JournalNote, JournalNote.id == Journal.note_id)
    .order_by(Posting.id)
)  # fmt: skip
"""One posting with its journal, as the chain sees it."""


class Observer(Protocol):
    """Something that looks at every posting and says at the end what was wrong."""

    def see(self, row: Any) -> None:
        """Look at one posting, a row of FACTS."""

    def findings(self) -> Iterable[Finding]:
        """What was wrong."""


def streamed(statement: Any) -> Any:
    """The rows of a statement from an open cursor, a portion at a time."""
    return db.session.connection().execute(
        statement, execution_options={"stream_results": True, "yield_per": PORTION}
    )


def walk(observers: list[Observer], where: ColumnElement[bool], name: str) -> list[Finding]:
    """Show every posting that fulfils the condition to the observers; what they found."""
    tell = scope().tell
    last = db.session.execute(select(func.max(Posting.id))).scalar() or 0
    looks = [one.see for one in observers]
    for read, row in enumerate(streamed(FACTS.where(where)), start=1):
        for look in looks:
            look(row)
        if not read % TELL_EVERY:
            tell(name, row[0], last)
    tell(name, last, last)
    return [finding for one in observers for finding in one.findings()]
