"""Writing the price rule: a new row, the old ones stay."""

from collections.abc import Mapping
from typing import Any

from matching.prices.models import PriceSetting
from volunteer.core import clock
from volunteer.core.db import db


def write_prices(values: Mapping[str, Any], reason: str, by_user_id: int) -> PriceSetting:
    """From now on this counts for what is published and accepted; what was published before keeps its rule."""
    made = PriceSetting(**values, reason=reason, made_by_user_id=by_user_id, made_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made
