"""Staff accept, drop and pin pairs; people are asked one by one, and what stands against one stops no other."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from matching.assignments import services as assignments
from matching.assignments.changes import call_off_shift
from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.planning import deciding, queries, services
from matching.planning.deciding import About
from matching.planning.models import PlanDecision, PlanMark, PlanPair
from matching.planning.sending import send_chosen
from matching.planning.states import Decision, MarkKind, PairState, RunState
from tests.cast import Cast
from tests.factories.matching import make_shift
from tests.factories.plans import WAY, make_pair, make_run
from tests.factories.volunteer import insure
from tests.mail import Outbox
from volunteer.core import clock as core_clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.people.models import Person


def nothing_stands(_person_id: int, _shift_id: int) -> str:
    return ""


def proposal(cast: Cast, people: Sequence[Person]) -> tuple[int, list[int]]:
    """A plan that is ready: these people for the shift in a week, one pair each."""
    with write_turn():
        for person in people:
            if person is cast.student:
                insure(
                    person,
                    core_clock.today().replace(month=4, day=1),
                    core_clock.today() + timedelta(days=100),
                )
        run = make_run(cast)
        pairs = [make_pair(run, one, cast.shift) for one in people]
        return run.id, [one.id for one in pairs]


def states(run_id: int) -> list[PairState]:
    db.session.rollback()
    rows = db.select(PlanPair.state).filter_by(run_id=run_id).order_by(PlanPair.id)
    return list(db.session.scalars(rows))


def asked_people() -> set[int]:
    db.session.rollback()
    rows = db.select(Participation.person_id).filter_by(state=ParticipationState.OFFERED)
    return set(db.session.scalars(rows))


def decisions() -> list[tuple[Decision, int, str]]:
    rows = db.select(PlanDecision).order_by(PlanDecision.id)
    return [(one.decision, one.person_id, one.refusal) for one in db.session.scalars(rows)]


def test_accepting_asks_people_and_gives_nobody_a_seat(cast: Cast, outbox: Outbox) -> None:
    run_id, ids = proposal(cast, [cast.hanako, cast.student])
    by = cast.coordinator.id
    assert run_turn(deciding.choose, run_id, None, by) == 2
    assert asked_people() == set()
    sent = send_chosen(nothing_stands)
    assert (sent.asked, sent.refused, sent.left) == (2, 0, 0)
    assert asked_people() == {cast.hanako.party_id, cast.student.party_id}
    assert cast.shift.seats_taken == 0
    assert queries.run(run_id).state is RunState.DECIDED
    kept = db.session.scalars(db.select(PlanDecision)).all()
    assert [(one.cost, one.reasons, one.by_user_id) for one in kept] == [(7, [WAY], by)] * 2
    assert ids


def test_a_second_accept_does_nothing_twice(cast: Cast) -> None:
    run_id, _ids = proposal(cast, [cast.hanako])
    run_turn(deciding.choose, run_id, None, cast.coordinator.id)
    send_chosen(nothing_stands)
    assert run_turn(deciding.choose, run_id, None, cast.coordinator.id) == 0
    assert send_chosen(nothing_stands).asked == 0
    assert len(decisions()) == 1


@pytest.mark.both_databases
def test_two_clerks_at_once_ask_everybody_once(app: Flask, cast: Cast) -> None:
    run_id, _ids = proposal(cast, [cast.hanako, cast.student])
    by = cast.coordinator.id

    def accept(_number: int) -> int:
        with app.app_context():
            count = run_turn(deciding.choose, run_id, None, by)
            send_chosen(nothing_stands)
            return count

    with ThreadPoolExecutor(4) as clerks:
        assert sorted(clerks.map(accept, range(4))) == [0, 0, 0, 2]
    assert states(run_id) == [PairState.ASKED] * 2
    assert len(decisions()) == 2


@pytest.mark.both_databases
def test_dropping_and_accepting_at_once_does_one_of_them(app: Flask, cast: Cast) -> None:
    run_id, ids = proposal(cast, [cast.hanako])
    by = cast.coordinator.id

    def act(number: int) -> str:
        with app.app_context():
            try:
                if number:
                    run_turn(deciding.drop_pair, ids[0], "けが", by)
                else:
                    run_turn(deciding.choose, run_id, None, by)
            except AlreadyDecided:
                return "late"
            return "done"

    with ThreadPoolExecutor(2) as clerks:
        list(clerks.map(act, range(2)))
    assert states(run_id) in ([PairState.CHOSEN], [PairState.DROPPED])
    send_chosen(nothing_stands)
    dropped = db.session.get(PlanMark, (cast.hanako.party_id, cast.shift.id)) is not None
    assert dropped is (asked_people() == set())


def fill_the_shift(cast: Cast) -> None:
    shift = cast.shift
    shift.seats = shift.seats_taken = 1


def call_it_off(cast: Cast) -> None:
    call_off_shift(cast.shift.id, "大雪", cast.coordinator.id)


def say_no(cast: Cast) -> None:
    made = assignments.offer(cast.hanako.party_id, cast.shift.id, cast.coordinator.id)
    assignments.decline_offer(made.id, None)


def drop_at_the_board(cast: Cast) -> None:
    deciding.drop(About(cast.hanako.party_id, cast.shift.id), "けが", cast.coordinator.id)


def take_another(cast: Cast) -> None:
    other = make_shift(cast.help_request, cast.shift.starts_at)
    assignments.apply(cast.hanako.party_id, other.id, None)


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (fill_the_shift, "full"),
        (call_it_off, "cancelled"),
        (say_no, "said_no"),
        (drop_at_the_board, "dropped_pair"),
        (take_another, "overlap"),
    ],
)
def test_what_changed_since_refuses_that_pair(cast: Cast, happens: Any, code: str) -> None:
    run_id, _ids = proposal(cast, [cast.hanako])
    with write_turn():
        happens(cast)
    run_turn(deciding.choose, run_id, None, cast.coordinator.id)
    sent = send_chosen(nothing_stands)
    assert (sent.asked, sent.refused) == (0, 1)
    assert states(run_id) == [PairState.REFUSED]
    assert (Decision.REFUSED, cast.hanako.party_id, code) in decisions()


def test_others_are_asked_all_the_same(cast: Cast) -> None:
    run_id, _ids = proposal(cast, [cast.hanako, cast.student])
    with write_turn():
        drop_at_the_board(cast)
    run_turn(deciding.choose, run_id, None, cast.coordinator.id)
    send_chosen(nothing_stands)
    assert states(run_id) == [PairState.REFUSED, PairState.ASKED]
    assert asked_people() == {cast.student.party_id}


def test_whoever_does_not_fit_any_more_is_not_asked(cast: Cast) -> None:
    run_id, _ids = proposal(cast, [cast.hanako])
    run_turn(deciding.choose, run_id, None, cast.coordinator.id)
    assert send_chosen(lambda _person, _shift: "paused").refused == 1
    assert decisions() == [(Decision.REFUSED, cast.hanako.party_id, "paused")]


def test_what_a_page_could_not_send_in_time_waits_for_the_scheduled_work(cast: Cast) -> None:
    run_id, _ids = proposal(cast, [cast.hanako, cast.student])
    run_turn(deciding.choose, run_id, None, cast.coordinator.id)
    assert send_chosen(nothing_stands, seconds=0).left == 2
    assert states(run_id) == [PairState.CHOSEN] * 2
    assert send_chosen(nothing_stands).asked == 2


def test_some_pairs_are_accepted_and_the_rest_still_waits(cast: Cast) -> None:
    run_id, ids = proposal(cast, [cast.hanako, cast.student])
    assert run_turn(deciding.choose, run_id, ids[:1], cast.coordinator.id) == 1
    assert states(run_id) == [PairState.CHOSEN, PairState.PROPOSED]
    assert queries.run(run_id).state is RunState.READY


def test_pairs_of_another_plan_are_not_touched(cast: Cast) -> None:
    run_id, _ids = proposal(cast, [cast.hanako])
    with write_turn():
        other = make_pair(make_run(cast), cast.student, cast.shift).id
    assert run_turn(deciding.choose, run_id, [other], cast.coordinator.id) == 0


def test_nothing_chosen_is_refused(cast: Cast) -> None:
    run_id, _ids = proposal(cast, [cast.hanako])
    with pytest.raises(Refused) as refusal:
        run_turn(deciding.choose, run_id, [], cast.coordinator.id)
    assert refusal.value.code == "nothing_chosen"


def test_a_discarded_plan_asks_nobody(cast: Cast) -> None:
    run_id, _ids = proposal(cast, [cast.hanako])
    run_turn(services.discard, run_id)
    with pytest.raises(AlreadyDecided):
        run_turn(deciding.choose, run_id, None, cast.coordinator.id)


def test_a_dropped_pair_is_marked_for_later_plans_and_can_be_released(cast: Cast) -> None:
    run_id, ids = proposal(cast, [cast.hanako])
    by, pair = cast.coordinator.id, (cast.hanako.party_id, cast.shift.id)
    run_turn(deciding.drop_pair, ids[0], "けがをしている", by)
    run_turn(deciding.drop_pair, ids[0], "けがをしている", by)
    db.session.rollback()
    assert queries.marked([pair[1]])[MarkKind.DROPPED] == {pair}
    assert queries.run(run_id).state is RunState.DECIDED
    run_turn(deciding.release, About(*pair), by)
    db.session.rollback()
    assert queries.marked([pair[1]])[MarkKind.DROPPED] == set()
    assert [one[0] for one in decisions()] == [Decision.DROPPED, Decision.RELEASED]


def test_pinning_tells_nobody(cast: Cast, outbox: Outbox) -> None:
    about = About(cast.hanako.party_id, cast.shift.id, 3, (WAY,))
    for _twice in range(2):
        run_turn(deciding.pin, about, cast.coordinator.id)
    assert queries.marked([about.shift_id])[MarkKind.PINNED] == {(about.person_id, about.shift_id)}
    assert decisions() == [(Decision.PINNED, about.person_id, "")]
    assert asked_people() == set()


@pytest.mark.both_databases
def test_a_decision_is_never_changed(cast: Cast) -> None:
    run_turn(deciding.pin, About(cast.hanako.party_id, cast.shift.id), cast.coordinator.id)
    for change in ({"cost": 99}, {"reasons": [{"code": "wanted"}]}, {"reason": "別の理由"}):
        with pytest.raises(DBAPIError), write_turn():
            db.session.execute(db.update(PlanDecision).values(**change))
