"""Papers that a payer takes from their own page: the desk's papers, under the desk's numbers.

A payer has one print of each paper and opens it again as often as they like; where the desk printed the same paper
before, theirs says 再発行, and the other way round. Letters about missing money are handed out by the desk only.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from points.billing.models import BillingPaper, Charge, DeskPayment, Payment
from points.billing.papers import NO_PAPER, amount_of, desk_payment_or_404, print_paper
from points.billing.queries import charge_or_404, locked_payment, payment_of
from points.billing.states import Direction, PaperKind, PayMethod
from volunteer.core.db import db
from volunteer.core.errors import NotFound

PREFIX = "payer:"
"""No form has a key with a colon, so that these are never mistaken for prints of the desk."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A paper that the payer can have."""

    charge_id: int
    kind: PaperKind
    amount_yen: int
    received: DeskPayment | None = None
    made: BillingPaper | None = None
    """The payer's own print, once they asked for it."""

    @property
    def is_back(self) -> bool:
        """Money that was given back."""
        return self.received is not None and self.received.direction is Direction.BACK


def payer_key(charge_id: int, kind: PaperKind, payment_id: int | None, amount_yen: int) -> str:
    """The key of the payer's print of a paper; another sum is another paper."""
    return f"{PREFIX}{charge_id}:{kind.value}:{payment_id or 0}:{amount_yen}"


def is_payers(made: BillingPaper) -> bool:
    """Whether the payer took this print."""
    return made.key.startswith(PREFIX)


def offers_of(charges: Iterable[tuple[Charge, Payment, int]]) -> list[Offer]:
    """What the payer of these charges (with what is due of each) can have: invoices first, then receipts."""
    rows = list(charges)
    ids = [charge.id for charge, _row, _due in rows]
    if not ids:
        return []
    received = _received(ids)
    own = {one.key: one for one in _own(ids)}
    found = []
    for charge, row, due_yen in rows:
        kept = row.captured_yen - row.refunded_yen - row.lost_yen
        if due_yen:
            found.append(Offer(charge.id, PaperKind.INVOICE, due_yen))
        if charge.method is PayMethod.CARD and kept > 0:
            found.append(Offer(charge.id, PaperKind.CARD_RECEIPT, kept))
        for one in received:
            if one.charge_id == charge.id:
                found.append(Offer(charge.id, PaperKind.RECEIPT, one.amount_yen, one))
    return [_with_print(one, own) for one in found]


def _with_print(one: Offer, own: dict[str, BillingPaper]) -> Offer:
    payment_id = one.received.id if one.received else None
    key = payer_key(one.charge_id, one.kind, payment_id, one.amount_yen)
    return Offer(one.charge_id, one.kind, one.amount_yen, one.received, own.get(key))


def _received(charge_ids: list[int]) -> list[DeskPayment]:
    statement = select(DeskPayment).where(DeskPayment.charge_id.in_(charge_ids))
    return list(db.session.execute(statement.order_by(DeskPayment.id)).scalars())


def _own(charge_ids: list[int]) -> list[BillingPaper]:
    statement = select(BillingPaper).where(
        BillingPaper.charge_id.in_(charge_ids), BillingPaper.key.startswith(PREFIX)
    )
    return list(db.session.execute(statement).scalars())


def print_for_payer(
    charge_id: int, kind: PaperKind, *, desk_payment_id: int | None, by_user_id: int
) -> BillingPaper:
    """The payer's print of a paper, made when they ask for the first time.

    `by_user_id` is the member of the organization, or who gave the household its link. Raises NotFound, Refused (codes
    nothing_paid, nothing_due).
    """
    if kind is PaperKind.REMINDER:
        raise NotFound(NO_PAPER)
    charge = charge_or_404(charge_id)
    row = locked_payment(payment_of(charge_id).id)
    payment_id = desk_payment_id if kind is PaperKind.RECEIPT else None
    if payment_id is not None or kind is PaperKind.RECEIPT:
        amount = desk_payment_or_404(charge_id, payment_id).amount_yen
    else:
        amount = amount_of(charge, row, kind)
    key = payer_key(charge_id, kind, payment_id, amount)
    return print_paper(charge_id, kind, desk_payment_id=payment_id, key=key, by_user_id=by_user_id)
