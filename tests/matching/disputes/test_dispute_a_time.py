"""「時間がちがいます」: a volunteer says so, the host says what they know, staff decide, both learn why."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from matching.checkin.jobs import settle_attendances
from matching.checkin.states import AttendanceState, Direction
from matching.disputes.duties import erase_person, hindrances, own_data, waiting_items
from matching.disputes.states import DisputeState, Side
from tests.cast import Cast
from tests.mail import Outbox
from tests.matching.checkin.scenes import accept, attendances, browser, events, in_lots
from tests.matching.disputes.scenes import (
    complain,
    decide,
    desk_path,
    disputes,
    forgotten_day,
    messages,
    path,
)
from volunteer.core.db import db, write_turn
from volunteer.core.hooks import hooks

pytestmark = pytest.mark.both_databases


def _result(cast: Cast) -> str:
    return f"/shifts/{cast.shift_today.id}/attendance"


def _sound() -> bool:
    """Every check of the center, those of the ledger among them, finds nothing."""
    db.session.rollback()
    return [one for check in hooks.verify for one in check()] == []


def test_a_forgotten_end_is_put_right_by_staff(
    app: Any, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    hanako = forgotten_day(app, cast, clock)
    assert in_lots(cast, cast.hanako) == 200
    assert path(cast) in hanako.get(_result(cast)).text
    done = complain(hanako, cast)
    assert "センターに伝わりました" in done.text
    assert "10時〜13時" in done.text
    assert "片づけもしました" in done.text
    cook = browser(app, cast.cook)
    (one,) = disputes()
    told = cook.submit(
        f"/o/disputes/{one.id}", {"words": "13時までいました"}, follow_redirects=True
    )
    assert "13時までいました" in told.text
    desk = browser(app, cast.coordinator)
    page = desk.get(desk_path()).text
    assert "片づけもしました" in page
    assert "13時までいました" in page
    assert "自動で終了" in page
    after = decide(app, cast.coordinator, "corrected")
    assert "記録を直しました。本人と主催者に知らせました" in after.text
    assert attendances()[0].minutes_counted == 180
    assert in_lots(cast, cast.hanako) == 200, "the cap of the day"
    own = hanako.get(path(cast)).text
    assert "主催者も確かめました" in own
    assert "主催者も確かめました" in hanako.get(_result(cast)).text
    assert "主催者も確かめました" in cook.get(f"/o/disputes/{one.id}").text
    assert [one.direction for one in events()][-1] is Direction.CORRECTION
    assert [said.side for said in messages()] == [Side.VOLUNTEER, Side.HOST, Side.STAFF]
    assert waiting_items() == []
    assert _sound()


def test_a_record_that_stands_changes_no_points(app: Any, cast: Cast, clock: Any) -> None:
    hanako = forgotten_day(app, cast, clock)
    complain(hanako, cast)
    kept = len(events())
    after = decide(app, cast.coordinator, "stands", came="", left="")
    assert "記録のままとしました" in after.text
    assert len(events()) == kept
    assert in_lots(cast, cast.hanako) == 200
    assert "記録のままとしました" in hanako.get(path(cast)).text
    again = complain(hanako, cast, words="でも")
    assert "センターに伝わりました" in again.text
    assert [one.state for one in disputes()] == [DisputeState.STANDS, DisputeState.OPEN]


def test_who_was_not_there_says_so_and_the_points_go(app: Any, cast: Cast, clock: Any) -> None:
    hanako = forgotten_day(app, cast, clock)
    complain(hanako, cast, kind="not_there", came="", left="", words="")
    page = browser(app, cast.coordinator).get(desk_path()).text
    assert "参加していないのに、記録がある" in page
    decide(app, cast.coordinator, "corrected")
    assert attendances()[0].state is AttendanceState.REFUSED
    assert in_lots(cast, cast.hanako) == 0
    assert _sound()
    back = complain(hanako, cast, kind="was_there")
    assert "センターに伝わりました" in back.text
    decide(app, cast.coordinator, "corrected")
    assert attendances()[0].state is AttendanceState.CLOSED
    assert attendances()[0].minutes_counted == 180
    assert _sound()


def test_who_was_refused_counts_again_when_staff_say_so(app: Any, cast: Cast, clock: Any) -> None:
    hanako = forgotten_day(app, cast, clock)
    cook = browser(app, cast.cook)
    base = f"/o/shifts/{cast.shift_today.id}/attendances/{attendances()[0].id}"
    cook.submit(f"{base}/refusal", {"reason": "見ていません"})
    assert in_lots(cast, cast.hanako) == 0
    complain(hanako, cast, kind="was_there", left="12:00")
    decide(app, cast.coordinator, "corrected")
    assert in_lots(cast, cast.hanako) == 200
    assert _sound()
    clock.advance(timedelta(days=8))
    settle_attendances()
    assert attendances()[0].state is AttendanceState.SETTLED
    assert _sound()


def test_who_was_never_recorded_is_entered_by_the_decision(
    app: Any, cast: Cast, clock: Any
) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    assert "活動が終わってから" in hanako.get(path(cast)).text
    clock.advance(timedelta(hours=6))
    complain(hanako, cast, kind="was_there", left="12:00")
    assert "記録がありません" in browser(app, cast.coordinator).get(desk_path()).text
    decide(app, cast.coordinator, "corrected")
    assert attendances()[0].minutes_counted == 120
    assert in_lots(cast, cast.hanako) == 200
    assert _sound()


def test_after_the_days_of_the_setting_one_telephones(app: Any, cast: Cast, clock: Any) -> None:
    hanako = forgotten_day(app, cast, clock)
    clock.advance(timedelta(days=8))
    settle_attendances()
    assert attendances()[0].state is AttendanceState.SETTLED
    assert "まで伝えられます" in hanako.get(path(cast)).text
    complain(hanako, cast)
    decide(app, cast.coordinator, "corrected")
    assert attendances()[0].state is AttendanceState.SETTLED
    assert _sound()
    clock.advance(timedelta(days=31))
    late = browser(app, cast.hanako)
    assert "期間がすぎました" in late.get(path(cast)).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": ""}, "どれかをえらんで"),
        ({"left": ""}, "終わった時刻を入れてください"),
        ({"left": "9:00"}, "来た時刻より後"),
        ({"left": "17:00"}, "これから先の時刻"),
    ],
)
def test_what_cannot_be_meant_is_said_at_once(
    app: Any, cast: Cast, clock: Any, fields: dict[str, str], words: str
) -> None:
    hanako = forgotten_day(app, cast, clock)
    answer = complain(hanako, cast, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert disputes() == []


def test_one_at_a_time_and_it_can_be_withdrawn(app: Any, cast: Cast, clock: Any) -> None:
    hanako = forgotten_day(app, cast, clock)
    blank = hanako.get(path(cast))
    complain(hanako, cast)
    second = hanako.resubmit(blank, {"kind": "other_time"}, page=path(cast))
    assert second.status_code == 422
    assert "もう伝わっています" in second.text
    (one,) = disputes()
    more = hanako.submit(
        path(cast), {"words": "写真があります"}, action="/words", follow_redirects=True
    )
    assert "写真があります" in more.text
    empty = hanako.submit(path(cast), {"words": ""}, action="/words")
    assert empty.status_code == 422
    done = hanako.submit(path(cast), action="/withdrawal", follow_redirects=True)
    assert "取り下げました" in done.text
    assert disputes()[0].state is DisputeState.WITHDRAWN
    closed = browser(app, cast.cook).post(f"/o/disputes/{one.id}", data={})
    assert closed.status_code in (400, 422)


def test_nobody_decides_about_their_own(app: Any, cast: Cast, clock: Any) -> None:
    with write_turn():
        db.session.execute(
            db.text("UPDATE person SET household_party_id = :h WHERE party_id IN (:a, :b)"),
            {"h": cast.household.party_id, "a": cast.hanako.party_id, "b": _self_of(cast)},
        )
    hanako = forgotten_day(app, cast, clock)
    complain(hanako, cast)
    desk = browser(app, cast.coordinator)
    page = desk.get(desk_path())
    assert "ほかの職員が決めます" in page.text
    assert "決めるボタンが出ません" in page.text
    assert disputes()[0].is_open


def _self_of(cast: Cast) -> int:
    statement = db.text(
        "SELECT a.party_id FROM acting a JOIN person p ON p.party_id = a.party_id WHERE a.user_id = :u"
    )
    return int(db.session.execute(statement, {"u": cast.coordinator.id}).scalar_one())


def test_a_stranger_reads_nothing(app: Any, cast: Cast, clock: Any) -> None:
    hanako = forgotten_day(app, cast, clock)
    complain(hanako, cast)
    (one,) = disputes()
    assert browser(app, cast.student).get(path(cast)).status_code == 404
    assert browser(app, cast.outsider).get(f"/o/disputes/{one.id}").status_code == 404
    assert browser(app, cast.auditor).get(desk_path()).status_code == 403
    assert "佐藤 花子" in browser(app, cast.coordinator).get("/desk/disputes").text


def test_what_was_said_is_only_added_and_erased_with_the_person(
    app: Any, cast: Cast, clock: Any
) -> None:
    hanako = forgotten_day(app, cast, clock)
    complain(hanako, cast)
    assert len(hindrances(cast.hanako.party_id)) == 1
    (part,) = own_data(cast.hanako.party_id)
    assert "片づけもしました" in [value for _label, value in part.rows[0]]
    for change in ("words = 'x'", "side = 'staff'", "is_answer = NOT is_answer"):
        with pytest.raises(DBAPIError), write_turn():
            db.session.execute(db.text(f"UPDATE dispute_message SET {change}"))  # noqa: S608
    with pytest.raises(DBAPIError), write_turn():
        db.session.execute(db.text("DELETE FROM dispute_message"))
    with write_turn():
        erase_person(cast.hanako.party_id)
    assert [one.words for one in messages()] == [""]


def test_the_ledger_stays_whole(app: Any, cast: Cast, clock: Any) -> None:
    hanako = forgotten_day(app, cast, clock)
    for left, outcome in (("13:00", "corrected"), ("11:00", "corrected"), ("14:00", "stands")):
        complain(hanako, cast, left=left)
        decide(app, cast.coordinator, outcome)
    assert attendances()[0].minutes_counted == 60
    assert in_lots(cast, cast.hanako) == 100
    assert _sound()


def test_the_way_to_it_stands_on_passbook_plan_and_the_desks_list(
    app: Any, cast: Cast, clock: Any
) -> None:
    hanako = forgotten_day(app, cast, clock)
    (one,) = attendances()
    book = hanako.get("/points").text
    assert f'href="/me/attendances/{one.id}"' in book
    record = hanako.get(f"/me/attendances/{one.id}", follow_redirects=True)
    assert path(cast) in record.text
    plan = hanako.get(f"/me/plan/{one.participation_id}").text
    assert path(cast) in plan
    assert _result(cast) in plan
    assert browser(app, cast.student).get(f"/me/attendances/{one.id}").status_code == 404
    arrivals = f"/desk/shifts/{cast.shift_today.id}/arrivals"
    assert 'href="/desk/disputes"' in browser(app, cast.coordinator).get(arrivals).text
