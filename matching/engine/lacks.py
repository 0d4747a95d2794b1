"""What a plan says the center lacks, as it is kept: sums and kinds, no people.

Hours and trainings that are scarce, how many people lack nothing but a training, and what it would change if one of
them had it. Made by the process of a plan (`plan lacks`), read by pages in words.
"""

from time import monotonic
from typing import Any

from matching.engine.insight import (
    Change,
    How,
    Prices,
    ScarceHours,
    ScarceWant,
    Want,
    one_more,
    scarce_hours,
    scarce_wants,
)
from matching.engine.model import Plan, Problem
from matching.engine.prices import shift_prices
from matching.engine.solve import solve

FORMAT = "otagai-lacks"
VERSION = 1
ROWS_MAX = 12
"""So many hours and so many kinds of trainings are kept, the most pressing."""
SMALL = 30_000
"""Volunteers times shifts: so small a problem is planned anew for one more trained person."""
ANEW_SECONDS = 3.0


def lacks(problem: Problem, plan: Plan, seconds: float) -> dict[str, Any]:
    """The whole of it; prices and new plans only as far as the time suffices, counting always."""
    until = monotonic() + seconds
    prices = shift_prices(problem, seconds / 2)
    return {
        "format": FORMAT,
        "version": VERSION,
        "how": str(How.MISSING if prices is None else How.PRICED),
        "hours": [_hours(one) for one in scarce_hours(problem, plan, prices)[:ROWS_MAX]],
        "wants": [_want(problem, plan, one, until) for one in _scarce(problem, plan, prices)],
    }


def _scarce(problem: Problem, plan: Plan, prices: Prices | None) -> list[ScarceWant]:
    """Those first that a training would mend."""
    found = scarce_wants(problem, plan, prices)
    return sorted(found, key=lambda one: not one.nearly)[:ROWS_MAX]


def _hours(one: ScarceHours) -> dict[str, Any]:
    return {
        "start": one.hours.start,
        "end": one.hours.end,
        "open": list(one.open_heads),
        "points": one.best,
    }


def _want(problem: Problem, plan: Plan, one: ScarceWant, until: float) -> dict[str, Any]:
    change = _change(problem, plan, one.want, one.nearly, until)
    return {
        "rule": str(one.want.rule),
        "kind": one.want.kind,
        "open": list(one.open_heads),
        "points": one.best,
        "holders": one.holders,
        "nearly": len(one.nearly),
        "change": None
        if change is None
        else {
            "heads": list(change.more_heads),
            "shifts": len(change.shifts),
            "how": str(change.how),
        },
    }


def _change(
    problem: Problem, plan: Plan, want: Want, people: tuple[int, ...], until: float
) -> Change | None:
    """Planned anew only where both plans are proven: else the difference may be that of two searches."""
    added = one_more(problem, plan, want, people)
    size = len(problem.volunteers) * len(problem.shifts)
    if not plan.is_proven or size > SMALL or monotonic() + ANEW_SECONDS > until:
        return added
    proven: list[bool] = []

    def anew(changed: Problem) -> Plan:
        found = solve(changed, ANEW_SECONDS)
        proven.append(found.is_proven)
        return found

    solved = one_more(problem, plan, want, people, anew)
    if solved is None or not all(proven):
        return added
    return solved if solved.more_value > 0 else None
