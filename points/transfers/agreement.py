"""What `ledger verify` asks of gifts: each is two journals of its points, and every such journal has its gift."""

from sqlalchemy.orm import aliased

from points.ledger.gifts import GIVEN, RECEIVED
from points.ledger.models import Journal, Posting
from points.ledger.states import JournalKind
from points.transfers.models import PointTransfer
from volunteer.core.db import db
from volunteer.core.hooks import Finding


def findings() -> list[Finding]:
    """The gifts whose journals do not agree with them, and journals of no gift."""
    return [*_amounts(), *_journals_of_nobody()]


def _amounts() -> list[Finding]:
    given, received = aliased(Journal), aliased(Journal)
    statement = (
        db.select(PointTransfer, given, received, _sum(given), _sum(received))
        .join(given, given.id == PointTransfer.given_journal_id)
        .join(received, received.id == PointTransfer.received_journal_id)
        .order_by(PointTransfer.id)
    )
    return [
        Finding("gift", f"point_transfer:{one.id}", "its two journals do not agree with it")
        for one, out, into, left, reached in db.session.execute(statement)
        if (out.holder_id, into.holder_id) != (one.giver_id, one.receiver_id)
        or (out.reason, into.reason) != (GIVEN, RECEIVED)
        or {out.programme_id, into.programme_id} != {one.programme_id}
        or {left, reached} != {one.points}
    ]


def _sum(journal: type[Journal]) -> object:
    total = db.select(db.func.sum(Posting.amount)).where(Posting.journal_id == journal.id)
    return total.scalar_subquery()


def _journals_of_nobody() -> list[Finding]:
    has_gift = db.exists().where(
        (PointTransfer.given_journal_id == Journal.id)
        | (PointTransfer.received_journal_id == Journal.id)
    )
    statement = db.select(Journal.id).where(
        Journal.kind == JournalKind.TRANSFER,
        Journal.reason.in_((GIVEN, RECEIVED)),
        ~has_gift,
    )
    return [
        Finding("journal_has_gift", f"journal:{journal_id}", "it belongs to no gift")
        for journal_id in db.session.execute(statement.order_by(Journal.id)).scalars()
    ]
