"""What a center lacks, and what one more trained person would change."""

from dataclasses import replace

from bench.plan_towns import make_town
from matching.engine.check import violations
from matching.engine.insight import (
    Hours,
    How,
    Want,
    has,
    one_more,
    scarce_hours,
    scarce_wants,
    trained_in,
    wants_of,
)
from matching.engine.model import (
    DAY,
    Mode,
    Place,
    Plan,
    Problem,
    Qualification,
    Rule,
    Shift,
    Volunteer,
)
from matching.engine.prices import shift_prices
from tests.matching.engine.small_towns import best_of_all, every_plan, honest, rank

HOME = Place(0, 0)
NINE = 9 * 60
FOOD = Want(Rule.QUALIFICATION, "food")

TOWN = Problem(
    "2027-01-18",
    (
        Volunteer(1, HOME, qualifications=(Qualification("food"),), max_shifts_a_week=1),
        Volunteer(2, HOME, max_shifts_a_week=1),
        Volunteer(3, HOME, refuses=frozenset({"meals"})),
        Volunteer(4, HOME, is_active=False),
        Volunteer(5, HOME, qualifications=(Qualification("food", None, -5),), paused_until_day=9),
    ),
    (
        Shift(10, "meals", NINE, NINE + 60, HOME, 2, 2, 0, qualification="food"),
        Shift(11, "meals", DAY + NINE, DAY + NINE + 60, HOME, 1, 1, 1, qualification="food"),
        Shift(12, "snow", DAY + 6 * 60, DAY + 7 * 60, HOME, 3, 3, 2),
    ),
)
PLAN = honest(TOWN, frozenset({(1, 10), (3, 12)}))


def _solve(problem: Problem) -> Plan:
    return honest(
        problem, max(every_plan(problem), key=lambda rows: (rank(problem, rows), sorted(rows)))
    )


def test_hours_in_which_heads_are_missing_come_the_most_pressing_first() -> None:
    found = scarce_hours(TOWN, PLAN)
    assert [(one.hours, one.open_heads) for one in found] == [
        (Hours(NINE, NINE + 180), (1, 0, 0, 0)),
        (Hours(DAY + NINE, DAY + NINE + 180), (0, 1, 0, 0)),
        (Hours(DAY + 360, DAY + 540), (0, 0, 2, 0)),
    ]
    assert {one.how for one in found} == {How.MISSING}
    assert found[0].best == 64_000


def test_prices_say_what_one_more_person_would_bring() -> None:
    (_, tuesday, _) = scarce_hours(TOWN, PLAN, {10: 100, 11: 250, 12: 7})
    assert (tuesday.best, tuesday.how) == (250, How.PRICED)


def test_full_hours_are_scarce_too_when_everybody_of_them_is_missing_elsewhere() -> None:
    """One person, two hours that touch: the lesser stays open, and whoever helps in either covers it."""
    first, second = TOWN.shifts[1], replace(TOWN.shifts[2], start=DAY + NINE + 60, end=DAY + 660)
    town = replace(TOWN, shifts=(first, replace(second, seats_min=1, seats_max=1)))
    plan = honest(town, frozenset({(1, 11)}))
    prices = shift_prices(town, 5)
    assert prices is not None
    (hours,) = scarce_hours(town, plan, prices)
    assert hours.open_heads == (0, 0, 1, 0)
    full = replace(town, shifts=(first,))
    assert scarce_hours(full, plan, {11: 1_999}) == []
    (tight,) = scarce_hours(full, plan, {11: 8_000})
    assert (tight.open_heads, tight.best) == ((0, 0, 0, 0), 8_000)
    (want,) = scarce_wants(full, plan, {11: 8_000})
    assert (want.want, want.open_heads, want.nearly) == (FOOD, (0, 0, 0, 0), (2,))


def test_a_training_that_is_lacking_names_holders_and_who_lacks_only_it() -> None:
    (food,) = scarce_wants(TOWN, PLAN)
    assert food.want == FOOD
    assert food.open_heads == (1, 1, 0, 0)
    assert food.holders == 1
    assert food.nearly == (2,)


def test_one_more_trained_person_takes_the_most_pressing_seat() -> None:
    change = one_more(TOWN, PLAN, FOOD, (2, 3))
    assert change is not None
    assert (change.volunteer, change.shifts, change.more_heads) == (2, (10,), (1, 0, 0, 0))
    assert change.how is How.ADDED
    assert 0 < change.more_value < 64_000


def test_planning_anew_says_exactly_what_changes() -> None:
    before = _solve(TOWN)
    change = one_more(TOWN, before, FOOD, (2,), _solve)
    assert change is not None
    assert change.how is How.SOLVED
    who = trained_in(TOWN.volunteers[1], FOOD)
    after = replace(TOWN, volunteers=(TOWN.volunteers[0], who, *TOWN.volunteers[2:]))
    assert change.more_heads[0] == 1
    assert before.value + change.more_value == best_of_all(after)[-1]


def test_nobody_is_trained_for_a_seat_that_is_not_for_them() -> None:
    assert one_more(TOWN, PLAN, FOOD, (3,)) is None
    assert one_more(TOWN, PLAN, FOOD, ()) is None
    full = replace(TOWN, shifts=TOWN.shifts[2:])
    assert one_more(full, honest(full, frozenset()), FOOD, (2,)) is None


def test_a_pair_kept_apart_is_not_brought_together_by_training() -> None:
    apart = replace(TOWN, apart=frozenset({(1, 2)}))
    change = one_more(apart, PLAN, FOOD, (2,))
    assert change is not None
    assert change.shifts == (11,)


def test_who_is_trained_has_what_was_wanted() -> None:
    nobody = Volunteer(1, HOME, Mode.WALK)
    everything = Shift(
        1, "x", 0, 60, HOME, qualification="a", needs_insurance=True, skills=frozenset({"b"}),
        languages=frozenset({"ru"}), needs_car=True, with_children=True,
    )  # fmt: skip
    wants = wants_of(everything)
    assert {want.rule for want in wants} == {
        Rule.QUALIFICATION, Rule.INSURANCE, Rule.SKILL, Rule.LANGUAGE, Rule.CAR, Rule.CHILD_SAFETY,
    }  # fmt: skip
    for want in wants:
        assert not has(nobody, want)
        assert has(trained_in(nobody, want), want)


def test_people_who_are_nearly_there_really_are_in_a_whole_town() -> None:
    town = make_town(150, 40, seed=2)
    plan = honest(town, frozenset())
    people = {who.id: who for who in town.volunteers}
    found = scarce_wants(town, plan)
    assert any(one.nearly for one in found)
    for one in found:
        for number in one.nearly[:3]:
            who = trained_in(people[number], one.want)
            after = replace(
                town, volunteers=tuple(who if old.id == number else old for old in town.volunteers)
            )
            change = one_more(town, plan, one.want, (number,))
            assert change is not None
            rows = frozenset((number, shift) for shift in change.shifts)
            assert violations(after, honest(after, rows)) == []
            assert honest(after, rows).value == change.more_value
