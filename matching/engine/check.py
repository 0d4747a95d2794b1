"""Whether a plan keeps every rule of its problem and tells the truth about its numbers.

Shares no code with the engine but the model: it reads docs/matching.md for itself, so a mistake in one of the two does
not hide in the other.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from matching.engine.check_numbers import rows_in_order, wrong_numbers
from matching.engine.check_pairs import broken_rules, clashing
from matching.engine.model import WEEK, Assignment, Plan, Problem, Rule, Shift, Volunteer

VIOLATIONS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with a plan, in words with ids."""

    code: str
    """A `Rule`, the name of a number of the plan, or `unknown`, `twice`, `order`, `seats`, `apart`, `pinned`."""
    words: str
    volunteer: int | None = None
    shift: int | None = None
    is_forced: bool = False
    """Only pinned rows are to blame: the plan could not avoid it."""

    def __str__(self) -> str:
        names = (("volunteer", self.volunteer), ("shift", self.shift))
        who = ", ".join(f"{name} {number}" for name, number in names if number is not None)
        return f"{self.code}: {who + ': ' if who else ''}{self.words}"


def violations(problem: Problem, plan: Plan) -> list[Violation]:
    """Everything a plan has done wrong (at most 1,000), nothing if it is sound."""
    return list(islice((one for one in _all(problem, plan) if not one.is_forced), VIOLATIONS_MAX))


def remarks(problem: Problem, plan: Plan) -> list[Violation]:
    """What pinned rows break by themselves: staff have to know, the plan is not to blame."""
    return list(islice((one for one in _all(problem, plan) if one.is_forced), VIOLATIONS_MAX))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the plan that names somebody and something."""

    who: Volunteer
    shift: Shift
    is_pinned: bool

    def fault(self, code: str, words: str, *, forced: bool | None = None) -> Violation:
        """A violation of this row."""
        is_forced = self.is_pinned if forced is None else forced
        return Violation(code, words, self.who.id, self.shift.id, is_forced)


def _all(problem: Problem, plan: Plan) -> Iterator[Violation]:
    rows = _rows(problem, plan)
    yield from _wrong_rows(problem, plan)
    yield from _wrong_weeks(problem, rows)
    yield from _wrong_shifts(problem, rows)
    for row in rows:
        for rule, words in broken_rules(problem, row.who, row.shift):
            yield row.fault(rule, words)
    for code, words in wrong_numbers(problem, plan, {(row.who.id, row.shift.id) for row in rows}):
        yield Violation(code, words)
    yield from _clashes(problem, rows)


def _rows(problem: Problem, plan: Plan) -> list[_Row]:
    """Each known pair once. Pinned is what the problem pins, whatever the plan says."""
    people = {who.id: who for who in problem.volunteers}
    work = {shift.id: shift for shift in problem.shifts}
    pinned = _pinned(problem)
    pairs = dict.fromkeys((row.volunteer, row.shift) for row in plan.assignments)
    return [
        _Row(people[who], work[shift], (who, shift) in pinned)
        for who, shift in pairs
        if who in people and shift in work
    ]


def _pinned(problem: Problem) -> set[tuple[int, int]]:
    return {(row.volunteer, row.shift) for row in problem.published if row.is_pinned}


def _wrong_rows(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Rows that name nobody or nothing, stand there twice or in disorder, and what became of pinned ones."""
    people = {who.id for who in problem.volunteers}
    work = {shift.id for shift in problem.shifts}
    pinned, seen = _pinned(problem), set()
    for row in plan.assignments:
        pair = row.volunteer, row.shift
        if row.volunteer not in people:
            yield Violation("unknown", "the problem has no such volunteer", *pair)
        if row.shift not in work:
            yield Violation("unknown", "the problem has no such shift", *pair)
        if pair in seen:
            yield Violation("twice", "stands in the plan twice", *pair)
        seen.add(pair)
        yield from _wrong_pin(row, pair in pinned)
    for who, shift in sorted(pinned - seen):
        yield Violation("pinned", "is pinned and not in the plan", who, shift)
    if not rows_in_order(plan.assignments):
        yield Violation("order", "the rows are not in the order of shift, then volunteer")


def _wrong_pin(row: Assignment, is_pinned: bool) -> Iterator[Violation]:
    if row.is_pinned != is_pinned:
        words = (
            "is pinned, the plan says it is not"
            if is_pinned
            else "is not pinned, the plan says it is"
        )
        yield Violation("pinned", words, row.volunteer, row.shift)


def _wrong_weeks(problem: Problem, rows: list[_Row]) -> Iterator[Violation]:
    """Minutes and shifts of each person and week, what is booked included."""
    weeks: dict[tuple[int, int], list[_Row]] = defaultdict(list)
    for row in rows:
        weeks[row.who.id, row.shift.start // WEEK].append(row)
    for (_, week), found in weeks.items():
        who = found[0].who
        booked = [one for one in who.booked if one.start // WEEK == week]
        minutes = sum(one.end - one.start for one in booked) + sum(
            row.shift.end - row.shift.start for row in found
        )
        shifts = len(booked) + len(found)
        policy = problem.policy
        for rule, used, own, usual in (
            (Rule.MINUTES_CAP, minutes, who.max_minutes_a_week, policy.default_max_minutes_a_week),
            (Rule.SHIFTS_CAP, shifts, who.max_shifts_a_week, policy.default_max_shifts_a_week),
        ):
            limit = usual if own is None else own
            if used > limit:
                names = ", ".join(str(row.shift.id) for row in found)
                words = f"week {week} comes to {used} with bookings and shifts {names}; the limit is {limit}"
                yield Violation(rule, words, who.id, None, all(row.is_pinned for row in found))


def _wrong_shifts(problem: Problem, rows: list[_Row]) -> Iterator[Violation]:
    """Seats of each shift, and people who are kept apart."""
    shifts: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        shifts[row.shift.id].append(row)
    for found in shifts.values():
        shift = found[0].shift
        if len(found) > shift.seats_max:
            words = f"has {len(found)} people for {shift.seats_max} seats"
            yield Violation("seats", words, None, shift.id, all(row.is_pinned for row in found))
    inside = {(row.who.id, row.shift.id): row.is_pinned for row in rows}
    by_person = defaultdict(list)
    for row in rows:
        by_person[row.who.id].append(row)
    for one, other in sorted(problem.apart):
        for row in by_person[one]:
            if (other, row.shift.id) in inside:
                forced = row.is_pinned and inside[other, row.shift.id]
                yield row.fault(
                    "apart", f"must not be together with volunteer {other}", forced=forced
                )


def _clashes(problem: Problem, rows: list[_Row]) -> Iterator[Violation]:
    """Shifts of one person that overlap, or are too near for the way between them."""
    people: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        people[row.who.id].append(row)
    for found in people.values():
        for one, other in combinations(found, 2):
            if clashing(one.shift, other.shift, one.who, problem.policy):
                words = (
                    f"{_when(one.shift)} clashes with shift {other.shift.id}, {_when(other.shift)}"
                )
                yield one.fault(Rule.BUSY, words, forced=one.is_pinned and other.is_pinned)


def _when(shift: Shift) -> str:
    return f"from {shift.start} to {shift.end}"
