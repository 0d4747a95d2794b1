"""What a shift is worth to a volunteer, in words, before anything is done, from rule versions and price rules."""

from dataclasses import dataclass

from matching.help_requests.models import HelpRequest, Shift
from matching.prices.queries import rule_of
from matching.prices.rules import from_json
from points.billing.pricing import PriceRule
from points.earning.reasons import describe_rule
from points.programmes.rule_version import RuleVersion
from points.programmes.wording import Wording
from volunteer.core.clock import activity_date


@dataclass(frozen=True, slots=True)
class Worth:
    """Points by the rule of a programme; no lines when nothing is earned. Paid work earns no points."""

    is_paid: bool
    yen_per_hour: int | None = None
    lines: tuple[Wording, ...] = ()
    programme_name: str = ""
    rule: PriceRule | None = None
    """How paid work is priced; None where the orderer says it."""
    minutes: int = 0
    """The planned time, for which the sum is said."""


def worth_of(shift: Shift, versions: list[RuleVersion]) -> Worth:
    """The price of paid work, else what the first programme (in order) that lists the category gives on this day."""
    request = shift.help_request
    if request.category.is_paid:
        rule = price_kept(request)
        return Worth(True, request.yen_per_hour, rule=rule, minutes=shift.planned_minutes)
    day = activity_date(shift.starts_at)
    for version in versions:
        found = version.award_rule(request.category_code, "")
        if version.is_in_force(day) and found is not None:
            return Worth(False, None, tuple(describe_rule(found)), version.programme_name)
    return Worth(is_paid=False)


def price_kept(request: HelpRequest) -> PriceRule | None:
    """The rule the request was published with; from before there were rules only the hour is known."""
    if request.price:
        return from_json(request.price)
    return PriceRule(request.yen_per_hour) if request.yen_per_hour else None


def price_rule(request: HelpRequest) -> PriceRule | None:
    """The rule of a paid request: that of its publication, before it the one it would have now."""
    return price_kept(request) or rule_of(request.category)
