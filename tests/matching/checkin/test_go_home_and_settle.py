"""Going home by tap, forgetting to, midnight, settling, and paper rows typed by staff."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from matching.checkin.duties import erase_person, own_data, verify
from matching.checkin.jobs import close_forgotten, settle_attendances
from matching.checkin.states import AttendanceState
from matching.help_requests.models import HelpRequest, Shift
from points.earning.services import confirm_award
from points.earning.states import AwardState
from points.ledger.queries import balances
from tests.cast import Cast
from tests.factories.matching import make_shift
from tests.matching.checkin.scenes import (
    accept,
    arrive,
    attendances,
    awards,
    browser,
    events,
    in_lots,
)
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn
from volunteer.people.models import Person

pytestmark = pytest.mark.both_databases


def _here(app: Any, cast: Cast) -> Any:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    arrive(hanako, cast.shift_today)
    return hanako


def _result(cast: Cast) -> str:
    return f"/shifts/{cast.shift_today.id}/attendance"


def test_one_tap_ends_the_activity(app: Any, cast: Cast, clock: Any) -> None:
    hanako = _here(app, cast)
    clock.advance(timedelta(minutes=180))
    done = hanako.submit(_result(cast), action="/check-out", follow_redirects=True)
    assert "おつかれさまでした" in done.text
    assert "数えた時間：2時間" in done.text
    assert len(awards()) == 1


def test_going_home_early_is_asked_once_and_then_counted(app: Any, cast: Cast, clock: Any) -> None:
    hanako = _here(app, cast)
    clock.advance(timedelta(minutes=125))
    page = hanako.get("/home")
    slip = hanako.resubmit(page, action="/check-out", follow_redirects=True)
    assert "早めに終わりますか" in slip.text
    assert "1時間5分" in slip.text
    assert attendances()[0].state is AttendanceState.OPEN
    done = hanako.resubmit(slip, action="/check-out", follow_redirects=True)
    assert "＋100" in done.text
    assert attendances()[0].minutes_counted == 65
    assert in_lots(cast, cast.hanako) == 100
    assert verify() == []


def test_a_few_minutes_are_not_held_against_anybody(app: Any, cast: Cast, clock: Any) -> None:
    hanako = _here(app, cast)
    clock.advance(timedelta(minutes=170))
    hanako.submit(_result(cast), action="/check-out")
    assert attendances()[0].minutes_counted == 120


def test_a_forgotten_end_is_closed_at_the_planned_end(app: Any, cast: Cast, clock: Any) -> None:
    _here(app, cast)
    clock.advance(timedelta(minutes=239))
    assert close_forgotten() == "closed=0"
    clock.advance(timedelta(minutes=1))
    assert close_forgotten() == "closed=1"
    assert close_forgotten() == "closed=0"
    (one,) = attendances()
    assert one.auto_closed
    assert "auto_closed" in one.flags
    assert one.checked_out_at == db.session.get_one(Shift, cast.shift_today.id).ends_at
    assert one.minutes_counted == 120
    assert verify() == []


def test_who_came_late_and_forgot_gets_what_was_left_of_the_plan(
    app: Any, cast: Cast, clock: Any
) -> None:
    accept(cast.hanako, cast.shift_today)
    clock.advance(timedelta(minutes=110))
    arrive(browser(app, cast.hanako), cast.shift_today)
    assert in_lots(cast, cast.hanako) == 200
    clock.advance(timedelta(hours=3))
    close_forgotten()
    assert attendances()[0].minutes_counted == 70
    assert in_lots(cast, cast.hanako) == 100
    assert verify() == []


def test_points_settle_when_nobody_objected(app: Any, cast: Cast, clock: Any) -> None:
    _here(app, cast)
    clock.advance(timedelta(hours=5))
    close_forgotten()
    settle_attendances()
    assert attendances()[0].state is AttendanceState.CLOSED
    assert balances(cast.hanako.party_id, cast.programme.id).available == 0
    clock.advance(timedelta(hours=72))
    assert settle_attendances() == "settled=1"
    assert settle_attendances() == "settled=0"
    assert attendances()[0].state is AttendanceState.SETTLED
    assert awards()[0].state is AwardState.SETTLED
    db.session.rollback()
    assert balances(cast.hanako.party_id, cast.programme.id).available == 200
    assert verify() == []


def test_a_claim_never_settles_by_itself(app: Any, cast: Cast, clock: Any) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    hanako.submit("/check-in", {"code": cast.shift_today.code}, action="/check-in")
    clock.advance(timedelta(days=8))
    close_forgotten()
    clock.advance(timedelta(days=30))
    settle_attendances()
    assert attendances()[0].state is AttendanceState.CLOSED
    assert awards()[0].state is AwardState.PENDING
    with write_turn():
        confirm_award(awards()[0].id)  # as the job does where a programme lets claims settle
    assert settle_attendances() == "settled=1"
    assert verify() == []


def test_a_night_shift_counts_for_the_evening_it_began(app: Any, cast: Cast, clock: Any) -> None:
    with write_turn():
        request = db.session.get_one(HelpRequest, cast.help_request.id)
        begin = from_tokyo(date(2026, 11, 21)) + timedelta(hours=23)
        night = make_shift(request, begin, minutes=180)
    accept(cast.hanako, night)
    clock.set(begin + timedelta(minutes=70))
    hanako = browser(app, cast.hanako)
    arrive(hanako, night)
    (award,) = awards()
    assert award.activity_on == date(2026, 11, 21)
    clock.set(begin + timedelta(minutes=200))
    cook = browser(app, cast.cook)
    (one,) = attendances()
    path = f"/o/shifts/{night.id}/attendances/{one.id}/times"
    cook.submit(path, {"came": "23:00", "left": "2:00", "reason": "最初からいました"})
    assert attendances()[0].minutes_counted == 180
    assert awards()[-1].activity_on == date(2026, 11, 21)
    assert verify() == []


def test_the_desk_sees_the_activities_of_a_day(app: Any, cast: Cast) -> None:
    _here(app, cast)
    desk = browser(app, cast.coordinator)
    page = desk.get("/desk/today")
    assert "1 / 1人" in page.text
    assert "この日の活動はありません" in desk.get("/desk/today?day=2026-11-20").text
    assert desk.get("/desk/today?day=nonsense").status_code == 200


def test_the_venue_screen_renews_itself_and_masks_names(app: Any, cast: Cast, clock: Any) -> None:
    accept(cast.ichiro, cast.shift_today)
    cook = browser(app, cast.cook)
    path = f"/o/shifts/{cast.shift_today.id}/venue"
    clock.advance(timedelta(seconds=12))
    page = cook.get(path)
    assert page.headers["Refresh"] == "18"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "鈴○ 一○" in page.text
    assert "鈴木" not in page.text
    assert "<form" not in page.text
    first = page.text.partition('d="M0 0')[2][:400]
    assert cook.get(path).text.partition('d="M0 0')[2][:400] == first
    clock.advance(timedelta(seconds=18))
    assert cook.get(path).text.partition('class="short')[2]
    clock.advance(timedelta(hours=-1))
    assert "受付はまだ始まっていません" in cook.get(path).text
    clock.advance(timedelta(hours=6))
    assert "受付は終わりました" in cook.get(path).text


def test_the_venue_screen_tells_nobody_who_was_late_or_not_believed(
    app: Any, cast: Cast, clock: Any
) -> None:
    _here(app, cast)
    (attendance,) = attendances()
    path = f"/o/shifts/{cast.shift_today.id}/venue"
    with write_turn():
        attendance.flags = ["late"]
    cook = browser(app, cast.cook)
    page = cook.get(path).text
    assert "おそい" not in page
    assert "9時 受付" in page
    cook.submit(
        f"/o/shifts/{cast.shift_today.id}/attendances/{attendance.id}/refusal",
        {"reason": "この日はお休みでした"},
    )
    page = cook.get(path).text
    assert "みとめない" not in page
    assert "佐○" not in page
    assert '<strong class="lead">0</strong>' in page


def test_verify_finds_planted_damage(app: Any, cast: Cast) -> None:
    _here(app, cast)
    with write_turn():
        db.session.execute(db.text("UPDATE attendance SET minutes_counted = 60, households = 2"))
    assert [one.words for one in verify()] == ["minutes: 120 ≠ 60", "households: 1 ≠ 2"]
    with write_turn():
        db.session.execute(db.text("UPDATE attendance SET state = 'refused'"))
        db.session.execute(db.text("UPDATE participation SET state = 'withdrawn'"))
    rules = {one.rule for one in verify()}
    assert {"attendance_has_seat", "award_follows"} <= rules


def test_own_data_and_erasure(app: Any, cast: Cast, clock: Any) -> None:
    clock.advance(timedelta(hours=6))
    row = {"who": "v0002", "key": "row-key-of-the-test", "reason": "紙の名簿に署名あり"}
    desk = browser(app, cast.coordinator)
    desk.submit(f"/desk/shifts/{cast.shift_today.id}/entry", row)
    (part,) = own_data(cast.ichiro.party_id)
    (kept,) = [{str(label): str(value) for label, value in row} for row in part.rows]
    assert (kept["活動"], kept["数えた時間"]) == ("子ども食堂の準備", "2時間")
    with write_turn():
        erase_person(cast.ichiro.party_id)
    assert [one.reason for one in events()] == [""]
    for change in ("reason = 'x'", "source = 'poster'", "scan_uuid = 'x'", "detail = '{\"a\": 1}'"):
        with pytest.raises(DBAPIError), write_turn():
            db.session.execute(db.text(f"UPDATE attendance_event SET {change}"))  # noqa: S608
    assert db.session.get_one(Person, cast.ichiro.party_id).number == "V0002"
