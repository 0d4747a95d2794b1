"""Taking a credit back. The rows stay; a mirror of the same holder and sum is added, at most once (I6)."""

from dataclasses import dataclass

from sqlalchemy import select

from points.ledger.models import Journal, LedgerAccount, Posting
from points.ledger.postings import (
    Act,
    Move,
    Pot,
    Pots,
    journal_of,
    lock_standing,
    lots_with_points,
    post,
    read_journal,
    single,
    take,
    write_journal,
)
from points.ledger.states import AccountKind, JournalKind
from volunteer.core.db import db
from volunteer.core.errors import AlreadyDecided, NotFound
from volunteer.core.i18n import _l


@dataclass(frozen=True, slots=True)
class Landed:
    """Where points of a credit went to."""

    account_id: int
    kind: AccountKind
    amount: int


def reverse(journal_id: int, *, key: str, reason: str, actor_user_id: int | None = None) -> Journal:
    """The points of a credit are taken back: from the lot of origin, then the other lots, then as a debt.

    Holds are not touched: whoever may void cash-outs frees those of `queries.holds_to_free` first, in the same
    turn. `reason` is a code. Raises NotFound, AlreadyDecided (reversed or refused before), AlreadySent.
    """
    credited = db.session.get(Journal, journal_id)
    if credited is None or credited.kind is not JournalKind.CREDIT:
        raise NotFound(_l("訂正する記録が見つかりません。"), journal_id=journal_id)
    pots = Pots.of(credited)
    lock_standing(pots)
    landed = where_it_landed(journal_id)
    act = Act(
        JournalKind.REVERSE,
        key,
        pots,
        sum(one.amount for one in landed),
        credited.effective_on,
        source=credited.source,
        reason=reason,
        rule_version_id=credited.rule_version_id,
        reverses_id=journal_id,
        actor_user_id=actor_user_id,
    )
    first = journal_of(act)
    if first is not None:
        return read_journal(first)
    new_id, _is_new = write_journal(act)
    post(new_id, _mirror(pots, landed))
    return read_journal(new_id)


def where_it_landed(journal_id: int) -> list[Landed]:
    """The accounts a credit's points went to, after a confirmation those of the confirmation.

    Raises AlreadyDecided when they were refused.
    """
    resolved = db.session.execute(
        select(Journal.id, Journal.kind).where(
            Journal.source == f"journal:{journal_id}",
            Journal.kind.in_((JournalKind.CONFIRM, JournalKind.REFUSE)),
        )
    ).first()
    if resolved is not None and resolved.kind is JournalKind.REFUSE:
        raise AlreadyDecided(
            _l("この記録は確認できずに取り消されています。"), journal_id=journal_id
        )
    rows = db.session.execute(
        select(LedgerAccount.id, LedgerAccount.kind, Posting.amount)
        .join(LedgerAccount, LedgerAccount.id == Posting.to_account_id)
        .where(Posting.journal_id == (resolved.id if resolved else journal_id))
        .order_by(Posting.seq)
    )
    return [Landed(*row) for row in rows]


def _mirror(pots: Pots, landed: list[Landed]) -> list[Move]:
    """Out of pending, or out of the lots as far as they reach; the rest is a debt (a filled one is open again)."""
    issued = AccountKind.ISSUED
    if any(one.kind is AccountKind.PENDING for one in landed):
        return [Move(one.account_id, issued, one.amount) for one in landed]
    total = sum(one.amount for one in landed)
    taken = take(_origin_first(pots, landed), total)
    moves = [Move(pot.id, issued, points) for pot, points in taken]
    missing = total - sum(points for _pot, points in taken)
    if missing:
        moves.append(Move(single(pots, AccountKind.OWED), issued, missing))
    return moves


def _origin_first(pots: Pots, landed: list[Landed]) -> list[Pot]:
    origin = {one.account_id for one in landed}
    lots = lots_with_points(pots)
    return sorted(lots, key=lambda pot: pot.id not in origin)
