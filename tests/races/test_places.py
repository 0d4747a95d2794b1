"""Places, check-ins and requests while somebody else changes them."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.checkin import closing
from matching.checkin.models import Attendance
from matching.checkin.states import AttendanceState
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import HelpRequestState, ShiftState
from points.earning.models import Award
from points.earning.services import settle_award
from points.earning.states import AwardState
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.factories.matching import make_help_request, make_participation, make_shift
from tests.factories.volunteer import make_person, make_staff
from tests.races.scene import (
    BOTH_WAYS,
    HELD_OPEN,
    all_is_well,
    browser,
    posting,
    race,
    slow,
    statuses,
)
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import AlreadyDecided
from volunteer.core.permissions import Role

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]


@BOTH_WAYS
@pytest.mark.parametrize("source", ["list", "card", "paper"])
def test_a_check_in_meets_the_shift_being_called_off(
    app: Flask, cast: Cast, first: int, source: str
) -> None:
    shift_id, person = cast.shift_today.id, cast.ichiro
    with write_turn():
        place = make_participation(person, cast.shift_today).id
    data = {"code": CARD_OF_ICHIRO} if source == "card" else {}
    address = f"/o/shifts/{shift_id}/arrivals"
    host = cast.helper
    if source == "list":
        address += f"/{person.party_id}"
    if source == "paper":
        clock.advance(timedelta(hours=2))
        host, address = cast.coordinator, f"/desk/shifts/{shift_id}/entry"
        data = {
            "person": "V0002",
            "came": "10:00",
            "left": "11:00",
            "households": "1",
            "reason": "紙",
        }
    answers = race(
        app,
        first,
        posting(browser(app, host), address, **data),
        posting(browser(app, cast.cook), f"/o/shifts/{shift_id}/calling-off", reason="大雪のため"),
    )
    in_, off = statuses(answers)
    assert max(in_, off) < 500
    here = db.session.scalar(db.select(Attendance.id))
    state = db.session.get_one(Participation, place).state
    if db.session.get_one(Shift, shift_id).state is ShiftState.CANCELLED:
        assert (here, state, in_) == (None, ParticipationState.CANCELLED, 422), answers[0].text
    else:
        assert (state, in_) == (ParticipationState.ACCEPTED, 303)
        assert here is not None
        assert off in (409, 422)
        assert "もう受付した人がいます" in answers[1].text
    all_is_well()


@BOTH_WAYS
def test_a_check_in_meets_the_place_being_given_up(app: Flask, cast: Cast, first: int) -> None:
    with write_turn():
        place = make_participation(cast.hanako, cast.shift_today).id
    address = f"/o/shifts/{cast.shift_today.id}/arrivals/{cast.hanako.party_id}"
    answers = race(
        app,
        first,
        posting(browser(app, cast.helper), address),
        posting(browser(app, cast.hanako), f"/me/plan/{place}/withdrawal"),
    )
    assert sorted(statuses(answers)) == [303, 422]
    here = db.session.scalar(db.select(Attendance.id))
    state = db.session.get_one(Participation, place).state
    wanted = ParticipationState.WITHDRAWN if here is None else ParticipationState.ACCEPTED
    assert state is wanted
    all_is_well()


@BOTH_WAYS
@pytest.mark.parametrize("is_full", [False, True], ids=["free", "full"])
def test_somebody_applies_while_the_shift_is_called_off(
    app: Flask, cast: Cast, first: int, is_full: bool
) -> None:
    shift_id = cast.shift.id
    if is_full:
        with write_turn():
            for person in (cast.ichiro, cast.student, make_person("四人目")):
                make_participation(person, db.session.get_one(Shift, shift_id))
    applied, off = race(
        app,
        first,
        posting(browser(app, cast.hanako), f"/shifts/{shift_id}/application"),
        posting(browser(app, cast.cook), f"/o/shifts/{shift_id}/calling-off", reason="大雪のため"),
    )
    assert off.status_code == 303
    assert applied.status_code in (303, 422)
    left = db.session.scalars(
        db.select(Participation.state).where(Participation.shift_id == shift_id)
    )
    assert set(left) <= {ParticipationState.CANCELLED}, "nobody waits for what does not happen"
    all_is_well()


@BOTH_WAYS
def test_a_card_is_replaced_while_its_old_code_is_typed(app: Flask, cast: Cast, first: int) -> None:
    with write_turn():
        make_participation(cast.ichiro, cast.shift_today)
    typed, replaced = race(
        app,
        first,
        posting(
            browser(app, cast.helper),
            f"/o/shifts/{cast.shift_today.id}/arrivals",
            code=CARD_OF_ICHIRO,
        ),
        posting(
            browser(app, cast.coordinator),
            f"/desk/people/{cast.ichiro.party_id}/card/replacement",
            because="lost",
        ),
    )
    assert replaced.status_code == 303
    assert typed.status_code in (303, 422)
    assert (db.session.scalar(db.select(Attendance.id)) is None) == (typed.status_code == 422)
    all_is_well()


def _settling(app: Flask, cast: Cast) -> int:
    """花子 was here last week, is checked out, and nobody has objected in time."""
    shift_id = cast.shift_today.id
    with write_turn():
        make_participation(cast.hanako, cast.shift_today)
    arrive = posting(
        browser(app, cast.helper), f"/o/shifts/{shift_id}/arrivals/{cast.hanako.party_id}"
    )
    assert arrive().status_code == 303
    here: int = db.session.scalars(db.select(Attendance.id)).one()
    clock.advance(timedelta(hours=8))
    run_turn(closing.close_forgotten, here)
    clock.advance(timedelta(days=8))
    return here


@BOTH_WAYS
def test_the_times_are_corrected_while_the_job_settles_them(
    app: Flask, cast: Cast, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = _settling(app, cast)
    data = {"came": "10:00", "left": "11:00", "households": "1", "reason": "早く帰った"}
    address = f"/desk/shifts/{cast.shift_today.id}/attendances/{here}/times"
    corrected, settled = race(
        app,
        first,
        posting(browser(app, cast.coordinator), address, **data),
        lambda: run_turn(closing.settle_attendance, here),
    )
    assert corrected.status_code == 303
    assert settled is True
    row = db.session.get_one(Attendance, here)
    assert (row.state, row.minutes_counted) == (AttendanceState.SETTLED, 60)
    states = db.session.scalars(db.select(Award.state).order_by(Award.revision)).all()
    assert states[-1] is AwardState.SETTLED
    all_is_well()


@BOTH_WAYS
def test_two_jobs_settle_the_same_points(app: Flask, cast: Cast, first: int) -> None:
    here = _settling(app, cast)
    award_id = db.session.scalars(db.select(Award.id)).one()

    def slowly(act: Callable[..., Any], row_id: int) -> Any:
        answer = act(row_id)
        time.sleep(HELD_OPEN)
        return answer

    def points_job() -> bool:
        try:
            return run_turn(slowly, settle_award, award_id) is not None
        except AlreadyDecided:
            return False

    attendance, _points = race(
        app, first, lambda: run_turn(slowly, closing.settle_attendance, here), points_job
    )
    assert attendance is True
    assert db.session.get_one(Attendance, here).state is AttendanceState.SETTLED
    assert db.session.get_one(Award, award_id).state is AwardState.SETTLED
    all_is_well()


@BOTH_WAYS
def test_one_publishes_while_the_other_sends_back(app: Flask, cast: Cast, first: int) -> None:
    with write_turn():
        other = make_staff(Role.COORDINATOR, name="相談 次子")
        request = make_help_request(
            cast.minato.party_id,
            cast.category,
            cast.area,
            cast.cook,
            state=HelpRequestState.SUBMITTED,
        )
        shift_id = make_shift(request, clock.now() + timedelta(days=9), state=ShiftState.PLANNED).id
        request_id = request.id
    base = f"/desk/requests/{request_id}"
    answers = race(
        app,
        first,
        posting(browser(app, cast.coordinator), f"{base}/publication"),
        posting(browser(app, other), f"{base}/return", reason="場所がわかりません"),
    )
    assert sorted(statuses(answers)) == [303, 409]
    loser = next(one for one in answers if one.status_code == 409)
    winner = "相談 次子" if loser is answers[0] else "相談 員子"
    assert winner in loser.text
    assert "11月21日（土）9時" in loser.text
    is_open = db.session.get_one(Shift, shift_id).state is ShiftState.OPEN
    state = db.session.get_one(HelpRequest, request_id).state
    assert is_open == (state is HelpRequestState.PUBLISHED) == (loser is answers[1])
    all_is_well()
