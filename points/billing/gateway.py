"""The one contract behind which cards are taken: hold an amount, capture what was worked, release or give back.

A gateway never decides what is owed; it does what it is told with the key it is given, and tells what is. Every call
carries a key that belongs to the intended effect, so a repeat after a lost answer has the effect once. No call may be
made inside a write turn (decision 8). Amounts are whole yen.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

YEN_MIN = 50
"""The least a card can be charged: Stripe's minimum for JPY (docs.stripe.com/currencies)."""

YEN_MAX = 99_999_999
"""The most: eight digits (docs.stripe.com/currencies)."""


class PaymentState(StrEnum):
    """How far a card payment is. It moves only downwards in this list, never back."""

    OPEN = "open"
    """The payment page waits; nothing is held."""
    EXPIRED = "expired"
    """The page was closed unpaid."""
    HELD = "held"
    """The amount is reserved on the card; nothing is taken yet."""
    RELEASED = "released"
    """The hold ended without a capture: by us, or because it grew too old."""
    CAPTURED = "captured"
    """Money was taken: all that was held, or a part and the rest released."""


RANK = {
    PaymentState.OPEN: 0,
    PaymentState.EXPIRED: 1,
    PaymentState.HELD: 1,
    PaymentState.RELEASED: 2,
    PaymentState.CAPTURED: 2,
}
"""A state seen later never has a smaller rank; two states of one rank exclude each other."""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What is to be held. `charge_key` names the charge and stands in everything the gateway keeps of it."""

    charge_key: str
    amount_yen: int
    title: str
    """What the payer reads on the payment page."""
    success_url: str
    cancel_url: str
    open_until: datetime
    """When the page closes by itself: 30 minutes to 24 hours from now."""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as the gateway has it at this moment."""

    reference: str
    """The gateway's name of it; stored with the charge."""
    intent: str
    """The gateway's name of the money movement; empty until somebody paid. Notices of disputes have only this."""
    charge_key: str
    state: PaymentState
    currency: str
    amount_yen: int
    """What was ordered."""
    held_yen: int
    captured_yen: int
    refunded_yen: int
    disputed_yen: int
    """Taken back by the payer's bank, or under dispute there."""
    capture_before: datetime | None
    """When an uncaptured hold ends; known once it is held. Never assumed."""
    url: str
    """Where the payer pays, while open."""
    needs_payer: bool
    """The payer's bank asks something more (3-D Secure), or the card was declined: the page is still open."""
    lost_yen: int = 0
    """Of `disputed_yen`: what the payer's bank has decided against us; it does not come back."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something happened to a payment: what a webhook says. Only a reason to look, never a fact by itself."""

    event_id: str
    kind: str
    reference: str
    """Empty when the notice names only the charge."""
    at: datetime
    charge_key: str = ""
    """Empty when the notice carries no key, as those of a dispute."""
    intent: str = ""
    """The gateway's second name of the payment (`Payment.intent`), where the notice has only that."""


class GatewayUnreachable(Exception):
    """No usable answer: the effect may or may not have come about. Ask again with the same key."""


class GatewayRefused(Exception):
    """The gateway will not do this, also not later. `code` is its own word for the reason."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(f"{code}: {words}" if words else code)
        self.code = code


class ForgedNotice(Exception):
    """A webhook that nobody with our secret signed, or that is for somebody else's account."""


class Gateway(Protocol):
    """What every way to take a card offers. Each call raises `GatewayUnreachable` or `GatewayRefused`."""

    name: str

    def open_payment(self, order: PaymentOrder, key: str) -> Payment:
        """A page exists where the payer can have `order.amount_yen` held."""

    def payment(self, reference: str) -> Payment:
        """The payment as it is now. Changes nothing."""

    def find(self, charge_key: str, since: datetime) -> Payment | None:
        """The newest payment of a charge that was opened at or after `since`, when its reference was lost."""

    def capture(self, reference: str, amount_yen: int, key: str) -> Payment:
        """`amount_yen` (1 to what is held) is taken, once; the rest of the hold is released."""

    def release(self, reference: str, key: str) -> Payment:
        """The hold is gone and nothing was taken; an open page is closed."""

    def refund(self, reference: str, amount_yen: int, key: str) -> Payment:
        """`amount_yen` more goes back to the payer; never more than was captured in all."""

    def read_notice(self, raw: bytes, signature: str) -> Notice:
        """The notice in the raw bytes of a webhook, or `ForgedNotice`."""

    def notices_since(self, at: datetime) -> list[Notice]:
        """Everything that happened at or after `at`, the oldest first: for what webhooks did not bring."""

    def payments_since(self, at: datetime) -> list[Payment]:
        """Every payment opened at or after `at`: what the nightly comparison holds against our books."""
