"""Reads of billing: charges and what is due of them, payments that wait for the worker, what is outstanding."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from points.billing.gateway import PaymentState
from points.billing.models import (
    Charge,
    ChargeDecision,
    DecisionNote,
    DeskPayment,
    GatewayCall,
    GatewayNotice,
    Payment,
)
from points.billing.shares import Share
from points.billing.states import CallOutcome
from points.billing.steps import Ask
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l

NOT_FOUND = _l("この料金の記録は見つかりません。一覧にもどって、開きなおしてください。")
SETTLED = (PaymentState.EXPIRED, PaymentState.RELEASED)


def charge_or_404(charge_id: int) -> Charge:
    """The charge. Raises NotFound."""
    found = db.session.get(Charge, charge_id)
    if found is None:
        raise NotFound(NOT_FOUND, charge_id=charge_id)
    return found


def payment_of(charge_id: int) -> Payment:
    """The payment of a charge as it stands. Raises NotFound."""
    found = db.session.execute(select(Payment).filter_by(charge_id=charge_id)).scalar()
    if found is None:
        raise NotFound(NOT_FOUND, charge_id=charge_id)
    return found


def locked_payment(payment_id: int) -> Payment:
    """The payment, nobody else's until the turn ends."""
    statement = select(Payment).where(Payment.id == payment_id)
    found: Payment = db.session.execute(
        statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).scalar_one()
    return found


def decisions_of(charge_id: int) -> list[ChargeDecision]:
    """What was decided of a charge, the oldest first."""
    statement = select(ChargeDecision).filter_by(charge_id=charge_id)
    return list(db.session.execute(statement.order_by(ChargeDecision.number)).scalars())


def decisions_with_notes(charge_id: int) -> list[tuple[ChargeDecision, str]]:
    """What was decided of a charge and why staff decided it anew, the oldest first."""
    statement = (
        select(ChargeDecision, func.coalesce(DecisionNote.words, ""))
        .outerjoin(DecisionNote, DecisionNote.charge_decision_id == ChargeDecision.id)
        .where(ChargeDecision.charge_id == charge_id)
        .order_by(ChargeDecision.number)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def deciders_anew(charge_id: int) -> set[int]:
    """Users who decided a charge anew."""
    statement = (
        select(ChargeDecision.by_user_id)
        .join(DecisionNote, DecisionNote.charge_decision_id == ChargeDecision.id)
        .where(ChargeDecision.charge_id == charge_id, ChargeDecision.by_user_id.is_not(None))
    )
    return {int(one or 0) for one in db.session.execute(statement).scalars()}


def shares(decisions: list[ChargeDecision]) -> list[Share]:
    """The decisions as shares."""
    return [Share(one.payee_yen, one.fee_yen) for one in decisions]


def calls_of(payment_id: int) -> list[GatewayCall]:
    """What was asked of the gateway about a payment, the oldest first."""
    statement = select(GatewayCall).filter_by(payment_id=payment_id).order_by(GatewayCall.id)
    return list(db.session.execute(statement).scalars())


def capture_asked(calls: list[GatewayCall]) -> int | None:
    """The amount of the newest capture that was not refused."""
    asked = [
        one.amount_yen
        for one in calls
        if one.ask is Ask.CAPTURE and one.outcome is not CallOutcome.REFUSED
    ]
    return asked[-1] if asked else None


def notices_for(payment: Payment, charge_key: str) -> list[int]:
    """Ids of notices about a payment that nobody has looked into."""
    about = [GatewayNotice.charge_key == charge_key]
    if payment.reference:
        about.append(GatewayNotice.reference == payment.reference)
    if payment.intent:
        about.append(GatewayNotice.intent == payment.intent)
    statement = select(GatewayNotice.id).where(GatewayNotice.handled_at.is_(None), or_(*about))
    return list(db.session.execute(statement).scalars())


def due_payments(moment: datetime, gateway: str, limit: int = 200) -> list[int]:
    """Ids of payments at a gateway that the worker should look at: their time has come, or there is news of them.

    Who waits longest comes first, so that some hundred payments at which every look fails keep nobody else waiting.
    """
    waits = Payment.due_at.label("since")
    by_time = select(Payment.id, waits).where(Payment.due_at <= moment, Payment.gateway == gateway)
    news, told = GatewayNotice.handled_at.is_(None), GatewayNotice.received_at
    by_reference = (
        select(Payment.id, told)
        .join(GatewayNotice, GatewayNotice.reference == Payment.reference)
        .where(news, Payment.gateway == gateway)
    )
    by_intent = (
        select(Payment.id, told)
        .join(GatewayNotice, GatewayNotice.intent == Payment.intent)
        .where(news, Payment.gateway == gateway, Payment.intent != "")
    )
    by_key = (
        select(Payment.id, told)
        .join(Charge, Charge.id == Payment.charge_id)
        .join(GatewayNotice, GatewayNotice.charge_key == Charge.key)
        .where(news, Payment.gateway == gateway)
    )
    found = by_time.union_all(by_reference, by_intent, by_key).subquery()
    longest = func.min(found.c.since)
    statement = select(found.c.id).group_by(found.c.id).order_by(longest, found.c.id).limit(limit)
    return list(db.session.execute(statement).scalars())


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A charge of the desk of which something is still to come in, or to go back."""

    charge: Charge
    due_yen: int
    """What is finally due, or what was agreed while nothing is decided."""
    paid_yen: int
    """In less back."""

    @property
    def missing_yen(self) -> int:
        """What is still to come in; negative when it is to go back."""
        return self.due_yen - self.paid_yen


def outstanding(limit: int = 200) -> list[Outstanding]:
    """Charges paid at the desk whose money does not agree with what is due, the oldest first."""
    newest = (
        select(ChargeDecision.charge_id, func.max(ChargeDecision.number).label("number"))
        .group_by(ChargeDecision.charge_id)
        .subquery()
    )
    due = func.coalesce(ChargeDecision.payee_yen + ChargeDecision.fee_yen, Charge.amount_yen)
    paid = Payment.captured_yen - Payment.refunded_yen
    statement = (
        select(Charge, due, paid)
        .join(Payment, Payment.charge_id == Charge.id)
        .outerjoin(newest, newest.c.charge_id == Charge.id)
        .outerjoin(
            ChargeDecision,
            (ChargeDecision.charge_id == Charge.id) & (ChargeDecision.number == newest.c.number),
        )
        .where(Payment.gateway == "desk", due != paid)
        .order_by(Charge.id)
        .limit(limit)
    )
    return [Outstanding(*row) for row in db.session.execute(statement)]


def desk_payments_of(charge_id: int) -> list[DeskPayment]:
    """What went in and back at the desk, in the order of the receipts."""
    statement = select(DeskPayment).filter_by(charge_id=charge_id).order_by(DeskPayment.id)
    return list(db.session.execute(statement).scalars())
