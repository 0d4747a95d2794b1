"""The verbs of billing: make a charge, decide what is due, record money at the desk, keep a notice.

No gateway is called here (decision 8): what has to be asked of one is left to the worker's turn (turn.py). Every verb
is harmless when repeated by its key.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from points.billing.gateway import YEN_MIN, Notice, PaymentState
from points.billing.models import (
    Charge,
    ChargeDecision,
    DeskPayment,
    GatewayNotice,
    Payment,
)
from points.billing.queries import (
    calls_of,
    capture_asked,
    charge_or_404,
    deciders_anew,
    decisions_of,
    locked_payment,
    payment_of,
)
from points.billing.states import (
    CHARGE_YEN_MAX,
    DESK_METHODS,
    Cause,
    DecisionReason,
    Direction,
    PayMethod,
)
from points.billing.steps import Ask
from points.billing.storing import Figures, figures_of, store
from volunteer.core import clock
from volunteer.core.center import next_number, the_center
from volunteer.core.db import db, insert_once
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotAllowed, Refused
from volunteer.core.i18n import _l

DESK = "desk"
"""The gateway of what is paid to staff."""
NONE = "none"

OTHER_CONTENT = _l(
    "同じ番号の記録がもうあります。画面を開きなおして、いまの金額を確かめてください。"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What a charge is made of."""

    key: str
    source: str
    payer_id: int
    payee_id: int
    payee_yen: int
    fee_yen: int
    method: PayMethod
    earned_on: date
    follows_charge_id: int | None = None

    @property
    def amount_yen(self) -> int:
        """What the payer is asked for."""
        return self.payee_yen + self.fee_yen


def make_charge(order: Order, gateway: str, by_user_id: int | None = None) -> Charge:
    """The payer is asked for this sum; nothing is taken yet. `gateway` names the one in use (none, fake, stripe).

    Raises AlreadySent (the key with other content), AlreadyDecided (another charge follows the same one), Refused
    (codes bad_amount, no_cards, too_little_for_card, same_party, other_follows).
    """
    first = db.session.execute(select(Charge).filter_by(key=order.key)).scalar()
    if first is not None:
        return _same(first, order)
    _check_order(order, gateway)
    values = {name: getattr(order, name) for name in ORDER}
    moment = clock.now()
    new_id = insert_once(Charge, {**values, "made_by_user_id": by_user_id, "made_at": moment})
    if new_id is None:
        again = db.session.execute(select(Charge).filter_by(key=order.key)).scalar()
        if again is not None:
            return _same(again, order)
        raise AlreadyDecided(
            _l("この料金には、もう続きの料金があります。画面を開きなおしてください。"),
            code="other_follows",
        )
    is_card = order.method is PayMethod.CARD
    payment = Payment(
        charge_id=new_id,
        amount_yen=order.amount_yen,
        gateway=gateway if is_card else DESK,
        state=PaymentState.OPEN,
        due_at=moment if is_card else None,
    )
    db.session.add(payment)
    db.session.flush()
    return charge_or_404(new_id)


ORDER = (
    "key", "source", "payer_id", "payee_id", "payee_yen", "fee_yen", "amount_yen", "method",
    "earned_on", "follows_charge_id",
)  # fmt: skip


def _same(first: Charge, order: Order) -> Charge:
    if any(getattr(first, name) != getattr(order, name) for name in ORDER):
        raise AlreadySent(OTHER_CONTENT, key=order.key)
    return first


def _check_order(order: Order, gateway: str) -> None:
    is_whole = order.payee_yen >= 0 and order.fee_yen >= 0
    if not is_whole or not 1 <= order.amount_yen <= CHARGE_YEN_MAX:
        raise Refused(
            _l("金額は1円から%(most)s円までにしてください。", most=f"{CHARGE_YEN_MAX:,}"),
            code="bad_amount",
        )
    if order.payer_id == order.payee_id:
        raise Refused(_l("払う人と受けとる人が同じです。"), code="same_party")
    if order.method is PayMethod.CARD:
        _check_card(order.amount_yen, gateway)
    if order.follows_charge_id is not None:
        before = charge_or_404(order.follows_charge_id)
        if (before.payer_id, before.payee_id) != (order.payer_id, order.payee_id):
            raise Refused(_l("前の料金と、払う人か受けとる人がちがいます。"), code="other_follows")


def _check_card(amount_yen: int, gateway: str) -> None:
    if gateway == NONE:
        raise Refused(_l("カードは使えません。現金か銀行振込でお支払いください。"), code="no_cards")
    if amount_yen < YEN_MIN:
        raise Refused(
            _l("カードでは%(least)s円から払えます。現金か銀行振込にしてください。", least=YEN_MIN),
            code="too_little_for_card",
        )


@dataclass(frozen=True, slots=True)
class Due:
    """What is finally due of a charge: 0 and 0 releases the payer."""

    payee_yen: int
    fee_yen: int
    reason: DecisionReason

    @property
    def total_yen(self) -> int:
        """What the payer owes in all."""
        return self.payee_yen + self.fee_yen


def decide(charge_id: int, due: Due, *, key: str, by_user_id: int | None = None) -> ChargeDecision:
    """What is finally due: before the capture what will be taken, after it less goes back and more is refused.

    Raises NotFound, AlreadySent, Refused (codes over_agreed, second_charge, too_little_for_card).
    """
    charge = charge_or_404(charge_id)
    row = locked_payment(payment_of(charge_id).id)
    decisions = decisions_of(charge_id)
    first = db.session.execute(select(ChargeDecision).filter_by(key=key)).scalar()
    if first is not None:
        stands = (first.charge_id, first.payee_yen, first.fee_yen, first.reason)
        if stands != (charge_id, due.payee_yen, due.fee_yen, due.reason):
            raise AlreadySent(OTHER_CONTENT, key=key)
        return first
    _check_due(charge, row, decisions, due)
    decision = ChargeDecision(
        key=key,
        charge_id=charge_id,
        number=len(decisions) + 1,
        payee_yen=due.payee_yen,
        fee_yen=due.fee_yen,
        reason=due.reason,
        by_user_id=by_user_id,
        at=clock.now(),
    )
    db.session.add(decision)
    db.session.flush()
    store(row, figures_of(row), Cause.DECISION, by_user_id)  # what goes back is frozen at once
    row.looks += 1  # whoever looked before this decision looks again
    if charge.method is PayMethod.CARD:
        row.due_at = decision.at
    db.session.flush()
    return decision


def _check_due(charge: Charge, row: Payment, decisions: list[ChargeDecision], due: Due) -> None:
    if not 0 <= due.payee_yen <= charge.payee_yen or not 0 <= due.fee_yen <= charge.fee_yen:
        raise Refused(
            _l("はじめに決めた金額より多くはできません。多い分は、別の料金にしてください。"),
            code="over_agreed",
        )
    if charge.method is not PayMethod.CARD:
        return
    if 0 < due.total_yen < YEN_MIN:
        _check_card(due.total_yen, row.gateway)
    if due.total_yen > most_now(charge, row, decisions):
        raise Refused(
            _l("もう引き落とした金額より多くはできません。多い分は、別の料金にしてください。"),
            code="second_charge",
        )


def most_now(charge: Charge, row: Payment, decisions: list[ChargeDecision]) -> int:
    """The most that can still be taken by card: a gateway takes once, and what is let go is gone."""
    if row.captured_yen:
        newest = decisions[-1].total_yen if decisions else row.captured_yen
        return min(newest, row.captured_yen)
    calls = calls_of(row.id)
    is_let_go = any(one.ask is Ask.RELEASE for one in calls)
    if is_let_go or row.state in (PaymentState.EXPIRED, PaymentState.RELEASED):
        return 0
    asked = capture_asked(calls)
    if asked is None:
        return charge.amount_yen
    return min(asked, decisions[-1].total_yen) if decisions else asked


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Cash, or a transfer on the center's account: which way, how much, when."""

    direction: Direction
    method: PayMethod
    amount_yen: int
    received_on: date


def record_desk_payment(charge_id: int, money: AtDesk, *, key: str, by_user_id: int) -> DeskPayment:
    """Money came in at the desk, or went back, and has its receipt.

    Raises NotFound, AlreadySent, NotAllowed (decided_anew), Refused (codes not_at_desk, bad_amount, bad_day,
    too_much_in, too_much_back).
    """
    charge = charge_or_404(charge_id)
    row = locked_payment(payment_of(charge_id).id)
    first = db.session.execute(select(DeskPayment).filter_by(key=key)).scalar()
    if first is not None:
        stands = (first.charge_id, first.direction, first.method, first.amount_yen)
        if stands != (charge_id, money.direction, money.method, money.amount_yen):
            raise AlreadySent(OTHER_CONTENT, key=key)
        return first
    _refuse_decider(charge_id, money, by_user_id)
    figures = _after(charge, row, money)
    made = _numbered(charge_id, money, key, by_user_id)
    store(row, figures, Cause.DESK, by_user_id)
    row.looks += 1
    db.session.flush()
    return made


def _refuse_decider(charge_id: int, money: AtDesk, by_user_id: int) -> None:
    """Whoever decided by themselves that less is due does not take that money out of the till."""
    if money.direction is Direction.BACK and by_user_id in deciders_anew(charge_id):
        raise NotAllowed(
            _l(
                "金額を決めなおした職員は、そのお金を返せません。ほかの支払担当にたのんでください。"
            ),
            code="decided_anew",
        )


def _after(charge: Charge, row: Payment, money: AtDesk) -> Figures:
    """How far the payment is with this money. Raises Refused."""
    if charge.method not in DESK_METHODS or money.method not in DESK_METHODS:
        raise Refused(
            _l("この料金はカード払いです。窓口で受けとるときは、新しい料金を作ってください。"),
            code="not_at_desk",
        )
    if money.amount_yen < 1:
        raise Refused(_l("金額は1円からにしてください。"), code="bad_amount")
    if money.received_on > clock.today():
        raise Refused(_l("日にちが先の日になっています。"), code="bad_day")
    now = figures_of(row)
    decisions = decisions_of(charge.id)
    due = decisions[-1].total_yen if decisions else charge.amount_yen
    if money.direction is Direction.IN:
        left = min(due - now.kept_yen, charge.amount_yen - now.captured_yen)
        if money.amount_yen > left:
            raise Refused(
                _l("受けとる残りは%(left)s円です。金額を確かめてください。", left=f"{left:,}"),
                code="too_much_in",
            )
        taken = now.captured_yen + money.amount_yen
        return Figures(PaymentState.CAPTURED, 0, taken, now.refunded_yen)
    left = now.kept_yen - due
    if money.amount_yen > left:
        raise Refused(
            _l(
                "返せるのは%(left)s円までです。先に金額を決めなおしてください。",
                left=f"{max(0, left):,}",
            ),
            code="too_much_back",
        )
    return Figures(now.state, 0, now.captured_yen, now.refunded_yen + money.amount_yen)


def _numbered(charge_id: int, money: AtDesk, key: str, by_user_id: int) -> DeskPayment:
    """The receipt, with the next number of its fiscal year: the row of the counter is the lock."""
    year = clock.fiscal_year(clock.today(), the_center().fiscal_year_start)
    made = DeskPayment(
        key=key,
        charge_id=charge_id,
        direction=money.direction,
        method=money.method,
        amount_yen=money.amount_yen,
        fiscal_year=year,
        number=int(next_number(f"desk-payment-{year}", "", 1)),
        received_on=money.received_on,
        by_user_id=by_user_id,
        at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def keep_notice(notice: Notice) -> bool:
    """A believed notice waits for the worker; False when it came before."""
    values = {
        "event_id": notice.event_id[:120],
        "kind": notice.kind[:80],
        "reference": notice.reference[:120],
        "intent": notice.intent[:120],
        "charge_key": notice.charge_key[:64],
        "happened_at": notice.at,
        "received_at": clock.now(),
        "handled_at": None,
    }
    return insert_once(GatewayNotice, values) is not None
