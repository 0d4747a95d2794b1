"""What a shift is worth to a volunteer, in words, before anything is done: pure, from rule versions."""

from dataclasses import dataclass
from datetime import date

from points.earning.reasons import describe_rule
from points.programmes.rule_version import RuleVersion
from points.programmes.wording import Wording


@dataclass(frozen=True, slots=True)
class Worth:
    """Points by the rule of a programme; no lines when nothing is earned. Paid work earns no points."""

    is_paid: bool
    yen_per_hour: int | None = None
    lines: tuple[Wording, ...] = ()
    programme_name: str = ""


def worth_of(
    category_code: str,
    is_paid: bool,
    day: date,
    versions: list[RuleVersion],
    yen_per_hour: int | None = None,
) -> Worth:
    """The price of paid work, else what the first programme (in order) that lists the category gives on this day."""
    if is_paid:
        return Worth(is_paid=True, yen_per_hour=yen_per_hour)
    for version in versions:
        rule = version.award_rule(category_code, "")
        if version.is_in_force(day) and rule is not None:
            return Worth(False, None, tuple(describe_rule(rule)), version.programme_name)
    return Worth(is_paid=False)
