"""The worker's turn at one payment: look, store what was seen, intend one call, make it, write down what came of it.

A gateway is looked at and called outside every write turn. Whatever dies in between is found again: a payment stays
due until nothing is left to do, an intended call is repeated with its key, and what a lost answer did is seen at the
next look. Two workers at one payment do no harm: whoever looked before the other stored looks again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from points.billing.gateway import (
    Gateway,
    GatewayRefused,
    GatewayUnreachable,
    PaymentOrder,
    PaymentState,
)
from points.billing.gateway import Payment as Seen
from points.billing.models import Charge, ChargeDecision, GatewayCall, GatewayNotice, Payment
from points.billing.notices import tell_staff
from points.billing.queries import (
    calls_of,
    capture_asked,
    decisions_of,
    locked_payment,
    notices_for,
)
from points.billing.states import CallOutcome, Cause
from points.billing.steps import CAPTURE_AHEAD, Ask, Step, Trouble, Wanted, next_step, troubles
from points.billing.storing import forward, is_wrong_money, mark_seen, newest_by, store
from volunteer.core import clock
from volunteer.core.config import settings
from volunteer.core.db import db, forbid_in_turn, guarded_update, insert_once, run_turn

STEPS_MAX = 6
PAGE_OPEN = timedelta(hours=23)
"""A payment page closes after this long; a gateway allows 24 hours at most."""
AGAIN = timedelta(minutes=1)
LATER = timedelta(hours=1)
MISSING = "missing"
"""A trouble that only a look can tell: the gateway does not know the payment."""

FailPoint = Callable[[str], None]


def nothing(_name: str) -> None:
    """Tests stop a worker at these points; nobody else does."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was known of a payment before the look."""

    payment_id: int
    charge_key: str
    made_at: datetime
    amount_yen: int
    reference: str
    looks: int
    notices: tuple[int, ...]
    was_opened: bool
    """Whether the gateway was ever asked to open a page, although its name for it may have been lost."""


@dataclass(frozen=True, slots=True)
class Intended:
    """A call that stands in the database and can be made."""

    call_id: int
    payment_id: int
    step: Step
    made_at: datetime


class Stale(Exception):
    """Somebody stored something since the look."""


def take_turn(payment_id: int, gateway: Gateway, fail_point: FailPoint = nothing) -> str:
    """Bring one payment as near to what was decided as the gateway lets us; what stopped us, in a word."""
    for _number in range(STEPS_MAX):
        db.session.rollback()
        plan = plan_of(payment_id)
        db.session.rollback()
        try:
            seen = _look(gateway, plan)
        except GatewayUnreachable:
            return "unreachable"
        except GatewayRefused as refusal:
            run_turn(_missing, plan, refusal.code)
            return MISSING
        fail_point("looked")
        try:
            intended = run_turn(store_and_intend, plan, seen)
        except Stale:
            continue
        fail_point("stored")
        if intended is None:
            return "done"
        outcome = _make(gateway, plan, intended)
        fail_point("called")
        run_turn(_record, intended, outcome)
        fail_point("recorded")
        if outcome.is_unreachable:
            return "unreachable"
    return "busy"


def plan_of(payment_id: int) -> Plan:
    """What is known of a payment now."""
    row = db.session.get_one(Payment, payment_id, populate_existing=True)
    charge = row.charge
    was_opened = any(one.ask is Ask.OPEN for one in calls_of(payment_id))
    return Plan(
        payment_id,
        charge.key,
        charge.made_at,
        row.amount_yen,
        row.reference or "",
        row.looks,
        tuple(notices_for(row, charge.key)),
        was_opened,
    )


def _look(gateway: Gateway, plan: Plan) -> Seen | None:
    forbid_in_turn("a call to a gateway")
    if plan.reference:
        return gateway.payment(plan.reference)
    if plan.was_opened:
        return gateway.find(plan.charge_key, plan.made_at - LATER)
    return None


def _missing(plan: Plan, code: str) -> None:
    row = locked_payment(plan.payment_id)
    _trouble(row, [f"{MISSING}:{code}"])
    row.due_at = clock.now() + timedelta(days=1)
    _handled(plan)


def store_and_intend(plan: Plan, seen: Seen | None) -> Intended | None:
    """Inside a write turn: what was seen stands in the tables; the next call stands there too. Raises Stale."""
    row = locked_payment(plan.payment_id)
    if row.looks != plan.looks:
        raise Stale
    charge, decisions, calls = row.charge, decisions_of(row.charge_id), calls_of(row.id)
    moment = clock.now()
    if seen is not None:
        _store_seen(row, seen, decisions, moment)
        row.looks += 1
    _handled(plan)
    if seen is not None and is_wrong_money(row, seen):
        _trouble(row, [Trouble.WRONG_MONEY.value])
        row.due_at = None
        return None
    step = next_step(_wanted(charge, decisions, seen), seen, _since(charge, decisions), moment)
    if seen is not None:
        found = troubles(_promised(charge, decisions, calls), seen)
        _trouble(row, [one.value for one in found])
    intended = _intend(row, step, calls, moment) if step else None
    is_over = seen is None and step is None and all(one.made_at <= moment - LATER for one in calls)
    row.due_at = moment if intended else None if is_over else _next_look(row, step, moment)
    if _left_open(calls, step, moment):
        row.due_at = min(row.due_at or moment + AGAIN, moment + AGAIN)
    _warn_early(row, decisions, moment)
    return intended


def _left_open(calls: list[GatewayCall], step: Step | None, moment: datetime) -> bool:
    """Calls whose answer nobody heard, and that no step repeats, are answered by the look: what they were for has come
    about, or is not wanted any more. Whether one is so young that somebody may still be making it.
    """
    unheard = [one for one in calls if one.outcome is None and (not step or one.key != step.key)]
    for one in unheard:
        if one.made_at <= moment - AGAIN:
            one.outcome, one.answered_at = CallOutcome.ANSWERED, moment
    return any(one.outcome is None for one in unheard)


def _store_seen(
    row: Payment, seen: Seen, decisions: list[ChargeDecision], moment: datetime
) -> None:
    if not is_wrong_money(row, seen):
        mark_seen(row, seen, moment)
        store(row, forward(row, seen), Cause.GATEWAY, newest_by(decisions))


def _wanted(charge: Charge, decisions: list[ChargeDecision], seen: Seen | None) -> Wanted:
    """What is to become of the payment, given what was taken already."""
    decided = decisions[-1].total_yen if decisions else None
    if seen is None or seen.state is not PaymentState.CAPTURED:
        return Wanted(charge.key, charge.amount_yen, decided)
    taken = min(seen.captured_yen, charge.amount_yen)
    back = 0 if decided is None else max(0, taken - decided)
    return Wanted(charge.key, charge.amount_yen, taken, back)


def _promised(charge: Charge, decisions: list[ChargeDecision], calls: list[GatewayCall]) -> Wanted:
    """What we asked for, to be compared with what was done."""
    decided = decisions[-1].total_yen if decisions else None
    asked = capture_asked(calls)
    taken = asked if asked is not None else decided
    back = max(0, (taken or 0) - decided) if decided is not None else 0
    return Wanted(charge.key, charge.amount_yen, taken, back)


def _since(charge: Charge, decisions: list[ChargeDecision]) -> datetime:
    return decisions[-1].at if decisions else charge.made_at


def _intend(
    row: Payment, step: Step, calls: list[GatewayCall], moment: datetime
) -> Intended | None:
    """The call stands in the table; None when it was refused before, so that it waits for its next round."""
    known = next((one for one in calls if one.key == step.key), None)
    if known is not None:
        is_refused = known.outcome is CallOutcome.REFUSED
        return None if is_refused else Intended(known.id, row.id, step, known.made_at)
    values = {
        "key": step.key,
        "payment_id": row.id,
        "ask": step.ask,
        "amount_yen": step.amount_yen,
        "made_at": moment,
        "refusal": "",
    }
    new_id = insert_once(GatewayCall, values)
    if new_id is None:
        raise Stale
    return Intended(new_id, row.id, step, moment)


def _next_look(row: Payment, step: Step | None, moment: datetime) -> datetime | None:
    """When the payment is worth a look although nobody says so."""
    is_disputed = (
        row.disputed_yen > row.lost_yen
    )  # what a cash-out gives back meanwhile is frozen, too
    if step is not None or row.state is PaymentState.OPEN or is_disputed:
        return moment + LATER
    if row.state is PaymentState.HELD:
        times = [moment + timedelta(days=1)]
        if row.capture_before is not None:
            times += [row.capture_before - CAPTURE_AHEAD, row.capture_before + AGAIN]
        return min(one for one in times if one > moment)
    return None


def _warn_early(row: Payment, decisions: list[ChargeDecision], moment: datetime) -> None:
    """Staff are told once, 48 hours before a hold ends of which nobody has decided anything."""
    if row.state is not PaymentState.HELD or row.capture_before is None or row.warned_at:
        return
    if not decisions and row.capture_before - moment <= CAPTURE_AHEAD:
        row.warned_at = moment
        tell_staff(row, "hold_ends")


def _trouble(row: Payment, codes: list[str]) -> None:
    """Staff are told of what no call mends, once for each new kind of it."""
    before, now = row.troubles.split(), sorted(codes)
    row.troubles = " ".join(now)[:200]
    if set(now) - set(before):
        tell_staff(row, "trouble")


def _handled(plan: Plan) -> None:
    if plan.notices:
        guarded_update(
            update(GatewayNotice)
            .where(GatewayNotice.id.in_(plan.notices), GatewayNotice.handled_at.is_(None))
            .values(handled_at=clock.now())
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call."""

    seen: Seen | None = None
    refusal: str = ""

    @property
    def is_unreachable(self) -> bool:
        """No usable answer: it may have been done or not."""
        return self.seen is None and not self.refusal


def _make(gateway: Gateway, plan: Plan, intended: Intended) -> Outcome:
    """Make the call, outside every turn."""
    forbid_in_turn("a call to a gateway")
    step = intended.step
    try:
        if step.ask is Ask.OPEN:
            return Outcome(gateway.open_payment(order_of(plan, intended.made_at), step.key))
        if step.ask is Ask.CAPTURE:
            return Outcome(gateway.capture(plan.reference, step.amount_yen, step.key))
        if step.ask is Ask.RELEASE:
            return Outcome(gateway.release(plan.reference, step.key))
        return Outcome(gateway.refund(plan.reference, step.amount_yen, step.key))
    except GatewayUnreachable:
        return Outcome()
    except GatewayRefused as refusal:
        return Outcome(refusal=refusal.code or "refused")


def order_of(plan: Plan, made_at: datetime) -> PaymentOrder:
    """What the gateway is asked to hold; always the same for a call, so that a repeat is one."""
    base = settings().base_url or "http://localhost"
    return PaymentOrder(
        plan.charge_key,
        plan.amount_yen,
        TITLE,
        f"{base}/payments/done",
        f"{base}/payments/later",
        made_at + PAGE_OPEN,
    )


TITLE = "お手伝いの料金"
"""What the payer reads on the page of the gateway, which is in Japanese."""


def put_off(payment_id: int) -> None:
    """Inside a write turn: a look that broke is not the first of the next round again."""
    locked_payment(payment_id).due_at = clock.now() + LATER


def _record(intended: Intended, outcome: Outcome) -> None:
    """Inside a write turn: what came of the call. The payment itself is read at the next look."""
    row = locked_payment(intended.payment_id)
    if outcome.is_unreachable:
        row.due_at = clock.now() + AGAIN
        return
    if outcome.seen is not None and row.reference is None:
        row.reference = outcome.seen.reference
        row.looks += 1
    done = CallOutcome.REFUSED if outcome.refusal else CallOutcome.ANSWERED
    guarded_update(
        update(GatewayCall)
        .where(GatewayCall.id == intended.call_id, GatewayCall.outcome.is_(None))
        .values(outcome=done, answered_at=clock.now(), refusal=outcome.refusal[:80])
    )
