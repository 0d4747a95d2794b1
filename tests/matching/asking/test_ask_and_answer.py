"""Asking in waves: who is asked, who gets the seat, what the others hear, when the next wave goes out."""

from datetime import date, timedelta
from time import sleep
from typing import Any

import pytest
from flask import Flask

from matching.asking import notices, proposing, queries, services
from matching.asking.jobs import go_on
from matching.asking.models import Ask, Asking
from matching.asking.proposing import Pick, propose
from matching.asking.queries import History
from matching.asking.rules import Outcome
from matching.asking.states import AskingState, EndedBecause
from matching.assignments import services as places
from matching.assignments.duties import check_seats
from matching.assignments.states import ParticipationState
from matching.help_requests.models import Shift
from matching.suitability.ranking import rank, scene_of
from tests.cast import NOW, Cast
from tests.factories.matching import make_participation, make_shift
from tests.factories.volunteer import insure, make_person
from tests.mail import Outbox
from tests.matching.assignments.test_take_seats import at_once
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import Refused
from volunteer.people.models import Person


@pytest.fixture(autouse=True)
def _insured(cast: Cast) -> None:
    with write_turn():
        insure(cast.student, date(2026, 4, 1), date(2027, 3, 31))


def pick(person: Person) -> Pick:
    """Somebody chosen by staff."""
    return Pick(person.party_id, 400, 0, [{"code": "not_told"}], History(), is_proposed=True)


def start(cast: Cast, shift: Shift, *people: Person, **values: Any) -> list[Ask]:
    """The first wave goes out to these people; their asks."""
    chosen = {"target_permille": 900, "answer_hours": 24, "goes_on": True, **values}
    picks, by = [pick(one) for one in people], cast.coordinator.id
    made = run_turn(services.start_asking, shift.id, picks, by_user_id=by, **chosen)
    return queries.asks(made.id)


def one_seat(cast: Cast) -> Shift:
    """A shift in a week that wants one person."""
    with write_turn():
        return make_shift(cast.help_request, NOW + timedelta(days=7), seats=1)


def asking_of(shift: Shift) -> Asking:
    """The asking as it stands."""
    db.session.rollback()
    return db.session.scalars(db.select(Asking).filter_by(shift_id=shift.id)).one()


def states(asks: list[Ask]) -> list[ParticipationState]:
    """What became of them."""
    db.session.rollback()
    found = [queries.ask(one.id) for one in asks]
    return [one.participation.state for one in found if one and one.participation]


@pytest.mark.both_databases
def test_the_first_yes_takes_the_seat_and_the_others_are_thanked(
    cast: Cast, outbox: Outbox
) -> None:
    shift = one_seat(cast)
    asks = start(cast, shift, cast.hanako, cast.student, cast.ichiro)
    assert [one.template for one in outbox.letters()] == ["matching/asking/asked"] * 3
    run_turn(services.accept, asks[1].id, None)
    assert states(asks) == [
        ParticipationState.DECLINED,
        ParticipationState.ACCEPTED,
        ParticipationState.DECLINED,
    ]
    assert asking_of(shift).ended_because is EndedBecause.FILLED
    letter = outbox.last("hanako@example.jp")
    assert letter.template == "matching/asking/filled"
    assert "返事はいりません" in letter.text
    late = queries.ask(asks[0].id)
    assert late is not None
    assert services.outcome(late, shift) is Outcome.FILLED
    with pytest.raises(Refused) as refused:
        run_turn(services.accept, late.id, None)
    assert refused.value.code == "full"
    assert check_seats() == []


@pytest.mark.both_databases
def test_two_who_press_at_once_for_the_last_seat(app: Flask, cast: Cast) -> None:
    shift = one_seat(cast)
    asks = start(cast, shift, cast.hanako, cast.student, cast.ichiro)
    ids = [one.id for one in asks]
    results = at_once(app, [lambda one=one: services.accept(one, None) and None for one in ids])
    assert sorted(isinstance(one, Refused) for one in results) == [False, True, True]
    assert sorted(states(asks)) == ["accepted", "declined", "declined"]
    assert asking_of(shift).shift.seats_taken == 1
    assert check_seats() == []


@pytest.mark.both_databases
def test_a_yes_twice_keeps_the_place_and_a_no_after_it_is_explained(cast: Cast) -> None:
    (ask,) = start(cast, one_seat(cast), cast.hanako)
    for _time in range(2):
        run_turn(services.accept, ask.id, None)
    with pytest.raises(Refused) as refused:
        run_turn(services.decline, ask.id, None)
    assert refused.value.code == "accepted"
    assert states([ask]) == [ParticipationState.ACCEPTED]


def test_a_no_is_free_and_moves_nobody_in_the_next_proposal(cast: Cast) -> None:
    with write_turn():
        for number in range(3):
            make_person(f"人{number}", number=f"V9{number}")
    shift, later = one_seat(cast), one_seat(cast)
    (ask,) = start(cast, shift, cast.hanako)
    before = propose(later.id, 900)
    for _time in range(2):
        run_turn(services.decline, ask.id, None)
    after = propose(later.id, 900)
    assert before
    assert after
    assert [one.person_id for one in after.picks] == [one.person_id for one in before.picks]


@pytest.mark.both_databases
def test_the_next_wave_goes_out_after_the_deadline_to_others(
    cast: Cast, clock: Any, outbox: Outbox
) -> None:
    shift = one_seat(cast)
    start(cast, shift, cast.hanako)
    assert go_on() == "sent=0 waves=0 ended=0"
    clock.advance(timedelta(hours=24))
    assert "waves=1" in go_on()
    asking = asking_of(shift)
    asks = queries.asks(asking.id)
    assert asking.wave == 2
    assert asks[0].ended_because is EndedBecause.LAPSED
    assert {one.wave for one in asks[1:]} == {2}
    assert cast.hanako.party_id not in {one.person_id for one in asks[1:]}
    assert go_on() == "sent=0 waves=0 ended=0"


def test_without_anybody_left_the_asking_ends_and_waits_for_the_desk(
    cast: Cast, clock: Any
) -> None:
    shift = one_seat(cast)
    start(cast, shift, cast.hanako, goes_on=False)
    clock.advance(timedelta(hours=24))
    go_on()
    asking = asking_of(shift)
    assert (asking.state, asking.ended_because) == (AskingState.ENDED, EndedBecause.NOBODY_LEFT)
    assert [one.id for one in queries.dried_up()] == [asking.id]
    assert db.session.execute(queries.dried_up_counted()).one()[0] == 1


@pytest.mark.both_databases
def test_a_wave_that_a_dying_process_left_unsent_is_sent_once(cast: Cast, outbox: Outbox) -> None:
    shift = one_seat(cast)
    (ask,) = start(cast, shift, cast.hanako)
    picks = [pick(cast.student)]
    assert run_turn(services.begin_wave, ask.asking_id, 2, picks)
    assert not run_turn(services.begin_wave, ask.asking_id, 2, picks)
    assert len(outbox.letters()) == 1
    assert go_on() == "sent=1 waves=0 ended=0"
    assert go_on() == "sent=0 waves=0 ended=0"
    assert len(outbox.letters()) == 2


@pytest.mark.both_databases
def test_two_processes_send_a_wave_once(
    app: Flask, cast: Cast, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ask,) = start(cast, one_seat(cast), cast.hanako)
    run_turn(services.begin_wave, ask.asking_id, 2, [pick(cast.student)])
    (unsent,) = queries.unsent(ask.asking_id)
    tell = notices.tell_asked
    monkeypatch.setattr(notices, "tell_asked", lambda *args: (sleep(0.1), tell(*args)))
    at_once(app, [lambda: services.send_ask(unsent) and None for _process in range(2)])
    db.session.rollback()
    sent = queries.ask(unsent)
    assert sent is not None
    assert (sent.sent_at is not None, sent.refusal) == (True, "")
    assert len(outbox.letters()) == 2


def test_nobody_is_asked_a_third_time_in_a_week(cast: Cast) -> None:
    for _time in range(2):
        start(cast, one_seat(cast), cast.hanako)
    third = one_seat(cast)
    with pytest.raises(Refused) as refused:
        start(cast, third, cast.hanako)
    assert refused.value.code == "nobody_asked"
    found = propose(third.id, 900)
    assert found
    assert found.wave.capped == 1
    mine = next(one for one in found.picks if one.person_id == cast.hanako.party_id)
    assert mine.is_capped
    assert not mine.is_proposed


@pytest.mark.parametrize(("times", "capped"), [(1, 0), (2, 1)])
def test_whoever_was_asked_lately_does_not_stand_in_the_way_of_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, times: int, capped: int
) -> None:
    """A pool of one: the best suited has been asked this week, and somebody else is proposed first."""
    third = one_seat(cast)
    scene = scene_of(third.id)
    assert scene
    best, second = (one.id for one in rank(scene, 2))
    monkeypatch.setattr(proposing, "POOL", 1)
    person = db.session.get(Person, best)
    assert person
    for _time in range(times):
        start(cast, one_seat(cast), person)
    found = propose(third.id, 900)
    assert found
    assert [one.person_id for one in found.proposed][:1] == [second]
    assert found.wave.capped == capped


def test_who_has_a_place_or_an_offer_is_not_asked_again(cast: Cast) -> None:
    shift = cast.shift
    with write_turn():
        make_participation(cast.hanako, shift)
    asks = start(cast, shift, cast.hanako, cast.student)
    assert [(one.refusal, one.sent_at is None) for one in asks] == [("engaged", True), ("", False)]


def test_one_asking_at_a_time_and_none_for_a_full_or_past_shift(cast: Cast, clock: Any) -> None:
    shift = one_seat(cast)
    with pytest.raises(Refused) as refused:
        start(cast, shift)
    assert refused.value.code == "nobody"
    start(cast, shift, cast.hanako)
    with pytest.raises(Refused) as refused:
        start(cast, shift, cast.student)
    assert refused.value.code == "running"
    full = one_seat(cast)
    with write_turn():
        make_participation(cast.ichiro, full)
    with pytest.raises(Refused) as refused:
        start(cast, full, cast.student)
    assert refused.value.code == "full"
    clock.advance(timedelta(days=8))
    with pytest.raises(Refused) as refused:
        start(cast, one_seat(cast), cast.student)
    assert refused.value.code == "begun"


def test_stopping_closes_open_asks_without_a_trace_in_the_figures(cast: Cast) -> None:
    shift = one_seat(cast)
    asks = start(cast, shift, cast.hanako)
    for _time in range(2):
        run_turn(services.end_asking, asks[0].asking_id, EndedBecause.STOPPED, cast.coordinator.id)
    assert states(asks) == [ParticipationState.DECLINED]
    answers = queries.answers_of(cast.hanako.party_id)
    assert [(one.category, one.asked, one.said_yes) for one in answers] == [("meals", 0, 0)]


def test_answers_count_by_kind_once_they_are_given(cast: Cast) -> None:
    first, second, third = (one_seat(cast) for _shift in range(3))
    (yes,) = start(cast, first, cast.student)
    run_turn(services.accept, yes.id, None)
    (no,) = start(cast, second, cast.ichiro)
    run_turn(services.decline, no.id, None)
    start(cast, third, cast.hanako)
    people = [one.party_id for one in (cast.student, cast.ichiro, cast.hanako)]
    found = queries.histories(people, "meals")
    assert [(found[one].asked, found[one].said_yes) for one in people] == [(1, 1), (1, 0), (0, 0)]
    assert {one.notices_this_week for one in found.values()} == {1}


def test_somebody_seated_otherwise_ends_the_asking_at_the_next_round(cast: Cast) -> None:
    shift = one_seat(cast)
    asks = start(cast, shift, cast.hanako)
    run_turn(places.apply, cast.ichiro.party_id, shift.id, None)
    assert go_on() == "sent=0 waves=0 ended=1"
    assert states(asks) == [ParticipationState.DECLINED]
