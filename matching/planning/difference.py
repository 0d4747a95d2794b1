"""What a plan would change: its pairs beside what stands, coverage by priority, spread of hours. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from matching.engine.model import Assignment, Plan, Problem, Shift, Volunteer
from matching.planning.rules import spread
from matching.planning.states import PairKind, PairState

Pair = tuple[int, int]
"""(person, shift)"""
Explained = Callable[[Volunteer, Shift], tuple[int, list[Any]]]
"""The cost of a pair and what it is made of."""


@dataclass(frozen=True)
class Difference:
    """The rows to be kept and the sums to be shown."""

    rows: list[dict[str, Any]]
    figures: dict[str, Any]


def difference(
    problem: Problem, plan: Plan, standing: frozenset[Pair], explained: Explained
) -> Difference:
    """What `plan` adds to `standing`: who has a place already, or was asked and has not answered."""
    people = {one.id: one for one in problem.volunteers}
    shifts = {one.id: one for one in problem.shifts}
    before = frozenset(one for one in standing if one[0] in people and one[1] in shifts)
    after = frozenset((one.volunteer, one.shift) for one in plan.assignments)
    rows = [
        _row(people[one.volunteer], shifts[one.shift], one, standing, explained)
        for one in plan.assignments
    ]
    figures = {
        "value": plan.value,
        "bound": plan.bound,
        "gap": plan.gap,
        "engine": plan.engine.value,
        "is_proven": plan.is_proven,
        "seconds": round(plan.seconds, 1),
        "note": plan.note,
        "people": len(people),
        "shifts": len(shifts),
        "new": sum(row["kind"] is PairKind.NEW for row in rows),
        "kept": sum(row["kind"] is PairKind.KEPT for row in rows),
        "left_out": sorted([list(one) for one in before - after]),
        "levels": coverage(problem, before, after),
        "hours": {
            "before": spread(_minutes(problem, before), people),
            "after": spread(_minutes(problem, after), people),
        },
        "short": _short(shifts.values(), after),
    }
    return Difference(rows, figures)


def _row(
    person: Volunteer,
    shift: Shift,
    one: Assignment,
    standing: frozenset[Pair],
    explained: Explained,
) -> dict[str, Any]:
    is_kept = (one.volunteer, one.shift) in standing
    cost, reasons = explained(person, shift)
    return {
        "person_id": person.id,
        "shift_id": shift.id,
        "kind": PairKind.KEPT if is_kept else PairKind.NEW,
        "state": PairState.ASKED if is_kept else PairState.PROPOSED,
        "cost": cost,
        "reasons": reasons,
    }


def coverage(
    problem: Problem, before: frozenset[Pair], after: frozenset[Pair]
) -> list[dict[str, int]]:
    """By priority: heads wanted, and how many of them are there before and after."""
    heads = [Counter(shift_id for _person, shift_id in pairs) for pairs in (before, after)]
    found: dict[int, dict[str, int]] = {}
    for shift in problem.shifts:
        level = found.setdefault(
            shift.priority, {"priority": shift.priority, "wanted": 0, "before": 0, "after": 0}
        )
        level["wanted"] += shift.seats_min
        for name, counts in zip(("before", "after"), heads, strict=True):
            level[name] += min(shift.seats_min, counts[shift.id])
    return [found[priority] for priority in sorted(found)]


def _minutes(problem: Problem, pairs: frozenset[Pair]) -> dict[int, int]:
    """How long everybody works in the days of the plan, with what they had accepted before."""
    lengths = {one.id: one.minutes for one in problem.shifts}
    found = Counter(
        {one.id: sum(b.end - b.start for b in one.booked) for one in problem.volunteers}
    )
    for person, shift in pairs:
        found[person] += lengths[shift]
    return found


def _short(shifts: Iterable[Shift], after: frozenset[Pair]) -> list[list[int]]:
    """(shift, heads still missing) where the plan finds too few, the most pressing first."""
    heads = Counter(shift_id for _person, shift_id in after)
    short = [one for one in shifts if heads[one.id] < one.seats_min]
    short.sort(key=lambda one: (one.priority, one.start, one.id))
    return [[one.id, one.seats_min - heads[one.id]] for one in short]
