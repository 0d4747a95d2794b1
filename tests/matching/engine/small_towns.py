"""Problems small enough to try every plan, honest plans of given rows, and the trial of every plan."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from math import prod

from hypothesis import strategies as st

from matching.engine.check_numbers import levels_of, value_of
from matching.engine.check_pairs import broken_rules, clashing
from matching.engine.model import (
    DAY,
    WEEK,
    Assignment,
    Booking,
    Engine,
    Level,
    Mode,
    Period,
    Place,
    Plan,
    Policy,
    Problem,
    Season,
    Shift,
    Volunteer,
)
from matching.engine.score import fairness_cost, head_value, pair_cost

Rows = frozenset[tuple[int, int]]
TRIALS_MAX = 6_000


def honest(problem: Problem, rows: Rows, *, bound: int | None = None) -> Plan:
    """The plan of these rows with true numbers, by the engine's own sums."""
    people = {who.id: who for who in problem.volunteers}
    work = {shift.id: shift for shift in problem.shifts}
    policy, heads = problem.policy, Counter(shift for _, shift in rows)
    pinned = {(row.volunteer, row.shift) for row in problem.published if row.is_pinned}
    value = sum(head_value(work[shift], count, policy) for shift, count in heads.items())
    value -= sum(pair_cost(people[who], work[shift], policy).total for who, shift in rows)
    value += policy.keep_bonus * sum(
        (row.volunteer, row.shift) in rows for row in problem.published
    )
    for who in people.values():
        minutes = sum(work[shift].minutes for one, shift in rows if one == who.id)
        value -= fairness_cost(who.recent_minutes, minutes, policy)
    order = sorted(rows, key=lambda row: (row[1], row[0]))
    return Plan(
        assignments=tuple(Assignment(*row, is_pinned=row in pinned) for row in order),
        value=value,
        bound=bound,
        gap=None if bound is None else (bound - value) / max(1, abs(bound)),
        engine=Engine.GREEDY,
        seconds=0.1,
        is_proven=False,
        levels=tuple(_level(problem, heads, priority) for priority in range(4)),
    )


def _level(problem: Problem, heads: Counter[int], priority: int) -> Level:
    mine = [shift for shift in problem.shifts if shift.priority == priority]
    return Level(
        priority,
        sum(shift.seats_min for shift in mine),
        sum(min(shift.seats_min, heads[shift.id]) for shift in mine),
        None,
        sum(shift.seats_max for shift in mine),
        sum(min(shift.seats_max, heads[shift.id]) for shift in mine),
    )


def rank(problem: Problem, rows: Rows) -> tuple[int, ...]:
    """What plans are compared by: covered heads from the highest priority down (if so wished), then the value."""
    covered = [level[1] for level in levels_of(problem, set(rows))]
    return (*(covered if problem.policy.lexicographic else ()), value_of(problem, set(rows)))


def best_of_all(problem: Problem) -> tuple[int, ...]:
    """The rank of the best plan there is: everybody's every possible week is tried with everybody else's."""
    return max(rank(problem, rows) for rows in every_plan(problem))


def every_plan(problem: Problem) -> Iterator[Rows]:
    """All plans in which the pinned rows stand, whatever they break, and the others keep the rules beside them."""
    pinned = pinned_rows(problem)
    seats = {shift.id: shift.seats_max for shift in problem.shifts}
    least = Counter(shift for _, shift in pinned)
    for weeks in product(*(weeks_of(problem, who) for who in problem.volunteers)):
        rows = frozenset(
            (who.id, shift)
            for who, week in zip(problem.volunteers, weeks, strict=True)
            for shift in week
        )
        heads = Counter(shift for _, shift in rows)
        if any(count > max(seats[shift], least[shift]) for shift, count in heads.items()):
            continue
        if not any(
            {(one, shift), (other, shift)} <= rows and not {(one, shift), (other, shift)} <= pinned
            for one, other in problem.apart
            for shift in heads
        ):
            yield rows


def pinned_rows(problem: Problem) -> Rows:
    """What must stay."""
    return frozenset((row.volunteer, row.shift) for row in problem.published if row.is_pinned)


def weeks_of(problem: Problem, who: Volunteer) -> list[tuple[int, ...]]:
    """Every set of shifts this person could do, the pinned ones always among them."""
    pinned = pinned_rows(problem)
    must = tuple(shift for shift in problem.shifts if (who.id, shift.id) in pinned)
    may = [
        shift
        for shift in problem.shifts
        if shift not in must and not any(broken_rules(problem, who, shift))
    ]
    sets = (some for count in range(len(may) + 1) for some in combinations(may, count))
    return [
        tuple(shift.id for shift in (*must, *some))
        for some in sets
        if _fits(problem, who, must, some)
    ]


def _fits(
    problem: Problem, who: Volunteer, must: tuple[Shift, ...], some: tuple[Shift, ...]
) -> bool:
    policy = problem.policy
    if any(
        clashing(one, other, who, policy)
        for one, other in combinations((*must, *some), 2)
        if other in some
    ):
        return False
    minutes, shifts = Counter[int](), Counter[int]()
    for one in (*must, *some, *who.booked):
        minutes[one.start // WEEK] += one.end - one.start
        shifts[one.start // WEEK] += 1
    most = who.max_minutes_a_week
    many = who.max_shifts_a_week
    most = policy.default_max_minutes_a_week if most is None else most
    many = policy.default_max_shifts_a_week if many is None else many
    weeks = {shift.start // WEEK for shift in some}
    return all(minutes[week] <= most and shifts[week] <= many for week in weeks)


def trials(problem: Problem) -> int:
    """How many combinations `every_plan` looks at."""
    return prod(len(weeks_of(problem, who)) for who in problem.volunteers)


_places = st.none() | st.builds(
    Place, st.integers(-4_000, 4_000), st.integers(-4_000, 4_000), st.integers(0, 150)
)
_categories = st.sampled_from(("snow", "meals", "school"))
_some = st.frozensets(_categories, max_size=1)
_SLOTS = tuple(day * DAY + hour * 60 for day in (0, 1, 6, 8) for hour in (9, 10, 12, 14))


@st.composite
def _volunteer(draw: st.DrawFn, number: int) -> Volunteer:
    refuses = draw(_some)
    wants = draw(_some) - refuses
    day = draw(st.integers(0, 6))
    return Volunteer(
        id=number * 3,
        place=draw(_places),
        mode=draw(st.sampled_from(Mode)),
        is_active=draw(st.integers(0, 9)) > 0,
        wants=wants,
        avoids=draw(_some) - refuses - wants,
        refuses=refuses,
        windows=draw(
            st.sampled_from(
                (
                    None,
                    (Period(0, WEEK),),
                    (Period(day * DAY + 540, day * DAY + 780),),
                    (Period(0, 3 * DAY),),
                )
            )
        ),
        booked=draw(st.sampled_from(((), (), (Booking(DAY + 600, DAY + 660, None),)))),
        max_minutes_a_week=draw(st.sampled_from((None, 120, 180, 60))),
        max_shifts_a_week=draw(st.sampled_from((None, 1, 2, 3))),
        recent_minutes=draw(st.sampled_from((0, 100, 450, 1_900, 2_000))),
        times_in=draw(st.dictionaries(_categories, st.integers(0, 3), max_size=1)),
        times_with=draw(st.dictionaries(st.integers(1, 3), st.integers(0, 3), max_size=1)),
    )


@st.composite
def _shift(draw: st.DrawFn, number: int) -> Shift:
    start = draw(st.sampled_from(_SLOTS)) + draw(st.sampled_from((0, 5, 30)))
    least = draw(st.integers(0, 2))
    return Shift(
        id=number * 2,
        category=draw(_categories),
        start=start,
        end=start + draw(st.sampled_from((50, 60, 95))),
        place=draw(_places),
        seats_min=least,
        seats_max=least + draw(st.integers(0, 1)),
        priority=draw(st.integers(0, 3)),
        client=draw(st.none() | st.integers(1, 3)),
    )


@st.composite
def small_towns(draw: st.DrawFn, most: int = 5) -> Problem:
    """At most 5 people and 5 shifts, with everything a plan can depend on; never too many plans to try."""
    people = [draw(_volunteer(number)) for number in range(1, draw(st.integers(0, most)) + 1)]
    work = tuple(draw(_shift(number)) for number in range(1, draw(st.integers(0, most)) + 1))
    policy = Policy(
        season=draw(st.sampled_from(Season)),
        head_values=draw(st.sampled_from(((64_000, 16_000, 4_000, 1_000), (90, 70, 60, 50)))),
        lexicographic=draw(st.booleans()),
        keep_bonus=draw(st.sampled_from((0, 300))),
        max_travel_minutes=draw(st.sampled_from((45, 120))),
    )
    problem = Problem("2027-01-18", tuple(people), work, policy=policy)
    while trials(problem) > TRIALS_MAX:
        problem = replace(problem, volunteers=problem.volunteers[1:])
    return replace(problem, **_pairs(draw, problem))


def _pairs(draw: st.DrawFn, problem: Problem) -> dict[str, object]:
    ids = [who.id for who in problem.volunteers]
    work = [shift.id for shift in problem.shifts]
    if not ids or not work:
        return {}
    row = st.tuples(st.sampled_from(ids), st.sampled_from(work))
    client = st.tuples(st.sampled_from(ids), st.integers(1, 3))
    two = st.sampled_from(tuple(combinations(ids, 2)) or ((ids[0], ids[0]),))
    published = draw(st.dictionaries(row, st.sampled_from((False, False, True)), max_size=4))
    pinned = {one for one, is_pinned in published.items() if is_pinned}
    return {
        "published": tuple(Assignment(*one, published[one]) for one in sorted(published)),
        "dropped": draw(st.frozensets(row, max_size=2)) - pinned,
        "no_go": draw(st.frozensets(client, max_size=1)),
        "apart": frozenset(one for one in draw(st.frozensets(two, max_size=1)) if one[0] != one[1]),
    }
