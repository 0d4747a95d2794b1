"""Which points were carried over before, wherever they went since: given, extended, held and given back.

There is no column for it: it is read from the postings. Where points of one month and last day lie in one lot, those
that were carried speak for all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import aliased

from points.ledger.gifts import GIVEN, RECEIVED
from points.ledger.lapses import CARRY_OVER, EXTENSION
from points.ledger.models import Journal, LedgerAccount, Posting
from points.ledger.states import AccountKind, JournalKind
from volunteer.core.db import db

MOVED = (JournalKind.TRANSFER, JournalKind.VOID, JournalKind.RETURN)
"""Journals that bring points which were in another lot before."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A posting that brought points to a lot."""

    lot_id: int
    month: date | None
    expires_on: date | None
    from_id: int
    journal_id: int
    kind: JournalKind
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A lot that points came from, and what names the act: the source of a gift, the journal of a way back."""

    act: str | int
    lot_id: int
    month: date | None
    expires_on: date | None


def carried_before(lot_ids: Iterable[int]) -> set[int]:
    """Which of these lots hold points that were carried over once."""
    wanted = set(lot_ids)
    since: dict[int, int] = {}
    moves: set[tuple[int, int, int]] = set()
    seen: set[int] = set()
    todo = wanted
    while todo:
        seen |= todo
        arrivals = _arrivals(todo)
        for one in arrivals:
            if one.reason == CARRY_OVER:
                since[one.lot_id] = min(one.journal_id, since.get(one.lot_id, one.journal_id))
        found = _origins(arrivals)
        moves |= found
        todo = {origin_id for _lot, origin_id, _journal in found} - seen
    return wanted & _reached(since, moves)


def _reached(since: dict[int, int], moves: set[tuple[int, int, int]]) -> set[int]:
    """The lots that were carried to, since these journals, and those which got points from them afterwards."""
    todo = sorted(
        moves, key=itemgetter(2)
    )  # one way through time: what a lot got later does not reach back
    for lot_id, origin_id, journal_id in todo:
        if since.get(origin_id, journal_id) < journal_id:
            since[lot_id] = min(journal_id, since.get(lot_id, journal_id))
    return set(since)


def _arrivals(lot_ids: set[int]) -> list[Arrival]:
    statement = (
        select(
            LedgerAccount.id,
            LedgerAccount.month,
            LedgerAccount.expires_on,
            Posting.from_account_id,
            Journal.id,
            Journal.kind,
            Journal.reason,
            Journal.source,
        )
        .join(Posting, Posting.to_account_id == LedgerAccount.id)
        .join(Journal, Journal.id == Posting.journal_id)
        .where(LedgerAccount.id.in_(lot_ids), Journal.kind.in_(MOVED))
    )
    return [Arrival(*row) for row in db.session.execute(statement)]


def _origins(arrivals: list[Arrival]) -> set[tuple[int, int, int]]:
    """(lot, lot its points came from, journal) of extensions, gifts, and holds given back to a lot that ends later."""
    found = {
        (one.lot_id, one.from_id, one.journal_id) for one in arrivals if one.reason == EXTENSION
    }
    gifts = [one for one in arrivals if one.reason == RECEIVED]
    for origin in _given(one.source for one in gifts):
        found |= {
            (one.lot_id, origin.lot_id, one.journal_id)
            for one in gifts
            if (one.source, one.month, one.expires_on)
            == (origin.act, origin.month, origin.expires_on)
        }
    back = [one for one in arrivals if one.kind is not JournalKind.TRANSFER]
    for origin in _held(one.journal_id for one in back):
        found |= {
            (one.lot_id, origin.lot_id, one.journal_id)
            for one in back
            if (one.journal_id, one.month) == (origin.act, origin.month)
        }
    return found


def _given(sources: Iterable[str]) -> list[Origin]:
    """The lots of the givers."""
    if not (named := set(sources)):
        return []
    statement = (
        select(Journal.source, LedgerAccount.id, LedgerAccount.month, LedgerAccount.expires_on)
        .join(Posting, Posting.journal_id == Journal.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.from_account_id)
        .where(
            Journal.source.in_(named),
            Journal.kind == JournalKind.TRANSFER,
            Journal.reason == GIVEN,
            LedgerAccount.kind == AccountKind.LOT,
        )
    )
    return [Origin(*row) for row in db.session.execute(statement)]


def _held(journal_ids: Iterable[int]) -> list[Origin]:
    """The lots that a hold was taken from and which its points did not come back to, by the journal that undid it."""
    if not (named := set(journal_ids)):
        return []
    undone, taken, returned = aliased(Posting), aliased(Posting), aliased(Posting)
    hold = aliased(LedgerAccount)
    came_back = (
        select(returned.id)
        .where(returned.journal_id == Journal.id, returned.to_account_id == LedgerAccount.id)
        .exists()
    )
    statement = (
        select(Journal.id, LedgerAccount.id, LedgerAccount.month, LedgerAccount.expires_on)
        .join(undone, undone.journal_id == Journal.reverses_id)
        .join(hold, hold.id.in_((undone.from_account_id, undone.to_account_id)))
        .join(taken, taken.to_account_id == hold.id)
        .join(LedgerAccount, LedgerAccount.id == taken.from_account_id)
        .where(
            Journal.id.in_(named),
            hold.kind == AccountKind.HOLD,
            LedgerAccount.kind == AccountKind.LOT,
            ~came_back,
        )
    )
    return [Origin(*row) for row in db.session.execute(statement)]
