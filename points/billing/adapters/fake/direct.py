"""A payment confirmed without a page, by a test card's name: what the contract test asks of both sides."""

from points.billing.adapters.fake.errors import ApiError
from points.billing.adapters.fake.machine import Machine
from points.billing.adapters.fake.store import Object

CARDS = {
    "pm_card_visa": "visa",
    "pm_card_amex": "amex",
    "pm_card_chargeDeclined": "declined",
    "pm_card_threeDSecure2Required": "3ds",
}
"""docs.stripe.com/testing"""


def make_intent(machine: Machine, asked: Object) -> Object:
    """POST /v1/payment_intents with `confirm`, a test card and manual capture; nothing else is known."""
    card = CARDS.get(asked.get("payment_method", ""))
    if card is None or not asked.get("confirm") or asked.get("capture_method") != "manual":
        raise ApiError(400, "fake_unsupported", "The fake only confirms test cards", "confirm")
    price = {"currency": asked["currency"], "unit_amount": asked["amount"]}
    session = machine.open_session(
        {
            "mode": "payment",
            "line_items": [{"price_data": price}],
            "payment_intent_data": {"capture_method": "manual", "metadata": asked.get("metadata")},
            "success_url": "https://nowhere.invalid",
        }
    )
    machine.pay(session["id"], card)
    del machine.objects[session["id"]]
    intent = machine.objects[session["payment_intent"]]
    if card == "declined":
        raise ApiError(402, "card_declined", "Your card was declined.", kind="card_error")
    return intent
