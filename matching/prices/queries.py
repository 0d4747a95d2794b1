"""Reads of the price rule: what counts now, what a category costs, what was before."""

from dataclasses import dataclass, replace

from matching.categories.models import Category
from matching.prices.models import PriceSetting
from matching.prices.rules import RULE
from points.billing.pricing import PriceRule
from points.billing.states import Collects
from volunteer.core.db import db
from volunteer.users.queries import own_name_of

YEN_PER_HOUR = 1000
CARD_DAYS = 2
"""A card of another country is held for 7 days only: work, three days of waiting, two of grace."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What counts at the center."""

    rule: PriceRule
    collects: Collects = Collects.AGENT
    card_days: int = CARD_DAYS
    cover: str = ""


DEFAULT = Prices(PriceRule(YEN_PER_HOUR))
"""Before anybody has written anything."""


def prices_now() -> Prices:
    """What counts for whatever is published or accepted now."""
    statement = db.select(PriceSetting).order_by(PriceSetting.id.desc()).limit(1)
    found: PriceSetting | None = db.session.execute(statement).scalar_one_or_none()
    return DEFAULT if found is None else prices_of(found)


def prices_of(row: PriceSetting) -> Prices:
    """A row of the history as prices."""
    rule = PriceRule(**{name: getattr(row, name) for name in RULE})
    return Prices(rule, row.collects, row.card_days, row.cover)


def history(limit: int = 50) -> list[tuple[PriceSetting, str]]:
    """Every price rule that was written and by whom, the newest first."""
    who = own_name_of(PriceSetting.made_by_user_id)
    statement = db.select(PriceSetting, who).order_by(PriceSetting.id.desc()).limit(limit)
    return [(row[0], row[1] or "") for row in db.session.execute(statement)]


def rule_of(category: Category) -> PriceRule | None:
    """How paid work of this kind is priced now: with its own price, else with the center's. None for unpaid work."""
    if not category.is_paid:
        return None
    rule = prices_now().rule
    return replace(rule, yen_per_hour=category.yen_per_hour) if category.yen_per_hour else rule
