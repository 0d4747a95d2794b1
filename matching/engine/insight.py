"""What a center lacks, read from a plan: scarce hours, scarce trainings, and what one more trained person would change.

Numbers and ids only; words are made where people read them. Prices are duals of the linear program: what one more
person in a shift would add to the objective at the margin, after everybody has moved up; without them the value of
the heads that are missing stands in, and `how` says so.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from matching.engine.explain import shifts_by_person
from matching.engine.model import (
    WEEK,
    Assignment,
    Mode,
    Plan,
    Problem,
    Qualification,
    Rule,
    Shift,
    Volunteer,
)
from matching.engine.rules import obstacles_in
from matching.engine.score import fairness_cost, pair_cost

Prices = Mapping[int, int]
"""Shift → points one more person in it would bring."""
Levels = tuple[int, int, int, int]

BAND_MINUTES = 3 * 60
LOOKED_AT = 20
"""So many shifts of each kind of want are looked at, the most pressing first: the rest would tell the same."""
TRIED = 10
"""So many people are compared before one of them is trained on paper."""


class How(StrEnum):
    """Where a number comes from."""

    PRICED = "priced"
    """Duals of the linear program: right for a small change."""
    MISSING = "missing"
    """Values of the missing heads; says nothing of who could move up."""
    ADDED = "added"
    """The person takes open seats, nobody else moves; planning anew may find more."""
    SOLVED = "solved"
    """Planned anew with this person."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the week, in minutes from Monday 00:00."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Want:
    """Something a shift asks of people and that one can come by: which rule, and of which kind."""

    rule: Rule
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ScarceHours:
    """People are missing in these hours."""

    hours: Hours
    open_heads: Levels
    """Below `seats_min`, by priority 0 to 3. None at all: every seat is taken, but nobody could drop out unnoticed."""
    best: int
    """Points one more person would bring in the shift where they are needed most."""
    how: How


@dataclass(frozen=True, slots=True)
class ScarceWant:
    """People are missing where this is asked for."""

    want: Want
    open_heads: Levels
    best: int
    how: How
    holders: int
    """Active people who have it."""
    nearly: tuple[int, ...]
    """People who could take a looked-at shift if they had it: nothing else stops them. In the order of ids."""


@dataclass(frozen=True, slots=True)
class Change:
    """What it would change if this person had what is wanted."""

    want: Want
    volunteer: int
    shifts: tuple[int, ...]
    """Which they would take."""
    more_heads: Levels
    """Covered below `seats_min`, by priority; how many more."""
    more_value: int
    how: How


def open_heads(problem: Problem, assignments: Iterable[Assignment]) -> dict[int, int]:
    """Shift → heads missing below `seats_min`, where any are."""
    heads = Counter(row.shift for row in assignments)
    found = {one.id: min(one.seats_min, one.seats_max) - heads[one.id] for one in problem.shifts}
    return {shift: missing for shift, missing in found.items() if missing > 0}


def scarce_hours(problem: Problem, plan: Plan, prices: Prices | None = None) -> list[ScarceHours]:
    """Parts of the week in which heads are missing or just suffice, the most pressing first."""
    missing = open_heads(problem, plan.assignments)
    bands: dict[Hours, list[Shift]] = defaultdict(list)
    for shift in _short(problem, missing, prices):
        start = shift.start % WEEK // BAND_MINUTES * BAND_MINUTES
        bands[Hours(start, start + BAND_MINUTES)].append(shift)
    found = [
        ScarceHours(hours, _by_level(shifts, missing), *_best(problem, shifts, prices))
        for hours, shifts in bands.items()
    ]
    return sorted(found, key=lambda one: (_pressing(one.open_heads), -one.best, one.hours.start))


def scarce_wants(problem: Problem, plan: Plan, prices: Prices | None = None) -> list[ScarceWant]:
    """Trainings, skills, languages, cars and clearances that are asked for where heads are missing or just suffice."""
    missing = open_heads(problem, plan.assignments)
    by_want: dict[Want, list[Shift]] = defaultdict(list)
    for shift in _short(problem, missing, prices):
        for want in wants_of(shift):
            by_want[want].append(shift)
    given = shifts_by_person(problem, plan.assignments)
    found = [
        ScarceWant(
            want,
            _by_level(shifts, missing),
            *_best(problem, shifts, prices),
            holders=sum(who.is_active and has(who, want) for who in problem.volunteers),
            nearly=_nearly(problem, want, _looked_at(shifts, missing), given),
        )
        for want, shifts in by_want.items()
    ]
    order = {rule: number for number, rule in enumerate(Rule)}
    return sorted(
        found,
        key=lambda one: (
            _pressing(one.open_heads),
            -one.best,
            order[one.want.rule],
            one.want.kind,
        ),
    )


def one_more(
    problem: Problem,
    plan: Plan,
    want: Want,
    people: Sequence[int],
    solve: Callable[[Problem], Plan] | None = None,
) -> Change | None:
    """What changes if the best of these people is trained: the one who could take the most pressing open seats.

    Without `solve` the person takes open seats and nobody else moves; None if there is none for them. With it
    everything is planned anew, which may find more: those who are relieved go elsewhere.
    """
    by_id = {who.id: who for who in problem.volunteers}
    trained = [trained_in(by_id[number], want) for number in sorted(people)[:TRIED]]
    changes = [_added(problem, plan, want, who) for who in trained]
    best = max(
        changes, key=lambda one: (one.more_heads, one.more_value, -one.volunteer), default=None
    )
    if best is None or solve is None:
        return best if best is not None and best.shifts else None
    who = trained_in(by_id[best.volunteer], want)
    others = tuple(one for one in problem.volunteers if one.id != who.id)
    after = solve(replace(problem, volunteers=(*others, who)))
    shifts = tuple(sorted(row.shift for row in after.assignments if row.volunteer == who.id))
    return Change(
        want, who.id, shifts, _difference(plan, after), after.value - plan.value, How.SOLVED
    )


def wants_of(shift: Shift) -> list[Want]:
    """What a shift asks of people that one can come by."""
    found = [Want(Rule.QUALIFICATION, shift.qualification)] if shift.qualification else []
    found += [Want(Rule.INSURANCE)] if shift.needs_insurance else []
    found += [Want(Rule.SKILL, kind) for kind in sorted(shift.skills)]
    found += [Want(Rule.CAR)] if shift.needs_car else []
    found += [Want(Rule.LANGUAGE, kind) for kind in sorted(shift.languages)]
    return found + ([Want(Rule.CHILD_SAFETY)] if shift.with_children else [])


def has(who: Volunteer, want: Want) -> bool:
    """Whether a person has it; a qualification or an insurance on some day from the origin on."""
    if want.rule is Rule.QUALIFICATION:
        return any(
            one.kind == want.kind and (one.last_day is None or one.last_day >= 0)
            for one in who.qualifications
        )
    if want.rule is Rule.INSURANCE:
        return who.insured_last_day is not None and who.insured_last_day >= 0
    return {
        Rule.SKILL: want.kind in who.skills,
        Rule.LANGUAGE: want.kind in who.languages,
        Rule.CAR: who.mode is Mode.CAR,
        Rule.CHILD_SAFETY: who.is_cleared_for_children,
    }[want.rule]


def trained_in(who: Volunteer, want: Want) -> Volunteer:
    """The same person with what is wanted."""
    if want.rule is Rule.QUALIFICATION:
        return replace(who, qualifications=(*who.qualifications, Qualification(want.kind)))
    if want.rule is Rule.SKILL:
        return replace(who, skills=who.skills | {want.kind})
    if want.rule is Rule.LANGUAGE:
        return replace(who, languages=who.languages | {want.kind})
    if want.rule is Rule.CAR:
        return replace(who, mode=Mode.CAR)
    if want.rule is Rule.INSURANCE:
        return replace(who, insured_last_day=max(who.insured_last_day or 0, 366))
    return replace(who, is_cleared_for_children=True)


def _short(problem: Problem, missing: Mapping[int, int], prices: Prices | None) -> Iterable[Shift]:
    """Shifts with too few heads, and full ones for which somebody was taken away from elsewhere.

    The latter only by prices: half of the least head or more; less is a detour or an hour too much for somebody.
    """
    priorities = {shift.priority for shift in problem.shifts}
    least = min((problem.policy.head_values[one] for one in priorities), default=0) // 2
    found = prices or {}
    return [
        one for one in problem.shifts if one.id in missing or found.get(one.id, 0) >= max(1, least)
    ]


def _by_level(shifts: Iterable[Shift], missing: Mapping[int, int]) -> Levels:
    found = [0, 0, 0, 0]
    for shift in shifts:
        found[shift.priority] += missing.get(shift.id, 0)
    return (found[0], found[1], found[2], found[3])


def _pressing(levels: Levels) -> Levels:
    """To sort the most pressing first."""
    return (-levels[0], -levels[1], -levels[2], -levels[3])


def _best(problem: Problem, shifts: Iterable[Shift], prices: Prices | None) -> tuple[int, How]:
    if prices is None:
        values = problem.policy.head_values
        return max(values[shift.priority] for shift in shifts), How.MISSING
    return max(prices.get(shift.id, 0) for shift in shifts), How.PRICED


def _looked_at(shifts: Iterable[Shift], missing: Mapping[int, int]) -> list[Shift]:
    """The most pressing; those with an open seat before full ones."""
    order = sorted(shifts, key=lambda one: (one.id not in missing, one.priority, one.start, one.id))
    return order[:LOOKED_AT]


def _nearly(
    problem: Problem, want: Want, shifts: Sequence[Shift], given: Mapping[int, Sequence[Shift]]
) -> tuple[int, ...]:
    """Who would be stopped by nothing: everything else is judged as if they had it, their other shifts included."""
    found = []
    for who in problem.volunteers:
        if not who.is_active or not _may_lack(who, want):
            continue
        trained, others = trained_in(who, want), given.get(who.id, ())
        if any(
            obstacles_in(problem, who, shift) == (want.rule,)
            and not obstacles_in(problem, trained, shift, others)
            for shift in shifts
        ):
            found.append(who.id)
    return tuple(sorted(found))


def _may_lack(who: Volunteer, want: Want) -> bool:
    """Quicker than all the rules; what runs out may be lacking on the day although they have it today."""
    return want.rule in {Rule.QUALIFICATION, Rule.INSURANCE} or not has(who, want)


def _added(problem: Problem, plan: Plan, want: Want, who: Volunteer) -> Change:
    """The person takes open seats one by one, the most pressing first; nobody else moves."""
    missing = open_heads(problem, plan.assignments)
    given = list(shifts_by_person(problem, plan.assignments).get(who.id, ()))
    inside = {(row.shift, row.volunteer) for row in plan.assignments}
    never_with = [other for pair in problem.apart if who.id in pair for other in pair]
    taken, heads, value = [], [0, 0, 0, 0], 0
    wanting = (one for one in problem.shifts if one.id in missing and want in wants_of(one))
    for shift in _looked_at(wanting, missing):
        gain = _gain(problem, who, shift, given)
        met = any((shift.id, other) in inside for other in never_with)
        if gain <= 0 or met or obstacles_in(problem, who, shift, given):
            continue
        given.append(shift)
        taken.append(shift.id)
        heads[shift.priority] += 1
        value += gain
    more = (heads[0], heads[1], heads[2], heads[3])
    return Change(want, who.id, tuple(sorted(taken)), more, value, How.ADDED)


def _gain(problem: Problem, who: Volunteer, shift: Shift, given: Sequence[Shift]) -> int:
    """What the objective gains when they take this shift besides."""
    policy, before = problem.policy, sum(one.minutes for one in given)
    more = fairness_cost(who.recent_minutes, before + shift.minutes, policy)
    hours = more - fairness_cost(who.recent_minutes, before, policy)
    return policy.head_values[shift.priority] - pair_cost(who, shift, policy).total - hours


def _difference(before: Plan, after: Plan) -> Levels:
    first, second = (
        {level.priority: level.covered_min for level in plan.levels} for plan in (before, after)
    )
    more = [second.get(priority, 0) - first.get(priority, 0) for priority in range(4)]
    return (more[0], more[1], more[2], more[3])
