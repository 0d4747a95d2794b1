"""Somebody was read by a tablet without a network, and meanwhile the activity was called off: nothing is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.assignments.changes import call_off_shift
from matching.assignments.duties import check_seats
from matching.assignments.models import Participation
from matching.assignments.seats import note
from matching.assignments.states import ParticipationState
from matching.checkin.closing import EarlyEnd, close_forgotten, end_early
from matching.checkin.duties import verify
from matching.checkin.models import Attendance
from matching.checkin.states import Grade
from matching.devices.models import DeviceScan, DeviceScanDecision
from matching.help_requests.models import Shift
from matching.help_requests.states import ShiftState
from points.earning.models import Award
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.client import Client
from tests.factories.devices import Tablet
from tests.matching.checkin.scenes import accept, browser, in_lots, rows
from tests.races.scene import race
from volunteer.core import clock as core_clock
from volunteer.core.db import db, run_turn
from volunteer.core.models import Notice

pytestmark = pytest.mark.both_databases
LIST = "/desk/device-scans"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def tablet(app: Flask, cast: Cast) -> Tablet:
    """It is 9:50; the activity goes from 10:00 to 12:00, and the tablet has no network."""
    core_clock.advance(50 * MINUTE)
    return Tablet(app, cast)


SignIn = Callable[[], Client]


@pytest.fixture
def sign_in(app: Flask, cast: Cast) -> SignIn:
    """The coordinator, once there is something to do: staff who rest are signed out."""
    return lambda: browser(app, cast.coordinator)


def _call_off(cast: Cast) -> None:
    run_turn(call_off_shift, cast.shift_today.id, "鍵が開かない", cast.cook.id)


def _read_then_called_off(tablet: Tablet, cast: Cast, *, expected: bool = True) -> DeviceScan:
    """一郎 is read at 9:50; at 11:10 the host, who knows of nobody, calls off; at 13:00 the scan comes."""
    if expected:
        seat = accept(cast.ichiro, cast.shift_today)
        run_turn(note, seat.id, ParticipationState.ACCEPTED, cast.cook.id)
    chosen = None if expected else cast.shift_today.id
    scan = tablet.scan(code=CARD_OF_ICHIRO, shift_id=chosen)
    core_clock.advance(80 * MINUTE)
    _call_off(cast)
    core_clock.advance(110 * MINUTE)
    (answer,) = tablet.send(scan)
    assert (answer["status"], answer["outcome"]) == ("refused", "cancelled")
    (kept,) = rows(DeviceScan)
    assert isinstance(kept, DeviceScan)
    return kept


@pytest.mark.parametrize("expected", [True, False], ids=["had a place", "came without one"])
def test_who_was_there_has_the_time_until_it_was_called_off(
    tablet: Tablet, sign_in: SignIn, cast: Cast, expected: bool
) -> None:
    kept = _read_then_called_off(tablet, cast, expected=expected)
    desk = sign_in()
    page = desk.get(f"{LIST}/{kept.id}")
    assert "この活動は中止になっています" in page.text
    assert "鍵が開かない" in page.text
    typed = {"reason": "主催者に電話で確かめた"}
    if not expected:  # nobody lost a place, so nobody noted when it was called off
        typed["left"] = "11:10"
    desk.resubmit(page, typed, action=f"{LIST}/{kept.id}")
    (attendance,) = rows(Attendance)
    assert isinstance(attendance, Attendance)
    assert (attendance.grade, attendance.minutes_counted) == (Grade.HOST_SIGNED, 70)
    assert "called_off" in attendance.flags
    assert ("walk_in" in attendance.flags) is not expected
    assert in_lots(cast, cast.ichiro) > 0
    (award,) = rows(Award)
    assert (
        award.entered_by_user_id == cast.coordinator.id
    )  # may not approve this person's cash-outs
    assert db.session.get_one(Shift, cast.shift_today.id).state is ShiftState.CANCELLED
    assert [*verify(), *check_seats()] == []
    told = {one.template for one in rows(Notice)}
    assert {"matching/checkin/recorded", "matching/checkin/recorded_for_host"} <= told


def test_the_places_of_the_others_do_not_come_back(
    tablet: Tablet, sign_in: SignIn, cast: Cast
) -> None:
    accept(cast.hanako, cast.shift_today)
    kept = _read_then_called_off(tablet, cast)
    desk = sign_in()
    desk.submit(f"{LIST}/{kept.id}", {"reason": "確かめた"}, action=f"{LIST}/{kept.id}")
    states = {one.person_id: one.state for one in rows(Participation)}
    assert states[cast.ichiro.party_id] is ParticipationState.ACCEPTED
    assert states[cast.hanako.party_id] is ParticipationState.CANCELLED
    assert "佐藤 花子" not in desk.get(f"/desk/shifts/{cast.shift_today.id}/arrivals").text
    assert "子ども食堂" in desk.get("/desk/today").text


def test_two_clerks_at_once_record_it_once(app: Flask, tablet: Tablet, cast: Cast) -> None:
    kept = _read_then_called_off(tablet, cast)
    app.config.update(WTF_CSRF_ENABLED=False)
    app.testing = False
    clerks = [browser(app, cast.coordinator) for _ in range(2)]
    typed = {"came": "9:50", "left": "11:10", "households": "1", "reason": "確かめた"}
    address = f"{LIST}/{kept.id}"

    def act(clerk: Client, key: str) -> Any:
        return lambda: clerk.post(address, data={**typed, "form_key": key * 24}).status_code

    try:
        found = sorted(race(app, 0, act(clerks[0], "a"), act(clerks[1], "b")))
    finally:
        app.testing = True
    assert found[0] == 303
    assert found[1] in (303, 409, 422)
    assert (len(rows(Attendance)), len(rows(Award)), len(rows(DeviceScanDecision))) == (1, 1, 1)
    assert [*verify(), *check_seats()] == []


def test_going_home_that_comes_later_is_decided_with_it(
    tablet: Tablet, sign_in: SignIn, cast: Cast
) -> None:
    accept(cast.ichiro, cast.shift_today)
    came = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(50 * MINUTE)
    _call_off(cast)
    core_clock.advance(35 * MINUTE)
    went = tablet.scan(code=CARD_OF_ICHIRO, direction="out")
    core_clock.advance(120 * MINUTE)
    tablet.send(came, went)
    first = min(one.id for one in rows(DeviceScan))
    desk = sign_in()
    page = desk.get(f"{LIST}/{first}")
    assert 'value="11:15"' in page.text
    desk.resubmit(page, {"reason": "確かめた"}, action=f"{LIST}/{first}")
    assert len(rows(DeviceScanDecision)) == 2
    assert rows(Attendance)[0].minutes_counted == 75


def test_a_paper_list_of_it_can_be_typed_back(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    accept(cast.ichiro, cast.shift_today)
    _call_off(cast)
    core_clock.advance(timedelta(hours=6))
    path = f"/desk/shifts/{cast.shift_today.id}/entry"
    desk = sign_in()
    page = desk.get(path)
    assert "中止の知らせを知らずに来て" in page.text
    row = {"key": "row-key-of-the-test-00", "who": "V0002", "came": "1000", "left": "1100"}
    stale = desk.resubmit(page, {"reason": "紙の名簿", **row, "called_off": ""})
    assert "中止になっています。それでも来ていた人は" in stale.text
    desk.submit(path, {"reason": "紙の名簿", **row})
    assert rows(Attendance)[0].minutes_counted == 60


def test_a_scan_before_an_early_end_counts_until_then(tablet: Tablet, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    accept(cast.hanako, cast.shift_today)
    waiting = tablet.scan(code=CARD_OF_ICHIRO)
    tablet.send(tablet.scan(person_id=cast.hanako.party_id, how="list"))
    core_clock.advance(70 * MINUTE)
    run_turn(end_early, EarlyEnd(cast.shift_today.id, "雨", False, cast.cook.id))
    core_clock.advance(180 * MINUTE)
    assert tablet.send(waiting)[0]["status"] == "accepted"
    late = next(one for one in rows(Attendance) if "offline" in one.flags)
    run_turn(close_forgotten, late.id)
    assert {one.minutes_counted for one in rows(Attendance)} == {60}


def test_a_scan_after_an_early_end_is_recorded_by_the_desk(
    tablet: Tablet, sign_in: SignIn, cast: Cast
) -> None:
    accept(cast.ichiro, cast.shift_today)
    accept(cast.hanako, cast.shift_today)
    tablet.send(tablet.scan(person_id=cast.hanako.party_id, how="list"))
    core_clock.advance(30 * MINUTE)
    run_turn(end_early, EarlyEnd(cast.shift_today.id, "雨", False, cast.cook.id))
    core_clock.advance(10 * MINUTE)
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(180 * MINUTE)
    assert tablet.send(scan)[0]["outcome"] == "over"
    (kept,) = [one for one in rows(DeviceScan) if one.for_desk]
    desk = sign_in()
    page = desk.get(f"{LIST}/{kept.id}")
    assert "早めに終わりました" in page.text
    desk.resubmit(
        page, {"left": "11:30", "reason": "かたづけを手伝った"}, action=f"{LIST}/{kept.id}"
    )
    assert len(rows(Attendance)) == 2
