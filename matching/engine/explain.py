"""Why this person, and why nobody. Ids, rules and terms only; words are made where people read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matching.engine.model import WEEK, Assignment, Problem, Rule, Shift, Volunteer
from matching.engine.rules import as_booking, clash, obstacles_in
from matching.engine.score import Cost, ranking_cost


@dataclass(frozen=True, slots=True)
class WhyPerson:
    """The person's cost with its terms, and the best of the others who could come."""

    cost: Cost
    runner_up: int | None
    difference: int | None
    """Cost of the runner-up less the person's; negative where the plan as a whole needed this person here."""


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody who could come were it not for other shifts they are given."""

    volunteer: int
    rule: Rule
    shifts: tuple[int, ...]
    priority: int
    """The most pressing of these shifts; smaller is more pressing."""


@dataclass(frozen=True, slots=True)
class WhyNobody:
    """What stops whom from one shift."""

    counts: Mapping[Rule, int]
    """How many people each rule stops; one person counts under each of their rules."""
    sole: Mapping[Rule, tuple[int, ...]]
    """People stopped by exactly one rule: mend it, and they may come."""
    held: tuple[Held, ...]
    """Who may come but for the plan's other shifts, the most pressing of those first."""
    free: tuple[int, ...]
    """Who could come now, best first."""


def shifts_by_person(problem: Problem, assignments: Iterable[Assignment]) -> dict[int, list[Shift]]:
    """What everybody is given, in the order of time; ids the problem does not know are passed over."""
    known = {one.id: one for one in problem.shifts}
    found: dict[int, list[Shift]] = {}
    for one in assignments:
        if one.shift in known:
            found.setdefault(one.volunteer, []).append(known[one.shift])
    for shifts in found.values():
        shifts.sort(key=lambda shift: (shift.start, shift.id))
    return found


def why_person(
    problem: Problem, assignments: Sequence[Assignment], volunteer: Volunteer, shift: Shift
) -> WhyPerson:
    """Why this person does this shift: what it costs, and by how much the next best would cost more."""
    given = shifts_by_person(problem, assignments)
    there = {one.volunteer for one in assignments if one.shift == shift.id} | {volunteer.id}
    cost = ranking_cost(volunteer, shift, problem.policy)
    others = [
        (ranking_cost(one, shift, problem.policy).total, one.id)
        for one in problem.volunteers
        if one.id not in there and not obstacles_in(problem, one, shift, given.get(one.id, ()))
    ]
    if not others:
        return WhyPerson(cost, None, None)
    total, runner_up = min(others)
    return WhyPerson(cost, runner_up, total - cost.total)


def why_nobody(problem: Problem, assignments: Sequence[Assignment], shift: Shift) -> WhyNobody:
    """What stops everybody who is not in the shift."""
    given = shifts_by_person(problem, assignments)
    there = {one.volunteer for one in assignments if one.shift == shift.id}
    counts: dict[Rule, int] = {}
    sole: dict[Rule, list[int]] = {}
    held: list[Held] = []
    free: list[tuple[int, int]] = []
    for person in problem.volunteers:
        if person.id in there:
            continue
        stopped = obstacles_in(problem, person, shift)
        for rule in stopped:
            counts[rule] = counts.get(rule, 0) + 1
        if len(stopped) == 1:
            sole.setdefault(stopped[0], []).append(person.id)
        if not stopped:
            holding = _holding(problem, person, shift, given.get(person.id, []))
            if holding is None:
                free.append((ranking_cost(person, shift, problem.policy).total, person.id))
            else:
                held.append(holding)
    return WhyNobody(
        counts={rule: counts[rule] for rule in Rule if rule in counts},
        sole={rule: tuple(sorted(sole[rule])) for rule in Rule if rule in sole},
        held=tuple(sorted(held, key=lambda one: (one.priority, one.volunteer))),
        free=tuple(person_id for _cost, person_id in sorted(free)),
    )


def _holding(
    problem: Problem, person: Volunteer, shift: Shift, given: Sequence[Shift]
) -> Held | None:
    """Which shifts of the plan keep somebody from this one."""
    stopped = obstacles_in(problem, person, shift, given)
    if not stopped:
        return None
    if stopped[0] is Rule.BUSY:
        mine = as_booking(shift)
        keeping = [one for one in given if clash(mine, as_booking(one), person, problem.policy)]
    else:
        week = shift.start // WEEK
        keeping = [one for one in given if one.start // WEEK == week]
    return Held(
        volunteer=person.id,
        rule=stopped[0],
        shifts=tuple(one.id for one in keeping),
        priority=min(one.priority for one in keeping),
    )
