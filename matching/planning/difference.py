"""What a plan would change: its pairs beside what stands, coverage by priority, spread of hours. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from matching.engine.explain import why_nobody
from matching.engine.model import Plan, Problem, Rule, Shift, Volunteer
from matching.engine.rules import obstacles_in
from matching.planning.rules import spread
from matching.planning.states import PairKind, PairState

Pair = tuple[int, int]
"""(person, shift)"""
Explained = Callable[[Volunteer, Shift], tuple[int, list[Any]]]
"""The cost of a pair and what it is made of."""


SHORT_EXPLAINED = 12
PAIRS_EXPLAINED = 100_000
"""For so many shifts that stay short it is looked up who could come; for fewer where a town is big."""

CANNOT = frozenset({Rule.INACTIVE, Rule.PAUSED, Rule.QUALIFICATION, Rule.INSURANCE, Rule.NO_GO})
"""What stands against somebody who has agreed. Time, way and wishes are theirs to judge."""


@dataclass(frozen=True)
class Difference:
    """The rows to be kept and the sums to be shown."""

    rows: list[dict[str, Any]]
    figures: dict[str, Any]


def difference(
    problem: Problem,
    plan: Plan,
    standing: frozenset[Pair],
    explained: Explained,
    seated: frozenset[Pair] = frozenset(),
) -> Difference:
    """What `plan` changes in `standing`: who has a place already (`seated`), or was asked and has not answered."""
    people = {one.id: one for one in problem.volunteers}
    shifts = {one.id: one for one in problem.shifts}
    before = frozenset(one for one in standing if one[0] in people and one[1] in shifts)
    after = frozenset((one.volunteer, one.shift) for one in plan.assignments)
    moved = _moved(shifts, before & seated, before, after)
    left_out = before - after - {(pair[0], from_shift) for pair, from_shift in moved.items()}
    short = _short(shifts.values(), after)
    rows = [
        _row(people[one.volunteer], shifts[one.shift], standing, moved, explained)
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
        "moved": len(moved),
        "left_out": sorted([list(one) for one in left_out]),
        "doubtful": _doubtful(problem, people, shifts, before),
        "levels": coverage(problem, before, after),
        "hours": {
            "before": spread(_minutes(problem, before), people),
            "after": spread(_minutes(problem, after), people),
        },
        "short": short,
        "held": _held(problem, plan, [shifts[one[0]] for one in short]),
    }
    return Difference(rows, figures)


def _moved(
    shifts: dict[int, Shift],
    seated: frozenset[Pair],
    before: frozenset[Pair],
    after: frozenset[Pair],
) -> dict[Pair, int]:
    """(person, shift) → the shift they have a place in and would leave for it; in the order of time."""

    def in_time(pairs: frozenset[Pair]) -> list[Pair]:
        return sorted(pairs, key=lambda pair: (shifts[pair[1]].start, pair))

    leaves: dict[int, list[int]] = defaultdict(list)
    for person, shift_id in in_time(seated - after):
        leaves[person].append(shift_id)
    return {one: leaves[one[0]].pop(0) for one in in_time(after - before) if leaves[one[0]]}


def _doubtful(
    problem: Problem,
    people: dict[int, Volunteer],
    shifts: dict[int, Shift],
    before: frozenset[Pair],
) -> list[list[Any]]:
    """(person, shift, rule) of what was agreed and cannot be as things stand: staff have to speak with them."""
    found = []
    for person, shift_id in sorted(before, key=lambda pair: (shifts[pair[1]].start, pair)):
        broken = obstacles_in(problem, people[person], shifts[shift_id])
        found += [[person, shift_id, rule.value] for rule in broken if rule in CANNOT][:1]
    return found


def _row(
    person: Volunteer,
    shift: Shift,
    standing: frozenset[Pair],
    moved: dict[Pair, int],
    explained: Explained,
) -> dict[str, Any]:
    pair = (person.id, shift.id)
    kind = PairKind.KEPT if pair in standing else PairKind.MOVE if pair in moved else PairKind.NEW
    cost, reasons = explained(person, shift)
    return {
        "person_id": person.id,
        "shift_id": shift.id,
        "from_shift_id": moved.get(pair),
        "kind": kind,
        "state": PairState.ASKED if kind is PairKind.KEPT else PairState.PROPOSED,
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


def _held(problem: Problem, plan: Plan, short: list[Shift]) -> dict[str, list[int]]:
    """Shift → how many could come but for more pressing shifts of the plan, and but for others; the first few."""
    most = min(SHORT_EXPLAINED, PAIRS_EXPLAINED // max(1, len(problem.volunteers)))
    found = {}
    for shift in short[:most]:
        held = why_nobody(problem, plan.assignments, shift).held
        higher = sum(one.priority < shift.priority for one in held)
        found[str(shift.id)] = [higher, len(held) - higher]
    return found


def _short(shifts: Iterable[Shift], after: frozenset[Pair]) -> list[list[int]]:
    """(shift, heads still missing) where the plan finds too few, the most pressing first."""
    heads = Counter(shift_id for _person, shift_id in after)
    short = [one for one in shifts if heads[one.id] < one.seats_min]
    short.sort(key=lambda one: (one.priority, one.start, one.id))
    return [[one.id, one.seats_min - heads[one.id]] for one in short]
