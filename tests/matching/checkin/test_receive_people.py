"""The host's list: cards, names, claims, differences, going home, ending early; and who may not."""

from datetime import timedelta
from typing import Any

import pytest

from matching.assignments.changes import call_off_shift
from matching.checkin import answers
from matching.checkin.duties import verify
from matching.checkin.jobs import close_forgotten, settle_attendances
from matching.checkin.models import Attendance
from matching.checkin.states import AttendanceState, Grade, Source
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from points.earning.states import AwardState
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.client import Client
from tests.factories.volunteer import make_acting, make_card
from tests.matching.checkin.scenes import (
    accept,
    arrive,
    attendances,
    awards,
    browser,
    events,
    in_lots,
    refusals,
    rows,
)
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.db import db, write_turn
from volunteer.core.errors import Refused
from volunteer.core.waiting import waiting_for
from volunteer.people.models import Card, Person
from volunteer.users.models import User
from volunteer.users.states import ActingAs


def _list(cast: Cast) -> str:
    return f"/o/shifts/{cast.shift_today.id}/arrivals"


def _card(client: Client, cast: Cast, code: str) -> Any:
    return client.submit(_list(cast), {"code": code}, action="/arrivals", follow_redirects=True)


@pytest.mark.both_databases
def test_a_card_typed_by_the_host_checks_in_and_credits(app: Any, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    done = _card(browser(app, cast.cook), cast, "ccard 726")
    assert "鈴木 一郎さんを受付しました（9時）" in done.text
    (one,) = attendances()
    assert (one.source, one.grade) == (Source.CARD_CODE, Grade.ON_SITE)
    assert in_lots(cast, cast.ichiro) == 200
    (award,) = awards()
    assert award.entered_by_user_id == cast.cook.id
    again = _card(browser(app, cast.cook), cast, CARD_OF_ICHIRO)
    assert "鈴木 一郎さんは すでに受付ずみです（9時）" in again.text
    assert len(awards()) == 1


def test_a_reader_types_the_address_of_the_card_into_the_list(app: Any, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    cook = browser(app, cast.cook)
    poster = f"https://center.example.jp/w/{cast.shift_today.code}"
    assert "これは会場に出ている「活動の番号」です" in _card(cook, cast, poster).text
    phone = "https://center.example.jp/p/A2sB9coAAAEy4CxKIPs8vlNw"
    assert "これはスマートフォン用の番号です" in _card(cook, cast, phone).text
    done = _card(cook, cast, f"http+//center.example.jp/c/{CARD_OF_ICHIRO}/")
    assert "鈴木 一郎さんを受付しました（9時）" in done.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "カードの番号を入れてください"),
        ("CCARD727", "コードが合いません"),
        ("CCARD7", "コードは8文字です"),
        ("shift", "会場に出ている「活動の番号」です"),
        ("unknown", "このカードの番号は登録されていません"),
        ("revoked", "このカードは、もう使えません"),
    ],
)
def test_each_wrong_code_says_what_it_is(app: Any, cast: Cast, typed: str, words: str) -> None:

    code = {"shift": cast.shift_today.code or "", "unknown": new_code(CodeKind.CARD)}.get(
        typed, typed
    )
    if typed == "revoked":
        with write_turn():
            card = db.session.execute(db.select(Card)).scalar_one()
            card.revoked_at = card.issued_at
            make_card(db.session.get_one(Person, cast.ichiro.party_id))
        code = CARD_OF_ICHIRO
    answer = _card(browser(app, cast.cook), cast, code)
    assert answer.status_code == 422
    assert words in answer.text
    assert "<title>エラー：" in answer.text
    assert attendances() == []


@pytest.mark.both_databases
def test_a_name_on_the_list_checks_in(app: Any, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    cook = browser(app, cast.cook)
    done = cook.submit(
        _list(cast), action=f"/arrivals/{cast.ichiro.party_id}", follow_redirects=True
    )
    assert "鈴木 一郎さんを受付しました" in done.text
    assert attendances()[0].source is Source.NAME_LIST
    assert verify() == []


def test_the_list_belongs_to_the_host(app: Any, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    outsider = browser(app, cast.outsider)
    shift_id = cast.shift_today.id
    for path in ("arrivals", "venue", "early-end"):
        assert outsider.get(f"/o/shifts/{shift_id}/{path}").status_code == 404
        assert browser(app, cast.hanako).get(f"/o/shifts/{shift_id}/{path}").status_code == 403
        assert browser(app, cast.payer).get(f"/desk/shifts/{shift_id}/{path}").status_code == 403
        assert (
            browser(app, cast.coordinator).get(f"/desk/shifts/{shift_id}/{path}").status_code == 200
        )
    assert browser(app).get(_list(cast)).status_code == 303


def test_a_stranger_stays_out_and_the_desk_hears_of_it(app: Any, cast: Cast) -> None:
    answer = _card(browser(app, cast.cook), cast, CARD_OF_ICHIRO)
    assert answer.status_code == 422
    assert "鈴木 一郎さん：この人は、この活動の参加者ではありません" in answer.text
    (refusal,) = refusals()
    assert (refusal.person_id, refusal.code) == (cast.ichiro.party_id, "not_participant")
    desk = browser(app, cast.coordinator)
    page = desk.get("/desk/today")
    assert "鈴木 一郎" in page.text
    with app.test_request_context():
        assert "scan_refusal" in {one.kind for one in waiting_for(["coordinator"])}
    seen = desk.resubmit(page, action="/sight", follow_redirects=True)
    assert "見たことを記録しました" in seen.text
    assert refusals()[0].seen_by_user_id == cast.coordinator.id


def test_staff_are_not_sent_to_the_center(app: Any, cast: Cast) -> None:
    """They are the center: they read what they can do themselves."""
    desk = browser(app, cast.coordinator)
    path = f"/desk/shifts/{cast.shift_today.id}/arrivals"
    answer = desk.submit(path, {"code": CARD_OF_ICHIRO}, action="/arrivals")
    assert "鈴木 一郎さん：この人は、この活動の参加者ではありません。来ていた人は" in answer.text
    with app.test_request_context():
        for code in answers.FOR_HOST:
            words = str(answers.for_host(Refused("", code=code), by_staff=True))
            assert "センターに" not in words


def test_nobody_receives_themselves_or_their_household(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    accept(cast.ichiro, cast.shift_today)
    with write_turn():
        user = db.session.execute(db.select(User).filter_by(email="hanako@example.jp")).scalar_one()
        make_acting(user, cast.minato.party_id, ActingAs.MEMBER)
        for person in (cast.hanako, cast.ichiro):
            found = db.session.get_one(Person, person.party_id)
            found.household_party_id = cast.household.party_id
    host = browser(app, user, acting_for=cast.minato.party_id)
    for person in (cast.hanako, cast.ichiro):
        answer = host.submit(_list(cast), action=f"/arrivals/{person.party_id}")
        assert answer.status_code == 422
        assert "ほかの担当の人か、センターにたのんでください" in answer.text
    assert attendances() == []


def test_the_host_is_asked_only_about_differences(app: Any, cast: Cast, clock: Any) -> None:
    accept(cast.hanako, cast.shift_today)
    accept(cast.ichiro, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    cook = browser(app, cast.cook)
    assert "確かめること" not in cook.get(_list(cast)).text
    clock.advance(timedelta(minutes=80))
    _card(cook, cast, CARD_OF_ICHIRO)
    page = cook.get(_list(cast))
    assert "確かめること（1件）" in page.text
    assert "おそい到着" in page.text


@pytest.mark.both_databases
def test_corrected_times_are_credited_anew_and_told(
    app: Any, cast: Cast, clock: Any, outbox: Any
) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    arrive(hanako, cast.shift_today)
    clock.advance(timedelta(minutes=190))
    (one,) = attendances()
    path = f"/o/shifts/{cast.shift_today.id}/attendances/{one.id}/times"
    cook = browser(app, cast.cook)
    done = cook.submit(
        path,
        {"came": "10時", "left": "11:10", "reason": "早めに帰られました"},
        follow_redirects=True,
    )
    assert "時間を直しました" in done.text
    (one,) = attendances()
    assert (one.minutes_counted, one.state) == (70, AttendanceState.CLOSED)
    assert [(award.points, award.state.value) for award in awards()] == [
        (200, "reversed"),
        (100, "credited"),
    ]
    assert in_lots(cast, cast.hanako) == 100
    assert "早めに帰られました" in outbox.last("hanako@example.jp").text
    page = hanako.get(f"/shifts/{cast.shift_today.id}/attendance")
    assert "早めに帰られました" in page.text
    assert events()[-1].detail == {
        "before": [120, 1],
        "after": [70, 1],
        "came": "2026-11-21T01:00:00+00:00",
        "left": "2026-11-21T02:10:00+00:00",
        "households": 1,
    }
    assert verify() == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"came": "11:00", "left": "17:00"}, "これから先の時刻"),
        ({"came": "12:30", "left": "12:40"}, "活動の終わりより後"),
        ({"came": "きのう", "left": "12:00"}, "時刻を入れてください"),
        ({"came": "10:00", "left": "12:00", "households": "-1"}, "数"),
        ({"came": "10:00", "left": "12:00", "reason": ""}, "理由を入れてください"),
    ],
)
def test_nonsense_times_are_refused_and_stay_in_the_form(
    app: Any, cast: Cast, clock: Any, fields: dict[str, str], words: str
) -> None:
    accept(cast.hanako, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    clock.advance(timedelta(hours=4))
    (one,) = attendances()
    path = f"/o/shifts/{cast.shift_today.id}/attendances/{one.id}/times"
    answer = browser(app, cast.cook).submit(path, {"reason": "理由", **fields})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{fields["came"]}"' in answer.text
    assert len(awards()) == 1


@pytest.mark.both_databases
def test_settled_times_are_corrected_by_staff_only(app: Any, cast: Cast, clock: Any) -> None:

    accept(cast.hanako, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    clock.advance(timedelta(days=5))
    close_forgotten()
    clock.advance(timedelta(days=5))
    settle_attendances()
    (one,) = attendances()
    assert one.state is AttendanceState.SETTLED
    path = f"shifts/{cast.shift_today.id}/attendances/{one.id}/times"
    assert "もう確定しています" in browser(app, cast.cook).get(f"/o/{path}").text
    fields = {"came": "10:00", "left": "11:05", "reason": "電話で連絡"}
    browser(app, cast.coordinator).submit(f"/desk/{path}", fields)
    assert [award.points for award in awards()] == [200, 100]
    assert awards()[-1].state is AwardState.SETTLED
    assert verify() == []
    for left in ("10:03", "12:00"):  # down to nothing, and back
        browser(app, cast.coordinator).submit(f"/desk/{path}", {**fields, "left": left})
        assert awards()[-1].state is AwardState.SETTLED
        assert verify() == []
    assert in_lots(cast, cast.hanako) == 200


@pytest.mark.both_databases
def test_a_wrong_name_is_taken_back(app: Any, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    _card(browser(app, cast.cook), cast, CARD_OF_ICHIRO)
    (one,) = attendances()
    path = f"/o/shifts/{cast.shift_today.id}/attendances/{one.id}/refusal"
    browser(app, cast.cook).submit(path, {"reason": "名前をまちがえました"})
    assert in_lots(cast, cast.ichiro) == 0
    assert attendances()[0].state is AttendanceState.REFUSED
    assert verify() == []


@pytest.mark.both_databases
def test_ending_early_counts_the_time_present(
    app: Any, cast: Cast, clock: Any, outbox: Any
) -> None:
    accept(cast.hanako, cast.shift_today)
    accept(cast.student, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    clock.advance(timedelta(minutes=125))
    path = f"/o/shifts/{cast.shift_today.id}/early-end"
    browser(app, cast.cook).submit(path, {"counts": "present", "reason": "雪がやみました"})
    (one,) = attendances()
    assert (one.state, one.minutes_counted) == (AttendanceState.CLOSED, 65)
    assert db.session.get_one(Shift, cast.shift_today.id).state is ShiftState.ENDED
    assert in_lots(cast, cast.hanako) == 100
    assert "雪がやみました" in outbox.last("student@example.jp").text
    assert verify() == []


def test_ending_early_with_all_work_done_counts_the_plan(app: Any, cast: Cast, clock: Any) -> None:
    accept(cast.hanako, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    clock.advance(timedelta(minutes=125))
    path = f"/o/shifts/{cast.shift_today.id}/early-end"
    browser(app, cast.cook).submit(path, {"counts": "planned", "reason": "全部終わりました"})
    assert in_lots(cast, cast.hanako) == 200
    assert attendances()[0].minutes_counted == 120


def test_before_the_first_check_in_a_shift_is_called_off_not_ended(app: Any, cast: Cast) -> None:
    path = f"/o/shifts/{cast.shift_today.id}/early-end"
    answer = browser(app, cast.cook).submit(path, {"counts": "present", "reason": "雪"})
    assert answer.status_code == 422
    assert "中止にしてください" in answer.text
    assert db.session.get_one(Shift, cast.shift_today.id).state is ShiftState.OPEN


def test_after_the_first_check_in_a_shift_cannot_be_called_off(app: Any, cast: Cast) -> None:

    accept(cast.hanako, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    with pytest.raises(Refused, match="arrived"), write_turn():
        call_off_shift(cast.shift_today.id, "雪", cast.cook.id)
    assert attendances()[0].state is AttendanceState.OPEN


@pytest.mark.both_databases
def test_the_host_lets_somebody_go(app: Any, cast: Cast, clock: Any) -> None:
    accept(cast.ichiro, cast.shift_today)
    cook = browser(app, cast.cook)
    _card(cook, cast, CARD_OF_ICHIRO)
    clock.advance(timedelta(minutes=181))
    done = cook.submit(_list(cast), action="/check-out", follow_redirects=True)
    assert "鈴木 一郎さんは活動を終わりました" in done.text
    assert attendances()[0].checked_out_at is not None


def test_household_visits_are_hosted_by_the_center(app: Any, cast: Cast) -> None:
    with write_turn():
        request = db.session.get_one(HelpRequest, cast.help_request.id)
        request.host_party_id = None
        request.requester_party_id = cast.household.party_id
    accept(cast.ichiro, cast.shift_today)
    assert browser(app, cast.cook).get(_list(cast)).status_code == 404
    desk = browser(app, cast.coordinator)
    path = f"/desk/shifts/{cast.shift_today.id}/arrivals"
    desk.submit(path, {"code": CARD_OF_ICHIRO}, action="/arrivals")
    assert len(rows(Attendance)) == 1
    assert awards()[0].entered_by_person_id is not None
