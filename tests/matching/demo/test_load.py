"""A demo town: repeatable by seed, lived through by the real services, and only in an empty database."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from flask import Flask

from matching.demo import cli
from matching.demo.city import CityScale, build_city
from matching.demo.cli import CUT_OFF_STATUS, fill
from matching.demo.loading import was_cut_off
from matching.demo.plan import SCALES, Scale, draw, winter_before
from points.ledger.models import Journal
from points.ledger.verifying import verify_all
from points.payouts.models import PayoutBatch
from points.redemption.models import CashOut
from points.redemption.states import CashOutState
from tests.factories.volunteer import make_person
from volunteer.core import clock
from volunteer.core.center import next_number, the_center
from volunteer.core.db import db, write_turn
from volunteer.core.models import Notice, NoticeState
from volunteer.people.models import Person
from volunteer.people.registration import SERIES

TODAY = date(2026, 11, 21)
AREAS = {"hill": 0.5, "harbour": 0.5}


def test_the_same_seed_gives_the_same_town() -> None:
    one, two = (draw(SCALES["small"], 7, TODAY, AREAS) for _ in range(2))
    assert one == two
    assert draw(SCALES["small"], 8, TODAY, AREAS) != one


def test_the_winter_is_the_last_one_that_was_paid() -> None:
    assert winter_before(date(2026, 11, 21)) == (date(2025, 12, 1), date(2026, 3, 21))
    assert winter_before(date(2027, 1, 10)) == (date(2025, 12, 1), date(2026, 3, 21))
    assert winter_before(date(2027, 5, 31)) == (date(2025, 12, 1), date(2026, 3, 21))
    assert winter_before(date(2027, 6, 1)) == (date(2026, 12, 1), date(2027, 3, 21))


def test_nobody_is_in_two_places_on_a_day() -> None:
    town = draw(SCALES["small"], 7, TODAY, AREAS)
    seen: set[tuple[int, date]] = set()
    for request in town.requests:
        for shift in request.shifts:
            day = clock.activity_date(shift.starts_at)
            for person in shift.came:
                assert (person, day) not in seen
                seen.add((person, day))
    assert len(seen) > 300


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (TODAY, time(10)),
        (date(2027, 4, 8), time(22, 20)),
        (date(2027, 6, 1), time(23, 20)),
    ],
)
def test_a_loaded_town_passes_every_check(app: Flask, day: date, at: time) -> None:
    """Also when it is loaded late in the evening, when two hours from now are tomorrow."""
    clock.set(clock.from_tokyo(day, at))
    SCALES["tiny"] = Scale(40, 8, 3)
    try:
        fill("tiny", 3)
    finally:
        del SCALES["tiny"]
        clock.reset()
    assert the_center().is_demo
    assert not was_cut_off()
    assert verify_all() == []
    states = set(db.session.execute(db.select(CashOut.state)).scalars())
    assert CashOutState.PAID in states
    assert db.session.execute(db.select(PayoutBatch)).scalars().all()
    told = list(db.session.execute(db.select(Journal.recorded_at).order_by(Journal.id)).scalars())
    assert all(later >= sooner - timedelta(days=1) for sooner, later in pairwise(told))
    waiting = db.select(Notice).where(Notice.state == NoticeState.SENDING)
    assert db.session.execute(waiting).first() is None


def test_a_town_that_was_cut_off_is_told_from_a_whole_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(SCALES, "tiny", Scale(40, 8, 3))
    monkeypatch.setattr(cli, "live_through", die)
    with pytest.raises(KeyboardInterrupt):
        fill("tiny", 3)
    clock.reset()
    runner = app.test_cli_runner()
    for words in (["demo", "load"], ["demo", "load", "--if-empty"]):
        answer = runner.invoke(args=words)
        assert answer.exit_code == CUT_OFF_STATUS
        assert "cut off" in answer.output


def test_a_database_in_use_is_left_alone(cast: object, app: Flask) -> None:
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["demo", "load"])
    assert answer.exit_code == 1
    assert "already has a center" in answer.output
    assert runner.invoke(args=["demo", "load", "--if-empty"]).exit_code == 0
    assert "/demo/enter" in runner.invoke(args=["demo", "entries"]).output


@pytest.mark.both_databases
def test_a_city_written_in_bulk_passes_every_check_and_goes_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCALES, "tiny", Scale(10, 3, 1))
    # other tests live through it
    monkeypatch.setattr(cli, "live_through", lambda *_days: None)
    monkeypatch.setattr(cli, "chapters", lambda *_story: ())
    clock.set(clock.from_tokyo(TODAY, time(10)))
    try:
        fill("tiny", 7, lambda seed: build_city(CityScale(30, 900), seed, lambda _done: None))
    finally:
        clock.reset()
    assert verify_all() == []
    kinds = set(db.session.execute(db.select(Journal.kind)).scalars())
    assert {"credit", "confirm", "hold", "settle", "expire"} <= {kind.value for kind in kinds}
    newest = db.session.execute(db.select(db.func.max(Person.party_id))).scalar_one()
    with write_turn():
        assert make_person("後から来た人", number=next_number(SERIES, "OT-")).party_id > newest
