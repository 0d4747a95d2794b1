"""Cards behind the contract: held, taken once, released, given back, and what every refusal says."""

from datetime import timedelta
from typing import Any

import pytest
import stripe
import time_machine

from points.billing.adapters.fake.chaos import Fault
from points.billing.adapters.stripe_cards import _capture_before
from points.billing.gateway import (
    RANK,
    YEN_MAX,
    YEN_MIN,
    ForgedNotice,
    GatewayRefused,
    GatewayUnreachable,
    PaymentState,
)
from tests.points.billing.account import OLD_SECRET, SECRET, START, Account


@pytest.fixture
def account() -> Account:
    return Account()


def test_a_card_is_held_and_taken_for_the_hours_worked(account: Account) -> None:
    held = account.held()
    assert (held.state, held.held_yen, held.captured_yen) == (PaymentState.HELD, 3000, 0)
    taken = account.cards.capture(held.reference, 2000, "charge:7:capture:1")
    assert (taken.state, taken.held_yen, taken.captured_yen) == (PaymentState.CAPTURED, 0, 2000)
    assert taken.charge_key == "charge:7"


def test_the_end_of_a_hold_is_the_card_s_own(account: Account) -> None:
    assert account.held("charge:1").capture_before == START + timedelta(days=30)
    assert account.held("charge:2", card="amex").capture_before == START + timedelta(days=7)
    wallet = {"payment_method_details": {"type": "link", "link": {"country": "JP"}}}
    assert _capture_before(stripe.Charge.construct_from(wallet, "key")) is None


def test_a_hold_that_grew_too_old_is_released_and_cannot_be_taken(account: Account) -> None:
    held = account.held(card="amex")
    account.now += timedelta(days=7)
    assert account.cards.payment(held.reference).state is PaymentState.RELEASED
    with pytest.raises(GatewayRefused, match="unexpected_state"):
        account.cards.capture(held.reference, 1000, "charge:7:capture:1")


def test_the_same_key_takes_once_and_another_key_takes_nothing_more(account: Account) -> None:
    held = account.held()
    for _ in range(3):
        taken = account.cards.capture(held.reference, 2000, "charge:7:capture:1")
        assert taken.captured_yen == 2000
    with pytest.raises(GatewayRefused):
        account.cards.capture(held.reference, 1000, "charge:7:capture:2")
    with pytest.raises(GatewayRefused, match="idempotency|IdempotencyError"):
        account.cards.capture(held.reference, 1000, "charge:7:capture:1")
    assert account.cards.payment(held.reference).captured_yen == 2000


@pytest.mark.parametrize("yen", [0, -1, 3001, YEN_MAX + 1])
def test_no_other_amount_than_what_is_held_can_be_taken(account: Account, yen: int) -> None:
    held = account.held()
    with pytest.raises(GatewayRefused):
        account.cards.capture(held.reference, yen, "charge:7:capture:1")
    assert account.cards.payment(held.reference).held_yen == 3000


@pytest.mark.parametrize("yen", [0, -1000, YEN_MIN - 1, YEN_MAX + 1])
def test_an_order_outside_what_a_card_can_be_charged_is_refused(account: Account, yen: int) -> None:
    with pytest.raises(GatewayRefused):
        account.opened(amount_yen=yen)
    assert account.cards.payments_since(START) == []


def test_releasing_closes_the_page_or_ends_the_hold_and_never_undoes_a_capture(
    account: Account,
) -> None:
    page, held, taken = (
        account.opened("charge:1"),
        account.held("charge:2"),
        account.captured("charge:3"),
    )
    states = [
        account.cards.release(one.reference, f"{one.charge_key}:release:1").state
        for one in (page, held)
    ]
    assert states == [PaymentState.EXPIRED, PaymentState.RELEASED]
    again = account.cards.release(held.reference, "charge:2:release:1")
    assert again.state is PaymentState.RELEASED
    with pytest.raises(GatewayRefused, match="captured"):
        account.cards.release(taken.reference, "charge:3:release:1")


def test_never_more_goes_back_than_was_taken(account: Account) -> None:
    taken = account.captured()
    assert account.cards.refund(taken.reference, 1000, "charge:7:refund:1").refunded_yen == 1000
    assert account.cards.refund(taken.reference, 1000, "charge:7:refund:1").refunded_yen == 1000
    with pytest.raises(GatewayRefused):
        account.cards.refund(taken.reference, 2001, "charge:7:refund:2")
    assert account.cards.refund(taken.reference, 2000, "charge:7:refund:3").refunded_yen == 3000
    with pytest.raises(GatewayRefused, match="already_refunded"):
        account.cards.refund(taken.reference, 1, "charge:7:refund:4")


def test_nothing_goes_back_of_what_was_only_held(account: Account) -> None:
    for payment in (account.held("charge:1"), account.opened("charge:2")):
        with pytest.raises(GatewayRefused):
            account.cards.refund(payment.reference, 100, f"{payment.charge_key}:refund:1")


def test_a_card_that_asks_the_payer_again_holds_nothing_until_it_is_answered(
    account: Account,
) -> None:
    page = account.opened()
    account.fake.machine.pay(page.reference, "3ds")
    asked = account.cards.payment(page.reference)
    assert (asked.state, asked.needs_payer, asked.held_yen) == (PaymentState.OPEN, True, 0)
    with pytest.raises(GatewayRefused):
        account.cards.capture(page.reference, 3000, "charge:7:capture:1")
    account.fake.machine.confirm_3ds(page.reference)
    assert account.cards.payment(page.reference).state is PaymentState.HELD


def test_a_declined_card_leaves_the_page_open_for_another(account: Account) -> None:
    page = account.opened()
    account.fake.machine.pay(page.reference, "declined")
    assert account.cards.payment(page.reference).needs_payer
    account.fake.machine.pay(page.reference, "jcb")
    assert account.cards.payment(page.reference).held_yen == 3000


def test_a_page_that_nobody_used_closes_by_itself(account: Account) -> None:
    page = account.opened()
    account.now += timedelta(hours=2)
    closed = account.cards.payment(page.reference)
    assert (closed.state, closed.url) == (PaymentState.EXPIRED, "")


def test_a_dispute_takes_away_what_is_left_until_it_is_won(account: Account) -> None:
    taken = account.captured()
    account.cards.refund(taken.reference, 500, "charge:7:refund:1")
    dispute = account.fake.machine.dispute(taken.intent)
    assert account.cards.payment(taken.reference).disputed_yen == 2500
    with pytest.raises(GatewayRefused, match="disputed"):
        account.cards.refund(taken.reference, 100, "charge:7:refund:2")
    account.fake.machine.close_dispute(dispute["id"], won=True)
    assert account.cards.payment(taken.reference).disputed_yen == 0


def test_a_payment_whose_reference_was_lost_is_found_by_its_charge(account: Account) -> None:
    for number in range(130):
        account.opened(f"charge:{number}")
    found = account.cards.find("charge:3", START)
    assert found is not None
    assert found.charge_key == "charge:3"
    assert account.cards.find("charge:3", START + timedelta(seconds=1)) is None
    assert len(account.cards.payments_since(START)) == 130


def test_states_only_go_forward(account: Account) -> None:
    seen = [account.opened().state]
    reference = account.opened().reference
    account.fake.machine.pay(reference)
    seen.append(account.cards.payment(reference).state)
    seen.append(account.cards.capture(reference, 10, "k").state)
    assert [RANK[one] for one in seen] == sorted(RANK[one] for one in seen)


def test_a_wrong_key_is_refused_and_says_so(account: Account) -> None:
    account.cards._api_key = "sk_test_other"
    with pytest.raises(GatewayRefused, match="Authentication"):
        account.opened()


# webhooks


@pytest.fixture
def notices(account: Account, at_start: None) -> list[tuple[bytes, str]]:
    account.held()
    return account.fake.webhooks()


@pytest.fixture
def at_start() -> Any:

    with time_machine.travel(START, tick=False):
        yield


def test_a_signed_notice_names_its_payment(
    account: Account, notices: list[tuple[bytes, str]]
) -> None:
    read = [account.cards.read_notice(*one) for one in notices]
    assert [one.kind for one in read] == [
        "payment_intent.amount_capturable_updated",
        "checkout.session.completed",
    ]
    assert {one.charge_key for one in read} == {"charge:7"}
    assert read[0].intent
    assert read[1].reference
    assert len({one.event_id for one in read}) == 2


def test_forged_old_empty_and_foreign_notices_are_refused(
    account: Account, notices: list[tuple[bytes, str]]
) -> None:
    raw, signature = notices[0]
    event = account.fake.machine.events[0]
    old = int((START - timedelta(minutes=10)).timestamp())
    wrong = [
        (raw.replace(b"3000", b"1"), signature),
        (raw, ""),
        (raw, "t=now,v1=abc"),
        (raw, "nonsense"),
        (b"\xff\xfe", signature),
        account.fake.signed(event, secret="whsec_other"),
        account.fake.signed(event, at=old),
        account.fake.signed({**event, "account": "acct_other"}),
        account.fake.signed({**event, "livemode": True}),
        account.fake.signed({"id": "evt_1"}),
    ]
    for one in wrong:
        with pytest.raises(ForgedNotice):
            account.cards.read_notice(*one)


def test_without_a_secret_nothing_is_believed(notices: list[tuple[bytes, str]]) -> None:
    for secrets in ((), ("",)):
        with pytest.raises(ForgedNotice):
            Account(secrets=secrets).cards.read_notice(*notices[0])


def test_both_secrets_hold_while_they_are_changed(account: Account, at_start: None) -> None:
    account.held()
    event = account.fake.machine.events[0]
    both = Account(secrets=("whsec_next", OLD_SECRET)).cards
    for secret in ("whsec_next", OLD_SECRET):
        assert both.read_notice(*account.fake.signed(event, secret=secret)).charge_key == "charge:7"
    with pytest.raises(ForgedNotice):
        both.read_notice(*account.fake.signed(event, secret=SECRET))


def test_what_webhooks_did_not_bring_can_be_asked_for(account: Account) -> None:
    account.held("charge:1")
    account.now += timedelta(hours=1)
    middle = account.now
    account.captured("charge:2")
    kinds = [one.kind for one in account.cards.notices_since(middle)]
    assert kinds == [
        "payment_intent.amount_capturable_updated",
        "checkout.session.completed",
        "charge.captured",
        "payment_intent.succeeded",
    ]
    assert len(account.cards.notices_since(START)) == 6


def test_no_answer_is_told_from_a_refusal(account: Account) -> None:

    held = account.held()
    for fault in (Fault.UNREACHABLE, Fault.ANSWER_LOST):
        account.chaos.planned = [fault]
        with pytest.raises(GatewayUnreachable):
            account.cards.payment(held.reference)
