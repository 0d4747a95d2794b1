"""What templates ask of a price rule: the work alone, the whole, what calling off costs. Pure."""

from typing import Any

from points.billing.pricing import Called, cancelled_quote, quote


def price_of(rule: Any, minutes: int) -> int:
    """What so many minutes of work cost, without travel and fee."""
    return int(-(-rule.yen_per_hour * minutes // 60))


def quote_yen(rule: Any, minutes: int) -> int:
    """What the orderer pays for so many minutes, with everything."""
    return quote(rule, minutes).amount_yen


def cancelled_yen(rule: Any, minutes: int, called: str) -> int:
    """What calling off costs."""
    return cancelled_quote(rule, minutes, Called(called)).amount_yen
