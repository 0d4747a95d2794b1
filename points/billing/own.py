"""What a student reads of their paid work: each piece with its pay, what is frozen and why, what can be asked for."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from points.billing.earnings import programme_or_none
from points.billing.gateway import PaymentState
from points.billing.models import Charge, Payment
from points.billing.pay_days import is_due_soon
from points.billing.sources import Told, told_of
from points.billing.unpaid import Unpaid, newest_decision, unpaid_work
from points.ledger.queries import Balances, balances
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.i18n import _l

SHOWN = 50


class Stand(StrEnum):
    """How far the pay for a piece of work is."""

    NOTHING = "nothing"
    LOST = "lost"
    TO_COME = "to_come"
    DISPUTED = "disputed"
    GOING_BACK = "going_back"
    HERE = "here"
    PAID = "paid"


STAND_TAGS: dict[Stand, tuple[Any, str, str]] = {
    Stand.NOTHING: (_l("料金なし"), "", "check"),
    Stand.LOST: (_l("払った人に返りました"), "bad", "cross"),
    Stand.TO_COME: (_l("料金を待っています"), "", "clock"),
    Stand.DISPUTED: (_l("止まっています"), "warn", "lock"),
    Stand.GOING_BACK: (_l("一部が止まっています"), "warn", "lock"),
    Stand.HERE: (_l("センターにあります"), "kind", "yen"),
    Stand.PAID: (_l("支払ずみ"), "ok", "check"),
}
REASONS = {
    Stand.LOST: _l("カード会社が、払った人の申し立てを認めました。センターに聞いてください。"),
    Stand.DISPUTED: _l(
        "払った人がカード会社に申し立てをしたので、センターが答えています。終わるまで受けとれません。"
    ),
    Stand.GOING_BACK: _l(
        "金額が変わり、多い分を払った人に返しているところです。返すと、残りを受けとれます。"
    ),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of paid work with its pay."""

    charge: Charge
    payment: Payment
    told: Told
    stand: Stand
    yen: int
    """The student's part, as it stands now or was agreed."""
    unpaid: Unpaid | None


@dataclass(frozen=True, slots=True)
class Earnings:
    """The page of a student."""

    balances: Balances
    pieces: list[Piece]
    due_soon: list[Piece]
    """Work of 45 days ago and more whose pay is with the center: it should be asked for now."""

    @property
    def to_ask_yen(self) -> int:
        """What of it can be asked for."""
        kept = sum(one.unpaid.kept_yen for one in self.due_soon if one.unpaid)
        return min(kept, self.balances.available)

    @property
    def first_day(self) -> date | None:
        """Until when the oldest of it is to be paid."""
        days = [one.unpaid.last_day for one in self.due_soon if one.unpaid]
        return min(days, default=None)


def earnings_of(person_id: int) -> Earnings:
    """Everything about the paid work of a person, the newest first."""
    programme_id = programme_or_none()
    amounts = balances(person_id, programme_id) if programme_id else Balances()
    rows = _charges(person_id)
    unpaid = {one.charge.id: one for one in unpaid_work(payee_id=person_id)}
    told = told_of(charge.source for charge, _payment, _due in rows)
    pieces = [
        _piece(charge, payment, due, told[charge.source], unpaid.get(charge.id))
        for charge, payment, due in rows
    ]
    soon = [
        one
        for one in pieces
        if one.unpaid and one.unpaid.kept_yen and is_due_soon(one.charge.earned_on, clock.today())
    ]
    return Earnings(amounts, pieces, soon)


def _charges(person_id: int) -> list[tuple[Charge, Payment, int | None]]:
    decided = newest_decision()
    statement = (
        select(Charge, Payment, decided.c.payee_yen)
        .join(Payment, Payment.charge_id == Charge.id)
        .outerjoin(decided, decided.c.charge_id == Charge.id)
        .where(Charge.payee_id == person_id)
        .order_by(Charge.earned_on.desc(), Charge.id.desc())
        .limit(SHOWN)
    )
    return [(charge, payment, due) for charge, payment, due in db.session.execute(statement)]


def _piece(
    charge: Charge, payment: Payment, due: int | None, told: Told, unpaid: Unpaid | None
) -> Piece:
    stand = _stand(payment, due, unpaid)
    agreed = charge.payee_yen if due is None else due
    yen = payment.earned_yen if stand in (Stand.HERE, Stand.PAID, Stand.DISPUTED) else agreed
    return Piece(charge, payment, told, stand, yen, unpaid)


def _stand(payment: Payment, due: int | None, unpaid: Unpaid | None) -> Stand:
    is_over = payment.state in (PaymentState.EXPIRED, PaymentState.RELEASED) and not due
    if payment.disputed_yen > payment.lost_yen:
        return Stand.DISPUTED
    if payment.frozen_yen:
        return Stand.GOING_BACK
    if not payment.earned_yen and payment.lost_yen:
        return Stand.LOST
    if not payment.earned_yen:
        return Stand.NOTHING if due == 0 or is_over or payment.captured_yen else Stand.TO_COME
    if unpaid and unpaid.kept_yen:
        return Stand.HERE
    return Stand.PAID
