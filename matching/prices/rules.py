"""A price rule as it is kept with what was published under it. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from points.billing.pricing import PriceRule

RULE = tuple(field.name for field in fields(PriceRule))


def as_json(rule: PriceRule) -> dict[str, int]:
    """A rule as it is kept."""
    return asdict(rule)


def from_json(kept: Mapping[str, Any]) -> PriceRule:
    """The rule that was kept."""
    return PriceRule(**{name: int(kept[name]) for name in RULE if name in kept})
