"""Why this person, and why nobody."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.explain import why_nobody, why_person
from matching.engine.model import DAY, Assignment, Policy, Problem, Rule, Shift, Volunteer
from matching.engine.rules import obstacles_in
from matching.engine.score import Term
from tests.matching.engine.often import often
from tests.matching.engine.pairs import BREAKS, CLIENT, FINE, MENDS, Case
from tests.matching.engine.test_judge_a_pair import judge

STATIC = [one for one in Rule if one not in (Rule.NO_GO, Rule.DROPPED)]


def town(**more: object) -> Problem:
    """One shift, and for every rule one person whom just this rule stops."""
    people = [
        replace(BREAKS[rule](FINE).volunteer, id=10 + number) for number, rule in enumerate(STATIC)
    ]
    return Problem("2026-11-23", tuple(people), (FINE.shift,), **more)  # type: ignore[arg-type]


def test_every_rule_is_counted_with_its_sole_blocker() -> None:
    found = why_nobody(town(), (), FINE.shift)
    assert found.counts == dict.fromkeys(STATIC, 1)
    assert found.sole == {rule: (10 + number,) for number, rule in enumerate(STATIC)}
    assert (found.held, found.free) == ((), ())


@pytest.mark.parametrize("rule", STATIC)
def test_fixing_a_sole_blocker_makes_the_person_eligible(rule: Rule) -> None:
    problem = town()
    (person_id,) = why_nobody(problem, (), FINE.shift).sole[rule]
    person = next(one for one in problem.volunteers if one.id == person_id)
    mended = MENDS[rule](Case(person, FINE.shift)).volunteer
    assert obstacles_in(problem, mended, FINE.shift) == ()


def broken_town(broken: list[set[Rule]]) -> Problem:
    """One person for each set of broken rules."""
    people = []
    for number, some in enumerate(broken):
        case = FINE
        for rule in sorted(some & set(STATIC)):
            case = BREAKS[rule](case)
        people.append(replace(case.volunteer, id=10 + number))
    return Problem(
        "2026-11-23",
        tuple(people),
        (FINE.shift,),
        no_go=frozenset((10 + n, CLIENT) for n, some in enumerate(broken) if Rule.NO_GO in some),
        dropped=frozenset(
            (10 + n, FINE.shift.id) for n, some in enumerate(broken) if Rule.DROPPED in some
        ),
    )


@often(50, 20_000)
@given(broken=st.lists(st.sets(st.sampled_from(Rule), max_size=3), max_size=6))
def test_whoever_is_stopped_by_one_rule_may_come_when_it_is_mended_and_nobody_else(
    broken: list[set[Rule]],
) -> None:
    problem = broken_town(broken)
    found = why_nobody(problem, (), FINE.shift)
    sole = {who: rule for rule, people in found.sole.items() for who in people}
    for person in problem.volunteers:
        case = Case(
            person,
            FINE.shift,
            no_go=frozenset(one for one in problem.no_go if one[0] == person.id),
            dropped=frozenset(one for one in problem.dropped if one[0] == person.id),
        )
        assert (person.id in sole) is (len(judge(case)) == 1)
        if person.id in sole:
            assert judge(MENDS[sole[person.id]](case)) == ()


def test_who_is_stopped_twice_is_no_sole_blocker() -> None:
    person = replace(FINE.volunteer, is_active=False, insured_last_day=None)
    found = why_nobody(Problem("2026-11-23", (person,), (FINE.shift,)), (), FINE.shift)
    assert found.counts == {Rule.INACTIVE: 1, Rule.INSURANCE: 1}
    assert found.sole == {}


def test_who_is_needed_elsewhere_is_named_with_the_need() -> None:
    pressing = replace(FINE.shift, id=6, priority=0)
    friday = replace(FINE.shift, id=7, start=4 * DAY, end=4 * DAY + 60, priority=3)
    busy = replace(FINE.volunteer, windows=None)
    capped = replace(busy, id=2, max_shifts_a_week=1)
    idle = replace(busy, id=3)
    problem = Problem("2026-11-23", (busy, capped, idle), (FINE.shift, pressing, friday))
    given = (Assignment(1, 6), Assignment(1, 7), Assignment(2, 7), Assignment(9, 99))
    found = why_nobody(problem, given, FINE.shift)
    assert [(one.volunteer, one.rule, one.shifts, one.priority) for one in found.held] == [
        (1, Rule.BUSY, (6,), 0),
        (2, Rule.SHIFTS_CAP, (7,), 3),
    ]
    assert found.free == (3,)


def test_the_runner_up_is_the_best_of_those_who_could_come_instead() -> None:
    talk = Shift(id=1, category="talk", start=DAY, end=DAY + 60, place=None)
    chosen = Volunteer(id=1, wants=frozenset({"talk"}))
    people = (
        chosen,
        Volunteer(id=2, avoids=frozenset({"talk"})),
        Volunteer(id=3),
        Volunteer(id=4, wants=frozenset({"talk"}), is_active=False),
    )
    problem = Problem("2026-11-23", people, (talk,), policy=Policy())
    found = why_person(problem, (Assignment(1, 1),), chosen, talk)
    assert found.cost.by_weight == ((Term.UNKNOWN_AVAILABILITY, 40), (Term.WANTED, -20))
    assert (found.runner_up, found.difference) == (3, 20)


def test_without_a_second_there_is_no_runner_up() -> None:
    problem = Problem("2026-11-23", (FINE.volunteer,), (FINE.shift,))
    found = why_person(problem, (), FINE.volunteer, FINE.shift)
    assert (found.runner_up, found.difference) == (None, None)
