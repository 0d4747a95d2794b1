"""The fake is an opponent: it refuses what the service would refuse, remembers keys, and goes wrong on demand."""

import importlib
import json
from datetime import timedelta
from typing import Any

import pytest
import stripe

from points.billing.adapters.fake.chaos import Chaos, Fault
from points.billing.adapters.fake.forms import Malformed, decode
from points.billing.adapters.fake.routes import ROUTES
from points.billing.gateway import GatewayRefused, GatewayUnreachable, PaymentState
from tests.points.billing.account import Account

GOOD: dict[str, Any] = {
    "mode": "payment",
    "line_items": [
        {
            "price_data": {
                "currency": "jpy",
                "unit_amount": 1000,
                "product_data": {"name": "見守り"},
            },
            "quantity": 3,
        }
    ],
    "payment_intent_data": {"capture_method": "manual"},
    "success_url": "https://town.example/done",
}


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def sessions(account: Account) -> Any:
    client = stripe.StripeClient("sk_test_town", http_client=account.fake)
    return client.v1.checkout.sessions


def changed(**values: Any) -> dict[str, Any]:
    return {**GOOD, **values}


def line(**values: Any) -> list[dict[str, Any]]:
    whole = GOOD["line_items"][0]
    return [{**whole, "price_data": {**whole["price_data"], **values}}]


def test_a_good_request_passes(sessions: Any) -> None:
    made = sessions.create(GOOD)
    assert (made.amount_total, made.status, made.payment_intent) == (3000, "open", None)


@pytest.mark.parametrize(
    ("asked", "param"),
    [
        (changed(mode="pay"), "mode"),
        (changed(capture="manual"), "capture"),
        (changed(line_items=[]), "line_items"),
        (changed(line_items=line(currency="usd")), "line_items[0][price_data][currency]"),
        (changed(line_items=line(unit_amount=10.5)), "line_items[0][price_data][unit_amount]"),
        (changed(line_items=line(unit_amount=-1000)), "line_items[0]"),
        (changed(line_items=line(price="1000")), "line_items[0][price_data][price]"),
        (changed(line_items=line(unit_amount=1)), "line_items"),
        (changed(line_items=line(unit_amount=99_999_999)), "line_items"),
        (
            changed(payment_intent_data={"capture_method": "manuel"}),
            "payment_intent_data[capture_method]",
        ),
        (changed(payment_intent_data={"capture_method": "automatic"}), "mode"),
        (changed(expires_at=5), "expires_at"),
        ({key: value for key, value in GOOD.items() if key != "success_url"}, "success_url"),
    ],
)
def test_what_the_service_would_refuse_is_refused_by_name(
    sessions: Any, asked: dict[str, Any], param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sessions.create(asked)
    assert refused.value.param == param


def test_a_misspelt_reason_of_a_refund_is_refused(account: Account) -> None:
    taken = account.captured()
    client = stripe.StripeClient("sk_test_town", http_client=account.fake)
    with pytest.raises(stripe.InvalidRequestError, match="Must be one of duplicate"):
        client.v1.refunds.create({"payment_intent": taken.intent, "reason": "because"})


@pytest.mark.parametrize(
    "body", ["a[b=1", "a]b=1", "a[b][c]x=1", "a=1&a=2", "a=1&a[b]=2", "a[b]=1&a=2"]
)
def test_a_body_that_is_no_form_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        decode(body)


def test_another_version_of_the_api_and_unknown_addresses_are_refused(account: Account) -> None:
    client = stripe.StripeClient(
        "sk_test_town", http_client=account.fake, stripe_version="2017-08-15"
    )
    with pytest.raises(stripe.InvalidRequestError, match="API version"):
        client.v1.checkout.sessions.create(GOOD)
    known = stripe.StripeClient("sk_test_town", http_client=account.fake)
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        known.v1.customers.list()


def test_a_lost_answer_is_heard_again_under_the_same_key(account: Account) -> None:
    account.chaos.planned = [Fault.ANSWER_LOST]
    with pytest.raises(GatewayUnreachable):
        account.opened()
    again = account.opened()
    assert [one.reference for one in account.cards.payments_since(account.now)] == [again.reference]


def test_a_request_under_way_is_asked_again_by_the_sdk_itself(account: Account) -> None:
    account.chaos.planned = [Fault.CONFLICT, Fault.CONFLICT]
    assert account.opened().state is PaymentState.OPEN
    assert len({call.key for call in account.fake.calls if call.method == "POST"}) == 1


def test_too_many_requests_have_no_effect_and_may_be_repeated(account: Account) -> None:
    account.chaos.planned = [Fault.TOO_MANY]
    with pytest.raises(GatewayUnreachable):
        account.opened()
    assert account.cards.payments_since(account.now) == []
    assert account.opened().state is PaymentState.OPEN


def test_a_failure_is_remembered_for_a_day_and_another_key_finds_the_truth(
    account: Account,
) -> None:
    held = account.held()
    account.chaos.planned = [Fault.NONE, Fault.FAILED_AFTER]
    for _ in range(2):
        with pytest.raises(GatewayUnreachable):
            account.cards.capture(held.reference, 2000, "charge:7:capture:1")
    assert account.cards.payment(held.reference).captured_yen == 2000
    account.now += timedelta(hours=24, seconds=1)
    with pytest.raises(GatewayRefused, match="unexpected_state"):
        account.cards.capture(held.reference, 2000, "charge:7:capture:1")
    assert account.cards.payment(held.reference).captured_yen == 2000


def test_a_forgotten_key_would_open_a_second_page(account: Account) -> None:
    first = account.opened()
    account.now += timedelta(hours=25)
    assert account.opened().reference != first.reference


def test_webhooks_come_twice_never_and_in_any_order() -> None:
    account = Account(Chaos(seed=3, duplicate=0.4, drop=0.3, shuffle=True))
    for number in range(20):
        account.captured(f"charge:{number}")
    sent, arrived = account.fake.machine.events, [raw for raw, _ in account.fake.webhooks()]
    assert len(set(arrived)) < len(sent)
    assert len(set(arrived)) < len(arrived)
    assert account.fake.webhooks() == []


def test_a_webhook_that_is_late_comes_after_younger_ones() -> None:
    account = Account(Chaos(seed=5, late=0.5))
    ids = []
    for number in range(10):
        account.held(f"charge:{number}")
        ids += [json.loads(raw)["id"] for raw, _ in account.fake.webhooks()]
    account.chaos.late = 0.0
    ids += [json.loads(raw)["id"] for raw, _ in account.fake.webhooks()]
    sent = [one["id"] for one in account.fake.machine.events]
    assert sorted(ids) == sent
    assert ids != sent


def test_every_address_has_the_parameters_that_the_sdk_describes() -> None:
    for _method, path, module, name, _act in ROUTES:
        described = getattr(importlib.import_module(f"stripe.params.{module}"), name)
        assert described.__annotations__, path


def test_a_bad_history_can_be_played_again() -> None:
    def faults() -> list[Fault]:
        chaos = Chaos(rate=0.5, seed=11)
        return [chaos.next_fault() for _ in range(50)]

    assert faults() == faults()
    assert set(faults()) > {Fault.NONE, Fault.ANSWER_LOST}
