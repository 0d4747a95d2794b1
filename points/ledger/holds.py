"""Points set aside for a cash-out: hold, settle, void, and back again after the bank returned the money."""

from datetime import date
from typing import Literal

from sqlalchemy import select

from points.ledger.models import Journal, LedgerAccount, Posting
from points.ledger.postings import (
    Act,
    Hold,
    Move,
    Pot,
    Pots,
    Side,
    debt,
    find_hold,
    journal_of,
    lock_standing,
    lot_and_debt,
    lots_with_points,
    open_account,
    post,
    pots_by_id,
    read_journal,
    take,
    write_journal,
)
from points.ledger.states import EARNED_UNTIL, AccountKind, JournalKind
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import AlreadyDecided, NotFound, Refused
from volunteer.core.i18n import _l

Lapsed = Literal["return", "expire"]
"""What becomes of points given back to a lot that lapsed meanwhile: back to the lot, or expired at once."""


def hold(
    *,
    holder_id: int,
    programme_id: int,
    points: int,
    hold_key: str,
    key: str,
    source: str,
    actor_user_id: int | None = None,
    rule_version_id: int | None = None,
    earned_until: date | None = None,
) -> Journal:
    """Points are set aside for a cash-out: the earliest expiry first, then the oldest (I11).

    Only settled points of lots that have not lapsed can be held, with `earned_until` only those of activities up
    to that month. Raises Refused(code="not_enough_points",
    facts: available), AlreadySent.
    """
    act = Act(
        JournalKind.HOLD,
        key,
        Pots(holder_id, programme_id),
        points,
        clock.today(),
        source=source,
        reason=f"{EARNED_UNTIL}{earned_until}" if earned_until else "",
        rule_version_id=rule_version_id,
        actor_user_id=actor_user_id,
        detail=hold_key,
    )
    standing = lock_standing(act.pots)
    first = journal_of(act)
    if first is not None:
        return read_journal(first)
    valid = [pot for pot in lots_with_points(act.pots) if pot.lapsed_on >= act.effective_on]
    lots = [pot for pot in valid if _is_old_enough(pot, earned_until)]
    settled = max(0, sum(pot.balance for pot in valid) - standing.unsettled)
    available = min(settled, sum(pot.balance for pot in lots))
    if points > available:
        raise Refused(
            _l("使える分が足りません。残りをたしかめて、もう一度入力してください。"),
            code="not_enough_points",
            available=available,
        )
    if _hold_exists(hold_key):
        raise AlreadyDecided(_l("この申し込みの分は、もう預かっています。"), hold_key=hold_key)
    journal_id, _is_new = write_journal(act)
    account_id = open_account(act.pots, AccountKind.HOLD, hold_key=hold_key)
    post(journal_id, [Move(pot.id, account_id, taken) for pot, taken in take(lots, points)])
    return read_journal(journal_id)


def _is_old_enough(pot: Pot, earned_until: date | None) -> bool:
    return earned_until is None or pot.month is None or pot.month <= earned_until


def _hold_exists(hold_key: str) -> bool:
    statement = select(LedgerAccount.id).where(LedgerAccount.hold_key == hold_key)
    return db.session.execute(statement).first() is not None


def _closing(
    kind: JournalKind,
    found: Hold,
    key: str,
    source: str,
    actor_user_id: int | None,
    reverses_id: int | None = None,
) -> Act:
    return Act(
        kind,
        key,
        found.pots,
        found.total,
        clock.today(),
        source=source,
        reverses_id=reverses_id,
        actor_user_id=actor_user_id,
    )


def _must_be_open(found: Hold) -> None:
    if found.balance != found.total:
        raise AlreadyDecided(_l("この申し込みの分は、もう支払われたか戻されています。"))


def settle(hold_key: str, *, key: str, source: str, actor_user_id: int | None = None) -> Journal:
    """The held points are paid out for good. Raises NotFound, AlreadyDecided, AlreadySent."""
    found = find_hold(hold_key)
    act = _closing(JournalKind.SETTLE, found, key, source, actor_user_id)
    first = journal_of(act)
    if first is not None:
        return read_journal(first)
    _must_be_open(found)
    journal_id, _is_new = write_journal(act)
    post(journal_id, [Move(found.account_id, AccountKind.PAID, found.balance)])
    return read_journal(journal_id)


def void(
    hold_key: str,
    *,
    key: str,
    source: str,
    actor_user_id: int | None = None,
    lapsed: Lapsed = "expire",
    extended_to: date | None = None,
) -> Journal:
    """The held points are back in the lots they came from (a debt is filled first).

    Points whose lot lapsed meanwhile follow the programme: `lapsed="expire"` lets them expire now, "return"
    gives them back to the lot; with `extended_to` they go to a lot of the same month with that last valid day.
    Raises NotFound, AlreadyDecided, AlreadySent.
    """
    found = find_hold(hold_key)
    act = _closing(
        JournalKind.VOID, found, key, source, actor_user_id, reverses_id=found.journal_id
    )
    first = journal_of(act)
    if first is not None:
        return read_journal(first)
    _must_be_open(found)
    journal_id, _is_new = write_journal(act)
    post(journal_id, _way_back(found, found.account_id, lapsed, extended_to))
    return read_journal(journal_id)


def return_paid(
    hold_key: str,
    *,
    key: str,
    source: str,
    actor_user_id: int | None = None,
    lapsed: Lapsed = "expire",
    extended_to: date | None = None,
) -> Journal:
    """Points that were paid are back, because the bank returned the money; as `void`, in a journal of its own.

    Raises NotFound (nothing was paid from this hold), AlreadyDecided, AlreadySent.
    """
    found = find_hold(hold_key)
    paid_in = db.session.execute(
        select(Posting.journal_id)
        .join(Journal, Journal.id == Posting.journal_id)
        .where(Posting.from_account_id == found.account_id, Journal.kind == JournalKind.SETTLE)
    ).scalar()
    if paid_in is None:
        raise NotFound(_l("この申し込みはまだ支払われていません。"), hold_key=hold_key)
    act = _closing(JournalKind.RETURN, found, key, source, actor_user_id, reverses_id=paid_in)
    journal_id, is_new = write_journal(act)
    if is_new:
        post(journal_id, _way_back(found, AccountKind.PAID, lapsed, extended_to))
    return read_journal(journal_id)


def _way_back(found: Hold, from_side: Side, lapsed: Lapsed, extended_to: date | None) -> list[Move]:
    """Moves that bring held points back: lapsed ones by policy, the others to the debt and their lots."""
    pots = pots_by_id([lot_id for lot_id, _points in found.origin])
    owed = debt(found.pots)
    missing = -owed.balance if owed else 0
    moves: list[Move] = []
    for lot_id, points in found.origin:
        lot = pots[lot_id]
        is_lapsed = lot.lapsed_on < clock.today()
        if is_lapsed and lapsed == "expire" and extended_to is None:
            moves.append(Move(from_side, AccountKind.EXPIRED, points))
            continue
        to_debt = min(missing, points)
        missing -= to_debt
        if owed and to_debt:
            moves.append(Move(from_side, owed.id, to_debt))
        if points > to_debt:
            target = _extended(found.pots, lot, extended_to) if is_lapsed else lot_id
            moves.append(Move(from_side, target, points - to_debt))
    return moves


def _extended(pots: Pots, lot: Pot, extended_to: date | None) -> int:
    """The lot of the same month with the later last day; the lapsed lot itself where none is given."""
    if extended_to is None or lot.month is None:
        return lot.id
    lot_id, _owed = lot_and_debt(pots, lot.month, extended_to)
    return lot_id
