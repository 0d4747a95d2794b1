"""The checker's own sums: value, levels, gap, and what a plan may claim of them."""

from collections import Counter
from collections.abc import Iterator
from math import isclose, isfinite

from matching.engine.check_pairs import cost_of
from matching.engine.model import Assignment, Plan, Policy, Problem, Shift, Volunteer

Claim = tuple[str, str]
"""(name of the number, what is wrong with it)"""


def value_of(problem: Problem, rows: set[tuple[int, int]]) -> int:
    """The objective of docs/matching.md for these (volunteer, shift)."""
    people = {who.id: who for who in problem.volunteers}
    work = {shift.id: shift for shift in problem.shifts}
    heads, minutes = Counter(shift for _, shift in rows), Counter[int]()
    value = sum(_worth(work[shift], count, problem.policy) for shift, count in heads.items())
    for who, shift in rows:
        value -= cost_of(problem, people[who], work[shift])
        minutes[who] += work[shift].minutes
    kept = {(row.volunteer, row.shift) for row in problem.published} & rows
    value += problem.policy.keep_bonus * len(kept)
    return value - sum(_burden(people[who], more, problem.policy) for who, more in minutes.items())


def _worth(shift: Shift, heads: int, policy: Policy) -> int:
    full = policy.head_values[shift.priority]
    extra = (full * policy.extra_head_percent) // 100
    return sum(
        full if seat < shift.seats_min else extra for seat in range(min(heads, shift.seats_max))
    )


def _burden(who: Volunteer, minutes: int, policy: Policy) -> int:
    """Sixtieths of points first, whole points only at the end."""
    sixtieths = _until(who.recent_minutes + minutes, policy) - _until(who.recent_minutes, policy)
    points, rest = divmod(sixtieths, 60)
    return points + (rest > 0)


def _until(minutes: int, policy: Policy) -> int:
    total = done = hourly = 0
    for end, hourly in policy.fairness_bands:
        if minutes <= end:
            return total + (minutes - done) * hourly
        total, done = total + (end - done) * hourly, end
    return total + (minutes - done) * 2 * hourly


def levels_of(
    problem: Problem, rows: set[tuple[int, int]]
) -> tuple[tuple[int, int, int, int], ...]:
    """For each priority: wanted_min, covered_min, wanted_max, covered_max."""
    heads = Counter(shift for _, shift in rows)
    found = [[0, 0, 0, 0] for _ in problem.policy.head_values]
    for shift in problem.shifts:
        level, count = found[shift.priority], heads[shift.id]
        level[0] += shift.seats_min
        level[1] += min(count, shift.seats_min)
        level[2] += shift.seats_max
        level[3] += min(count, shift.seats_max)
    return tuple((level[0], level[1], level[2], level[3]) for level in found)


def wrong_numbers(problem: Problem, plan: Plan, rows: set[tuple[int, int]]) -> Iterator[Claim]:
    """Every number of the plan that is not what its rows come to, or claims what cannot be."""
    value = value_of(problem, rows)
    if plan.value != value:
        yield "value", f"the plan says {plan.value}, its rows are worth {value}"
    yield from _wrong_levels(problem, plan, rows)
    yield from _wrong_bound(plan)
    if plan.is_proven:
        yield from _wrong_proof(problem, plan)
    if not isfinite(plan.seconds) or plan.seconds < 0:
        yield "seconds", f"cannot be {plan.seconds}"


def _wrong_levels(problem: Problem, plan: Plan, rows: set[tuple[int, int]]) -> Iterator[Claim]:
    found = levels_of(problem, rows)
    if [level.priority for level in plan.levels] != list(range(len(found))):
        yield "levels", f"must be one for each priority 0 to {len(found) - 1}, in order"
        return
    for level, right in zip(plan.levels, found, strict=True):
        for name, number in zip(_LEVEL_NUMBERS, right, strict=True):
            if getattr(level, name) != number:
                place = f"levels[{level.priority}].{name}"
                yield place, f"the plan says {getattr(level, name)}, it is {number}"
        if level.covered_min_bound is not None and level.covered_min_bound < right[1]:
            place = f"levels[{level.priority}].covered_min_bound"
            yield place, f"is {level.covered_min_bound}, but the plan covers {right[1]}"


_LEVEL_NUMBERS = ("wanted_min", "covered_min", "wanted_max", "covered_max")


def _wrong_bound(plan: Plan) -> Iterator[Claim]:
    if plan.bound is None:
        if plan.gap is not None:
            yield "gap", f"is {plan.gap} without a bound"
        return
    if plan.bound < plan.value:
        yield "bound", f"is {plan.bound}, below the value {plan.value}"
    gap = (plan.bound - plan.value) / max(1, abs(plan.bound))
    if plan.gap is None or not isclose(plan.gap, gap, rel_tol=1e-6, abs_tol=1e-12):
        yield "gap", f"the plan says {plan.gap}, from value and bound it is {gap}"


def _wrong_proof(problem: Problem, plan: Plan) -> Iterator[Claim]:
    if plan.bound != plan.value:
        yield "is_proven", f"but the bound is {plan.bound} and the value {plan.value}"
    if problem.policy.lexicographic:
        for level in plan.levels:
            if level.covered_min_bound != level.covered_min:
                bound = level.covered_min_bound
                yield (
                    "is_proven",
                    f"but level {level.priority} covers {level.covered_min} of a bound of {bound}",
                )


def rows_in_order(rows: tuple[Assignment, ...]) -> bool:
    """By shift, then by volunteer."""
    keys = [(row.shift, row.volunteer) for row in rows]
    return keys == sorted(keys)
