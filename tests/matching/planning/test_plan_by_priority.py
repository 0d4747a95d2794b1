"""The most pressing need is covered first, whatever else a plan could gain; the page says so by priority."""

from datetime import timedelta

from matching.categories.states import Priority
from matching.engine.model import Plan, Problem
from matching.engine.solve import solve
from matching.help_requests.models import Shift
from matching.planning import wording
from matching.planning.difference import difference
from matching.planning.queries import needs
from matching.planning.workshop import material
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_category, make_help_request, make_shift
from tests.factories.plans import FIGURES, make_run
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


def test_the_page_shows_each_priority_that_occurs_and_what_is_needed_elsewhere(
    cast: Cast, client: Client
) -> None:
    usual, other = two_at_once(cast, Priority.LIFE)
    levels = [
        {"priority": 0, "wanted": 4, "before": 1, "after": 4},
        {"priority": 3, "wanted": 9, "before": 2, "after": 7},
    ]
    short = {"short": [[other.id, 1], [usual.id, 2]], "held": {str(usual.id): [3, 2]}}
    with write_turn():
        run = make_run(cast, figures={**FIGURES, **short, "levels": levels})
    html = sign_in_as(client, cast.coordinator).get(f"/desk/match/plans/{run.id}").text
    table = html[html.index("人のそろい方") :].partition("</table>")[0]
    assert "命にかかわる" in table
    assert "余裕のあるときに" in table
    assert "ふつう" not in table
    assert "急ぎ" not in table
    assert "来られる3人は、この案では もっと優先度の高い活動に行きます。" in html
    assert "来られる2人は、この案では ほかの活動に行きます。" in html


def test_the_board_marks_what_is_pressing_and_shows_it_first_on_its_day(
    cast: Cast, client: Client
) -> None:
    usual, pressing = two_at_once(cast, Priority.LIFE)
    sooner = cast.shift_today.id
    with write_turn():
        pressing.starts_at += timedelta(minutes=30)
    assert [one.shift.id for one in needs()] == [sooner, pressing.id, usual.id]
    page = sign_in_as(client, cast.coordinator).get(f"/desk/match?shift={usual.id}").text
    assert page.count("命にかかわる") == 1
    chosen = client.get(f"/desk/match?shift={pressing.id}").text
    assert chosen.count("命にかかわる") == 2
