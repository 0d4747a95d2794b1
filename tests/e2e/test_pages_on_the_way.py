"""Pages that stand only between two steps, and those that say no: looked at like all the others."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from tests.browser import LiveServer
from tests.cast import PASSWORD, Cast
from tests.e2e.look import Look, read_in
from tests.e2e.visitor import Visitor, enter
from tests.factories.matching import make_participation
from volunteer.core.clock import from_tokyo, today
from volunteer.core.db import write_turn
from volunteer.core.i18n import JAPANESE, LANGUAGES


def _signs_up(who: Visitor) -> None:
    who.open("/sign-up")
    who.write("お名前", "山本 春子")
    who.write("フリガナ", "やまもと はるこ")
    who.write_date("生年月日", "昭和", "43", "3", "3")
    who.write("メールアドレス", "haru@example.jp")
    who.choose("住んでいる")
    who.tap("同意して登録する")


def _signs_in(who: Visitor) -> None:
    who.open("/sign-in")
    who.write("メールアドレス", "hanako@example.jp")
    who.tap("確認番号を送る")


def _staff_signs_in(who: Visitor) -> None:
    who.open("/desk/sign-in")
    who.write("メールアドレス", "payer@center.example.jp")
    who.write("パスワード", PASSWORD)
    who.tap("すすむ")


def _organization_applies(who: Visitor) -> None:
    who.open("/organizations/apply")
    who.write("団体の名前", "おたる子ども食堂")
    who.write("ふりがな", "おたるこどもしょくどう")
    who.page.get_by_label(re.compile("^団体の種類")).select_option(index=1)
    who.write("電話", "0134-00-1111")
    who.write("住所", "みなと市花園3-3-3")
    who.write("どんな活動をしていますか", "夕食を出しています")
    who.write("担当の方のお名前", "川口 葉子")
    who.write("担当の方のメール", "kawaguchi@example.jp")
    who.tap("確認番号を送る")


def _enters_account(who: Visitor) -> None:
    who.open("/me/bank-account")
    who.write("銀行コード（4桁）か 銀行の名前", "0501")
    who.write("支店コード（店番・3桁）か 支店の名前", "001")
    who.write("口座番号", "7777777")
    who.write("口座名義（カナ）", "さとう はなこ")
    who.tap("確かめる")


def _proves_identity(who: Visitor) -> None:
    who.open("/confirm-identity")
    who.tap("確認番号を送る")


WAYS: dict[str, tuple[str, Callable[[Visitor], None]]] = {
    "people.sign_up_code": ("", _signs_up),
    "users.enter_code": ("", _signs_in),
    "users.staff_second_factor": ("", _staff_signs_in),
    "organizations.apply_code": ("", _organization_applies),
    "bank_accounts.confirm": ("hanako", _enters_account),
    "users.confirm_code": ("hanako", _proves_identity),
    "errors.404": ("hanako", lambda who: who.open("/no-such-page")),
    "errors.403": ("hanako", lambda who: who.open("/desk")),
    "errors.401": ("", lambda who: who.open("/me")),
}


def problems_in_all_languages(who: Visitor, name: str, role: str, url: str) -> str:
    """Look at the page that is open, in each language; what is wrong with it, a line each."""
    look = Look(who.page, role, [])
    for language in LANGUAGES:
        read_in(who.context, url, language)
        who.page.reload()
        look(name, language)
    return "\n".join(look.problems)


@pytest.mark.parametrize("name", WAYS)
def test_a_page_on_the_way(
    live_server: LiveServer, cast: Cast, new_context: Any, name: str
) -> None:
    role, go = WAYS[name]
    context = new_context()
    who = enter(context, live_server.app, getattr(cast, role)) if role else Visitor(context)
    go(who)
    assert not problems_in_all_languages(who, name, role or "nobody", live_server.url)


def test_the_result_of_a_scan(
    live_server: LiveServer, cast: Cast, new_context: Any, clock: Any
) -> None:
    with write_turn():
        make_participation(cast.hanako, cast.shift_today)
    clock.set(from_tokyo(today(), time(9, 50)))
    host = enter(new_context(), live_server.app, cast.cook)
    host.open(f"/o/shifts/{cast.shift_today.id}/venue")
    who = enter(new_context(), live_server.app, cast.hanako)
    who.open(host.scan())
    assert not problems_in_all_languages(who, "checkin.arrive", "hanako", live_server.url)
    read_in(who.context, live_server.url, JAPANESE)
    who.page.reload()
    who.tap("受付する")
    assert not problems_in_all_languages(who, "checkin.result", "hanako", live_server.url)
