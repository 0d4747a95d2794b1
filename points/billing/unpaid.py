"""Which work is not paid for yet: what its payer still owes, and what was taken and has not reached the student."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Subquery, func, or_, select, true

from points.billing.gateway import PaymentState
from points.billing.models import Charge, ChargeDecision, Payment
from points.billing.pay_days import WARN_AFTER, Earned, is_late, last_day, unpaid_parts
from points.ledger.models import Journal, LedgerAccount, Posting
from points.ledger.states import AccountKind, JournalKind, Unit
from volunteer.core import clock
from volunteer.core.db import db


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A piece of work whose student has not been paid in full."""

    charge: Charge
    payment: Payment
    missing_yen: int
    """Of the student's part: not taken from the payer yet."""
    kept_yen: int
    """Taken, and still with the center: not asked for, on its way, or frozen."""

    @property
    def yen(self) -> int:
        """What the student has still to get."""
        return self.missing_yen + self.kept_yen

    @property
    def last_day(self) -> date:
        """Until when."""
        return last_day(self.charge.earned_on)

    @property
    def is_late(self) -> bool:
        """Whether the day has passed."""
        return is_late(self.charge.earned_on, clock.today())


def newest_decision() -> Subquery:
    """(charge_id, payee_yen, total_yen, reason) of the decision that counts."""
    newest = (
        select(ChargeDecision.charge_id, func.max(ChargeDecision.number).label("number"))
        .group_by(ChargeDecision.charge_id)
        .subquery()
    )
    is_newest = (ChargeDecision.charge_id == newest.c.charge_id) & (
        ChargeDecision.number == newest.c.number
    )
    total = (ChargeDecision.payee_yen + ChargeDecision.fee_yen).label("total_yen")
    return (
        select(ChargeDecision.charge_id, ChargeDecision.payee_yen, total, ChargeDecision.reason)
        .join(newest, is_newest)
        .subquery()
    )


def unpaid_work(
    done_until: date | None = None, payee_id: int | None = None, *, is_due_only: bool = False
) -> list[Unpaid]:
    """Work done up to a day (today) that is not paid for in full, the oldest first; of one student where given.

    What its payer still owes counts as long as the payment is open, and after its page or hold was lost if something
    was decided: the work was done. With `is_due_only` it never counts before that.
    """
    day = done_until or clock.today()
    kept = _kept_by_month(payee_id)
    decided = newest_decision()
    due = func.coalesce(decided.c.payee_yen, 0 if is_due_only else Charge.payee_yen)
    missing = due - Payment.earned_yen
    months = [month for _holder, month in kept]
    is_kept = (
        Charge.payee_id.in_({holder for holder, _month in kept})
        & (Charge.earned_on >= min(months))
        & (Payment.earned_yen > 0)
        if months
        else true() & False
    )
    is_over = Payment.state.in_((PaymentState.EXPIRED, PaymentState.RELEASED))
    is_asked_for = ~is_over | decided.c.payee_yen.is_not(None)
    statement = (
        select(Charge, Payment, missing)
        .join(Payment, Payment.charge_id == Charge.id)
        .outerjoin(decided, decided.c.charge_id == Charge.id)
        .where(
            or_(is_kept, (missing > 0) & is_asked_for),
            true() if payee_id is None else Charge.payee_id == payee_id,
        )
        .order_by(Charge.earned_on, Charge.id)
    )
    rows = [
        (charge, row, max(0, lacking)) for charge, row, lacking in db.session.execute(statement)
    ]
    parts = _parts(kept, [(charge, row) for charge, row, _lacking in rows])
    found = [Unpaid(charge, row, lacking, parts.get(charge.id, 0)) for charge, row, lacking in rows]
    return [one for one in found if one.yen and one.charge.earned_on <= day]


def due_soon(payee_id: int | None = None) -> list[Unpaid]:
    """Work of at least 45 days ago for which the student has not all of their pay."""
    return unpaid_work(clock.today() - WARN_AFTER, payee_id, is_due_only=True)


def _parts(
    kept: dict[tuple[int, date], int], rows: Sequence[tuple[Charge, Payment]]
) -> dict[int, int]:
    by_month: dict[tuple[int, date], list[Earned]] = {}
    for charge, row in rows:
        month = (charge.payee_id, clock.month_of(charge.earned_on))
        by_month.setdefault(month, []).append(Earned(charge.id, charge.earned_on, row.earned_yen))
    found: dict[int, int] = {}
    for month, earned in by_month.items():
        found |= unpaid_parts(kept.get(month, 0), earned)
    return found


def _kept_by_month(payee_id: int | None) -> dict[tuple[int, date], int]:
    """(student, month of the work) → yen that the center still has: in lots, and held for a request."""
    lot = db.aliased(LedgerAccount)
    hold = db.aliased(LedgerAccount)
    in_lots = select(lot.holder_id, lot.month, lot.balance.label("yen")).where(
        _is_yen_lot(lot), lot.balance > 0, _is_of(lot, payee_id)
    )
    held = (
        select(lot.holder_id, lot.month, Posting.amount.label("yen"))
        .join(Posting, Posting.from_account_id == lot.id)
        .join(hold, hold.id == Posting.to_account_id)
        .join(Journal, Journal.id == Posting.journal_id)
        .where(
            _is_yen_lot(lot),
            hold.kind == AccountKind.HOLD,
            hold.balance > 0,
            Journal.kind == JournalKind.HOLD,
            _is_of(lot, payee_id),
        )
    )
    both = in_lots.union_all(held).subquery()
    statement = select(both.c.holder_id, both.c.month, func.sum(both.c.yen)).group_by(
        both.c.holder_id, both.c.month
    )
    return {(holder, month): int(yen) for holder, month, yen in db.session.execute(statement)}


def _is_yen_lot(lot: type[LedgerAccount]) -> ColumnElement[bool]:
    return (lot.unit == Unit.YEN) & (lot.kind == AccountKind.LOT)


def _is_of(lot: type[LedgerAccount], payee_id: int | None) -> ColumnElement[bool]:
    return true() if payee_id is None else lot.holder_id == payee_id
