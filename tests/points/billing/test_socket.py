"""The same fake over a socket: the real SDK speaks to it, a payer pays on its page, webhooks come from it."""

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from points.billing import gateways
from points.billing.adapters.fake.chaos import Chaos, Fault
from points.billing.adapters.fake.client import FakeStripe
from points.billing.adapters.fake.courier import Courier
from points.billing.adapters.fake.server import Kept, listen, serve
from points.billing.adapters.stripe_cards import StripeCards
from points.billing.gateway import GatewayUnreachable, Payment, PaymentState
from points.billing.gateways import FAKE_KEY, FAKE_SECRET
from points.billing.models import GatewayNotice
from tests.applications import settings_for
from tests.browser import LiveServer
from tests.cast import Cast
from tests.points.billing.account import Account
from volunteer.core import clock
from volunteer.core.config import ConfigError
from volunteer.core.db import db


class Served:
    """The fake on a loopback port, and the adapter that reaches it as it would reach the service."""

    def __init__(self, chaos: Chaos) -> None:
        self.fake = FakeStripe(clock.now, FAKE_KEY, FAKE_SECRET, chaos)
        self.server = listen(self.fake)
        self.address = self.fake.machine.pages
        self.cards = StripeCards(FAKE_KEY, (FAKE_SECRET,), address=self.address)

    def opened(self, key: str = "charge:1") -> Payment:
        """A page that waits for its payer."""
        order = Account(now=clock.now()).order(key)
        return self.cards.open_payment(order, f"{key}:open")

    def ask(
        self, url: str, given: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, str, str]:
        """(status, where it leads to, text) of a page, asked as a browser would."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        if given is None:
            connection.request("GET", parts.path, headers=headers)
        else:
            form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
            connection.request("POST", parts.path, urlencode(given), form)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Location", ""), text


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served(Chaos())
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_the_sdk_goes_the_whole_way_over_the_network(served: Served) -> None:
    page = served.opened()
    assert page.url.startswith(served.address)
    status, leads_to, _ = served.ask(page.url, {"card": "visa"})
    assert (status, leads_to) == (303, "https://town.example/done")
    assert served.cards.payment(page.reference).held_yen == 3000
    taken = served.cards.capture(page.reference, 2000, "charge:1:capture")
    assert (taken.captured_yen, taken.refunded_yen) == (2000, 0)
    assert served.cards.refund(page.reference, 500, "charge:1:refund").refunded_yen == 500
    assert len(served.cards.payments_since(clock.now())) == 1


def test_an_answer_that_is_lost_on_the_wire_is_asked_for_again(served: Served) -> None:
    """Once the SDK asks again by itself with the same key; three times in a row it gives up, and nothing is twice."""
    served.fake.chaos.planned = [Fault.ANSWER_LOST]
    page = served.opened()
    served.fake.chaos.planned = [Fault.UNREACHABLE] * 3
    with pytest.raises(GatewayUnreachable):
        served.cards.payment(page.reference)
    assert len(served.fake.machine.all("cs")) == 1


def test_a_declined_card_is_told_and_another_can_be_chosen(served: Served) -> None:
    page = served.opened()
    assert served.ask(page.url, {"card": "declined"})[0] == 303
    text = served.ask(page.url)[2]
    assert "このカードは使えませんでした" in text
    assert "<title>エラー：お支払い" in text
    assert served.cards.payment(page.reference).needs_payer
    served.ask(page.url, {"card": "amex"})
    assert served.cards.payment(page.reference).state is PaymentState.HELD
    assert "終わりました" in served.ask(page.url)[2]


@pytest.mark.parametrize(
    ("answer", "state"), [("yes", PaymentState.HELD), ("no", PaymentState.OPEN)]
)
def test_a_bank_that_asks_has_a_page_of_its_own(
    served: Served, answer: str, state: PaymentState
) -> None:
    page = served.opened()
    assert served.ask(page.url, {"card": "3ds"})[1] == urlsplit(page.url).path
    assert served.ask(page.url)[1] == urlsplit(page.url).path + "/bank"
    assert "カード会社の確認" in served.ask(page.url + "/bank")[2]
    served.ask(page.url + "/bank", {"answer": answer})
    assert served.cards.payment(page.reference).state is state
    said = "終わりました" if answer == "yes" else "このカードは使えませんでした"
    assert said in served.ask(page.url)[2]


def test_a_page_that_was_left_or_never_was_says_so(served: Served) -> None:
    page = served.opened()
    assert 'href="https://town.example/no">払わずにもどる' in served.ask(page.url)[2]
    served.ask(page.url, {"card": "diamond"})
    assert served.cards.payment(page.reference).state is PaymentState.OPEN
    served.cards.release(page.reference, "charge:1:release")
    assert "時間が過ぎて閉じました" in served.ask(page.url)[2]
    assert served.ask("/c/pay/cs_nobody")[0] == 404
    assert served.ask("/page.css")[0] == 200
    assert served.ask("/")[0] == 404


def test_it_answers_this_machine_only(served: Served) -> None:
    page = served.opened()
    assert served.ask(page.url)[0] == 200
    for name, value in (
        ("Host", "pay.example.jp"),
        ("X-Forwarded-For", "1.2.3.4"),
        ("Via", "1.1 p"),
    ):
        assert served.ask(page.url, **{name: value})[0] == 404
    assert served.server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "given",
    [
        {"OTAGAI_FAKE_CARDS_URL": "http://192.0.2.1:5100"},
        {"OTAGAI_FAKE_CARDS_URL": "https://pay.example.jp"},
    ],
)
def test_the_fake_elsewhere_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="127.0.0.1"):
        gateways.check(settings_for("sqlite://", OTAGAI_CARDS="fake", **given))


def test_in_production_there_is_no_fake() -> None:
    found = settings_for("sqlite://", OTAGAI_CARDS="fake")
    found.env = "production"
    with pytest.raises(ConfigError, match="refused in production"):
        gateways.check(found)


def test_the_town_reaches_it_by_its_address(app: Flask, cast: Cast, served: Served) -> None:
    app.config["OTAGAI"] = settings_for(
        app.config["OTAGAI"].database_url,
        OTAGAI_CARDS="fake",
        OTAGAI_FAKE_CARDS_URL=served.address,
    )
    found = gateways.the_gateway()
    assert found is not None
    assert found.name == "fake"
    served.opened()
    assert [one.amount_yen for one in found.payments_since(clock.now())] == [3000]


def test_webhooks_are_brought_until_they_are_taken(
    live_server: LiveServer, cast: Cast, served: Served
) -> None:
    app = live_server.app
    app.config["OTAGAI"] = settings_for(app.config["OTAGAI"].database_url, OTAGAI_CARDS="fake")
    courier = Courier(served.fake, f"{live_server.url}/payments/notices")
    page = served.opened()
    served.ask(page.url, {"card": "visa"})
    elsewhere = Courier(served.fake, "http://127.0.0.1:9/payments/notices")
    assert elsewhere.bring() == 0
    assert len(elsewhere.waiting) == 2
    courier.waiting = [(0.0, tries, event) for _when, tries, event in elsewhere.waiting]
    assert courier.bring() == 2
    assert courier.bring() == 0
    db.session.rollback()
    assert db.session.query(GatewayNotice).count() == 2


def test_an_account_that_is_started_again_goes_on(tmp_path: Path) -> None:
    """Its payments, its keys and what it has told already; names are never used twice."""

    def started() -> tuple[Account, Kept]:
        account = Account(now=clock.now())
        kept = Kept(account.fake, tmp_path / "fake-cards.json")
        kept.read()
        return account, kept

    first, kept = started()
    held = first.held()
    assert len(first.fake.webhooks()) == 2
    kept.write()
    second, _kept = started()
    assert second.cards.payment(held.reference).held_yen == 3000
    assert second.opened().reference == held.reference  # the key is known
    assert second.fake.webhooks() == []
    other = Kept(Account().fake, tmp_path / "other.json")
    other.read()
    assert other.fake.machine.series != first.fake.machine.series


def test_serving_ends_when_it_is_told_and_keeps_the_account(tmp_path: Path) -> None:
    made, ended = Served(Chaos()), threading.Event()
    kept = Kept(made.fake, tmp_path / "fake-cards.json")
    courier = Courier(made.fake, "http://127.0.0.1:9/payments/notices")
    thread = threading.Thread(target=serve, args=(made.server, courier, kept, ended))
    thread.start()
    made.opened()
    ended.set()
    thread.join(10)
    made.server.server_close()
    assert not thread.is_alive()
    assert "cs_test_" in kept.path.read_text(encoding="utf-8")
