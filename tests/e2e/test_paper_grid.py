"""A paper list of 30 rows typed back with the keyboard alone. Time and strokes are reported, not asserted.

The strokes are sent one by one, with `--long` at the pace of somebody who types at an office but not for a living.
"""

import time
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from matching.checkin.sheet import sheet_lines
from matching.checkin.states import Source
from matching.help_requests.models import Shift
from tests.browser import DESK, LiveServer
from tests.cast import Cast
from tests.e2e.visitor import Visitor, enter
from tests.factories.volunteer import make_person
from tests.matching.checkin.scenes import accept, attendances
from volunteer.core.db import db, write_turn

ROWS = 30
STROKE_MS = 180
"""200 strokes a minute are asked of beginners of data entry; this is more than twice as slow… for every stroke."""
LOOK_MS = 1500
"""To find the next row on the paper and read its number."""


class Typist:
    """Hands on a keyboard: counts the strokes."""

    def __init__(self, page: Page, *, human: bool) -> None:
        self.page = page
        self.stroke_ms, self.look_ms = (STROKE_MS, LOOK_MS) if human else (0, 0)
        self.strokes = 0

    def keys(self, *strokes: str) -> None:
        """Press these keys, one after another."""
        for stroke in strokes:
            self.page.keyboard.press(stroke)
            self.page.wait_for_timeout(self.stroke_ms)
            self.strokes += 1

    def row(self, *texts: str) -> None:
        """Type the fields of one row; Enter after each."""
        self.page.wait_for_timeout(self.look_ms)
        for text in texts:
            self.keys(*text, "Enter")


def _codes(cast: Cast) -> list[str]:
    return [one.code for one in sheet_lines(cast.shift_today.id)]


def _at_the_grid(live_server: LiveServer, cast: Cast, new_context: Any, people: int) -> Visitor:
    with write_turn():
        made = [make_person(f"山田 第{n}") for n in range(1, people + 1)]
        db.session.get_one(Shift, cast.shift_today.id).seats = people
    for one in made:
        accept(one, cast.shift_today)
    clerk = enter(new_context(viewport=DESK), live_server.app, cast.coordinator)
    clerk.open(f"/desk/shifts/{cast.shift_today.id}/entry")
    return clerk


@pytest.fixture(autouse=True)
def after_the_shift(cast: Cast, clock: Any) -> None:
    clock.advance(timedelta(hours=6))


def test_thirty_rows_are_typed_with_the_keyboard_alone(
    live_server: LiveServer,
    cast: Cast,
    new_context: Any,
    record_property: Any,
    pytestconfig: pytest.Config,
) -> None:
    clerk = _at_the_grid(live_server, cast, new_context, ROWS)
    hands = Typist(clerk.page, human=pytestconfig.getoption("--long"))
    clerk.page.keyboard.type("主催者の署名のある紙")
    clerk.page.keyboard.press("Enter")
    seconds, strokes = [], []
    for n, code in enumerate(_codes(cast)):
        begin, before = time.monotonic(), hands.strokes
        fields = [code, "", ""] if n % 3 else [code, "0945", "1130"]
        hands.row(*fields)
        done = clerk.page.locator("tr.done").nth(n)
        expect(done).to_contain_text("保存しました")
        seconds.append(time.monotonic() - begin)
        strokes.append(hands.strokes - before)
    expect(clerk.page.locator("#totals")).to_have_text(f"入力した {ROWS}人 / 名簿 {ROWS}人")
    assert len(attendances()) == ROWS
    assert {one.source for one in attendances()} == {Source.STAFF_ENTRY}
    found = f"median {median(seconds):.1f} s, slowest {max(seconds):.1f} s a row; "
    found += f"{min(strokes)} to {max(strokes)} strokes"
    record_property("paper row", found)
    print(f"\npaper rows typed back: {found}")  # noqa: T201 - the figure of docs/performance.md


def test_a_wrong_row_waits_while_one_types_on(
    live_server: LiveServer, cast: Cast, new_context: Any
) -> None:
    clerk = _at_the_grid(live_server, cast, new_context, 3)
    codes = _codes(cast)
    page = clerk.page
    page.keyboard.type("1枚目")
    page.keyboard.press("Enter")
    for text in ("999", "", "", codes[0], "", ""):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    wrong = page.locator("tr.wrong")
    expect(wrong).to_contain_text("この名簿に この番号はありません")
    expect(page.locator("tr.done")).to_contain_text("山田 第1")
    expect(page.locator(".roster [data-known]")).to_contain_text("山田 第1")
    box = wrong.get_by_label("1行目の番号")
    expect(box).to_have_value("999")
    box.fill(codes[1])
    expect(wrong).to_contain_text("山田 第2")
    for _n in range(3):
        page.keyboard.press("Enter")
    expect(page.locator("tr.done")).to_have_count(2)
    expect(page.locator("#totals")).to_have_text("入力した 2人 / 名簿 3人")
    for text in (
        codes[2],
        "",
        "1430",
    ):  # two and a half hours after the plan: asked about in the row
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(page.locator("tr.ask")).to_contain_text("14時30分で よいですか")
    expect(page.locator("tr.ask [name=left]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#totals")).to_have_text("入力した 3人 / 名簿 3人")


def test_nothing_typed_is_lost_at_a_reload_or_without_a_network(
    live_server: LiveServer, cast: Cast, browser: Browser
) -> None:
    context = partial(browser.new_context, base_url=live_server.url, locale="ja-JP")
    clerk = _at_the_grid(live_server, cast, context, 3)
    codes = _codes(cast)
    page = clerk.page
    page.keyboard.type("1枚目")
    page.keyboard.press("Enter")
    clerk.context.set_offline(True)
    for text in (codes[0], "", ""):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(page.locator("tr.wrong")).to_contain_text("まだ保存されていません")
    page.keyboard.type(codes[1])
    page.keyboard.press("Enter")
    page.keyboard.type("0930")
    clerk.context.set_offline(False)
    page.reload()
    expect(page.locator("tr.done")).to_contain_text("山田 第1")
    expect(page.get_by_label("2行目の来た")).to_have_value("0930")
    expect(page.locator("[name=reason]")).to_have_value("1枚目")
    page.reload()
    expect(page.locator(".roster [data-known]")).to_have_count(1)
    expect(page.get_by_label("1行目の来た")).to_have_value("0930")
    assert len(attendances()) == 1
    clerk.context.close()


def test_a_lost_answer_is_asked_for_again_and_saved_once(
    live_server: LiveServer, cast: Cast, browser: Browser
) -> None:
    context = partial(browser.new_context, base_url=live_server.url, locale="ja-JP")
    clerk = _at_the_grid(live_server, cast, context, 1)
    page, lost = clerk.page, []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/entry", lose_the_first)
    page.keyboard.type("1枚目")
    page.keyboard.press("Enter")
    for text in (*_codes(cast), "", ""):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(page.locator("tr.wrong")).to_contain_text("つながったら送ります")
    expect(page.locator("tr.done")).to_contain_text("保存しました", timeout=15_000)
    assert lost == [200]
    assert len(attendances()) == 1
    clerk.context.close()


def test_without_scripts_all_rows_go_at_once(
    live_server: LiveServer, cast: Cast, new_context: Any
) -> None:
    with write_turn():
        made = make_person("山田 第1")
    accept(made, cast.shift_today)
    context = new_context(viewport=DESK, java_script_enabled=False)
    clerk = enter(context, live_server.app, cast.coordinator)
    clerk.open(f"/desk/shifts/{cast.shift_today.id}/entry")
    clerk.write("どの名簿か", "1枚目")
    clerk.write("1行目の番号", _codes(cast)[0])
    clerk.write("2行目の番号", "999")
    clerk.tap("まとめて保存する")
    clerk.reads("1行が まだ保存されていません", "保存しました：10時〜12時", "この番号はありません")
    clerk.write("1行目の番号", "V0002")
    clerk.tap("まとめて保存する")
    clerk.reads("すべて保存しました", "入力した 2人 / 名簿 2人")
