"""What was seen of a payment is stored once, forward only, and booked in the same turn.

A payment's row, its event and the ledger change together: a payment that says captured and a ledger that does not
know of it never exist side by side. The row's own rules (models.py, guards) refuse what this module gets wrong.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from points.billing.earnings import book, freeze
from points.billing.gateway import RANK, PaymentState
from points.billing.gateway import Payment as Seen
from points.billing.models import ChargeDecision, Payment, PaymentEvent
from points.billing.queries import decisions_of, shares
from points.billing.shares import Share, frozen_of, share_of
from points.billing.states import Cause
from volunteer.core import clock
from volunteer.core.db import db

BOOKED = ("earned_yen", "fee_kept_yen", "frozen_yen")


@dataclass(frozen=True, slots=True)
class Figures:
    """How far a payment is."""

    state: PaymentState
    held_yen: int = 0
    captured_yen: int = 0
    refunded_yen: int = 0
    disputed_yen: int = 0
    lost_yen: int = 0

    @property
    def kept_yen(self) -> int:
        """What was taken and is not gone again."""
        return self.captured_yen - self.refunded_yen - self.lost_yen


NAMES = tuple(one.name for one in fields(Figures))


def figures_of(row: Payment) -> Figures:
    """Those that stand in the table."""
    return Figures(*(getattr(row, name) for name in NAMES))


def is_wrong_money(row: Payment, seen: Seen) -> bool:
    """Whether what the gateway has is not what was ordered."""
    return seen.currency != "jpy" or seen.amount_yen != row.amount_yen


def forward(row: Payment, seen: Seen) -> Figures:
    """What the gateway has now, as far as it goes forward from what stands in the table."""
    stored = figures_of(row)
    is_back = RANK[seen.state] < RANK[stored.state]
    is_other = RANK[seen.state] == RANK[stored.state] and seen.state is not stored.state
    if is_back or is_other or is_wrong_money(row, seen):
        return stored
    captured = min(row.amount_yen, max(seen.captured_yen, stored.captured_yen))
    if (seen.state is PaymentState.CAPTURED) != (captured > 0):
        return stored
    refunded = min(captured, max(seen.refunded_yen, stored.refunded_yen))
    disputed = min(seen.disputed_yen, captured - refunded)
    return Figures(
        seen.state,
        seen.held_yen,
        captured,
        refunded,
        disputed,
        min(seen.lost_yen, disputed),
    )


def store(row: Payment, figures: Figures, cause: Cause, by_user_id: int | None = None) -> bool:
    """The payment has these figures, its event and its bookings; whether anything changed. The row is locked."""
    decisions = decisions_of(row.charge_id)
    before = _all(row)
    agreed = Share(row.charge.payee_yen, row.charge.fee_yen)
    decided = shares(decisions)
    share = share_of(figures.kept_yen, agreed, decided)
    frozen = frozen_of(
        share, figures.disputed_yen - figures.lost_yen, decided[-1] if decided else None
    )
    if row.frozen_yen > frozen:
        row.frozen_yen = freeze(row, frozen)
    is_less = share.payee_yen < row.earned_yen
    if (
        is_less and row.frozen_yen
    ):  # what is taken back is not frozen any more; the rest is frozen anew below
        row.frozen_yen = freeze(row, 0)
    for name in NAMES:
        setattr(row, name, getattr(figures, name))
    row.earned_yen, row.fee_kept_yen = share.payee_yen, share.fee_yen
    db.session.flush()
    book(row.charge, share.payee_yen, by_user_id)
    row.frozen_yen = freeze(row, frozen)
    if _all(row) == before:
        return False
    _add_event(row, cause)
    return True


def _all(row: Payment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*NAMES, *BOOKED)}


def _add_event(row: Payment, cause: Cause) -> None:
    last = select(func.coalesce(func.max(PaymentEvent.number), 0)).filter_by(payment_id=row.id)
    number = db.session.execute(last).scalar_one() + 1
    db.session.add(
        PaymentEvent(payment_id=row.id, number=number, cause=cause, at=clock.now(), **_all(row))
    )
    db.session.flush()


def newest_by(decisions: list[ChargeDecision]) -> int | None:
    """Who decided last."""
    return decisions[-1].by_user_id if decisions else None


def mark_seen(row: Payment, seen: Seen, looked_at: datetime) -> None:
    """What else the gateway said of it: its names, its page, when the hold ends."""
    row.reference = row.reference or seen.reference
    row.intent = seen.intent or row.intent
    is_open = seen.state is PaymentState.OPEN
    row.url = seen.url if is_open else ""
    row.needs_payer = seen.needs_payer and is_open
    row.capture_before = seen.capture_before or row.capture_before
    row.seen_at = looked_at
