"""Reads of the ledger: what somebody has, what happened, which holds stand in the way of a correction."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select

from points.ledger.models import Journal, LedgerAccount, Posting, Standing
from points.ledger.reversal import where_it_landed
from points.ledger.states import AccountKind, JournalKind, Unit
from volunteer.core import clock
from volunteer.core.db import db


@dataclass(frozen=True, slots=True)
class Lot:
    """Points of one month of activity that end together. `expires_on` is the last valid day."""

    account_id: int
    month: date
    expires_on: date
    balance: int


@dataclass(frozen=True, slots=True)
class Balances:
    """What somebody has in one programme. `available` = valid lots − unsettled: what can be exchanged now."""

    in_lots: int = 0
    unsettled: int = 0
    available: int = 0
    pending: int = 0
    held: int = 0
    owed: int = 0
    """A debt, as a positive number."""
    lots: tuple[Lot, ...] = ()
    """Those with points, the earliest expiry first."""
    holds: tuple[tuple[str, int], ...] = ()
    """(key of the hold, points) of what `held` is made of."""

    @property
    def by_expiry(self) -> list[tuple[date, int]]:
        """(last valid day, points), the earliest first."""
        sums: dict[date, int] = {}
        for lot in self.lots:
            sums[lot.expires_on] = sums.get(lot.expires_on, 0) + lot.balance
        return sorted(sums.items())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a passbook: how a journal changed what somebody has, and what they had after it."""

    journal_id: int
    kind: JournalKind
    effective_on: date
    recorded_at: datetime
    reason: str
    source: str
    reverses_id: int | None
    points: int
    balance: int


def balances(holder_id: int, programme_id: int) -> Balances:
    """Everything on the accounts of a holder in a programme, read in one statement per table."""
    rows = db.session.execute(
        select(
            LedgerAccount.id,
            LedgerAccount.kind,
            LedgerAccount.month,
            LedgerAccount.expires_on,
            LedgerAccount.balance,
            LedgerAccount.hold_key,
            Standing.unsettled,
        )
        .join(
            Standing,
            (Standing.holder_id == LedgerAccount.holder_id)
            & (Standing.programme_id == LedgerAccount.programme_id)
            & (Standing.unit == LedgerAccount.unit),
        )
        .where(
            LedgerAccount.holder_id == holder_id,
            LedgerAccount.programme_id == programme_id,
            LedgerAccount.balance != 0,
        )
        .order_by(LedgerAccount.expires_on, LedgerAccount.month, LedgerAccount.id)
    ).all()
    if not rows:
        return Balances()
    sums = dict.fromkeys(AccountKind, 0)
    for row in rows:
        sums[row.kind] += row.balance
    lots = tuple(
        Lot(row.id, row.month, row.expires_on, row.balance)
        for row in rows
        if row.kind is AccountKind.LOT
    )
    unsettled, today = rows[0].unsettled, clock.today()
    valid = sum(lot.balance for lot in lots if lot.expires_on >= today)
    return Balances(
        in_lots=sums[AccountKind.LOT],
        unsettled=unsettled,
        available=max(0, valid - unsettled),
        pending=sums[AccountKind.PENDING],
        held=sums[AccountKind.HOLD],
        owed=-sums[AccountKind.OWED],
        lots=lots,
        holds=tuple((row.hold_key, row.balance) for row in rows if row.kind is AccountKind.HOLD),
    )


def _own(column: ColumnElement[int], pot_ids: object) -> ColumnElement[bool]:
    return column.in_(pot_ids)  # type: ignore[arg-type]


def statement(
    holder_id: int,
    programme_id: int,
    since: datetime | None = None,
    until: datetime | None = None,
    kinds: tuple[AccountKind, ...] = (AccountKind.LOT, AccountKind.OWED),
) -> list[Line]:
    """Lines of the passbook recorded in [since, until), the oldest first, with the running balance.

    The balance is what is in lots less what is owed; journals that leave it as it was (a payment out of a hold,
    points that wait for confirmation) make no line. Other `kinds` of accounts give another balance: with holds it
    is what the center still has of the holder's, and a payment makes a line.
    """
    pots = select(LedgerAccount.id).where(
        LedgerAccount.holder_id == holder_id,
        LedgerAccount.programme_id == programme_id,
        LedgerAccount.kind.in_(kinds),
    )
    change = func.sum(
        case((_own(Posting.to_account_id.expression, pots), Posting.amount), else_=0)
        - case((_own(Posting.from_account_id.expression, pots), Posting.amount), else_=0)
    )
    rows = db.session.execute(
        select(
            Journal.id,
            Journal.kind,
            Journal.effective_on,
            Journal.recorded_at,
            Journal.reason,
            Journal.source,
            Journal.reverses_id,
            change,
        )
        .join(Posting, Posting.journal_id == Journal.id)
        .where(Journal.holder_id == holder_id, Journal.programme_id == programme_id)
        .group_by(Journal.id)
        .order_by(Journal.id)
    )
    lines, balance = [], 0
    for row in rows:
        points = int(row[7])
        balance += points
        is_early = since is not None and row.recorded_at < since
        is_late = until is not None and row.recorded_at >= until
        if points and not is_early and not is_late:
            lines.append(Line(*row[:7], points, balance))  # type: ignore[call-arg]
    return lines


def lapsed_lots(on: date, limit: int = 500) -> list[int]:
    """Ids of lots with points whose last valid day lies before `on`."""
    found = select(LedgerAccount.id).where(
        LedgerAccount.kind == AccountKind.LOT,
        LedgerAccount.balance > 0,
        LedgerAccount.expires_on < on,
    )
    return list(db.session.execute(found.order_by(LedgerAccount.id).limit(limit)).scalars())


def lots_ending_by(first: date, last: date) -> list[tuple[int, int, date, int]]:
    """(holder, programme, last valid day, points) of what ends from one day to another, both included."""
    rows = db.session.execute(
        select(
            LedgerAccount.holder_id,
            LedgerAccount.programme_id,
            LedgerAccount.expires_on,
            func.sum(LedgerAccount.balance),
        )
        .where(
            LedgerAccount.kind == AccountKind.LOT,
            LedgerAccount.balance > 0,
            LedgerAccount.expires_on.between(first, last),
        )
        .group_by(LedgerAccount.holder_id, LedgerAccount.programme_id, LedgerAccount.expires_on)
        .order_by(LedgerAccount.holder_id, LedgerAccount.expires_on)
    )
    return [
        (holder, programme, day, int(points))
        for holder, programme, day, points in rows
        if holder and programme and day
    ]


def holds_to_free(journal_id: int) -> list[str]:
    """Keys of open holds that took from the lot of a credit, as far as that lot lacks the credit's points.

    The newest first; empty when the lot still has them. A reversal wants these voided before (design: ledger),
    those that are in no payout batch yet.
    """
    keys: list[str] = []
    for landed in where_it_landed(journal_id):
        if landed.kind is not AccountKind.LOT:
            continue
        lot = db.session.get_one(LedgerAccount, landed.account_id)
        missing = landed.amount - lot.balance
        rows = db.session.execute(
            select(LedgerAccount.hold_key, Posting.amount)
            .join(Posting, Posting.to_account_id == LedgerAccount.id)
            .where(
                Posting.from_account_id == lot.id,
                LedgerAccount.kind == AccountKind.HOLD,
                LedgerAccount.balance > 0,
            )
            .order_by(LedgerAccount.id.desc())
        )
        for hold_key, amount in rows:
            if hold_key and missing > 0:
                keys.append(hold_key)
                missing -= amount
    return keys


@dataclass(frozen=True, slots=True)
class Movement:
    """One journal as the auditor reads it; holders are numbers, not names."""

    journal_id: int
    recorded_at: datetime
    kind: JournalKind
    holder_id: int | None
    source: str
    reason: str
    points: int


def totals() -> dict[AccountKind, int]:
    """What lies on each kind of account now; system accounts are added up from their postings."""
    kept = db.session.execute(
        select(LedgerAccount.kind, func.sum(LedgerAccount.balance))
        .where(LedgerAccount.unit == Unit.POINTS, LedgerAccount.holder_id.is_not(None))
        .group_by(LedgerAccount.kind)
    )
    result = {kind: int(total) for kind, total in kept}
    for side, sign in ((Posting.to_account_id, 1), (Posting.from_account_id, -1)):
        moved = db.session.execute(
            select(LedgerAccount.kind, func.sum(Posting.amount))
            .join(LedgerAccount, LedgerAccount.id == side)
            .where(LedgerAccount.unit == Unit.POINTS, LedgerAccount.holder_id.is_(None))
            .group_by(LedgerAccount.kind)
        )
        for kind, total in moved:
            result[kind] = result.get(kind, 0) + sign * int(total)
    return {kind: result.get(kind, 0) for kind in AccountKind}


def newest_journals(before: int | None = None, limit: int = 50) -> list[Movement]:
    """Journals in reverse order, those with an id below `before`."""
    chosen = select(Journal.id).where(Journal.unit == Unit.POINTS)
    if before is not None:
        chosen = chosen.where(Journal.id < before)
    ids = chosen.order_by(Journal.id.desc()).limit(limit).subquery()
    rows = db.session.execute(
        select(
            Journal.id,
            Journal.recorded_at,
            Journal.kind,
            Journal.holder_id,
            Journal.source,
            Journal.reason,
            func.sum(Posting.amount),
        )
        .join(ids, ids.c.id == Journal.id)
        .join(Posting, Posting.journal_id == Journal.id)
        .group_by(Journal.id)
        .order_by(Journal.id.desc())
    )
    return [Movement(*row) for row in rows]
