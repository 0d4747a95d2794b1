"""What the phone of an organizer tells long after is shown, and settled by nobody but another one."""

from datetime import timedelta

import pytest
from flask import Flask

from matching.checkin.claims import claims_for_the_desk
from matching.checkin.closing import close_forgotten, settle_attendance
from matching.checkin.states import AttendanceState, Grade
from matching.devices.states import DeviceKind
from points.earning.states import AwardState
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.factories.devices import Tablet
from tests.matching.checkin.scenes import accept, attendances, awards, browser, in_lots
from volunteer.core import clock as core_clock
from volunteer.core.db import run_turn

HOUR = timedelta(hours=1)
LIST = "/o/shifts/{}/arrivals"


@pytest.fixture
def phone(app: Flask, cast: Cast) -> Tablet:
    """The phone of a member of みなと食堂 at 9:50; the activity goes from 10:00 to 12:00 and expects 一郎."""
    accept(cast.ichiro, cast.shift_today)
    core_clock.advance(timedelta(minutes=50))
    return Tablet(app, cast, kind=DeviceKind.LEADER, user_id=cast.cook.id)


def _comes_after(phone: Tablet, minutes: int) -> None:
    scan = phone.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(timedelta(minutes=minutes))
    assert phone.send(scan)[0]["outcome"] == "ok"


@pytest.mark.both_databases
def test_hours_later_it_is_a_claim_which_the_desk_sees(phone: Tablet) -> None:
    _comes_after(phone, 180)
    (one,) = attendances()
    assert (one.grade, one.state) == (Grade.CLAIMED, AttendanceState.OPEN)
    assert {"offline", "phone_late", "desk_sample"} <= set(one.flags)
    (award,) = awards()
    assert (award.state, award.settles_at) == (AwardState.PENDING, None)
    core_clock.advance(HOUR)
    assert [found.id for found in claims_for_the_desk()] == [one.id]


def test_it_never_settles_by_itself(phone: Tablet) -> None:
    _comes_after(phone, 180)
    core_clock.advance(HOUR)
    run_turn(close_forgotten, attendances()[0].id)
    core_clock.advance(timedelta(days=30))
    assert not run_turn(settle_attendance, attendances()[0].id)


def test_its_owner_cannot_say_yes_to_it_and_the_desk_can(
    app: Flask, phone: Tablet, cast: Cast
) -> None:
    _comes_after(phone, 180)
    (one,) = attendances()
    host = browser(app, cast.cook)
    page = host.get(LIST.format(cast.shift_today.id))
    assert "担当者の端末から15分以上あとで届いた受付" in page.text
    assert "このとおり確認する" not in page.text
    times = host.get(f"/o/shifts/{cast.shift_today.id}/attendances/{one.id}/times")
    assert host.resubmit(times, {"reason": "いました"}).status_code == 403
    core_clock.advance(HOUR)
    desk = browser(app, cast.coordinator)
    shown = f"/desk/shifts/{cast.shift_today.id}/arrivals"
    desk.submit(shown, {"attendance": str(one.id)}, action="/confirmation")
    assert in_lots(cast, cast.ichiro) > 0


def test_another_member_of_the_host_can_say_yes(app: Flask, phone: Tablet, cast: Cast) -> None:
    _comes_after(phone, 180)
    (one,) = attendances()
    shown = LIST.format(cast.shift_today.id)
    browser(app, cast.helper).submit(shown, {"attendance": str(one.id)}, action="/confirmation")
    assert in_lots(cast, cast.ichiro) > 0


@pytest.mark.parametrize(("kind", "minutes"), [(DeviceKind.LEADER, 10), (DeviceKind.KIOSK, 180)])
def test_a_little_later_or_by_a_tablet_it_counts_at_once(
    app: Flask, phone: Tablet, cast: Cast, kind: DeviceKind, minutes: int
) -> None:
    one = phone if kind is DeviceKind.LEADER else Tablet(app, cast)
    _comes_after(one, minutes)
    assert (attendances()[0].grade, attendances()[0].flags) == (Grade.ON_SITE, ["offline"])
