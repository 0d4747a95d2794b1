"""What to ask a gateway next, so that a payment becomes what the center has decided. Pure.

The platform never remembers "I have captured"; it compares what is wanted with what the gateway has now and takes one
step. The key of a step is made of what it leads from and to, so two workers who see the same take the same step once,
and a repeat after a lost answer is the first again. A gateway may remember a failure under a key for a day
(docs.stripe.com/api/idempotent_requests); then, and only after looking again, the `round` of the key goes up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from points.billing.gateway import Payment, PaymentState

ROUND = timedelta(hours=25)
"""After this long a key is certainly forgotten, so that the next round is heard as a new request."""

CAPTURE_AHEAD = timedelta(hours=48)
"""So long before a hold ends staff are told: capture, or have it paid anew."""


class Ask(StrEnum):
    """What a gateway can be asked to do."""

    OPEN = "open"
    CAPTURE = "capture"
    RELEASE = "release"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the center has decided about one charge, in yen."""

    charge_key: str
    amount_yen: int
    """To be held."""
    captured_yen: int | None = None
    """To be taken in all: None = not decided yet, 0 = nothing, the hold is to go."""
    refunded_yen: int = 0
    """To have gone back in all, at most what was taken."""

    def __post_init__(self) -> None:
        taken = self.captured_yen or 0
        if self.amount_yen < 1 or not 0 <= taken <= self.amount_yen:
            raise ValueError("at most what is held can be taken")
        if not 0 <= self.refunded_yen <= taken:
            raise ValueError("at most what was taken can go back")


@dataclass(frozen=True, slots=True)
class Step:
    """One call to make: for refunds `amount_yen` is what goes back now."""

    ask: Ask
    amount_yen: int
    key: str


class Trouble(StrEnum):
    """What no call of ours can mend: somebody has to be told."""

    HOLD_LOST = "hold_lost"
    """Money was to be taken, but the hold is gone: ask to be paid again."""
    TOOK_LESS = "took_less"
    """Less was taken than is wanted; a gateway takes once. The rest is a second payment."""
    TOOK_MORE = "took_more"
    """More was taken than anybody here decided, for instance by hand at the gateway."""
    GAVE_MORE = "gave_more"
    """More went back than is wanted."""
    DISPUTED = "disputed"
    """The payer's bank took money back, or looks into it: earnings of it are frozen."""
    WRONG_MONEY = "wrong_money"
    """Another currency or amount than was ordered."""


def next_step(
    wanted: Wanted, payment: Payment | None, since: datetime, now: datetime
) -> Step | None:
    """The one call that brings the payment nearer to what is wanted; None when nothing is to do, or nothing helps.

    `since` is when this was first wanted: it decides the round of the keys.
    """
    turn = max(0, int((now - since) / ROUND))
    if payment is None:
        return (
            None if wanted.captured_yen == 0 else _step(wanted, Ask.OPEN, wanted.amount_yen, turn)
        )
    if payment.state in (PaymentState.OPEN, PaymentState.HELD) and wanted.captured_yen == 0:
        return _step(wanted, Ask.RELEASE, 0, turn)
    if payment.state is PaymentState.HELD and wanted.captured_yen is not None:
        return _step(wanted, Ask.CAPTURE, wanted.captured_yen, turn)
    if payment.state is PaymentState.CAPTURED and _may_go_back(wanted, payment) > 0:
        from_yen, to_yen = (
            payment.refunded_yen,
            payment.refunded_yen + _may_go_back(wanted, payment),
        )
        key = f"{wanted.charge_key}:{Ask.REFUND}:{from_yen}-{to_yen}:{turn}"
        return Step(Ask.REFUND, to_yen - from_yen, key)
    return None


def _may_go_back(wanted: Wanted, payment: Payment) -> int:
    left = payment.captured_yen - payment.refunded_yen - payment.disputed_yen
    return min(wanted.refunded_yen - payment.refunded_yen, left)


def _step(wanted: Wanted, ask: Ask, amount_yen: int, turn: int) -> Step:
    return Step(ask, amount_yen, f"{wanted.charge_key}:{ask}:{amount_yen}:{turn}")


def troubles(wanted: Wanted, payment: Payment) -> list[Trouble]:
    """What is not as it should be and no further call of ours will mend."""
    taken, is_over = (
        wanted.captured_yen,
        payment.state in (PaymentState.RELEASED, PaymentState.EXPIRED),
    )
    is_taken = payment.state is PaymentState.CAPTURED
    checks = {
        Trouble.WRONG_MONEY: payment.currency != "jpy" or payment.amount_yen != wanted.amount_yen,
        Trouble.HOLD_LOST: is_over and bool(taken),
        Trouble.TOOK_LESS: is_taken and taken is not None and payment.captured_yen < taken,
        Trouble.TOOK_MORE: is_taken and payment.captured_yen > (taken or 0),
        Trouble.GAVE_MORE: payment.refunded_yen > wanted.refunded_yen,
        Trouble.DISPUTED: payment.disputed_yen > 0,
    }
    return [trouble for trouble, stands in checks.items() if stands]
