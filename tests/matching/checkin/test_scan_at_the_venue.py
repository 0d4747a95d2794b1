"""From the QR at the venue to the points on the screen, and everything that may go wrong between."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from matching.checkin import evidence
from matching.checkin.duties import verify
from matching.checkin.scanning import COOKIE
from matching.checkin.states import AttendanceState, Grade
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from points.earning.states import AwardState
from tests.cast import Cast
from tests.client import Client
from tests.factories.matching import make_help_request, make_shift
from tests.factories.volunteer import make_acting
from tests.matching.checkin.scenes import (
    accept,
    arrive,
    attendances,
    awards,
    browser,
    code_path,
    events,
    in_lots,
    refusals,
    scan,
)
from volunteer.core.db import db, write_turn
from volunteer.core.models import AuditEntry
from volunteer.users.models import User
from volunteer.users.states import ActingAs


@pytest.mark.both_databases
def test_one_scan_and_one_tap_give_the_points_on_the_screen(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    page = scan(hanako, cast.shift_today)
    assert "佐藤 花子さん" in page.text
    assert "花園公民館" in page.text
    assert "10時〜12時" in page.text
    done = hanako.resubmit(page, action="/check-in", follow_redirects=True)
    assert "受付しました" in done.text
    for words in ("佐藤 花子さん", "9時", "＋200", "あと4,800ポイント", "あと0ポイント"):
        assert words in done.text, words
    assert "期限は 令和10年3月31日" in done.text
    assert "確定前です。" in done.text
    assert in_lots(cast, cast.hanako) == 200
    (one,) = attendances()
    assert (one.state, one.grade, one.minutes_counted) == ("open", "on_site", 120)
    (event,) = events()
    assert event.ticket_age_s == 0
    (award,) = awards()
    assert (award.points, award.state) == (200, AwardState.CREDITED)
    assert verify() == []


def test_opening_pages_changes_nothing(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    for _ in range(3):
        scan(hanako, cast.shift_today)
        hanako.get(f"/shifts/{cast.shift_today.id}/check-out")
        hanako.get(f"/shifts/{cast.shift_today.id}/code")
    assert attendances() == []
    assert awards() == []
    assert refusals() == []
    assert hanako.get(f"/shifts/{cast.shift_today.id}/check-out").status_code == 404


def test_the_address_of_a_code_is_told_to_nobody(app: Any, cast: Cast, client: Client) -> None:
    answer = client.get(code_path(cast.shift_today))
    assert answer.status_code == 303
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"


@pytest.mark.both_databases
def test_pressing_twice_and_a_lost_answer_change_nothing(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    page = scan(hanako, cast.shift_today)
    first = hanako.resubmit(page, action="/check-in")
    again = hanako.resubmit(page, action="/check-in")
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert len(attendances()) == len(awards()) == len(events()) == 1


def test_a_lost_answer_can_be_asked_for_after_the_ticket_is_old(
    app: Any, cast: Cast, clock: Any
) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    page = scan(hanako, cast.shift_today)
    first = hanako.resubmit(page, action="/check-in")
    clock.advance(timedelta(minutes=20))
    assert hanako.resubmit(page, action="/check-in").location == first.location
    assert len(attendances()) == 1


def test_a_second_scan_says_when_one_came_and_later_offers_to_end(
    app: Any, cast: Cast, clock: Any
) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    arrive(hanako, cast.shift_today)
    clock.advance(timedelta(minutes=5))
    again = scan(hanako, cast.shift_today)
    assert "すでに受付ずみ（9時）" in again.text
    clock.advance(timedelta(minutes=170))
    later = scan(hanako, cast.shift_today)
    assert "活動を終わる" in later.text
    gone = hanako.resubmit(later, action="/check-out", follow_redirects=True)
    assert "おつかれさまでした" in gone.text
    (one,) = attendances()
    assert (one.state, one.minutes_counted) == (AttendanceState.CLOSED, 120)
    assert len(awards()) == 1
    assert "終わりの受付もすんでいます" in scan(hanako, cast.shift_today).text


@pytest.mark.both_databases
def test_two_devices_at_once_make_one_attendance_and_one_award(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    shift = db.session.get_one(Shift, cast.shift_today.id)
    clients = [browser(app, cast.hanako) for _ in range(4)]
    pages = [scan(one, shift) for one in clients]
    db.session.rollback()
    start = threading.Barrier(len(clients))
    statuses: list[int] = []

    def press(client: Client, page: Any) -> None:
        start.wait()
        statuses.append(client.resubmit(page, action="/check-in").status_code)

    threads = [
        threading.Thread(target=press, args=pair) for pair in zip(clients, pages, strict=True)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert statuses == [303] * 4
    assert len(attendances()) == len(awards()) == len(events()) == 1
    assert in_lots(cast, cast.hanako) == 200


@pytest.mark.parametrize(("seconds", "good"), [(29, True), (59, True), (60, False), (-31, False)])
def test_this_code_and_the_one_before_are_good(
    app: Any, cast: Cast, clock: Any, seconds: int, good: bool
) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    path = code_path(cast.shift_today)
    clock.advance(timedelta(seconds=seconds))
    answer = hanako.get(path)
    assert (answer.status_code == 303) is good
    if not good:
        words = "このQRは時間がすぎました" if seconds > 0 else "このQRは、まだ使えません"
        assert words in answer.text
        (refusal,) = refusals()
        assert refusal.person_id == cast.hanako.party_id
        assert refusal.shift_id == cast.shift_today.id


@pytest.mark.parametrize("token", ["AAAA", "x" * 24, "AQAAAAAAAAAAAAAAAAAAAAAA", "%E3%81%82"])
def test_a_forged_code_is_answered_kindly(app: Any, cast: Cast, token: str) -> None:
    answer = browser(app, cast.hanako).get(f"/v/{token}")
    assert answer.status_code == 404
    assert "このQRでは受付できません" in answer.text
    (refusal,) = refusals()
    assert (refusal.code, refusal.shift_id) == ("forged", None)


def test_nobody_is_noted_where_nobody_is_known(app: Any, cast: Cast, client: Client) -> None:
    assert client.get("/v/AAAA").status_code == 404
    assert refusals() == []


@pytest.mark.both_databases
def test_the_same_trouble_is_noted_once_in_ten_minutes(app: Any, cast: Cast, clock: Any) -> None:
    hanako = browser(app, cast.hanako)
    hanako.get("/v/AAAA")
    hanako.get("/v/AAAA")
    assert len(refusals()) == 1
    clock.advance(timedelta(minutes=11))
    hanako.get("/v/AAAA")
    assert len(refusals()) == 2


def test_a_ticket_is_worthless_in_another_browser(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    accept(cast.student, cast.shift_today)
    hanako, thief = browser(app, cast.hanako), browser(app, cast.student)
    page = scan(hanako, cast.shift_today)
    stolen = hanako.get_cookie(COOKIE)
    assert stolen is not None
    thief.set_cookie(COOKIE, stolen.value)
    assert "別の端末で開いたQRです" in thief.get(f"/shifts/{cast.shift_today.id}/check-in").text
    sent = thief.resubmit(page, action="/check-in")
    assert sent.status_code in (400, 422)
    assert attendances() == []


def test_a_ticket_is_good_for_a_quarter_of_an_hour(app: Any, cast: Cast, clock: Any) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    page = scan(hanako, cast.shift_today)
    clock.advance(timedelta(minutes=15, seconds=1))
    answer = hanako.resubmit(page, action="/check-in")
    assert answer.status_code == 422
    assert "QRを読んでから15分がすぎました" in answer.text
    assert attendances() == []
    assert refusals()[-1].code == "ticket_expired"


def test_a_slow_hand_is_flagged_not_refused(app: Any, cast: Cast, clock: Any) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    page = scan(hanako, cast.shift_today)
    clock.advance(timedelta(minutes=14))
    assert hanako.resubmit(page, action="/check-in").status_code == 303
    assert "old_ticket" in attendances()[0].flags


def test_without_a_ticket_the_page_says_what_to_read(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    answer = browser(app, cast.hanako).get(f"/shifts/{cast.shift_today.id}/check-in")
    assert "会場のQRを読んでください" in answer.text


def test_a_ticket_of_another_shift_opens_nothing(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    page = scan(hanako, cast.shift)
    assert page.status_code == 422  # a week too early
    path = f"/shifts/{cast.shift_today.id}/check-in"
    assert "別の活動のQRを読んでいます" in hanako.get(path).text


def test_too_early_over_and_cancelled_each_have_their_answer(
    app: Any, cast: Cast, clock: Any
) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    clock.advance(timedelta(minutes=-1))
    early = scan(hanako, cast.shift_today)
    assert "受付はまだ始まっていません" in early.text
    assert "11月21日（土）9時" in early.text
    clock.advance(timedelta(hours=3, minutes=1))
    assert "受付の時間は終わりました" in scan(hanako, cast.shift_today).text
    with write_turn():
        db.session.get_one(Shift, cast.shift_today.id).state = ShiftState.CANCELLED
    clock.advance(timedelta(hours=-2))
    assert "この活動は中止になりました" in scan(hanako, cast.shift_today).text
    assert [one.code for one in refusals()] == ["too_early", "over", "cancelled"]
    assert attendances() == []


@pytest.mark.both_databases
def test_a_stranger_is_told_and_a_walk_in_is_welcome(app: Any, cast: Cast) -> None:
    hanako = browser(app, cast.hanako)
    assert "この活動の参加者ではありません" in scan(hanako, cast.shift_today).text
    with write_turn():
        db.session.get_one(HelpRequest, cast.help_request.id).walk_in_allowed = True
    page = scan(hanako, cast.shift_today)
    assert "当日の参加として" in page.text
    hanako.resubmit(page, action="/check-in")
    (one,) = attendances()
    assert one.flags == ["early", "walk_in"]
    assert one.participation.walk_in
    assert verify() == []


def test_whoever_belongs_elsewhere_is_shown_the_way(app: Any, cast: Cast) -> None:
    with write_turn():
        other = make_help_request(
            cast.other_organization.party_id,
            cast.category,
            cast.area,
            cast.outsider,
            public_place="手宮会館",
            title="配食",
        )
        elsewhere = make_shift(other, cast.shift_today.starts_at)
    accept(cast.hanako, elsewhere)
    page = scan(browser(app, cast.hanako), cast.shift_today)
    assert "ここは別の活動の受付です" in page.text
    assert "手宮会館" in page.text


def test_insurance_registration_and_training_are_asked_for_on_the_day(app: Any, cast: Cast) -> None:
    accept(cast.student, cast.shift_today)
    student = browser(app, cast.student)
    assert "保険の確認がいります" in scan(student, cast.shift_today).text
    applicant = browser(app, cast.applicant)
    assert "登録がすんでいません" in scan(applicant, cast.shift_today).text


def test_who_is_not_signed_in_is_led_back_to_the_same_button(
    app: Any, cast: Cast, client: Client
) -> None:
    accept(cast.hanako, cast.shift_today)
    page = scan(client, cast.shift_today)
    assert page.status_code == 200
    assert f"/sign-in?next=/shifts/{cast.shift_today.id}/check-in" in page.text
    assert "受付する</button>" not in page.text
    assert client.post(f"/shifts/{cast.shift_today.id}/check-in").status_code in (400, 401)


def test_the_ticket_outlives_a_sign_in_by_mail(
    app: Any, cast: Cast, client: Client, outbox: Any
) -> None:
    accept(cast.hanako, cast.shift_today)
    scan(client, cast.shift_today)
    target = f"/shifts/{cast.shift_today.id}/check-in"
    asked = client.submit(f"/sign-in?next={target}", {"email": "hanako@example.jp"})
    code = "".join(sign for sign in outbox.last("hanako@example.jp").subject if sign.isdigit())
    if len(code) != 6:
        text = outbox.last("hanako@example.jp").text
        code = next(word for word in text.split() if word.isdigit() and len(word) == 6)
    back = client.submit(asked.location, {"code": code}, follow_redirects=True)
    assert back.request.path == target
    done = client.resubmit(back, action="/check-in", follow_redirects=True)
    assert "受付しました" in done.text


def test_staff_and_members_are_told_to_come_as_themselves(app: Any, cast: Cast) -> None:
    assert "個人として" in scan(browser(app, cast.cook), cast.shift_today).text
    assert "個人として" in scan(browser(app, cast.coordinator), cast.shift_today).text


def test_the_host_at_their_own_shift_only_claims(app: Any, cast: Cast) -> None:

    with write_turn():
        user = db.session.execute(db.select(User).filter_by(email="hanako@example.jp")).scalar_one()
        make_acting(user, cast.minato.party_id, ActingAs.MEMBER)
    accept(cast.hanako, cast.shift_today)
    page = arrive(browser(app, cast.hanako), cast.shift_today)
    assert "確認待ちです。" in page.text
    (one,) = attendances()
    assert one.grade is Grade.CLAIMED
    assert "own_shift" in one.flags
    assert in_lots(cast, cast.hanako) == 0


@pytest.mark.both_databases
def test_a_reached_cap_is_shown_and_the_activity_recorded(app: Any, cast: Cast) -> None:
    with write_turn():
        request = db.session.get_one(HelpRequest, cast.help_request.id)
        second = make_shift(request, cast.shift_today.starts_at)
    accept(cast.hanako, cast.shift_today)
    accept(cast.hanako, second)
    hanako = browser(app, cast.hanako)
    arrive(hanako, cast.shift_today)
    page = arrive(hanako, second)
    assert "1日の上限の200ポイントまで、もうついています" in page.text
    assert [one.points for one in awards()] == [200, 0]
    assert verify() == []


def test_over_https_the_button_works(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    page = hanako.get(code_path(cast.shift_today), base_url="https://localhost")
    opened = hanako.get(page.location, base_url="https://localhost")
    assert opened.headers["Referrer-Policy"] != "no-referrer"
    sent = hanako.resubmit(
        opened,
        action="/check-in",
        base_url="https://localhost",
        headers={"Referer": f"https://localhost{page.location}"},
    )
    assert sent.status_code == 303


def test_each_check_in_is_one_act_in_the_trail(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    acts = db.session.execute(
        db.select(AuditEntry).where(AuditEntry.act == "checkin.check_in")
    ).scalars()
    assert [one.subject for one in acts] == [f"attendance:{attendances()[0].id}"]
    assert evidence.shift_facts(cast.shift_today.id).activity_on.isoformat() == "2026-11-21"
