"""A time is decided otherwise after its points went on: held, paid, given, lapsed, sealed. The ledger still agrees."""

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.checkin.confirming import Entry, RealTimes, Word, enter_attendance
from matching.checkin.duties import verify
from matching.checkin.jobs import settle_attendances
from matching.checkin.striking import take_back_entry
from points.earning.jobs import expire_points, settle_due
from points.ledger.queries import balances
from points.ledger.seals import seal_postings
from points.ledger.verifying import verify_all
from points.programmes.models import RuleVersion
from points.redemption.queries import exclusion_for
from points.redemption.services import request_cash_out
from points.redemption.states import CashOutState
from tests.cast import Cast
from tests.factories.money import actor_of, approve, cash_out_of, make_batch, set_originator
from tests.matching.checkin.scenes import accept, awards, browser
from tests.matching.disputes.scenes import complain, decide, forgotten_day
from tests.points.transfers.test_give import ALLOWED, say, to_student
from volunteer.core import clock as core_clock
from volunteer.core.db import db, write_turn
from volunteer.core.errors import AlreadyDecided

pytestmark = pytest.mark.both_databases


def sound() -> bool:
    db.session.rollback()
    return verify_all() == [] and verify() == []


def settled_day(app: Flask, cast: Cast, clock: Any) -> Any:
    """花子's two hours are settled: 200 points that can be exchanged. Her browser."""
    forgotten_day(app, cast, clock)
    clock.advance(timedelta(days=8))
    settle_attendances()
    settle_due()
    return browser(app, cast.hanako)


def held(cast: Cast, points: int = 200, method: str = "bank_transfer") -> int:
    """She asks for money."""
    person_id, user_id = cast.hanako.party_id, cast.user("hanako@example.jp").id
    programme_id = cast.programme.id
    with write_turn():
        return request_cash_out(
            person_id=person_id,
            programme_id=programme_id,
            method=method,
            points=points,
            key="disputed-cash-out",
            user_id=user_id,
        ).id


def hers(cast: Cast) -> tuple[int, int, int]:
    """In lots, held, owed."""
    db.session.rollback()
    found = balances(cast.hanako.party_id, cast.programme.id)
    return found.in_lots, found.held, found.owed


@pytest.fixture
def small_exchange(cast: Cast) -> None:
    """Exchanges from 100 points on."""
    with write_turn():
        row = db.session.execute(
            db.select(RuleVersion).filter_by(programme_id=cast.programme.id)
        ).scalar_one()
        source = re.sub(r"(minimum|unit)_points = \d+", r"\1_points = 100", row.source)
        row.source, row.sha256 = source, hashlib.sha256(source.encode()).hexdigest()


@pytest.mark.parametrize("is_approved", [False, True])
def test_held_points_come_back_first(
    app: Flask, cast: Cast, clock: Any, small_exchange: None, is_approved: bool
) -> None:
    hanako = settled_day(app, cast, clock)
    cash_out_id = held(cast)
    if is_approved:
        approve(cast, cash_out_id)
    complain(hanako, cast, left="11:00")
    done = decide(app, cast.coordinator, "corrected", came="10:00", left="11:00")
    assert "記録を直しました" in done.text
    assert cash_out_of(cash_out_id).state is CashOutState.WITHDRAWN
    assert hers(cast) == (100, 0, 0)
    assert sound()


def test_points_in_a_batch_or_paid_become_a_debt(
    app: Flask, cast: Cast, clock: Any, small_exchange: None
) -> None:
    hanako = settled_day(app, cast, clock)
    set_originator()
    cash_out_id = held(cast)
    approve(cast, cash_out_id)
    make_batch(cast, cash_out_id)
    complain(hanako, cast, left="11:00")
    decide(app, cast.coordinator, "corrected", came="10:00", left="11:00")
    assert cash_out_of(cash_out_id).state is CashOutState.BATCHED
    assert hers(cast) == (0, 200, 100)
    assert sound()
    complain(hanako, cast, kind="not_there", came="", left="", words="")
    decide(app, cast.coordinator, "corrected")
    assert hers(cast) == (0, 200, 200)
    assert sound()


def test_given_points_become_a_debt_of_the_giver(app: Flask, cast: Cast, clock: Any) -> None:
    say(cast, ALLOWED)
    hanako = settled_day(app, cast, clock)
    to_student(cast, 150)
    complain(hanako, cast, kind="not_there", came="", left="", words="")
    decide(app, cast.coordinator, "corrected")
    assert hers(cast) == (0, 0, 150)
    assert balances(cast.student.party_id, cast.programme.id).in_lots == 150
    assert sound()


def test_points_that_lapsed_meanwhile(app: Flask, cast: Cast, clock: Any) -> None:
    hanako = settled_day(app, cast, clock)
    complain(hanako, cast, left="11:00")
    (award,) = awards()
    clock.set(core_clock.from_tokyo(award.expires_on + timedelta(days=1)) + timedelta(hours=3))
    expire_points()
    assert hers(cast) == (0, 0, 0)
    decide(app, cast.coordinator, "corrected", came="10:00", left="11:00")
    assert hers(cast) == (0, 0, 100)
    expire_points()
    assert sound()


def test_after_the_seal(app: Flask, cast: Cast, clock: Any, small_exchange: None) -> None:
    hanako = settled_day(app, cast, clock)
    seal_postings()
    complain(hanako, cast, left="11:00")
    decide(app, cast.coordinator, "corrected", came="10:00", left="11:00")
    assert sound()
    seal_postings()
    assert sound()


@pytest.mark.parametrize("is_in_batch", [False, True])
def test_an_entry_from_paper_is_taken_back_after_its_points_were_spent(
    app: Flask, cast: Cast, clock: Any, small_exchange: None, is_in_batch: bool
) -> None:
    seat = accept(cast.hanako, cast.shift_today)
    clock.advance(timedelta(hours=6))
    hours = RealTimes(cast.shift_today.starts_at, cast.shift_today.ends_at, 0)
    shift_id, person_id, user_id = seat.shift_id, seat.person_id, cast.coordinator.id
    with write_turn():
        attendance_id = enter_attendance(
            Entry(shift_id, person_id, hours, "用紙", "paper:1", user_id, None)
        )
    clock.advance(timedelta(days=3))
    settle_due()
    cash_out_id = held(cast)
    if is_in_batch:
        set_originator()
        approve(cast, cash_out_id)
        make_batch(cast, cash_out_id)
    with write_turn():
        take_back_entry(Word(attendance_id, "undo:1", user_id, "別の人でした", by_staff=True))
    wanted = CashOutState.BATCHED if is_in_batch else CashOutState.WITHDRAWN
    assert cash_out_of(cash_out_id).state is wanted
    assert hers(cast) == ((0, 200, 200) if is_in_batch else (0, 0, 0))
    with pytest.raises(AlreadyDecided), write_turn():
        take_back_entry(Word(attendance_id, "undo:2", user_id, "もう一度", by_staff=True))
    assert sound()


def test_who_decided_the_time_pays_nothing_for_it(
    app: Flask, cast: Cast, clock: Any, small_exchange: None
) -> None:
    hanako = settled_day(app, cast, clock)
    complain(hanako, cast, left="11:00")
    decide(app, cast.coordinator, "corrected", came="10:00", left="11:00")
    cash_out_id = held(cast, 100)
    now = core_clock.now()
    found = exclusion_for(cash_out_of(cash_out_id), actor_of(cast.coordinator), now)
    assert found == "entered_award"
    assert exclusion_for(cash_out_of(cash_out_id), actor_of(cast.approver), now) is None
    later = now + timedelta(days=91)
    assert exclusion_for(cash_out_of(cash_out_id), actor_of(cast.coordinator), later) is None
