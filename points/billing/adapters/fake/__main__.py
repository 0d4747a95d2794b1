"""python -m points.billing.adapters.fake: a payment service that moves no money, for a town on this machine.

Where it answers is what OTAGAI_FAKE_CARDS_URL says; `--help` names the ways in which it can go wrong on purpose.
"""

import signal
import threading
from urllib.parse import urlsplit

import click

from points.billing.adapters.fake.chaos import Chaos
from points.billing.adapters.fake.client import FakeStripe
from points.billing.adapters.fake.courier import Courier
from points.billing.adapters.fake.server import Kept, listen, serve
from points.billing.gateways import FAKE_KEY, FAKE_SECRET, check
from volunteer.core import clock
from volunteer.core.config import ConfigError, load_settings

FILE = "fake-cards.json"
SHARE = click.FloatRange(0, 1)


@click.command()
@click.option("--chaos", "rate", type=SHARE, default=0.0, help="share of the calls that fail")
@click.option("--duplicate", type=SHARE, default=0.0, help="share of the webhooks that come twice")
@click.option("--drop", type=SHARE, default=0.0, help="share of the webhooks that never come")
@click.option("--late", type=SHARE, default=0.0, help="share of the webhooks that come later")
@click.option("--shuffle", is_flag=True, help="webhooks come in any order")
@click.option("--seed", type=int, default=0, help="the same seed, the same chance")
def main(rate: float, duplicate: float, drop: float, late: float, shuffle: bool, seed: int) -> None:
    """Answer as the payment service would, on this machine, for OTAGAI_CARDS=fake."""
    settings = load_settings()
    check(settings)
    if settings.cards != "fake" or not settings.fake_cards_url:
        raise ConfigError("the fake needs OTAGAI_CARDS=fake and OTAGAI_FAKE_CARDS_URL")
    chaos = Chaos(rate, seed, duplicate=duplicate, drop=drop, late=late, shuffle=shuffle)
    fake = FakeStripe(clock.now, FAKE_KEY, FAKE_SECRET, chaos)
    kept = Kept(fake, settings.data_dir / FILE)
    kept.read()
    server = listen(fake, urlsplit(settings.fake_cards_url).port or 80)
    ended = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_facts: ended.set())
    serve(server, Courier(fake, f"{settings.base_url}/payments/notices"), kept, ended)


if __name__ == "__main__":
    main()
