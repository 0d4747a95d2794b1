"""The charges of a paid task: made when it is agreed (for a card not too early), decided when it ends, made anew when
a hold or a payment page was lost.

All of it happens in the caller's write turn with the task locked; no gateway is called (decision 8). Whatever replaces
or continues a charge follows the last one: they are a chain of one source.
"""

from datetime import datetime

from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.queries import charges_of
from matching.paid_tasks.rules import card_opens_at
from matching.prices.queries import prices_now
from points.billing.gateway import YEN_MIN, PaymentState
from points.billing.models import Charge, Payment
from points.billing.pricing import Quote
from points.billing.queries import decisions_of, locked_payment
from points.billing.services import NONE, Due, Order, decide, make_charge
from points.billing.states import DecisionReason, PayMethod
from volunteer.core import clock
from volunteer.core.config import settings
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l

TAKEN = (PaymentState.HELD, PaymentState.CAPTURED)
GONE = (PaymentState.EXPIRED, PaymentState.RELEASED)
NOTHING = Due(0, 0, DecisionReason.OTHER_WAY)


def in_force(task: PaidTask) -> list[tuple[Charge, Payment]]:
    """The charges that no other one has replaced, the oldest first."""
    return [one for one in charges_of(task) if not _is_replaced(one[0])]


def _held_still(task: PaidTask) -> list[tuple[Charge, Payment]]:
    """The same, and nobody else moves their payments until the turn ends: a worker, or money at the desk."""
    for _charge, payment in charges_of(task):
        locked_payment(payment.id)
    return in_force(task)


def _is_replaced(charge: Charge) -> bool:
    decisions = decisions_of(charge.id)
    return bool(decisions) and decisions[-1].reason is DecisionReason.OTHER_WAY


def due_of(charge: Charge) -> Due:
    """What is due of a charge now: as decided, else as agreed."""
    decisions = decisions_of(charge.id)
    if not decisions:
        return Due(charge.payee_yen, charge.fee_yen, DecisionReason.DONE)
    return Due(decisions[-1].payee_yen, decisions[-1].fee_yen, decisions[-1].reason)


def check_method(method: PayMethod) -> None:
    """Raises Refused (no_cards) where the center takes none."""
    if method is PayMethod.CARD and settings().cards == NONE:
        raise Refused(_l("カードは使えません。現金か銀行振込でお支払いください。"), code="no_cards")


def opens_at(task: PaidTask) -> datetime:
    """From when this task can be paid by card."""
    return card_opens_at(task.participation.shift.starts_at, prices_now().card_days)


def place_when_due(task: PaidTask, by_user_id: int | None) -> Charge | None:
    """The orderer is asked for what was agreed; for a card not before its time (then None)."""
    if task.method is PayMethod.CARD and clock.now() < opens_at(task):
        return None
    return _place(task, Due(task.payee_yen, task.fee_yen, DecisionReason.DONE), by_user_id)


def _place(task: PaidTask, due: Due, by_user_id: int | None) -> Charge:
    """A charge at the end of the chain; it is the one in force."""
    chain = charges_of(task)
    order = Order(
        key=f"{task.source}:{len(chain) + 1}",
        source=task.source,
        payer_id=task.orderer_id,
        payee_id=task.student_id,
        payee_yen=due.payee_yen,
        fee_yen=due.fee_yen,
        method=_way(task.method, due.total_yen),
        earned_on=clock.activity_date(task.participation.shift.starts_at),
        follows_charge_id=chain[-1][0].id if chain else None,
    )
    made = make_charge(order, settings().cards, by_user_id)
    task.charge_id = made.id
    return made


def _way(method: PayMethod | None, yen: int) -> PayMethod:
    """The agreed way; the desk's where a card cannot be used for so little, or no more."""
    if method is PayMethod.CARD and (settings().cards == NONE or yen < YEN_MIN):
        return PayMethod.CASH
    return method or PayMethod.CASH


def _decide(charge: Charge, due: Due, by_user_id: int | None) -> None:
    number = len(decisions_of(charge.id)) + 1
    decide(charge.id, due, key=f"{charge.key}:due:{number}", by_user_id=by_user_id)


def _replace(
    task: PaidTask, charge: Charge, due: Due, by_user_id: int | None, *, is_final: bool
) -> Charge:
    """Nothing is due of this charge any more, everything of the one that follows."""
    _decide(charge, NOTHING, by_user_id)
    made = _place(task, due, by_user_id)
    if is_final:
        _decide(made, due, by_user_id)
    return made


def conclude(task: PaidTask, quote: Quote, reason: DecisionReason, by_user_id: int | None) -> None:
    """The work is over, in whatever way: this is finally due.

    Less than agreed is decided of the charge in force; more is a second one that follows, unless nothing was held or
    taken yet: then one charge of the whole sum replaces it.
    """
    due = Due(quote.payee_yen, quote.fee_yen, reason)
    found = _held_still(task)
    if not found:
        if due.total_yen:
            _decide(_place(task, due, by_user_id), due, by_user_id)
        return
    charge, payment = found[-1]
    if _fits(charge, payment, due):
        _decide(charge, due, by_user_id)
    elif payment.state in TAKEN and due.total_yen > charge.amount_yen:
        _decide(charge, Due(charge.payee_yen, charge.fee_yen, reason), by_user_id)
        more = Due(due.payee_yen - charge.payee_yen, due.fee_yen - charge.fee_yen, reason)
        _decide(_place(task, more, by_user_id), more, by_user_id)
    else:
        _replace(task, charge, due, by_user_id, is_final=True)


def _fits(charge: Charge, payment: Payment, due: Due) -> bool:
    """Whether this charge can bring what is due."""
    if due.payee_yen > charge.payee_yen or due.fee_yen > charge.fee_yen:
        return False
    if charge.method is not PayMethod.CARD or due.total_yen == 0:
        return True
    return payment.state not in GONE and due.total_yen >= YEN_MIN


def lost_charges(task: PaidTask) -> list[Charge]:
    """Card charges of which something is due although their page or hold is gone."""
    return [
        charge
        for charge, payment in _held_still(task)
        if payment.state in GONE and due_of(charge).total_yen
    ]


def renew(task: PaidTask, by_user_id: int | None) -> Charge | None:
    """What was lost is asked for again by a charge that follows, with a page of its own; None when nothing was."""
    made = None
    for charge in lost_charges(task):
        is_final = bool(decisions_of(charge.id))
        made = _replace(task, charge, due_of(charge), by_user_id, is_final=is_final)
    return made


def pay_otherwise(task: PaidTask, method: PayMethod, by_user_id: int | None) -> None:
    """Whatever is not paid yet is asked for in another way. Raises Refused (paid_already, no_cards)."""
    check_method(method)
    found = _held_still(task)
    open_ones = [charge for charge, payment in found if not payment.captured_yen]
    if found and not any(due_of(charge).total_yen for charge in open_ones):
        raise Refused(
            _l("もう支払いがすんでいるので、払い方は変えられません。"), code="paid_already"
        )
    task.method = method
    if not found:
        place_when_due(task, by_user_id)
    for charge in open_ones:
        due = due_of(charge)
        if due.total_yen and charge.method is not method:
            is_final = bool(decisions_of(charge.id))
            _replace(task, charge, due, by_user_id, is_final=is_final)
