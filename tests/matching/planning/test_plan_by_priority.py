"""The most pressing need is covered first, whatever else a plan could gain."""

from datetime import timedelta

from matching.categories.states import Priority
from matching.engine.model import Plan, Problem
from matching.engine.solve import solve
from matching.help_requests.models import Shift
from matching.planning import wording
from matching.planning.difference import difference
from matching.planning.workshop import material
from tests.cast import Cast
from tests.factories.matching import make_category, make_help_request, make_shift
from tests.factories.plans import make_run
from volunteer.core.db import write_turn


def two_at_once(cast: Cast, own: Priority | None) -> tuple[Shift, Shift]:
    """The day of the cast with one seat, and at the same hour one of another kind whose request is `own`."""
    with write_turn():
        kind = make_category("talk", "話し相手", needs_insurance=False, usual_priority=3)
        request = make_help_request(
            cast.minato.party_id, kind, cast.area, cast.cook, own_priority=own
        )
        other = make_shift(request, cast.shift.starts_at, seats=1)
        cast.shift.seats = 1
        cast.category.needs_insurance = False
    return cast.shift, other


def planned(cast: Cast) -> tuple[Problem, Plan]:
    """The two shifts with one person who may come to both, solved."""
    with write_turn():
        run = make_run(cast, until_on=cast.shift.starts_at.date() + timedelta(days=2))
    found = material(run).problem
    alone = Problem(
        found.origin,
        tuple(one for one in found.volunteers if one.id == cast.hanako.party_id),
        tuple(one for one in found.shifts if one.start == max(s.start for s in found.shifts)),
        policy=found.policy,
    )
    return alone, solve(alone, 5)


def test_of_two_at_once_the_one_with_the_higher_priority_gets_the_only_person(cast: Cast) -> None:
    usual, other = two_at_once(cast, None)
    assert [one.shift for one in planned(cast)[1].assignments] == [usual.id]
    with write_turn():
        other.help_request.own_priority = Priority.LIFE
    problem, plan = planned(cast)
    assert [one.shift for one in plan.assignments] == [other.id]
    figures = difference(problem, plan, frozenset(), lambda *_pair: (0, [])).figures
    assert figures["levels"] == [
        {"priority": 0, "wanted": 1, "before": 0, "after": 1},
        {"priority": 2, "wanted": 1, "before": 0, "after": 0},
    ]
    assert figures["short"] == [[usual.id, 1]]
    assert wording.held(figures, usual.id) == [
        "来られる1人は、この案では もっと優先度の高い活動に行きます。"
    ]
    assert wording.held({}, usual.id) == []  # a plan of before
