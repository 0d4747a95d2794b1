"""What billing keeps about a person: what they pay and what they earned; money on its way must arrive first."""

from sqlalchemy import ColumnElement, func, or_, select

from points.billing.gateway import PaymentState
from points.billing.models import Charge, ChargeDecision, Payment
from points.ledger.models import LedgerAccount
from points.ledger.states import Unit
from volunteer.core.db import db
from volunteer.core.hooks import ErasureHindrance, OwnRecords
from volunteer.core.i18n import _l, show

MOVING = (PaymentState.OPEN, PaymentState.HELD)
GONE = (PaymentState.EXPIRED, PaymentState.RELEASED)


def own_data(person_id: int) -> list[OwnRecords]:
    """Every charge that the person pays or earns, with how far it is."""
    statement = (
        select(Charge, Payment)
        .join(Payment, Payment.charge_id == Charge.id)
        .where(or_(Charge.payer_id == person_id, Charge.payee_id == person_id))
        .order_by(Charge.id)
    )
    rows = [
        [
            (_l("番号"), str(charge.id)),
            (_l("日にち"), show("date_plain", charge.earned_on)),
            (_l("内容"), _l("払う料金") if charge.payer_id == person_id else _l("受けとる報酬")),
            (_l("金額"), show("yen", charge.amount_yen)),
            (_l("受けとった金額"), show("yen", row.captured_yen)),
            (_l("返した金額"), show("yen", row.refunded_yen)),
            (_l("いまの報酬"), show("yen", row.earned_yen) if charge.payee_id == person_id else ""),
            (_l("止まっている報酬"), show("yen", row.frozen_yen) if row.frozen_yen else ""),
        ]
        for charge, row in db.session.execute(statement)
    ]
    return [OwnRecords("charges", _l("有償活動の料金と報酬"), list(rows))]


def hindrances(person_id: int) -> list[ErasureHindrance]:
    """Earnings that were not paid out, and payments that are under way, stop an erasure."""
    has_yen = (
        select(LedgerAccount.id)
        .where(
            LedgerAccount.holder_id == person_id,
            LedgerAccount.unit == Unit.YEN,
            LedgerAccount.balance != 0,
        )
        .exists()
    )
    is_moving = (
        select(Payment.id)
        .join(Charge, Charge.id == Payment.charge_id)
        .where(or_(Charge.payer_id == person_id, Charge.payee_id == person_id), _is_to_come())
        .exists()
    )
    stands = db.session.execute(select(has_yen, is_moving)).one()
    words = (
        _l("有償活動の報酬がまだ残っています。支払いが終わってから消してください。"),
        _l("有償活動の料金が、まだ払いおわっていません。終わってから消してください。"),
    )
    return [
        ErasureHindrance(word, is_final=True)
        for word, is_so in zip(words, stands, strict=True)
        if is_so
    ]


def _is_to_come() -> ColumnElement[bool]:
    """Money is still to come in or to go back: at the desk what is due and not there; of a card also what is due after
    its page or hold was lost, because the payer will be asked again."""
    newest = (
        select(func.max(ChargeDecision.number))
        .where(ChargeDecision.charge_id == Charge.id)
        .correlate(Charge)
        .scalar_subquery()
    )
    decided = (
        select(ChargeDecision.payee_yen + ChargeDecision.fee_yen)
        .where(ChargeDecision.charge_id == Charge.id, ChargeDecision.number == newest)
        .correlate(Charge)
        .scalar_subquery()
    )
    due = func.coalesce(decided, Charge.amount_yen)
    is_desk = Payment.gateway == "desk"
    is_lost = Payment.state.in_(GONE) & (due > 0)
    return or_(
        is_desk & (due != Payment.captured_yen - Payment.refunded_yen),
        ~is_desk & or_(Payment.state.in_(MOVING), is_lost),
    )
