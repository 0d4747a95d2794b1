"""Only differences are shown; one act confirms what was ticked; the rest settles by itself, and says when."""

from datetime import timedelta
from typing import Any

import pytest

from matching.checkin.confirming import Entry, RealTimes, enter_attendance
from matching.checkin.duties import verify
from matching.checkin.jobs import close_forgotten, settle_attendances
from matching.checkin.states import AttendanceState, Direction, Grade, Source
from matching.help_requests.models import HelpRequest
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.factories.volunteer import make_acting
from tests.matching.checkin.scenes import (
    accept,
    arrive,
    attendances,
    browser,
    events,
    in_lots,
)
from volunteer.core.db import db, run_turn, write_turn
from volunteer.people.models import Person
from volunteer.users.models import User
from volunteer.users.states import ActingAs

pytestmark = pytest.mark.both_databases


def _list(cast: Cast) -> str:
    return f"/o/shifts/{cast.shift_today.id}/arrivals"


def _claim(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    path = f"/shifts/{cast.shift_today.id}/code"
    browser(app, cast.hanako).submit(path, {"code": cast.shift_today.code}, action="/code")


def _card_late(app: Any, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    browser(app, cast.cook).submit(_list(cast), {"code": CARD_OF_ICHIRO}, action="/arrivals")


def _ids() -> list[int]:
    return [one.id for one in attendances()]


def _hosted_by_the_center(cast: Cast) -> None:
    with write_turn():
        request = db.session.get_one(HelpRequest, cast.help_request.id)
        request.host_party_id = None
        request.requester_party_id = cast.household.party_id


def _is_hanako(user: User, cast: Cast) -> None:
    with write_turn():
        make_acting(db.session.get_one(User, user.id), cast.hanako.party_id, ActingAs.SELF)


def test_one_act_confirms_all_that_is_ticked(app: Any, cast: Cast, clock: Any) -> None:
    clock.advance(timedelta(minutes=80))
    _claim(app, cast)
    _card_late(app, cast)
    cook = browser(app, cast.cook)
    page = cook.get(_list(cast))
    assert "確かめること（2件）" in page.text
    done = cook.resubmit(
        page, {"attendance": _ids()}, action="/confirmation", follow_redirects=True
    )
    assert "2件の受付を確認しました" in done.text
    assert "確かめること" not in done.text
    assert {one.confirmed_by_user_id for one in attendances()} == {cast.cook.id}
    assert in_lots(cast, cast.hanako) == 200
    words = [one.direction for one in events()]
    assert words.count(Direction.CONFIRMATION) == 2
    cook.resubmit(page, {"attendance": _ids()}, action="/confirmation")
    assert [one.direction for one in events()] == words
    assert verify() == []


def test_what_was_seen_is_ticked_and_what_was_only_said_is_not(
    app: Any, cast: Cast, clock: Any
) -> None:
    clock.advance(timedelta(minutes=80))
    _claim(app, cast)
    _card_late(app, cast)
    page = browser(app, cast.cook).get(_list(cast)).text
    ticked = {one.id: f'value="{one.id}" checked' in page for one in attendances()}
    assert ticked == {one.id: one.grade is not Grade.CLAIMED for one in attendances()}


def test_nothing_ticked_is_said_and_changes_nothing(app: Any, cast: Cast) -> None:
    _claim(app, cast)
    answer = browser(app, cast.cook).submit(_list(cast), action="/confirmation")
    assert answer.status_code == 422
    assert "確かめた人にしるしをつけてください" in answer.text
    assert attendances()[0].confirmed_at is None


def test_the_page_says_when_the_rest_settles_and_it_does(app: Any, cast: Cast, clock: Any) -> None:
    accept(cast.hanako, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    cook = browser(app, cast.cook)
    assert "1人は、11月24日（火）12時に自動で確定します" in cook.get(_list(cast)).text
    clock.advance(timedelta(minutes=80))
    _card_late(app, cast)
    assert "のこり1人は、11月24日（火）12時に自動で確定します" in cook.get(_list(cast)).text
    clock.advance(timedelta(days=4))
    assert "まもなく自動で確定します" in cook.get(_list(cast)).text
    close_forgotten()
    settle_attendances()
    assert attendances()[0].state is AttendanceState.SETTLED
    assert "自動で確定します" not in cook.get(_list(cast)).text


def test_one_s_own_line_has_no_tick_and_a_typed_one_is_refused(app: Any, cast: Cast) -> None:
    _claim(app, cast)
    _is_hanako(cast.cook, cast)
    cook = browser(app, cast.cook, acting_for=cast.minato.party_id)
    page = cook.get(_list(cast))
    assert 'name="attendance"' not in page.text
    assert "ほかの担当の人かセンターが確かめます" in page.text
    answer = cook.resubmit(page, {"attendance": _ids()}, action="/confirmation")
    assert answer.status_code == 422
    assert attendances()[0].confirmed_at is None


def test_the_claims_of_a_day_are_confirmed_in_one_act_with_a_witness(app: Any, cast: Cast) -> None:
    _hosted_by_the_center(cast)
    _claim(app, cast)
    desk = browser(app, cast.coordinator)
    today = desk.get("/desk/today")
    assert today.text.count("確かめる受付（1件）") == 1
    action = "/desk/today/confirmation?day=2026-11-21"
    assert desk.resubmit(today, {"attendance": _ids()}, action=action).status_code == 422
    ticks = {"attendance": _ids(), "witness": "household"}
    done = desk.resubmit(today, ticks, action=action, follow_redirects=True)
    assert "1件の受付を確認しました" in done.text
    assert events()[-1].detail == {"witness": "household"}
    assert events()[-1].source is Source.STAFF_ENTRY
    assert in_lots(cast, cast.hanako) == 200


def test_the_claims_of_another_day_are_named_with_their_day(
    app: Any, cast: Cast, clock: Any
) -> None:
    _hosted_by_the_center(cast)
    _claim(app, cast)
    clock.advance(timedelta(days=1))
    page = browser(app, cast.coordinator).get("/desk/today").text
    assert "ほかの日に確かめる受付" in page
    assert "11月21日（土）（1件）" in page


def test_a_coordinator_who_took_part_is_no_second_witness(app: Any, cast: Cast) -> None:
    _hosted_by_the_center(cast)
    _claim(app, cast)
    accept(cast.ichiro, cast.shift_today)
    with write_turn():
        user = db.session.get_one(User, cast.coordinator.id)
        own = db.session.execute(
            db.select(Person).filter_by(party_id=cast.ichiro.party_id)
        ).scalar_one()
        make_acting(user, own.party_id, ActingAs.SELF)
    desk = browser(app, cast.coordinator)
    page = desk.get("/desk/today")
    assert "ほかの職員が確かめます" in page.text
    ticks = {"attendance": _ids(), "witness": "household"}
    action = "/desk/today/confirmation?day=2026-11-21"
    assert desk.resubmit(page, ticks, action=action).status_code == 422
    answer = desk.submit(
        f"/desk/shifts/{cast.shift_today.id}/arrivals", ticks, action="/confirmation"
    )
    assert answer.status_code == 422
    assert attendances()[0].confirmed_at is None


def test_the_host_sees_what_was_typed_from_paper(app: Any, cast: Cast, clock: Any) -> None:
    clock.advance(timedelta(hours=4))
    real = RealTimes(cast.shift_today.starts_at, cast.shift_today.ends_at, 1)
    where = (cast.shift_today.id, cast.ichiro.party_id)
    entry = Entry(*where, real, "紙の名簿", "paper:1", cast.coordinator.id, None)
    run_turn(enter_attendance, entry)
    assert "紙の名簿から入力された人：鈴木 一郎" in browser(app, cast.cook).get(_list(cast)).text
