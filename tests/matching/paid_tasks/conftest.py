"""Cards are taken, and the payment service behind them is the strict fake."""

import pytest
from flask import Flask

from points.billing import gateways
from tests.applications import settings_for
from tests.cast import Cast
from tests.points.billing.town import KEY, SECRET, Town


@pytest.fixture
def town(cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The center takes cards; `town.fake.machine` is where a payer types one."""
    made = Town(cast)
    app.config["OTAGAI"] = settings_for(
        app.config["OTAGAI"].database_url,
        OTAGAI_CARDS="stripe",
        OTAGAI_STRIPE_KEY=KEY,
        OTAGAI_STRIPE_WEBHOOK_SECRETS=SECRET,
    )
    found = gateways.the_gateway()
    assert found is not None
    monkeypatch.setattr(found, "_http_client", made.fake)
    monkeypatch.setattr(found, "_made", None)
    return made
