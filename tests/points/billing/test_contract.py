"""One contract, two partners: the fake always; the real service when a test key (sk_test_…) is in OTAGAI_STRIPE_KEY.

What the adapter relies on is played against both, so that what the fake says is what the service says. Without a key
the second half counts as "not run". It makes test payments of ¥3,000 in that account and nothing else.
"""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pytest
import stripe

from points.billing.adapters.fake.client import FakeStripe
from points.billing.adapters.stripe_cards import StripeCards, _given_back
from points.billing.gateway import GatewayRefused, Payment, PaymentOrder, PaymentState
from tests import network
from tests.not_run import not_run

HOLD = {
    "amount": 3000,
    "currency": "jpy",
    "capture_method": "manual",
    "confirm": True,
    "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
}
WHOLE = {"expand": ["latest_charge"]}


@dataclass
class Partner:
    """A side of the contract: the adapter, and the SDK below it for what a payer does."""

    cards: StripeCards
    started: datetime
    run: str = ""
    """Different in each run, because the service remembers keys and charges."""

    def order(self, amount_yen: int = 3000, charge: str = "a") -> PaymentOrder:
        """A charge of this run."""
        return PaymentOrder(
            f"contract:{self.run}:{charge}",
            amount_yen,
            "お手伝いの料金",
            "https://example.com/done",
            "https://example.com/later",
            self.started + timedelta(hours=2),
        )

    def opened(self, charge: str = "a") -> Payment:
        """A page that waits."""
        return self.cards.open_payment(self.order(charge=charge), f"{self.run}:{charge}:open")

    @property
    def intents(self) -> Any:
        """The SDK's service of payments."""
        return self.cards._client.v1.payment_intents

    def held(self, card: str = "pm_card_visa") -> Any:
        """A payment by a test card, with its charge."""
        return self.intents.create({**HOLD, **WHOLE, "payment_method": card})

    def now(self, intent: Any) -> Any:
        """The payment as it is now, with its charge."""
        return self.intents.retrieve(intent.id, WHOLE)

    def read(self, intent: Any) -> Payment:
        """What the adapter makes of a payment, as if it had come through a page."""
        page = self.cards._session(self.opened(f"page of {intent.id}").reference)
        page["payment_intent"] = self.now(intent)
        return self.cards._read(page)


@pytest.fixture(params=["fake", "stripe"])
def partner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    started = datetime.now(UTC).replace(microsecond=0)
    if request.param == "fake":
        fake = FakeStripe(lambda: started, "sk_test_fake", "whsec_fake")
        yield Partner(StripeCards("sk_test_fake", (), "", fake), started, "one")
        return
    key = os.environ.get("OTAGAI_STRIPE_KEY", "")
    if not key.startswith("sk_test_"):
        not_run("the contract with the real Stripe", "no test key (sk_test_…) in OTAGAI_STRIPE_KEY")
    network.unblock(monkeypatch)
    yield Partner(StripeCards(key, ()), started, uuid.uuid4().hex[:12])


def code_of(problem: pytest.ExceptionInfo[Any]) -> str:
    return str(problem.value.code)


def test_a_page_is_opened_once_under_its_key_and_found_again(partner: Partner) -> None:
    page = partner.opened()
    assert (page.state, page.amount_yen, page.currency) == (PaymentState.OPEN, 3000, "jpy")
    assert page.url.startswith("https://checkout.")
    assert (page.held_yen, page.captured_yen, page.refunded_yen, page.intent) == (0, 0, 0, "")
    assert partner.opened().reference == page.reference
    with pytest.raises(GatewayRefused, match=r"(?i)idempotency"):
        partner.cards.open_payment(partner.order(2000), f"{partner.run}:a:open")
    since = partner.started - timedelta(minutes=5)
    found = partner.cards.find(page.charge_key, since)
    assert found is not None
    assert found.reference == page.reference
    assert page.reference in {one.reference for one in partner.cards.payments_since(since)}


def test_a_page_that_is_closed_is_over(partner: Partner) -> None:
    page = partner.opened()
    with pytest.raises(GatewayRefused, match="nothing_held"):
        partner.cards.refund(page.reference, 100, f"{partner.run}:refund")
    for _ in range(2):
        closed = partner.cards.release(page.reference, f"{partner.run}:release")
        assert (closed.state, closed.url) == (PaymentState.EXPIRED, "")


@pytest.mark.parametrize("yen", [-1000, 49, 100_000_000])
def test_no_other_amounts_are_taken(partner: Partner, yen: int) -> None:
    with pytest.raises(GatewayRefused):
        partner.cards.open_payment(partner.order(yen), f"{partner.run}:{yen}:open")


def test_a_hold_says_itself_when_it_ends(partner: Partner) -> None:
    seen = partner.read(partner.held())
    assert (seen.state, seen.held_yen, seen.captured_yen) == (PaymentState.HELD, 3000, 0)
    assert seen.capture_before is not None
    assert seen.capture_before > partner.started + timedelta(days=2)


def test_a_part_is_taken_once_and_the_rest_counts_as_refunded_there_but_not_here(
    partner: Partner,
) -> None:
    held = partner.held()
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        partner.intents.capture(held.id, {"amount_to_capture": 3001})
    assert code_of(too_much) == "amount_too_large"
    partner.intents.capture(held.id, {"amount_to_capture": 2000})
    charge = partner.now(held).latest_charge
    assert (charge.amount_captured, charge.amount_refunded) == (2000, 1000)
    assert _given_back(charge) == 0
    seen = partner.read(held)
    assert (seen.captured_yen, seen.held_yen, seen.refunded_yen) == (2000, 0, 0)
    with pytest.raises(stripe.InvalidRequestError) as again:
        partner.intents.capture(held.id, {"amount_to_capture": 1000})
    assert code_of(again) == "payment_intent_unexpected_state"


def test_never_more_goes_back_than_was_taken(partner: Partner) -> None:
    held, refunds = partner.held(), partner.cards._client.v1.refunds
    partner.intents.capture(held.id, {"amount_to_capture": 2000})
    refunds.create({"payment_intent": held.id, "amount": 500})
    assert partner.read(held).refunded_yen == 500
    with pytest.raises(stripe.InvalidRequestError):
        refunds.create({"payment_intent": held.id, "amount": 1501})
    refunds.create({"payment_intent": held.id, "amount": 1500})
    seen = partner.read(held)
    assert (seen.state, seen.refunded_yen) == (PaymentState.CAPTURED, 2000)
    with pytest.raises(stripe.InvalidRequestError) as nothing_left:
        refunds.create({"payment_intent": held.id, "amount": 1})
    assert code_of(nothing_left) == "charge_already_refunded"


def test_a_hold_that_is_let_go_cannot_be_taken(partner: Partner) -> None:
    held = partner.held()
    partner.intents.cancel(held.id, {"cancellation_reason": "requested_by_customer"})
    seen = partner.read(held)
    assert (seen.state, seen.held_yen, seen.refunded_yen) == (PaymentState.RELEASED, 0, 0)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        partner.intents.capture(held.id)
    assert code_of(refused) == "payment_intent_unexpected_state"


def test_a_declined_card_and_one_whose_bank_asks_hold_nothing(partner: Partner) -> None:
    with pytest.raises(stripe.CardError) as declined:
        partner.held("pm_card_chargeDeclined")
    assert code_of(declined) == "card_declined"
    asked = partner.held("pm_card_threeDSecure2Required")
    assert (asked.status, asked.amount_capturable) == ("requires_action", 0)
    with pytest.raises(stripe.InvalidRequestError):
        partner.intents.capture(asked.id)


def test_what_happened_can_be_listed(partner: Partner) -> None:
    page = partner.opened()
    partner.cards.release(page.reference, f"{partner.run}:release")
    for _ in range(10):
        listed = partner.cards.notices_since(partner.started - timedelta(minutes=5))
        if page.reference in {one.reference for one in listed}:
            return
        sleep(1)  # the service lists an event some moments after it happened
    pytest.fail("the event is not listed")
