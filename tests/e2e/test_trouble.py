"""What goes wrong on the way: lost answers, double clicks, the back button, wrong codes, nonsense in forms."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Error, Route, expect

from matching.assignments.models import Participation
from matching.help_requests.states import HelpRequestState
from points.redemption.models import CashOut
from tests.browser import DESK, LiveServer
from tests.cast import Cast
from tests.e2e import acts
from tests.e2e.visitor import Visitor, enter
from tests.factories.matching import make_help_request, make_shift
from tests.factories.money import give_points
from tests.mail import Outbox
from volunteer.core import clock
from volunteer.core.db import Base, db, write_turn
from volunteer.core.models import AuditEntry
from volunteer.users.models import UserSession


def rows(model: type[Base], **facts: Any) -> int:
    """How many rows there are now."""
    db.session.rollback()
    statement = db.select(db.func.count()).select_from(model).filter_by(**facts)
    return int(db.session.execute(statement).scalar_one())


@pytest.fixture
def hanako(live_server: LiveServer, cast: Cast, new_context: Any) -> Visitor:
    """佐藤 花子 at her phone, before the board."""
    who = enter(new_context(), live_server.app, cast.hanako)
    who.open("/board")
    return who


def lose_answers(who: Visitor, address: str) -> list[Any]:
    """The server gets what is sent to addresses ending so and acts; its answer never arrives. The requests."""
    sent = []

    def lose(route: Route) -> None:
        sent.append(route.request)
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    who.page.route(re.compile(f"{address}$"), lose)
    return sent


def repeat(who: Visitor, request: Any) -> Any:
    """The very same form once more, as a browser repeats it."""
    return who.context.request.post(
        request.url,
        data=request.post_data,
        headers={"content-type": "application/x-www-form-urlencoded", "referer": request.url},
        max_redirects=0,
    )


def test_a_lost_answer_is_repeated_without_a_second_effect(hanako: Visitor, cast: Cast) -> None:
    sent = lose_answers(hanako, "/application")
    with pytest.raises(Error):
        hanako.tap("申し込む", card="11月28日")
    assert rows(Participation, person_id=cast.hanako.party_id) == 1
    for _ in range(2):
        answer = repeat(hanako, sent[0])
        assert answer.status == 303
        assert answer.headers["location"].endswith("/applied")
    assert rows(Participation, person_id=cast.hanako.party_id) == 1
    assert rows(AuditEntry, act="assignments.apply") == 1


def test_after_a_lost_answer_the_page_tells_what_was_done(hanako: Visitor) -> None:
    lose_answers(hanako, "/application")
    with pytest.raises(Error):
        hanako.tap("申し込む", card="11月28日")
    # Chromium may still be on its way to its own page about the broken connection
    hanako.page.wait_for_url("chrome-error://**")
    hanako.open("/board")
    hanako.reads("参加が決まりました")


def test_a_double_click_counts_once(hanako: Visitor, cast: Cast) -> None:
    button = hanako.page.get_by_role("button", name=re.compile("^申し込む.*11月28日")).first
    with hanako.page.expect_navigation():
        button.dblclick()
    hanako.reads("参加が決まりました")
    assert rows(Participation, person_id=cast.hanako.party_id) == 1
    assert rows(AuditEntry, act="assignments.apply") == 1


def test_going_back_and_sending_again_asks_for_the_money_once(hanako: Visitor, cast: Cast) -> None:
    give_points(cast, cast.hanako, 1500)
    hanako.open("/points/cash-out")
    hanako.tap("この内容で申し込む")
    hanako.reads("申し込みました")
    hanako.page.go_back()
    again = hanako.page.get_by_role("button", name="この内容で申し込む")
    if again.count():
        again.click()
    assert rows(CashOut, person_id=cast.hanako.party_id) == 1


def test_the_seventh_code_is_refused_even_when_it_is_right(
    live_server: LiveServer, cast: Cast, new_context: Any, outbox: Outbox
) -> None:
    who = Visitor(new_context())
    who.open("/sign-in")
    who.write("メールアドレス", "hanako@example.jp")
    who.tap("確認番号を送る")
    right = acts.code_in(outbox, "hanako@example.jp")
    wrong = "111111" if right != "111111" else "222222"
    for _ in range(6):
        who.write("確認番号", wrong)
        who.tap("すすむ")
        who.reads_not("こんにちは")
        if not who.page.get_by_label(re.compile("^確認番号")).count():
            break
    else:
        who.write("確認番号", right)
        who.tap("すすむ")
    who.open("/home")
    who.reads_not("こんにちは")
    assert rows(UserSession) == 0


def test_errors_stand_above_and_beside_and_what_was_typed_stays(
    live_server: LiveServer, cast: Cast, new_context: Any
) -> None:
    who = Visitor(new_context())
    who.open("/sign-up")
    who.write("お名前", "山本 春子")
    who.write("フリガナ", "山本")
    who.write_date("生年月日", "昭和", "99", "13", "40")
    who.write("メールアドレス", "haru(at)example")
    who.tap("同意して登録する")
    assert who.page.title().startswith("エラー：")
    summary = who.page.get_by_role("alert")
    expect(summary).to_be_focused()
    links = summary.get_by_role("link")
    assert links.count() == 4
    for number in range(4):
        words = links.nth(number).inner_text()
        expect(who.page.locator(".field .error", has_text=words)).to_have_count(1)
    expect(who.page.get_by_label(re.compile("^お名前"))).to_have_value("山本 春子")
    expect(who.page.get_by_label(re.compile("^メールアドレス"))).to_have_value("haru(at)example")
    expect(
        who.page.get_by_role("group", name=re.compile("^生年月日")).get_by_label("月", exact=True)
    ).to_have_value("13")
    links.first.click()
    target = (links.first.get_attribute("href") or "#")[1:]
    assert who.page.evaluate("document.activeElement.id").startswith(target)


def test_a_form_whose_session_is_gone_says_so_kindly(hanako: Visitor, cast: Cast) -> None:
    hanako.context.clear_cookies()
    hanako.tap("申し込む", card="11月28日")
    expect(hanako.page.get_by_role("heading", level=1)).to_be_visible()
    assert rows(Participation, person_id=cast.hanako.party_id) == 0
    hanako.reads("もう一度")


def test_two_decide_at_once_and_the_other_is_told(
    live_server: LiveServer, cast: Cast, new_context: Any
) -> None:
    with write_turn():
        request = make_help_request(
            cast.minato.party_id,
            cast.category,
            cast.area,
            cast.cook,
            state=HelpRequestState.SUBMITTED,
            title="もちつきの手伝い",
        )
        make_shift(request, clock.now() + timedelta(days=7))
        address = f"/desk/requests/{request.id}"
    first, second = (
        enter(new_context(viewport=DESK), live_server.app, cast.coordinator) for _ in range(2)
    )
    first.open(address)
    second.open(address)
    first.tap("公開する")
    first.reads("公開しました")
    second.tap("公開する")
    second.reads("相談 員子")
