"""A plan made anew on a snow day: what stands is moved only where it helps, shown first, and moved by consent."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from matching.assignments import services as assignments
from matching.assignments.models import Participation, ParticipationEvent
from matching.assignments.queries import participation_at
from matching.assignments.states import ParticipationState
from matching.engine.model import Assignment, Engine, Plan, Problem, Shift, Volunteer
from matching.engine.solve import solve
from matching.help_requests.models import Shift as ShiftRow
from matching.planning import deciding, queries
from matching.planning.deciding import About
from matching.planning.difference import difference
from matching.planning.models import PlanDecision, PlanPair, PlanRun
from matching.planning.states import Decision, PairKind, PairState, Purpose, RunState
from matching.planning.workshop import material
from matching.suitability import loading
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_shift
from tests.factories.plans import WAY, make_pair, make_run
from volunteer.core import clock as core_clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.core.models import Notice

WHO, AT, TO = 1, 10, 11


def nothing_stands(_person_id: int, _shift_id: int) -> str:
    return ""


def small(published: tuple[Assignment, ...]) -> Problem:
    shifts = tuple(
        Shift(one, "snow", start, start + 60, None, seats_max=1, priority=priority)
        for one, start, priority in ((AT, 600, 3), (TO, 600, 0))
    )
    return Problem("2026-11-16", (Volunteer(WHO),), shifts, published=published)


def as_plan(*pairs: tuple[int, int]) -> Plan:
    rows = tuple(Assignment(*one) for one in pairs)
    return Plan(rows, 0, 0, 0.0, Engine.GREEDY, 0.1, True)


def test_whoever_would_leave_a_place_is_a_move_and_no_new_pair() -> None:
    stands = frozenset({(WHO, AT)})
    found = difference(small(()), as_plan((WHO, TO)), stands, lambda *_pair: (0, []), stands)
    assert [(one["kind"], one["from_shift_id"]) for one in found.rows] == [(PairKind.MOVE, AT)]
    assert (found.figures["moved"], found.figures["left_out"]) == (1, [])


def test_an_open_offer_that_gives_way_is_said_and_not_taken_back() -> None:
    found = difference(
        small(()), as_plan((WHO, TO)), frozenset({(WHO, AT)}), lambda *_pair: (0, [])
    )
    assert [one["kind"] for one in found.rows] == [PairKind.NEW]
    assert found.figures["left_out"] == [[WHO, AT]]


def test_a_promise_that_cannot_be_kept_is_pointed_out() -> None:
    problem = small(())
    gone = Problem(problem.origin, (Volunteer(WHO, is_active=False),), problem.shifts)
    stands = frozenset({(WHO, AT)})
    found = difference(gone, as_plan((WHO, AT)), stands, lambda *_pair: (0, []), stands)
    assert found.figures["doubtful"] == [[WHO, AT, "inactive"]]


def anew(cast: Cast) -> PlanRun:
    return make_run(cast, RunState.RUNNING, purpose=Purpose.ANEW)


def hanako_has_a_place(cast: Cast) -> None:
    assignments.apply(cast.hanako.party_id, cast.shift.id, None)


def published(run: PlanRun, shift: ShiftRow) -> list[tuple[int, bool]]:
    found = material(run).problem.published
    return [(one.volunteer, one.is_pinned) for one in found if one.shift == shift.id]


def test_only_a_plan_made_anew_may_move_people(cast: Cast) -> None:
    with write_turn():
        hanako_has_a_place(cast)
        usual, urgent = make_run(cast), anew(cast)
        for one in (usual, urgent):
            one.until_on = core_clock.today() + timedelta(days=30)
    who = cast.hanako.party_id
    assert published(usual, cast.shift) == [(who, True)]
    assert published(urgent, cast.shift) == [(who, False)]
    run_turn(deciding.pin, About(who, cast.shift.id), cast.coordinator.id)
    assert published(urgent, cast.shift) == [(who, True)]


def test_what_begins_within_the_hour_is_left_alone(cast: Cast) -> None:
    with write_turn():
        soon = make_shift(cast.help_request, core_clock.now() + timedelta(minutes=50))
        assignments.apply(cast.hanako.party_id, soon.id, None)
        run = anew(cast)
    assert published(run, soon) == [(cast.hanako.party_id, True)]


@pytest.mark.parametrize(
    ("purpose", "minutes", "is_in"),
    [
        (Purpose.WEEK, 59, False),
        (Purpose.WEEK, 61, True),
        (Purpose.ANEW, 14, False),
        (Purpose.ANEW, 16, True),
    ],
)
def test_nobody_new_is_proposed_for_what_is_about_to_begin(
    cast: Cast, purpose: Purpose, minutes: int, is_in: bool
) -> None:
    with write_turn():
        soon = make_shift(cast.help_request, core_clock.now() + timedelta(minutes=minutes))
        run = make_run(cast, RunState.RUNNING, purpose=purpose)
    shifts = [one.id for one in material(run).problem.shifts]
    assert (soon.id in shifts) is is_in


def test_nothing_new_changes_nothing(cast: Cast) -> None:
    """No snow, no reason: the plan made anew keeps what is published."""
    with write_turn():
        hanako_has_a_place(cast)
        run = anew(cast)
        run.until_on = core_clock.today() + timedelta(days=30)
    made = material(run)
    alone = loading.problem([cast.shift.id])
    assert len(alone.published) == 1
    plan = solve(made.problem, 5)
    kept = {(one.volunteer, one.shift) for one in plan.assignments}
    assert (cast.hanako.party_id, cast.shift.id) in kept


@pytest.fixture
def pair(cast: Cast) -> PlanPair:
    """Hanako has a place in a week; the plan wants her at another activity at the same hour."""
    with write_turn():
        hanako_has_a_place(cast)
        other = make_shift(cast.help_request, cast.shift.starts_at)
        return make_pair(make_run(cast), cast.hanako, other, leaves=cast.shift)


def test_before_everybody_is_asked_the_page_tells_to_call_those_who_would_move(
    cast: Cast, pair: PlanPair, client: Client
) -> None:
    with write_turn():
        run = db.session.get_one(PlanRun, pair.run_id)
        make_pair(run, cast.ichiro, cast.shift)
    page = sign_in_as(client, cast.coordinator).get(f"/desk/match/plans/{pair.run_id}/acceptance")
    assert "先に、1人に電話で聞いてください" in page.text
    assert "1人分のお願いを送る" in page.text


def places(cast: Cast) -> dict[int, ParticipationState]:
    db.session.rollback()
    rows = db.select(Participation).filter_by(person_id=cast.hanako.party_id)
    return {one.shift_id: one.state for one in db.session.scalars(rows)}


@pytest.mark.both_databases
def test_whoever_agrees_leaves_the_one_place_for_the_other(cast: Cast, pair: PlanPair) -> None:
    pair_id, to, by = pair.id, pair.shift_id, cast.coordinator.id
    for _twice in range(2):
        run_turn(deciding.move_pair, pair_id, by, nothing_stands)
    assert places(cast) == {
        cast.shift.id: ParticipationState.WITHDRAWN,
        to: ParticipationState.ACCEPTED,
    }
    assert (cast.shift.seats_taken, queries.run(pair.run_id).state) == (0, RunState.DECIDED)
    assert [one.decision for one in db.session.scalars(db.select(PlanDecision))] == [Decision.MOVED]
    told = db.session.scalars(
        db.select(Notice.template).filter_by(to_party_id=cast.hanako.party_id)
    )
    assert [one.rpartition("/")[2] for one in told] == ["accepted", "moved"]


def test_a_move_that_cannot_be_leaves_everything_as_it_was(cast: Cast, pair: PlanPair) -> None:
    pair_id, to = pair.id, pair.shift_id
    with write_turn():
        pair.shift.seats = pair.shift.seats_taken = 1
    with pytest.raises(Refused):
        run_turn(deciding.move_pair, pair_id, cast.coordinator.id, nothing_stands)
    assert places(cast) == {cast.shift.id: ParticipationState.ACCEPTED}
    assert queries.pair(pair_id).state is PairState.PROPOSED
    assert to


def test_whoever_has_withdrawn_meanwhile_is_asked_again_first(cast: Cast, pair: PlanPair) -> None:
    pair_id = pair.id
    place = participation_at(cast.hanako.party_id, cast.shift.id)
    assert place is not None
    run_turn(assignments.withdraw, place.id, None)
    with pytest.raises(Refused) as refused:
        run_turn(deciding.move_pair, pair_id, cast.coordinator.id, nothing_stands)
    assert refused.value.code == "gone_already"
    assert places(cast) == {cast.shift.id: ParticipationState.WITHDRAWN}


def test_the_record_of_a_move_is_in_the_language_of_the_record(cast: Cast, pair: PlanPair) -> None:
    """Not in that of the clerk: host and volunteer read it."""
    with force_locale("ja@easy"):
        run_turn(deciding.move_pair, pair.id, cast.coordinator.id, nothing_stands)
    row = db.select(ParticipationEvent.reason).filter_by(to_state=ParticipationState.WITHDRAWN)
    assert db.session.scalar(row) == deciding.MOVED_WORDS


def test_nobody_is_moved_by_accepting_everything(cast: Cast, pair: PlanPair) -> None:
    run_id = pair.run_id
    assert run_turn(deciding.choose, run_id, None, cast.coordinator.id) == 0
    assert queries.pair(pair.id).state is PairState.PROPOSED
    assert queries.run(run_id).state is RunState.READY


def test_a_dropped_move_is_not_made(cast: Cast, pair: PlanPair) -> None:
    pair_id, by = pair.id, cast.coordinator.id
    run_turn(deciding.drop_pair, pair_id, "本人がこのままがよい", by)
    with pytest.raises(AlreadyDecided):
        run_turn(deciding.move_pair, pair_id, by, nothing_stands)


def test_the_desk_asks_on_the_telephone_and_moves(
    cast: Cast, client: Client, pair: PlanPair
) -> None:
    sign_in_as(client, cast.coordinator)
    run_id, pair_id = pair.run_id, pair.id
    page = f"/desk/match/plans/pairs/{pair_id}/moving"
    assert "から移ってもらう案です" in client.get(f"/desk/match/plans/{run_id}").text
    assert "先に電話で聞いてください" in client.get(page).text
    assert f"tel:{cast.hanako.telephone.replace('-', '')}" in client.get(page).text
    done = client.submit(page)
    assert "移ってもらいました" in client.get(done.location).text
    again = client.get(page).text
    assert "移ってもらいました" in again
    assert "お願いを送りました" not in again
    assert places(cast)[cast.shift.id] is ParticipationState.WITHDRAWN
    assert "案にもどる" in client.get(page).text


def test_a_move_that_is_refused_says_why(cast: Cast, client: Client, pair: PlanPair) -> None:
    sign_in_as(client, cast.coordinator)
    with write_turn():
        pair.shift.seats = pair.shift.seats_taken = 1
    answer = client.submit(f"/desk/match/plans/pairs/{pair.id}/moving")
    assert answer.status_code == 422
    assert "もう満員です" in answer.text
    assert "いまの予定は、そのままです" in answer.text


def test_reasons_of_that_moment_are_kept(cast: Cast, pair: PlanPair) -> None:
    run_turn(deciding.move_pair, pair.id, cast.coordinator.id, nothing_stands)
    kept = db.session.scalars(db.select(PlanDecision)).one()
    assert (kept.cost, kept.reasons) == (7, [WAY])
