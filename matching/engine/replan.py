"""A plan made again: what is published stays unless leaving it is worth more than the keep bonus.

What changed is said. With nothing changed the answer is the published plan itself, if it still keeps every rule:
nobody is called for nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from matching.engine.model import Assignment, Plan, Problem
from matching.engine.rules import obstacles_in
from matching.engine.solve import solve


@dataclass(frozen=True, slots=True)
class Move:
    """One person leaves one shift for another."""

    volunteer: int
    from_shift: int
    to_shift: int


@dataclass(frozen=True, slots=True)
class Diff:
    """What a plan changes in what was published, in the order of shift, then volunteer."""

    kept: tuple[Assignment, ...]
    added: tuple[Assignment, ...]
    removed: tuple[Assignment, ...]
    impossible: tuple[Assignment, ...] = ()
    """Those of `removed` whose person or shift is no more, or who may not do it any more."""

    @property
    def needless(self) -> tuple[Assignment, ...]:
        """Removed although they were still possible: people who have to be told for the sake of others."""
        gone = {(row.volunteer, row.shift) for row in self.impossible}
        return tuple(row for row in self.removed if (row.volunteer, row.shift) not in gone)

    @property
    def moves(self) -> tuple[Move, ...]:
        """People who are removed from one shift and added to another, paired in order."""
        here: dict[int, list[int]] = {}
        for row in self.added:
            here.setdefault(row.volunteer, []).append(row.shift)
        return tuple(
            Move(row.volunteer, row.shift, here[row.volunteer].pop(0))
            for row in self.removed
            if here.get(row.volunteer)
        )


def replan(
    problem: Problem,
    seconds: float,
    gap: float | None = None,
    on_progress: Callable[[Any], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    under_way: Iterable[int] = (),
) -> tuple[Plan, Diff]:
    """Plan again by a deadline and say what it changes; shifts `under_way` keep everybody they have."""
    frozen = frozenset(under_way)
    published = tuple(
        replace(row, is_pinned=True) if row.shift in frozen else row for row in problem.published
    )
    problem = replace(problem, published=published)
    plan = solve(problem, seconds, gap, on_progress, should_stop)
    return plan, diff_of(problem, plan)


def diff_of(
    problem: Problem, plan: Plan, possible: Callable[[int, int], bool] | None = None
) -> Diff:
    """What this plan changes. `possible` (volunteer, shift): whether a published pair still keeps the rules."""
    before = {(row.volunteer, row.shift): row for row in problem.published}
    after = {(row.volunteer, row.shift): row for row in plan.assignments}
    removed = [row for key, row in before.items() if key not in after]
    may = possible or _rules_of(problem)
    return Diff(
        _in_order(row for key, row in after.items() if key in before),
        _in_order(row for key, row in after.items() if key not in before),
        _in_order(removed),
        _in_order(row for row in removed if not may(row.volunteer, row.shift)),
    )


def _rules_of(problem: Problem) -> Callable[[int, int], bool]:
    people = {who.id: who for who in problem.volunteers}
    work = {shift.id: shift for shift in problem.shifts}

    def may(volunteer: int, shift: int) -> bool:
        if volunteer not in people or shift not in work:
            return False
        return not obstacles_in(problem, people[volunteer], work[shift])

    return may


def _in_order(rows: Iterable[Assignment]) -> tuple[Assignment, ...]:
    return tuple(sorted(rows, key=lambda row: (row.shift, row.volunteer)))
