"""Which way to take cards is switched on (`OTAGAI_CARDS`), made when it is first used and kept for the process."""

import re
from functools import lru_cache
from importlib import import_module

from points.billing.adapters.stripe_cards import StripeCards
from points.billing.gateway import Gateway
from points.billing.services import NONE
from volunteer.core import clock
from volunteer.core.config import ConfigError, Settings, settings

FAKE_KEY, FAKE_SECRET = "sk_test_fake", "whsec_fake"
LOOPBACK = re.compile(r"http://127\.0\.0\.1:[0-9]{2,5}")


def check(found: Settings) -> None:
    """Refuse a start whose settings cannot take cards, with one clear line."""
    if found.cards == "stripe" and not (found.stripe_key and found.stripe_webhook_secrets):
        raise ConfigError(
            "OTAGAI_CARDS=stripe needs OTAGAI_STRIPE_KEY and OTAGAI_STRIPE_WEBHOOK_SECRETS"
        )
    if found.cards == "fake" and found.is_production:
        raise ConfigError("OTAGAI_CARDS=fake takes no money and is refused in production")
    if found.fake_cards_url and not LOOPBACK.fullmatch(found.fake_cards_url):
        raise ConfigError("OTAGAI_FAKE_CARDS_URL must be http://127.0.0.1 with a port")


def the_gateway() -> Gateway | None:
    """The gateway of this application; None where cards are not taken."""
    found = settings()
    if found.cards == NONE:
        return None
    if found.cards == "fake":
        return _fake_at(found.fake_cards_url) if found.fake_cards_url else _fake()
    return _stripe(found.stripe_key, found.stripe_webhook_secrets, found.stripe_account)


@lru_cache(maxsize=4)
def _stripe(key: str, secrets: tuple[str, ...], account: str) -> StripeCards:
    return StripeCards(key, secrets, account)


@lru_cache(maxsize=4)
def _fake_at(address: str) -> StripeCards:
    """The same adapter, and the SDK's own way over the network, in front of the fake in another process."""
    return _named_fake(StripeCards(FAKE_KEY, (FAKE_SECRET,), address=address))


@lru_cache(maxsize=1)
def _fake() -> StripeCards:
    """The same adapter in front of the strict fake, inside this process; loaded only where it is wanted."""
    fake = import_module("points.billing.adapters.fake.client").FakeStripe
    chaos = import_module("points.billing.adapters.fake.chaos").Chaos
    service = fake(clock.now, FAKE_KEY, FAKE_SECRET, chaos())
    return _named_fake(StripeCards(FAKE_KEY, (FAKE_SECRET,), "", service))


def _named_fake(cards: StripeCards) -> StripeCards:
    """Under the name that its payments have in our tables, so that a real account is never asked for them."""
    cards.name = "fake"
    return cards
