"""The postings played again from the first: no forbidden sign at any moment (I4), the earliest lot first (I11)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from points.ledger.models import NEVER, Journal, LedgerAccount, Posting
from points.ledger.states import AccountKind, JournalKind
from volunteer.core.db import db
from volunteer.core.hooks import Finding


@dataclass
class _Replay:
    """Balances as they were after each posting."""

    kinds: dict[int, AccountKind] = field(default_factory=dict)
    owners: dict[int, tuple[int, int]] = field(default_factory=dict)
    expiry: dict[int, date] = field(default_factory=dict)
    lots: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    balances: dict[int, int] = field(default_factory=dict)

    def read_accounts(self) -> None:
        """Every account of a holder, empty."""
        rows = db.session.execute(
            select(
                LedgerAccount.id,
                LedgerAccount.kind,
                LedgerAccount.holder_id,
                LedgerAccount.programme_id,
                LedgerAccount.expires_on,
            ).where(LedgerAccount.holder_id.is_not(None))
        )
        for row in rows:
            self.kinds[row.id] = row.kind
            self.owners[row.id] = (row.holder_id, row.programme_id)
            self.balances[row.id] = 0
            if row.kind is AccountKind.LOT:
                self.expiry[row.id] = row.expires_on or NEVER
                self.lots.setdefault(self.owners[row.id], []).append(row.id)

    def out_of_order(self, row: Any) -> int | None:
        """A lot that ended earlier, was still valid, and had points when this one was taken for a hold."""
        taken = row.from_account_id
        if row.kind is not JournalKind.HOLD or taken not in self.expiry:
            return None
        for lot in self.lots[self.owners[taken]]:
            is_earlier = row.effective_on <= self.expiry[lot] < self.expiry[taken]
            if is_earlier and self.balances[lot] > 0:
                return lot
        return None

    def move(self, account_id: int, amount: int) -> bool:
        """Whether the account still has an allowed sign."""
        if account_id not in self.balances:
            return True
        self.balances[account_id] += amount
        balance = self.balances[account_id]
        return balance <= 0 if self.kinds[account_id] is AccountKind.OWED else balance >= 0


def findings() -> list[Finding]:
    """The first posting that broke a sign, and the first that took a later lot before an earlier one."""
    state = _Replay()
    state.read_accounts()
    found: dict[str, Finding] = {}
    rows = db.session.execute(
        select(
            Posting.id,
            Posting.from_account_id,
            Posting.to_account_id,
            Posting.amount,
            Journal.kind,
            Journal.effective_on,
        )
        .join(Journal, Journal.id == Posting.journal_id)
        .order_by(Posting.id)
    ).yield_per(5000)
    for row in rows:
        earlier = state.out_of_order(row)
        if earlier is not None:
            words = f"was taken although lot {earlier} ends earlier and had points"
            found.setdefault("I11", Finding("I11 order", f"posting:{row.id}", words))
        for account_id, amount in (
            (row.from_account_id, -row.amount),
            (row.to_account_id, row.amount),
        ):
            if not state.move(account_id, amount):
                words = f"left account {account_id} at {state.balances[account_id]}"
                found.setdefault("I4", Finding("I4 moment", f"posting:{row.id}", words))
    return list(found.values())
