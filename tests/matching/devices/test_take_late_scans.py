"""What was read without a network and comes later: its own time counts as far as the clock can be believed."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.checkin.closing import close_forgotten
from matching.checkin.confirming import Word
from matching.checkin.models import Attendance, AttendanceEvent, ScanRefusal
from matching.checkin.scanning import key
from matching.checkin.states import AttendanceState, Grade
from matching.checkin.striking import strike_attendance
from matching.checkin.tokens import person_token
from matching.devices.models import DeviceScan
from matching.devices.services import revoke_device
from matching.devices.states import ScanStatus
from points.earning.models import Award
from points.earning.states import AwardState
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.factories.devices import Tablet
from tests.factories.volunteer import make_card
from tests.matching.checkin.scenes import accept, rows
from volunteer.core import clock as core_clock
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.db import db, run_turn, write_turn
from volunteer.people.models import Person
from volunteer.people.registration import reissue_card

HOUR = timedelta(hours=1)
CARD_OF_HANAKO, CARD_OF_STUDENT = (new_code(CodeKind.CARD) for _ in range(2))


@pytest.fixture
def tablet(app: Flask, cast: Cast) -> Tablet:
    """A kiosk whose shift of today, 10:00 to 12:00, expects 一郎 and 花子. It is 9:00."""
    accept(cast.ichiro, cast.shift_today)
    accept(cast.hanako, cast.shift_today)
    core_clock.advance(timedelta(minutes=50))
    return Tablet(app, cast)


def attendance() -> Attendance:
    """The only one."""
    (found,) = rows(Attendance)
    assert isinstance(found, Attendance)
    return found


@pytest.mark.both_databases
def test_a_scan_of_five_hours_ago_counts_from_then(tablet: Tablet) -> None:
    scan, came = tablet.scan(code=CARD_OF_ICHIRO), core_clock.now()
    core_clock.advance(5 * HOUR)
    (answer,) = tablet.send(scan)
    assert answer["status"] == "accepted"
    row = attendance()
    assert row.checked_in_at == came
    assert (row.flags, row.grade) == (["offline"], Grade.ON_SITE)
    (event,) = rows(AttendanceEvent)
    assert (event.device_time, event.server_time) == (came, core_clock.now())
    run_turn(close_forgotten, row.id)
    assert attendance().state is AttendanceState.CLOSED


@pytest.mark.both_databases
def test_coming_and_going_of_one_outbox_give_the_whole_time(tablet: Tablet) -> None:
    came = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(2 * HOUR)
    went, left = tablet.scan(code=CARD_OF_ICHIRO, direction="out"), core_clock.now()
    core_clock.advance(8 * HOUR)
    assert [one["outcome"] for one in tablet.send(came, went)] == ["ok", "out"]
    row = attendance()
    assert (row.checked_out_at, row.minutes_counted) == (left, 120)


@pytest.mark.both_databases
def test_reordered_and_split_uploads_come_to_the_same(tablet: Tablet, cast: Cast) -> None:
    with write_turn():
        make_card(db.session.get_one(Person, cast.hanako.party_id), CARD_OF_HANAKO)
    first = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(timedelta(minutes=10))
    second = tablet.scan(code=CARD_OF_HANAKO)
    core_clock.advance(3 * HOUR)
    assert tablet.send(second)[0]["status"] == "accepted"
    assert tablet.send(first)[0]["status"] == "accepted"
    assert tablet.send(first, second)[1]["status"] == "accepted"
    assert [row.flags for row in rows(Attendance)] == [["offline"], ["offline"]]
    assert [row.grade for row in rows(Attendance)] == 2 * [Grade.ON_SITE]


def test_a_clock_that_is_wrong_but_known_is_put_right(tablet: Tablet) -> None:
    tablet.offset = timedelta(seconds=90)
    scan, came = tablet.scan(code=CARD_OF_ICHIRO), core_clock.now()
    core_clock.advance(HOUR)
    tablet.send(scan)
    assert attendance().checked_in_at == came


@pytest.mark.parametrize("hours", [-3, 3], ids=["back", "forward"])
def test_a_live_scan_of_a_wrong_clock_counts_from_our_time(tablet: Tablet, hours: int) -> None:
    tablet.offset = timedelta(hours=hours)
    assert tablet.read(CARD_OF_ICHIRO)["status"] == "accepted"
    row = attendance()
    assert (row.checked_in_at, row.flags) == (core_clock.now(), [])


DOUBTFUL = ("accepted", Grade.CLAIMED, True, AwardState.PENDING)
"""Taken, but as a claim with the flag of the clock, and the points wait."""


def taken_as(tablet: Tablet, scan: dict[str, Any]) -> tuple[Any, ...]:
    """What comes of a scan: the answer, the grade, whether the clock is flagged, the state of the points."""
    (answer,) = tablet.send(scan)
    row, (award,) = attendance(), rows(Award)
    return answer["status"], row.grade, "clock" in row.flags, award.state


def test_a_clock_more_than_two_minutes_off_makes_a_late_scan_a_claim(tablet: Tablet) -> None:
    tablet.offset = timedelta(minutes=3)
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(HOUR)
    assert taken_as(tablet, scan) == DOUBTFUL


def test_a_clock_that_jumped_since_the_last_contact_makes_it_a_claim(tablet: Tablet) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(HOUR)
    tablet.offset = timedelta(minutes=10)  # set by hand after the scan, before the upload
    assert taken_as(tablet, scan) == DOUBTFUL


def test_a_scan_from_before_the_last_contact_is_a_claim(tablet: Tablet) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(HOUR)
    scan["last_server_time"] = (core_clock.now() - timedelta(minutes=10)).isoformat()
    assert taken_as(tablet, scan) == DOUBTFUL


def test_a_scan_of_the_future_is_a_claim_of_now(tablet: Tablet) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    scan["device_time"] = (core_clock.now() + 5 * HOUR).isoformat()
    assert taken_as(tablet, scan) == DOUBTFUL
    assert attendance().checked_in_at == core_clock.now()


def test_a_device_that_was_never_in_contact_makes_claims(tablet: Tablet) -> None:
    scan = {**tablet.scan(code=CARD_OF_ICHIRO), "offset_ms": None, "last_server_time": None}
    core_clock.advance(HOUR)
    assert taken_as(tablet, scan) == DOUBTFUL


def test_a_counter_that_comes_twice_or_out_of_order_makes_a_claim(tablet: Tablet) -> None:
    tablet.send(tablet.scan(code="nobody"), tablet.scan(code="nobody"))
    copied = tablet.scan(code=CARD_OF_ICHIRO, counter=2)
    core_clock.advance(HOUR)
    assert taken_as(tablet, copied) == DOUBTFUL


def test_a_later_counter_with_an_earlier_time_makes_a_claim(tablet: Tablet) -> None:
    early = tablet.scan(code=CARD_OF_ICHIRO, last_server_time=None)
    core_clock.advance(timedelta(minutes=20))
    tablet.send(tablet.scan(code="nobody"))
    core_clock.advance(HOUR)
    assert taken_as(tablet, {**early, "counter": 8}) == DOUBTFUL


def test_a_gap_in_the_counters_is_shown_and_holds_nobody_up(tablet: Tablet) -> None:
    tablet.read("nobody")
    tablet.scan()
    assert tablet.read(CARD_OF_ICHIRO)["status"] == "accepted"
    assert attendance().flags == []


@pytest.mark.both_databases
def test_after_72_hours_the_desk_decides(tablet: Tablet, cast: Cast) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(timedelta(hours=72, minutes=1))
    (answer,) = tablet.send(scan)
    assert (answer["status"], answer["outcome"], answer["name"]) == ("quarantined", "too_old", None)
    assert not rows(Attendance)
    (kept,) = rows(DeviceScan)
    assert (kept.person_id, kept.shift_id) == (cast.ichiro.party_id, cast.shift_today.id)
    assert kept.for_desk


def test_within_72_hours_it_counts(tablet: Tablet) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(timedelta(hours=71, minutes=59))
    assert tablet.send(scan)[0]["status"] == "accepted"


def test_the_phone_is_judged_by_the_time_of_the_scan(tablet: Tablet, cast: Cast) -> None:
    code = f"http://localhost/p/{person_token(key(), cast.hanako.party_id, core_clock.now())}"
    scan = tablet.scan(code=code)
    core_clock.advance(timedelta(hours=60))
    assert tablet.send(scan)[0]["status"] == "accepted"


def test_a_card_that_was_good_at_the_time_counts(tablet: Tablet, cast: Cast) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(HOUR)
    run_turn(reissue_card, cast.ichiro.party_id, cast.coordinator.id, "なくした")
    core_clock.advance(HOUR)
    assert tablet.send(scan)[0]["status"] == "accepted"
    late = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(timedelta(minutes=5))
    assert tablet.send(late)[0]["outcome"] == "revoked_card"


def test_a_refusal_that_nobody_saw_is_for_the_desk(tablet: Tablet, cast: Cast) -> None:
    with write_turn():
        make_card(db.session.get_one(Person, cast.student.party_id), CARD_OF_STUDENT)
    scan = tablet.scan(code=CARD_OF_STUDENT)
    core_clock.advance(HOUR)
    answer = tablet.send(scan)[0]
    kept = rows(DeviceScan)[0]
    assert (answer["status"], kept.status, kept.for_desk) == ("refused", ScanStatus.REFUSED, True)
    assert not rows(ScanRefusal)


def test_somebody_who_left_before_the_job_closed_them_is_put_right_at_the_desk(
    tablet: Tablet,
) -> None:
    tablet.read(CARD_OF_ICHIRO)
    core_clock.advance(HOUR)
    went = tablet.scan(code=CARD_OF_ICHIRO, direction="out")
    core_clock.advance(4 * HOUR)
    run_turn(close_forgotten, attendance().id)
    (answer,) = tablet.send(went)
    assert (answer["outcome"], rows(DeviceScan)[-1].for_desk) == ("closed_by_job", True)


@pytest.mark.both_databases
def test_a_device_revoked_in_the_middle_loses_nothing_and_credits_nothing(
    tablet: Tablet, cast: Cast
) -> None:
    before, after = tablet.scan(code=CARD_OF_ICHIRO), tablet.scan(code=CARD_OF_ICHIRO)
    tablet.send(before)
    run_turn(revoke_device, tablet.id, cast.coordinator.id)
    again, new = tablet.send(before, after)
    assert (again["status"], new["status"], new["outcome"]) == (
        "accepted", "quarantined", "revoked",
    )  # fmt: skip
    assert len(rows(Attendance)) == 1
    assert tablet.state().status_code == 403
    assert tablet.state().get_json() == {"error": "revoked"}


def test_a_device_whose_days_are_over_is_decided_at_the_desk(tablet: Tablet) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(timedelta(days=31))
    assert tablet.send(scan)[0]["outcome"] == "device_over"
    assert tablet.state().get_json() == {"error": "over"}


@pytest.mark.both_databases
def test_an_upload_after_the_shift_was_ended_by_its_job_still_counts(
    tablet: Tablet, cast: Cast
) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    with write_turn():
        shift = cast.shift_today
        shift.state, shift.ended_at = type(shift.state).ENDED, shift.ends_at
    core_clock.advance(6 * HOUR)
    assert tablet.send(scan)[0]["status"] == "accepted"


def test_a_device_has_seen_nobody_before_it_was_ours(tablet: Tablet) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO, last_server_time=None)
    core_clock.advance(HOUR)
    with write_turn():
        tablet.device.enrolled_at = core_clock.now()
    assert taken_as(tablet, scan) == DOUBTFUL


def test_a_device_receives_nobody_at_shifts_before_its_days(tablet: Tablet, cast: Cast) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO, shift_id=cast.shift_today.id)
    core_clock.advance(20 * HOUR)
    with write_turn():
        tablet.device.valid_from = core_clock.now()
    assert tablet.send(scan)[0]["outcome"] == "not_here"
    assert not rows(Attendance)


@pytest.mark.both_databases
def test_somebody_received_elsewhere_meanwhile_keeps_the_earlier_time_at_the_desk(
    app: Flask, tablet: Tablet, cast: Cast
) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(2 * HOUR)
    assert Tablet(app, cast).read(CARD_OF_ICHIRO)["outcome"] == "ok"
    core_clock.advance(HOUR)
    (answer,) = tablet.send(scan)
    assert (answer["outcome"], rows(DeviceScan)[-1].for_desk) == ("came_earlier", True)


def test_going_home_after_the_record_was_struck_is_for_the_desk(tablet: Tablet, cast: Cast) -> None:
    tablet.read(CARD_OF_ICHIRO)
    core_clock.advance(HOUR)
    went = tablet.scan(code=CARD_OF_ICHIRO, direction="out")
    core_clock.advance(4 * HOUR)
    run_turn(close_forgotten, attendance().id)
    word = Word(attendance().id, "word:struck-it", cast.coordinator.id, "来ていない", True)
    run_turn(strike_attendance, word)
    (answer,) = tablet.send(went)
    assert (answer["outcome"], rows(DeviceScan)[-1].for_desk) == ("refused_before", True)
