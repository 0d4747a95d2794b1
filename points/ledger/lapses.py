"""Points that live on: from a lot to one of the same month that ends later. And which lots have reached their end."""

from datetime import date

from sqlalchemy import ColumnElement, func, select

from points.ledger.models import NEVER, Journal, LedgerAccount, Posting
from points.ledger.postings import (
    Act,
    Move,
    Pot,
    Pots,
    lot_and_debt,
    lots_with_points,
    post,
    read_journal,
    write_journal,
)
from points.ledger.states import AccountKind, JournalKind
from volunteer.core.db import db

CARRY_OVER = "carry_over"
EXTENSION = "extension"
"""Why points moved from a lot to a later one (`journal.reason`)."""

Group = tuple[int, int, date]
"""Holder, programme, last valid day: lots that end together."""


def lapsed_groups(on: date, limit: int = 500) -> list[Group]:
    """Groups of lots with points whose last valid day lies before `on`."""
    return _groups(LedgerAccount.expires_on < on, limit)


def groups_ending(first: date, last: date, programme_id: int, limit: int = 500) -> list[Group]:
    """Groups of lots of a programme with points whose last valid day lies from `first` to `last`."""
    between = LedgerAccount.expires_on.between(first, last)
    return _groups(between & (LedgerAccount.programme_id == programme_id), limit)


def _groups(condition: ColumnElement[bool], limit: int) -> list[Group]:
    columns = (LedgerAccount.holder_id, LedgerAccount.programme_id, LedgerAccount.expires_on)
    statement = (
        select(*columns)
        .where(LedgerAccount.kind == AccountKind.LOT, LedgerAccount.balance > 0, condition)
        .group_by(*columns)
        .order_by(*columns)
        .limit(limit)
    )
    return [
        (holder, programme, day)
        for holder, programme, day in db.session.execute(statement)
        if holder and programme and day
    ]


def lots_ending_together(pots: Pots, expires_on: date) -> list[Pot]:
    """The lots with points of this last day, the oldest month first; the caller has locked the standing."""
    return [pot for pot in lots_with_points(pots) if pot.lapsed_on == expires_on]


def carried_from(pots: Pots, expires_on: date) -> int:
    """How many points of this last day were carried over already."""
    statement = (
        select(func.coalesce(func.sum(Posting.amount), 0))
        .join(Journal, Journal.id == Posting.journal_id)
        .join(LedgerAccount, LedgerAccount.id == Posting.from_account_id)
        .where(
            LedgerAccount.holder_id == pots.holder_id,
            LedgerAccount.programme_id == pots.programme_id,
            LedgerAccount.expires_on == expires_on,
            _is_move(CARRY_OVER),
        )
    )
    return int(db.session.execute(statement).scalar_one())


def _is_move(reason: str) -> ColumnElement[bool]:
    return (Journal.kind == JournalKind.TRANSFER) & (Journal.reason == reason)


def live_on(
    pots: Pots, lot: Pot, points: int, expires_on: date | None, *, on: date, reason: str
) -> Journal:
    """So many points of a lot are in the lot of the same month that ends on `expires_on` (None: never).

    The same again gives the first journal: the key names the last posting that filled the lot and the new day.
    The caller has locked the standing.
    """
    if lot.month is None or points > lot.balance:
        raise ValueError("only points of a lot can live on")
    filled: int = db.session.execute(
        select(func.max(Posting.id)).where(Posting.to_account_id == lot.id)
    ).scalar_one()
    until = expires_on or NEVER
    key = f"live_on:{lot.id}:{filled}:{until}"
    act = Act(
        JournalKind.TRANSFER, key, pots, points, on, source=f"lot:{lot.id}", reason=reason
    )  # fmt: skip
    journal_id, is_new = write_journal(act)
    if is_new:
        target, _owed = lot_and_debt(pots, lot.month, until)
        post(journal_id, [Move(lot.id, target, points)])
    return read_journal(journal_id)
