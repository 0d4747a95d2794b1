"""Month by month what a programme's people earned and exchanged, out of the postings; and what lies there now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import aliased

from points.ledger.models import Journal, LedgerAccount, Posting
from points.ledger.states import AccountKind, JournalKind, Unit
from points.reports.forecast import Month
from volunteer.core import clock
from volunteer.core.db import db

LOT, HOLD = AccountKind.LOT, AccountKind.HOLD
GIVES = (AccountKind.ISSUED, AccountKind.PENDING)


@dataclass(frozen=True, slots=True)
class Holding:
    """Points of everybody in a programme, now."""

    in_lots: int
    pending: int
    held: int
    ending: dict[date, int]
    """Of those in lots, by the first day of the month they end in."""

    @property
    def outstanding(self) -> int:
        """What people could still ask money for."""
        return self.in_lots + self.pending + self.held


@dataclass
class _Sums:
    """A month while its postings are added up."""

    earned: int = 0
    exchanged: int = 0
    change: int = 0

    def add(self, source: AccountKind, target: AccountKind, points: int) -> None:
        """One way points went in the month."""
        self.change += points * ((target is LOT) - (source is LOT))
        if target is HOLD:
            self.exchanged += points
        elif source in (HOLD, AccountKind.PAID) and target is not AccountKind.PAID:
            self.exchanged -= points
        elif target is LOT and source in GIVES:
            self.earned += points
        elif source is LOT and target is AccountKind.ISSUED:
            self.earned -= points


def months(programme_id: int) -> list[Month]:
    """Every month from the first posting to the running one, which is the last."""
    sums: dict[date, _Sums] = {}
    for row in _moves(programme_id):
        day = date.fromisoformat(f"{row.month}-01")
        sums.setdefault(day, _Sums()).add(row.source, row.target, int(row.points))
    return list(_in_a_row(sums))


def _moves(programme_id: int) -> Any:
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    month = func.substr(cast(Journal.effective_on, String), 1, 7).label("month")
    return db.session.execute(
        select(
            month,
            source.kind.label("source"),
            target.kind.label("target"),
            func.sum(Posting.amount).label("points"),
        )
        .join(Journal, Journal.id == Posting.journal_id)
        .join(source, source.id == Posting.from_account_id)
        .join(target, target.id == Posting.to_account_id)
        .where(
            Journal.programme_id == programme_id,
            Journal.unit == Unit.POINTS,
            Journal.kind != JournalKind.TRANSFER,
        )
        .group_by(month, source.kind, target.kind)
    )


def _in_a_row(sums: dict[date, _Sums]) -> Iterator[Month]:
    in_lots, day = 0, min(sums, default=clock.month_of(clock.today()))
    while day <= clock.month_of(clock.today()):
        one = sums.get(day, _Sums())
        yield Month(day, in_lots, one.earned, one.exchanged)
        in_lots += one.change
        day = clock.add_months(day, 1)


def holding(programme_id: int) -> Holding:
    """What lies on the accounts of a programme."""
    rows = db.session.execute(
        select(LedgerAccount.kind, LedgerAccount.expires_on, func.sum(LedgerAccount.balance))
        .where(
            LedgerAccount.programme_id == programme_id,
            LedgerAccount.unit == Unit.POINTS,
            LedgerAccount.balance > 0,
        )
        .group_by(LedgerAccount.kind, LedgerAccount.expires_on)
    )
    sums, ending = dict.fromkeys(AccountKind, 0), dict[date, int]()
    for kind, expires_on, points in rows:
        sums[kind] += int(points)
        if expires_on is not None:
            month = clock.month_of(expires_on)
            ending[month] = ending.get(month, 0) + int(points)
    return Holding(sums[LOT], sums[AccountKind.PENDING], sums[HOLD], ending)
