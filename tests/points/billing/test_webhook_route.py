"""/payments/notices: the payment service tells its news; whoever is not it is refused. And the payer comes back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from points.billing import gateways
from points.billing.jobs import JOBS, OFF, PaymentsBroke
from points.billing.models import GatewayNotice
from tests.applications import settings_for
from tests.cast import Cast
from tests.client import Client
from tests.points.billing.town import KEY, SECRET, Town
from volunteer.core import clock
from volunteer.core.config import ConfigError
from volunteer.core.db import db
from volunteer.core.doctor import examine

WHERE = "/payments/notices"
NEXT_SECRET = "whsec_next"
WORK = next(one for one in JOBS if one.name == "card-payments")
NIGHT = next(one for one in JOBS if one.name == "compare-card-payments")


@pytest.fixture
def town(cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Cards are on, with two secrets because they are being changed; behind them is the fake."""
    made = Town(cast)
    app.config["OTAGAI"] = settings_for(
        app.config["OTAGAI"].database_url,
        OTAGAI_CARDS="stripe",
        OTAGAI_STRIPE_KEY=KEY,
        OTAGAI_STRIPE_WEBHOOK_SECRETS=f"{NEXT_SECRET} {SECRET}",
        OTAGAI_STRIPE_ACCOUNT="acct_town",
    )
    found = gateways.the_gateway()
    assert found is not None
    monkeypatch.setattr(found, "_http_client", made.fake)
    monkeypatch.setattr(found, "_made", None)
    return made


def send(client: Client, raw: bytes, signature: str) -> int:
    """A webhook as it comes over the wire."""
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    with time_machine.travel(clock.now(), tick=False):
        return client.post(WHERE, data=raw, headers=headers).status_code


def kept() -> int:
    db.session.rollback()
    return db.session.query(GatewayNotice).count()


def test_a_signed_notice_is_kept_once_and_the_worker_looks(town: Town, client: Client) -> None:
    charge = town.charge()
    town.turn(charge)
    town.pay(charge)
    webhooks = town.fake.webhooks()
    for raw, signature in [*webhooks, *webhooks]:
        assert send(client, raw, signature) == 200
    assert kept() == len(webhooks)
    assert WORK.run() == "done=1"
    assert town.payment(charge).held_yen == 3000
    assert WORK.run() == "nothing is due"
    assert NIGHT.run() == "no difference"


def test_a_payment_that_breaks_the_worker_keeps_no_other_waiting(town: Town) -> None:
    broken = town.held()
    town.decide(broken, 2000)
    town.wait(minutes=1)
    other = town.charge()
    del town.fake.machine.objects[town.payment(broken).reference or ""]["currency"]
    with pytest.raises(PaymentsBroke, match="broke=1 done=1"):
        WORK.run()
    assert town.payment(other).url
    assert town.payment(broken).due_at == clock.now() + timedelta(hours=1)


def test_forged_old_and_foreign_notices_are_refused(town: Town, client: Client) -> None:
    charge = town.charge()
    town.turn(charge)
    town.pay(charge)
    raw, signature = town.fake.webhooks()[0]
    event = town.fake.machine.events[0]
    old = int((clock.now() - timedelta(minutes=10)).timestamp())
    wrong = [
        (raw.replace(b"3000", b"1"), signature),
        (raw + b" ", signature),
        (raw, ""),
        (raw, "nonsense"),
        (b"", signature),
        (b"\xff\xfe", signature),
        town.fake.signed(event, secret="whsec_other"),
        town.fake.signed(event, at=old),
        town.fake.signed({**event, "account": "acct_other"}),
        town.fake.signed({**event, "livemode": True}),
        town.fake.signed({"id": "evt_1"}),
        (b"x" * 300_000, signature),
    ]
    assert [send(client, *one) for one in wrong] == [400] * len(wrong)
    assert kept() == 0
    for secret in (SECRET, NEXT_SECRET):
        assert send(client, *town.fake.signed(event, secret=secret)) == 200
    assert kept() == 1


def test_a_replayed_notice_changes_nothing_whenever_it_is_signed(
    town: Town, client: Client
) -> None:
    """A signature of the future is good, the SDK says: the event's id, kept for ever, is what stops a replay."""
    charge = town.charge()
    town.turn(charge)
    town.pay(charge)
    event = town.fake.machine.events[0]
    assert send(client, *town.fake.signed(event)) == 200
    WORK.run()
    looks = town.payment(charge).looks
    for minutes in (0, 4, 600):
        at = int((clock.now() + timedelta(minutes=minutes)).timestamp())
        assert send(client, *town.fake.signed(event, at=at)) == 200
    assert (kept(), WORK.run(), town.payment(charge).looks) == (1, "nothing is due", looks)


def test_without_cards_there_is_no_such_address_and_no_work(cast: Cast, client: Client) -> None:
    assert send(client, b"{}", "x") == 404
    assert [WORK.run(), NIGHT.run()] == [OFF, OFF]


def test_the_payer_comes_back_to_plain_words(cast: Cast, client: Client) -> None:
    assert "カードの手つづきが終わりました" in client.get("/payments/done").text
    assert "お金は動いていません" in client.get("/payments/later").text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"OTAGAI_CARDS": "stripe"}, "needs OTAGAI_STRIPE_KEY"),
        ({"OTAGAI_CARDS": "stripe", "OTAGAI_STRIPE_KEY": "sk_live_x"}, "needs OTAGAI_STRIPE_KEY"),
        ({"OTAGAI_CARDS": "paypal"}, "one of none, fake, stripe"),
    ],
)
def test_settings_that_cannot_take_cards_stop_the_start(given: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        gateways.check(settings_for("sqlite://", **given))


def test_the_doctor_says_which_way_is_on(app: Flask, cast: Cast) -> None:
    said = {}
    for cards, key in (
        ("none", ""),
        ("fake", ""),
        ("stripe", "sk_test_1"),
        ("stripe", "sk_live_1"),
    ):
        found = settings_for(
            app.config["OTAGAI"].database_url,
            OTAGAI_CARDS=cards,
            OTAGAI_STRIPE_KEY=key,
            OTAGAI_STRIPE_WEBHOOK_SECRETS="whsec_1",
        )
        look = next(one for one in examine(found) if one.name == "cards")
        said[cards + key[:7]] = f"{look.state} {look.words}"
    assert said == {
        "none": "ok none: cash and bank transfer at the desk",
        "fake": "warning fake: no money moves",
        "stripesk_test": "warning stripe with a test key: no money moves",
        "stripesk_live": "ok stripe",
    }


def test_the_fake_takes_cards_in_this_process(app: Flask, cast: Cast) -> None:
    app.config["OTAGAI"] = settings_for(app.config["OTAGAI"].database_url, OTAGAI_CARDS="fake")
    found: Any = gateways.the_gateway()
    assert found is gateways.the_gateway()
    assert found.name == "fake"  # as the payments are called that it makes
    assert found.payments_since(clock.now()) == []
