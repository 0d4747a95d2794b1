"""Points given from one member to another: two journals, each about one of them, that meet in `adjust`.

So every journal stays with one holder (whose accounts are read, checked and told by it), and nothing is created:
what leaves the one is what reaches the other. Only settled points of lots that have not lapsed can be given, the
earliest expiry first (I11); they keep month and last valid day, and fill a debt of the receiver first.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from points.ledger.models import NEVER, Journal, LedgerAccount, Posting
from points.ledger.postings import (
    Act,
    Move,
    Pot,
    Pots,
    debt,
    journal_of,
    lock_standing,
    lot_and_debt,
    lots_with_points,
    post,
    take,
    write_journal,
)
from points.ledger.states import AccountKind, JournalKind
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l

GIVEN = "given"
RECEIVED = "received"
"""Why points moved (`journal.reason`)."""


@dataclass(frozen=True, slots=True)
class Gift:
    """Who gives how many points to whom, within one programme; `key` names the gift."""

    giver: Pots
    receiver: Pots
    points: int
    key: str
    rule_version_id: int
    actor_user_id: int

    def act(self, side: Pots, reason: str) -> Act:
        """The journal of one side."""
        return Act(
            JournalKind.TRANSFER,
            f"gift:{self.key}:{reason}",
            side,
            self.points,
            clock.today(),
            source=f"gift:{self.key}",
            reason=reason,
            rule_version_id=self.rule_version_id,
            actor_user_id=self.actor_user_id,
            detail=f"{self.giver.holder_id}>{self.receiver.holder_id}",
        )


def give_points(gift: Gift) -> tuple[int, int]:
    """(journal of the giver, journal of the receiver). The same gift again gives the first journals.

    Raises Refused(code="not_enough_points", facts: available), AlreadySent.
    """
    out, into = gift.act(gift.giver, GIVEN), gift.act(gift.receiver, RECEIVED)
    unsettled = _lock_both(gift)
    first = journal_of(out), journal_of(into)
    if first[0] is not None and first[1] is not None:
        return first[0], first[1]
    valid = [pot for pot in lots_with_points(gift.giver) if pot.lapsed_on >= out.effective_on]
    available = max(0, sum(pot.balance for pot in valid) - unsettled)
    if gift.points > available:
        raise Refused(
            _l("ポイントが足りません。使えるポイントをたしかめて、もう一度入力してください。"),
            code="not_enough_points",
            available=available,
        )
    taken = take(valid, gift.points)
    given_id, _is_new = write_journal(out)
    post(given_id, [Move(pot.id, AccountKind.ADJUST, part) for pot, part in taken])
    received_id, _is_new = write_journal(into)
    post(received_id, _arriving(gift.receiver, taken))
    return given_id, received_id


def _lock_both(gift: Gift) -> int:
    """Lock both standings in the order of their holders; the giver's points that are not settled."""
    locked = {
        pots: lock_standing(pots)
        for pots in sorted((gift.giver, gift.receiver), key=lambda one: one.holder_id)
    }
    return locked[gift.giver].unsettled


def _arriving(receiver: Pots, taken: list[tuple[Pot, int]]) -> list[Move]:
    owed = debt(receiver)
    missing = -owed.balance if owed else 0
    moves: list[Move] = []
    for pot, points in taken:
        assert pot.month is not None, "points are taken from lots"
        to_debt = min(missing, points)
        missing -= to_debt
        if owed and to_debt:
            moves.append(Move(AccountKind.ADJUST, owed.id, to_debt))
        if points > to_debt:
            lot_id, _owed = lot_and_debt(receiver, pot.month, pot.expires_on or NEVER)
            moves.append(Move(AccountKind.ADJUST, lot_id, points - to_debt))
    return moves


def given_between(holder_id: int, programme_id: int, first: datetime, end: datetime) -> int:
    """How many points a member gave to others within [first, end)."""
    statement = (
        select(func.coalesce(func.sum(Posting.amount), 0))
        .join(Journal, Journal.id == Posting.journal_id)
        .join(LedgerAccount, LedgerAccount.id == Posting.from_account_id)
        .where(
            Journal.holder_id == holder_id,
            Journal.programme_id == programme_id,
            Journal.kind == JournalKind.TRANSFER,
            Journal.reason == GIVEN,
            Journal.recorded_at >= first,
            Journal.recorded_at < end,
        )
    )
    return int(db.session.execute(statement).scalar_one())
