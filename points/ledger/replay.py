"""The postings played again from the first: no forbidden sign at any moment (I4), the earliest lot first (I11)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from points.ledger.gifts import GIVEN
from points.ledger.models import NEVER, LedgerAccount
from points.ledger.scope import scope
from points.ledger.states import EARNED_UNTIL, AccountKind, JournalKind
from points.ledger.walk import streamed
from volunteer.core.hooks import Finding

CLOCK_GRACE_SECONDS = 600


class Replay:
    """Balances as they were after each posting, and the first posting that broke a rule about them."""

    def __init__(self) -> None:
        self.balances: dict[int, int] = {}
        self.kept: dict[int, int] = {}
        """The balance that stands in the table."""
        self.debts: set[int] = set()
        self.lots: dict[int, tuple[date, list[int]]] = {}
        """Of a lot its last valid day and the other lots of its holder and programme."""
        self.months: dict[int, date] = {}
        self.found: dict[str, Finding] = {}
        self._read_accounts()

    def _read_accounts(self) -> None:
        columns = (
            LedgerAccount.id, LedgerAccount.kind, LedgerAccount.holder_id, LedgerAccount.programme_id,
            LedgerAccount.expires_on, LedgerAccount.balance, LedgerAccount.month,
        )  # fmt: skip
        chosen = select(*columns).where(
            LedgerAccount.holder_id.is_not(None), scope().holders(LedgerAccount.holder_id)
        )
        own: dict[tuple[int, int], list[int]] = {}
        for row in streamed(chosen.order_by(LedgerAccount.id)):
            self.balances[row.id], self.kept[row.id] = 0, row.balance
            if row.kind is AccountKind.OWED:
                self.debts.add(row.id)
            elif row.kind is AccountKind.LOT:
                lots = own.setdefault((row.holder_id, row.programme_id), [])
                lots.append(row.id)
                self.lots[row.id] = (row.expires_on or NEVER, lots)
                self.months[row.id] = row.month

    def see(self, row: Any) -> None:
        """Move the amount; look at the order of lots before and at the signs afterwards."""
        source, target, amount = row[3], row[4], row[5]
        if source in self.lots and _takes_the_earliest(row):
            self._in_order(row, source)
        balances = self.balances
        if source in balances:
            balances[source] -= amount
            if balances[source] < 0 and source not in self.debts:
                self._forbidden(row, source)
        if target in balances:
            balances[target] += amount
            if balances[target] > 0 and target in self.debts:
                self._forbidden(row, target)

    def _forbidden(self, row: Any, account_id: int) -> None:
        words = f"left account {account_id} at {self.balances[account_id]}"
        self.found.setdefault("I4", Finding("I4 moment", f"posting:{row.id}", words))

    def _in_order(self, row: Any, taken: int) -> None:
        """No lot that ended earlier, was still valid and had points is passed over for a hold.

        But for lots too young for a hold that could take only points up to a day (X3).
        """
        expires_on, others = self.lots[taken]
        until = _earned_until(row.reason)
        for lot in others:
            if until is not None and self.months[lot] > until:
                continue
            if self.balances[lot] > 0 and row.effective_on <= self.lots[lot][0] < expires_on:
                words = f"was taken although lot {lot} ends earlier and had points"
                self.found.setdefault("I11", Finding("I11 order", f"posting:{row.id}", words))

    def findings(self) -> Iterator[Finding]:
        """The first broken sign, the first lot out of order, the first balance that its postings do not give."""
        yield from self.found.values()
        for account_id, balance in self.balances.items():
            if balance != self.kept[account_id]:
                words = f"balance {self.kept[account_id]}, but its postings give {balance}"
                yield Finding("I3 balance", f"ledger_account:{account_id}", words)
                return


def _earned_until(reason: str) -> date | None:
    is_limited = reason.startswith(EARNED_UNTIL)
    return date.fromisoformat(reason.removeprefix(EARNED_UNTIL)) if is_limited else None


def _takes_the_earliest(row: Any) -> bool:
    """Holds, and gifts to another member (I11)."""
    is_gift = row[8] is JournalKind.TRANSFER and row.reason == GIVEN
    return row[8] is JournalKind.HOLD or is_gift


class Clock:
    """I13: within one holder, later journals were not recorded earlier."""

    def __init__(self) -> None:
        self.newest: dict[int | None, datetime] = {}
        self.found: list[Finding] = []

    def see(self, row: Any) -> None:
        """Compare with the holder's journal before."""
        holder, recorded_at = row[10], row[15]
        before = self.newest.get(holder)
        if before is None or before <= recorded_at:
            self.newest[holder] = recorded_at
        elif (before - recorded_at).total_seconds() > CLOCK_GRACE_SECONDS:
            self.newest[holder] = recorded_at
            words = f"was recorded before {before:%Y-%m-%d %H:%M}"
            self.found.append(Finding("I13 clock", f"journal:{row.journal_id}", words))

    def findings(self) -> list[Finding]:
        """The first journal that came too early."""
        return self.found[:1]
