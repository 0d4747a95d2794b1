"""Seats: however many people press at once, nobody gets a seat that is not there."""

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from matching.assignments import changes, services
from matching.assignments.duties import check_seats
from matching.assignments.models import Participation, ParticipationEvent
from matching.assignments.seats import take_seat
from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.help_requests.models import Shift
from matching.help_requests.states import ShiftState
from tests.applications import make_app
from tests.cast import NOW, Cast
from tests.factories.matching import make_shift
from tests.factories.volunteer import insure, make_person
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import DomainError

pytestmark = pytest.mark.both_databases

SEATS = 3


def people(number: int) -> list[int]:
    """Insured volunteers."""
    with write_turn():
        made = [make_person(f"人{n}", number=f"V9{n:03d}") for n in range(number)]
        for person in made:
            insure(person, date(2026, 4, 1), date(2027, 3, 31))
        return [person.party_id for person in made]


def apply_in_process(url: str, person_ids: list[int], shift_id: int, start: Any) -> None:
    """Another web process in which these people press."""
    clock.set(NOW)
    app = make_app(url)
    with app.app_context():
        start.wait(60)
        for person_id in person_ids:
            run_turn(services.apply, person_id, shift_id, None)


def at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[Any]:
    """Run the acts in threads that start together; results or the domain errors they ended with."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                results[number] = run_turn(acts[number])
            except DomainError as error:
                results[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()
    return results


def states_of(shift_id: int) -> Counter[ParticipationState]:
    """How many people of a shift are in each state."""
    rows = db.session.execute(
        db.select(Participation.state).where(Participation.shift_id == shift_id)
    )
    return Counter(rows.scalars())


def test_one_more_than_there_are_seats_press_at_once_in_threads(app: Flask, cast: Cast) -> None:
    shift_id = cast.shift.id
    ids = people(SEATS + 1)
    at_once(app, [lambda one=one: services.apply(one, shift_id, None) and None for one in ids])
    assert states_of(shift_id) == {ParticipationState.ACCEPTED: 3, ParticipationState.WAITING: 1}
    shift = db.session.get_one(Shift, shift_id, populate_existing=True)
    assert (shift.seats_taken, shift.state) == (3, ShiftState.FULL)
    assert check_seats() == []


def test_many_people_press_at_once_in_several_processes(app: Flask, cast: Cast) -> None:
    shift_id = cast.shift.id
    ids = people(8)
    db.session.rollback()
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    url = app.config["OTAGAI"].database_url
    workers = [
        context.Process(target=apply_in_process, args=(url, ids[n::4], shift_id, start))
        for n in range(4)
    ]
    for worker in workers:
        worker.start()
    start.set()
    for worker in workers:
        worker.join(90)
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    db.session.rollback()
    assert states_of(shift_id) == {ParticipationState.ACCEPTED: 3, ParticipationState.WAITING: 5}
    assert check_seats() == []


def test_the_same_person_presses_four_times_at_once_and_has_one_seat(
    app: Flask, cast: Cast
) -> None:
    shift_id, person_id = cast.shift.id, cast.hanako.party_id
    at_once(app, [lambda: services.apply(person_id, shift_id, None) and None] * 4)
    assert states_of(shift_id) == {ParticipationState.ACCEPTED: 1}
    assert db.session.get_one(Shift, shift_id, populate_existing=True).seats_taken == 1
    events = db.session.execute(db.select(ParticipationEvent)).scalars().all()
    assert len(events) == 1


def test_somebody_withdraws_while_others_apply_and_the_count_stays_true(
    app: Flask, cast: Cast
) -> None:
    shift_id = cast.shift.id
    ids = people(5)
    held = [run_turn(services.apply, one, shift_id, None).id for one in ids[:3]]
    acts: list[Callable[[], Any]] = [
        lambda one=one: services.withdraw(one, None) and None for one in held[:2]
    ]
    acts += [lambda one=one: services.apply(one, shift_id, None) and None for one in ids[3:]]
    at_once(app, acts)
    states = states_of(shift_id)
    taken = sum(states[state] for state in HOLDS_SEAT)
    assert taken <= SEATS
    assert states[ParticipationState.WITHDRAWN] == 2
    assert check_seats() == []


def test_one_person_cannot_take_two_shifts_of_the_same_time_at_once(app: Flask, cast: Cast) -> None:
    person_id, first = cast.hanako.party_id, cast.shift
    with write_turn():
        second = make_shift(cast.help_request, first.starts_at + timedelta(minutes=30)).id
    first_id = first.id
    results = at_once(
        app,
        [
            lambda: services.apply(person_id, first_id, None) and None,
            lambda: services.apply(person_id, second, None) and None,
        ],
    )
    refused = [one for one in results if isinstance(one, DomainError)]
    assert [one.code for one in refused] == ["overlap"]


def test_calling_off_while_people_apply_leaves_nobody_with_a_seat(app: Flask, cast: Cast) -> None:
    shift_id, cook_id = cast.shift.id, cast.cook.id
    ids = people(3)
    acts: list[Callable[[], Any]] = [
        lambda one=one: services.apply(one, shift_id, None) and None for one in ids
    ]
    at_once(app, [*acts, lambda: changes.call_off_shift(shift_id, "大雪のため", cook_id)])
    assert not set(states_of(shift_id)) & set(HOLDS_SEAT)
    assert check_seats() == []


def test_a_seat_beyond_the_last_is_not_given_even_by_the_bare_statement(
    app: Flask, cast: Cast
) -> None:
    shift_id = cast.shift.id
    assert [run_turn(take_seat, shift_id) for _ in range(4)] == [True, True, True, False]


def test_a_wrong_count_is_found_by_the_check(app: Flask, cast: Cast) -> None:
    with write_turn():
        cast.shift.seats_taken = 2
    assert [finding.row for finding in check_seats()] == [f"shift:{cast.shift.id}"]
