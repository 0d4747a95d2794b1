"""Papers that are handed over: receipts, invoices, kind letters. Each print is a row; the second says 再発行.

Verbs like those of services.py, apart only for length. A receipt of the desk has the number of its payment; receipts
of cards and invoices have rows of numbers of their own, without a gap. An invoice over another sum is another one.
"""

from sqlalchemy import ColumnElement, func, select

from points.billing.models import BillingPaper, Charge, DeskPayment, Payment
from points.billing.paper_settings import OnPaper, on_paper
from points.billing.queries import charge_or_404, decisions_of, locked_payment, payment_of, shares
from points.billing.shares import Share, share_of
from points.billing.sources import told
from points.billing.states import NUMBERED, PaperKind, PayMethod
from volunteer.core import clock
from volunteer.core.center import next_number, the_center
from volunteer.core.db import db
from volunteer.core.errors import AlreadySent, NotFound, Refused
from volunteer.core.i18n import _l

NO_PAPER = _l("この書類は見つかりません。料金の画面にもどって、開きなおしてください。")


def print_paper(
    charge_id: int, kind: PaperKind, *, desk_payment_id: int | None, key: str, by_user_id: int
) -> BillingPaper:
    """A print of a paper, with its number; the first of its kind or one more of the same.

    Raises NotFound, AlreadySent, Refused (codes nothing_paid, nothing_due).
    """
    charge = charge_or_404(charge_id)
    row = locked_payment(payment_of(charge_id).id)
    again = db.session.execute(select(BillingPaper).filter_by(key=key)).scalar()
    if again is not None:
        if (again.charge_id, again.kind) != (charge_id, kind):
            raise AlreadySent(_l("この画面はもう送信ずみです。"), key=key)
        return again
    received = (
        desk_payment_or_404(charge_id, desk_payment_id) if kind is PaperKind.RECEIPT else None
    )
    amount = received.amount_yen if received else amount_of(charge, row, kind)
    first = _first(charge_id, kind, received, amount)
    year, number = _number(kind, received, first)
    made = BillingPaper(
        key=key,
        kind=kind,
        charge_id=charge_id,
        desk_payment_id=received.id if received else None,
        fiscal_year=year,
        number=number,
        copy=_copies(charge_id, kind, received, amount) + 1,
        amount_yen=amount,
        collects=first.collects if first else told(charge.source).collects,
        by_user_id=by_user_id,
        at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def paper_or_404(paper_id: int) -> BillingPaper:
    """One print. Raises NotFound."""
    found = db.session.get(BillingPaper, paper_id)
    if found is None:
        raise NotFound(NO_PAPER)
    return found


def said_on(made: BillingPaper) -> OnPaper:
    """The account and the registration number that stand on a print.

    A receipt keeps what its first print said; an invoice printed again names the account of that day.
    """
    if made.kind in (PaperKind.RECEIPT, PaperKind.CARD_RECEIPT) and made.copy > 1:
        first = select(BillingPaper.at).where(
            BillingPaper.kind == made.kind,
            BillingPaper.fiscal_year == made.fiscal_year,
            BillingPaper.number == made.number,
            BillingPaper.copy == 1,
        )
        return on_paper(db.session.execute(first).scalar_one())
    return on_paper(made.at)


def due_of(charge: Charge) -> int:
    """What the payer owes in all, as far as is known."""
    decisions = decisions_of(charge.id)
    return decisions[-1].total_yen if decisions else charge.amount_yen


def payees_part(charge: Charge, made: BillingPaper) -> int:
    """Of the sum on a print: the student's, as it was decided when it was printed."""
    known = [one for one in decisions_of(charge.id) if one.at <= made.at]
    agreed = Share(charge.payee_yen, charge.fee_yen)
    return share_of(made.amount_yen, agreed, shares(known)).payee_yen


def desk_payment_or_404(charge_id: int, desk_payment_id: int | None) -> DeskPayment:
    """A payment at the desk of this charge. Raises NotFound."""
    found = db.session.get(DeskPayment, desk_payment_id or 0)
    if found is None or found.charge_id != charge_id:
        raise NotFound(NO_PAPER)
    return found


def amount_of(charge: Charge, row: Payment, kind: PaperKind) -> int:
    """What the paper is about, in yen. Raises Refused when there is nothing to write."""
    kept = row.captured_yen - row.refunded_yen - row.lost_yen
    if kind is PaperKind.CARD_RECEIPT:
        if charge.method is not PayMethod.CARD or kept <= 0:
            raise Refused(
                _l("カードではまだ受けとっていないので、領収書は作れません。"), code="nothing_paid"
            )
        return kept
    due = due_of(charge)
    amount = due if kind is PaperKind.INVOICE else due - kept
    if amount <= 0:
        raise Refused(_l("この料金で、払ってもらうお金はありません。"), code="nothing_due")
    return amount


def _same(
    charge_id: int, kind: PaperKind, received: DeskPayment | None, amount: int
) -> ColumnElement[bool]:
    return (
        (BillingPaper.charge_id == charge_id)
        & (BillingPaper.kind == kind)
        & (BillingPaper.amount_yen == amount)
        & (
            BillingPaper.desk_payment_id == received.id
            if received
            else BillingPaper.desk_payment_id.is_(None)
        )
    )


def _first(
    charge_id: int, kind: PaperKind, received: DeskPayment | None, amount: int
) -> BillingPaper | None:
    """The first print of the same paper."""
    statement = select(BillingPaper).where(_same(charge_id, kind, received, amount))
    return db.session.execute(statement.order_by(BillingPaper.id).limit(1)).scalar()


def _copies(charge_id: int, kind: PaperKind, received: DeskPayment | None, amount: int) -> int:
    statement = select(func.count(BillingPaper.id)).where(_same(charge_id, kind, received, amount))
    return int(db.session.execute(statement).scalar_one())


def _number(
    kind: PaperKind, received: DeskPayment | None, first: BillingPaper | None
) -> tuple[int, int | None]:
    """(fiscal year, number): that of the payment, of the first print, or the next; the counter's row is the lock."""
    if received is not None:
        return received.fiscal_year, received.number
    if first is not None:
        return first.fiscal_year, first.number
    year = clock.fiscal_year(clock.today(), the_center().fiscal_year_start)
    if kind not in NUMBERED:
        return year, None
    return year, int(next_number(f"billing-{kind.value}-{year}", "", 1))
