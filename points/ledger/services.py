"""The verbs of the ledger. Each is one journal inside the caller's write turn, harmless when repeated by its key.

Every verb locks the holder's standing first. What a forgotten lock could still break, the database refuses
(migrations/guards.py, CHECKs of models.py). Amounts are whole points; days are days in Asia/Tokyo.
"""

from datetime import date

from sqlalchemy import func, select

from points.ledger.holds import hold, return_paid, settle, void
from points.ledger.models import NEVER, Journal, LedgerAccount, Posting
from points.ledger.postings import (
    Act,
    Move,
    Pots,
    Side,
    journal_of,
    lock_standing,
    lot_and_debt,
    lots_with_points,
    post,
    pots_by_id,
    read_journal,
    single,
    take,
    write_journal,
)
from points.ledger.reversal import reverse
from points.ledger.states import AccountKind, JournalKind
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import AlreadyDecided, NotFound
from volunteer.core.i18n import _l

__all__ = [
    "confirm", "credit", "expire_lot", "give_up", "hold", "post_credit", "refuse", "return_paid", "reverse",
    "settle", "settle_points", "void",
]  # fmt: skip


def credit(
    *,
    holder_id: int,
    programme_id: int,
    rule_version_id: int | None,
    points: int,
    activity_on: date,
    expires_on: date | None,
    key: str,
    source: str,
    reason: str = "",
    to_pending: bool = False,
    unsettled: bool = False,
    actor_user_id: int | None = None,
) -> Journal:
    """Points for an activity are on the holder's account: a debt is filled first, the rest goes into the lot.

    `expires_on` is the last valid day (None: never); `to_pending` keeps them apart until somebody confirms;
    `unsettled` shows them but does not yet let them be exchanged. Raises AlreadySent.
    """
    act = Act(
        JournalKind.CREDIT,
        key,
        Pots(holder_id, programme_id),
        points,
        activity_on,
        source=source,
        reason=reason,
        rule_version_id=rule_version_id,
        actor_user_id=actor_user_id,
        detail=f"expires={expires_on} pending={to_pending} unsettled={unsettled}",
    )
    lock_standing(act.pots)
    journal_id, _in_lot = post_credit(act, expires_on, to_pending=to_pending, unsettled=unsettled)
    return read_journal(journal_id)


def post_credit(
    act: Act, expires_on: date | None, *, to_pending: bool, unsettled: bool
) -> tuple[int, int]:
    """(journal, points that reached a lot); the caller has locked the standing. See `credit`."""
    journal_id, is_new = write_journal(act)
    if not is_new:
        return journal_id, points_in_lots(journal_id)
    issued = AccountKind.ISSUED
    if to_pending:
        post(journal_id, [Move(issued, single(act.pots, AccountKind.PENDING), act.amount)])
        return journal_id, 0
    in_lot = _fill(journal_id, act.pots, issued, act.amount, act.effective_on, expires_on)
    if unsettled and in_lot:
        lock_standing(act.pots, unsettled=in_lot)
    return journal_id, in_lot


def _fill(
    journal_id: int,
    pots: Pots,
    from_side: Side,
    points: int,
    activity_on: date,
    expires_on: date | None,
) -> int:
    """Post from an account to the debt first and then to the lot; how many points reached the lot."""
    lot_id, owed = lot_and_debt(pots, clock.month_of(activity_on), expires_on or NEVER)
    to_debt = min(points, -owed.balance) if owed else 0
    moves = [Move(from_side, owed.id, to_debt)] if owed and to_debt else []
    if points > to_debt:
        moves.append(Move(from_side, lot_id, points - to_debt))
    post(journal_id, moves)
    return points - to_debt


def points_in_lots(journal_id: int) -> int:
    """How many points of a journal went into lots."""
    statement = (
        select(func.coalesce(func.sum(Posting.amount), 0))
        .join(LedgerAccount, LedgerAccount.id == Posting.to_account_id)
        .where(Posting.journal_id == journal_id, LedgerAccount.kind == AccountKind.LOT)
    )
    total: int = db.session.execute(statement).scalar_one()
    return int(total)


def settle_points(holder_id: int, programme_id: int, points: int) -> None:
    """So many points more can be exchanged: the standing counts them as unsettled no longer."""
    lock_standing(Pots(holder_id, programme_id), unsettled=-points)


def _pending_credit(journal_id: int) -> tuple[Journal, int]:
    """A credit that went to pending, and its points. Raises NotFound."""
    found = db.session.execute(
        select(Journal, Posting.amount)
        .join(Posting, Posting.journal_id == Journal.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.to_account_id)
        .where(Journal.id == journal_id, LedgerAccount.kind == AccountKind.PENDING)
        .where(Journal.kind == JournalKind.CREDIT)
    ).first()
    if found is None:
        raise NotFound(_l("確認を待っているポイントが見つかりません。"), journal_id=journal_id)
    return found[0], found[1]


def _resolve(
    kind: JournalKind,
    journal_id: int,
    key: str,
    reason: str,
    actor_user_id: int | None,
    detail: str,
) -> tuple[Act, int, bool]:
    credited, points = _pending_credit(journal_id)
    act = Act(
        kind,
        key,
        Pots.of(credited),
        points,
        credited.effective_on,
        source=f"journal:{journal_id}",
        reason=reason,
        rule_version_id=credited.rule_version_id,
        actor_user_id=actor_user_id,
        detail=detail,
    )
    lock_standing(act.pots)
    first = journal_of(act)
    if first is None and _is_reversed(journal_id):
        raise AlreadyDecided(_l("この記録はもう訂正されています。"), journal_id=journal_id)
    new_id, is_new = write_journal(act)
    return act, new_id, is_new


def _is_reversed(journal_id: int) -> bool:
    statement = select(Journal.id).where(Journal.reverses_id == journal_id)
    return db.session.execute(statement).first() is not None


def confirm(
    journal_id: int,
    *,
    key: str,
    expires_on: date | None,
    reason: str = "",
    actor_user_id: int | None = None,
) -> Journal:
    """The points of a pending credit are on the account and exchangeable; a debt is filled first.

    Raises NotFound, AlreadyDecided (confirmed, refused or corrected before), AlreadySent.
    """
    detail = f"expires={expires_on}"
    act, new_id, is_new = _resolve(
        JournalKind.CONFIRM, journal_id, key, reason, actor_user_id, detail
    )
    if is_new:
        pending = single(act.pots, AccountKind.PENDING)
        _fill(new_id, act.pots, pending, act.amount, act.effective_on, expires_on)
    return read_journal(new_id)


def refuse(
    journal_id: int, *, key: str, reason: str = "", actor_user_id: int | None = None
) -> Journal:
    """The points of a pending credit are forfeited. Raises NotFound, AlreadyDecided, AlreadySent."""
    act, new_id, is_new = _resolve(JournalKind.REFUSE, journal_id, key, reason, actor_user_id, "")
    if is_new:
        pending = single(act.pots, AccountKind.PENDING)
        post(new_id, [Move(pending, AccountKind.FORFEITED, act.amount)])
    return read_journal(new_id)


def expire_lot(account_id: int, *, on: date) -> Journal | None:
    """What is left in a lot whose last valid day lies before `on` has expired; None when nothing was to do.

    The same again changes nothing: the lot is empty then, and the key names the last posting that filled it.
    """
    account = db.session.get_one(LedgerAccount, account_id)
    if account.holder_id is None or account.programme_id is None:
        raise ValueError("only lots expire")
    pots = Pots(account.holder_id, account.programme_id)
    lock_standing(pots)
    lot = pots_by_id([account_id])[account_id]
    if lot.kind is not AccountKind.LOT or lot.lapsed_on >= on or lot.balance == 0:
        return None
    last_posting: int = db.session.execute(
        select(func.max(Posting.id)).where(Posting.to_account_id == account_id)
    ).scalar_one()
    key = f"expire:{account_id}:{last_posting}"
    act = Act(JournalKind.EXPIRE, key, pots, lot.balance, on, source=f"lot:{account_id}")
    journal_id, is_new = write_journal(act)
    if is_new:
        post(journal_id, [Move(account_id, AccountKind.EXPIRED, lot.balance)])
    return read_journal(journal_id)


def give_up(holder_id: int, programme_id: int, *, key: str) -> Journal | None:
    """Points that nobody will use leave the lots of a person who is erased; None when there are none.

    Points that are not settled stay: the activity behind them may still be corrected.
    """
    pots = Pots(holder_id, programme_id)
    standing = lock_standing(pots)
    points = standing.in_lots - standing.unsettled
    if points <= 0:
        return None
    act = Act(JournalKind.ADJUST, key, pots, points, clock.today(), reason="erased")
    journal_id, is_new = write_journal(act)
    if is_new:
        taken = take(lots_with_points(pots), points)
        post(journal_id, [Move(lot.id, AccountKind.ADJUST, part) for lot, part in taken])
    return read_journal(journal_id)
