"""The nightly comparison of our books with the gateway's: every difference by its name, nothing mended in silence.

Read outside every write turn. What differs is marked for the worker, whose look brings what a webhook did not; what
no look mends is told again the next night, until somebody has mended it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_, select, update

from points.billing.earnings import live_credits
from points.billing.gateway import Gateway, Notice, PaymentState
from points.billing.gateway import Payment as Seen
from points.billing.models import Charge, GatewayCall, GatewayNotice, Payment
from points.billing.services import keep_notice
from points.billing.storing import is_wrong_money
from volunteer.core import clock
from volunteer.core.db import db, forbid_in_turn, guarded_update

WINDOW = timedelta(days=40)
"""Longer than any hold; what is older is compared when an event says that it has changed."""
EVENTS = timedelta(days=3)
"""So long a gateway tries to bring a webhook."""
ANSWER_WITHIN = timedelta(hours=1)


class Kind(StrEnum):
    """What can differ."""

    UNKNOWN = "unknown"
    """The gateway has a payment that we have not."""
    MISSING = "missing"
    """We have a payment that the gateway has not."""
    TWICE = "twice"
    """Two payments of one charge hold or took money."""
    AMOUNT = "amount"
    """Another amount or currency than was ordered."""
    STATE = "state"
    HELD = "held"
    CAPTURED = "captured"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    LOST = "lost"
    CAPTURE_BEFORE = "capture_before"
    UNANSWERED = "unanswered"
    """A call that was intended an hour ago and has no answer."""
    LEDGER = "ledger"
    """The ledger credits the payee with another sum than was taken."""
    NOTICE_MISSED = "notice_missed"
    """An event at the gateway that no webhook has brought."""
    NOTICE_UNKNOWN = "notice_unknown"
    """A webhook about a payment that we do not have."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: which payment, what differs, what either side says."""

    kind: Kind
    subject: str
    ours: str = ""
    theirs: str = ""
    payment_id: int | None = None

    def line(self) -> str:
        """One line for the mail and the log."""
        return f"{self.kind.value} {self.subject}: ours {self.ours or '-'}, theirs {self.theirs or '-'}"


COLUMNS = {
    Kind.STATE: "state",
    Kind.HELD: "held_yen",
    Kind.CAPTURED: "captured_yen",
    Kind.REFUNDED: "refunded_yen",
    Kind.DISPUTED: "disputed_yen",
    Kind.LOST: "lost_yen",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a comparison."""

    differences: list[Difference]
    missed: list[Notice]
    """Events that no webhook brought."""


def compare(gateway: Gateway) -> Compared:
    """Hold our books against the gateway's. Raises GatewayUnreachable."""
    forbid_in_turn("a call to a gateway")
    db.session.rollback()
    moment = clock.now()
    theirs = gateway.payments_since(moment - WINDOW)
    events = gateway.notices_since(moment - EVENTS)
    missed = list(_missed(events))
    found = [
        *_payments(gateway.name, theirs, moment - WINDOW),
        *_unanswered(moment),
        *_ledger(),
        *(Difference(Kind.NOTICE_MISSED, one.event_id, theirs=one.kind) for one in missed),
        *_unknown_notices(moment),
    ]
    return Compared(found, missed)


def _payments(gateway: str, theirs: list[Seen], since: datetime) -> Iterator[Difference]:
    ours = _our_payments(gateway, since, {seen.charge_key for seen in theirs})
    rows = {charge.key: row for row, charge in ours}
    for seen in theirs:
        yield from _theirs(rows.get(seen.charge_key), seen)
    named = Counter(seen.charge_key for seen in theirs if not _is_nothing(seen))
    for key, count in named.items():
        if count > 1:
            yield Difference(Kind.TWICE, key, ours="1", theirs=str(count))
    references = {seen.reference for seen in theirs}
    for row, charge in ours:
        is_young = charge.made_at >= since
        if is_young and row.reference and row.reference not in references:
            yield Difference(Kind.MISSING, charge.key, ours=row.reference, payment_id=row.id)


def _theirs(row: Payment | None, seen: Seen) -> Iterator[Difference]:
    if row is not None and row.reference in (None, seen.reference):
        yield from _one(row, seen)
    elif row is None or not _is_nothing(seen):
        yield Difference(Kind.UNKNOWN, seen.reference, theirs=seen.state.value)


def _our_payments(gateway: str, since: datetime, keys: set[str]) -> list[tuple[Payment, Charge]]:
    """Those of the time, and older charges whose page was opened in it."""
    statement = (
        select(Payment, Charge)
        .join(Charge, Charge.id == Payment.charge_id)
        .where(
            Payment.gateway == gateway,
            or_(Charge.made_at >= since, Charge.key.in_(sorted(keys))),
        )
        .order_by(Payment.id)
    )
    return [(row, charge) for row, charge in db.session.execute(statement)]


def _is_nothing(seen: Seen) -> bool:
    """A page that nobody paid on."""
    return seen.state in (PaymentState.OPEN, PaymentState.EXPIRED, PaymentState.RELEASED)


def _one(row: Payment, seen: Seen) -> Iterator[Difference]:
    if is_wrong_money(row, seen):
        theirs = f"{seen.amount_yen} {seen.currency}"
        yield Difference(Kind.AMOUNT, seen.charge_key, f"{row.amount_yen} jpy", theirs, row.id)
    for kind, name in COLUMNS.items():
        ours, theirs = getattr(row, name), getattr(seen, name)
        if ours != theirs:
            yield Difference(kind, seen.charge_key, str(ours), str(theirs), row.id)
    if seen.capture_before is not None and row.capture_before != seen.capture_before:
        ours, theirs = str(row.capture_before or ""), str(seen.capture_before)
        yield Difference(Kind.CAPTURE_BEFORE, seen.charge_key, ours, theirs, row.id)


def _unanswered(moment: datetime) -> Iterator[Difference]:
    statement = (
        select(GatewayCall)
        .where(GatewayCall.outcome.is_(None), GatewayCall.made_at < moment - ANSWER_WITHIN)
        .order_by(GatewayCall.id)
    )
    for call in db.session.execute(statement).scalars():
        yield Difference(Kind.UNANSWERED, call.key, ours=call.ask.value, payment_id=call.payment_id)


def _ledger() -> Iterator[Difference]:
    """Payments of the last weeks; `ledger verify` looks at all of them."""
    since = clock.now() - WINDOW
    statement = (
        select(Payment, Charge)
        .join(Charge, Charge.id == Payment.charge_id)
        .where(Charge.made_at >= since)
        .order_by(Payment.id)
    )
    for row, charge in db.session.execute(statement).all():
        credited = sum(yen for _journal, yen in live_credits(charge.id))
        if credited != row.earned_yen:
            ours, theirs = str(credited), str(row.earned_yen)
            yield Difference(Kind.LEDGER, charge.key, ours, theirs, row.id)


def _missed(events: list[Notice]) -> Iterator[Notice]:
    names = [one.event_id for one in events]
    statement = select(GatewayNotice.event_id).where(GatewayNotice.event_id.in_(names))
    known = set(db.session.execute(statement).scalars())
    yield from (one for one in events if one.event_id not in known)


def _unknown_notices(moment: datetime) -> Iterator[Difference]:
    statement = (
        select(GatewayNotice)
        .where(
            GatewayNotice.handled_at.is_(None), GatewayNotice.received_at < moment - ANSWER_WITHIN
        )
        .order_by(GatewayNotice.id)
    )
    for one in db.session.execute(statement).scalars():
        yield Difference(
            Kind.NOTICE_UNKNOWN, one.event_id, theirs=one.reference or one.intent or one.charge_key
        )


def take_up(compared: Compared) -> int:
    """Inside a write turn: what was missed is kept, what differs is due. How many payments are."""
    for notice in compared.missed:
        keep_notice(notice)
    ids = {one.payment_id for one in compared.differences if one.payment_id is not None}
    unknown = {one.subject for one in compared.differences if one.kind is Kind.NOTICE_UNKNOWN}
    moment = clock.now()
    if unknown:
        guarded_update(
            update(GatewayNotice)
            .where(GatewayNotice.event_id.in_(sorted(unknown)), GatewayNotice.handled_at.is_(None))
            .values(handled_at=moment)
        )
    if not ids:
        return 0
    return guarded_update(update(Payment).where(Payment.id.in_(sorted(ids))).values(due_at=moment))
