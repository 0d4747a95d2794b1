"""わたしのQR on a phone: with and without a network, until it is old, and never somebody else's."""

import struct
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Page, expect

from matching.checkin.scanning import key
from matching.checkin.tokens import read_person_token
from tests.browser import PHONE, LiveServer
from tests.cast import NOW, Cast
from tests.e2e.draw_icons import ICONS, draw
from tests.e2e.look import DOUBLE, NARROW, RULES, SIDEWAYS, SMALL, VIOLATIONS
from tests.e2e.picture import read_qr
from tests.e2e.visitor import Visitor, enter

STATIC = Path(__file__).resolve().parents[2] / "static"
KEPT = """async () => {
  const found = []
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname)
  return found
}"""
WORKERS = "navigator.serviceWorker.getRegistrations().then(all => all.map(one => new URL(one.scope).pathname))"


@pytest.fixture
def phone(app: Flask, cast: Cast, new_context: Callable[..., Any]) -> Visitor:
    """花子's phone, which has shown her code once and keeps it."""
    context = new_context()
    context.clock.install(time=NOW)
    context.on("requestfailed", lambda _request: None)
    visitor = enter(context, app, cast.hanako)
    visitor.open("/home")
    visitor.tap("わたしのQR")
    is_kept(visitor.page)
    return visitor


def sees(page: Page, words: str) -> None:
    """These words are seen; parts of the page are there but hidden."""
    expect(page.get_by_text(words).locator("visible=true").first).to_be_visible()


def is_kept(page: Page) -> None:
    """The browser has the page for times without a network."""
    sees(page, "この画面は、電波のないところでも出せます。")


def whose(page: Page) -> int | None:
    """The person whose code is on the screen."""
    text = read_qr(page.locator("svg.qr").first.screenshot())
    return read_person_token(key(), text.rsplit("/p/", 1)[1], NOW).person_id


def test_the_code_is_big_white_around_and_read_also_at_night(phone: Visitor, cast: Cast) -> None:
    for scheme in ("light", "dark"):
        phone.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        box = phone.page.locator("svg.qr").first.bounding_box()
        assert box is not None
        assert box["width"] >= 0.6 * PHONE["width"]
        assert box["y"] + box["height"] < PHONE["height"]
        assert whose(phone.page) == cast.hanako.party_id
    phone.page.emulate_media(color_scheme="dark", forced_colors="active")
    assert whose(phone.page) == cast.hanako.party_id
    phone.reads("佐藤 花子", "登録番号 V0001", "画面を明るくしてください")


def test_the_page_fits_a_small_phone_with_large_letters(phone: Visitor) -> None:
    page = phone.page
    page.locator("summary").click()
    phone.reads("iPhoneのとき", "Androidのとき")
    page.evaluate(AXE_SCRIPT)
    assert not page.evaluate(VIOLATIONS, RULES)
    assert not page.evaluate(SMALL)
    page.set_viewport_size(NARROW)
    page.evaluate(DOUBLE, "200%")
    assert not page.evaluate(SIDEWAYS)


def test_without_a_network_it_still_shows_the_code_and_says_so(phone: Visitor, cast: Cast) -> None:
    phone.context.set_offline(True)
    phone.page.reload()
    sees(phone.page, "いまは電波がありませんが、このQRは使えます。")
    assert whose(phone.page) == cast.hanako.party_id
    other = phone.context.new_page()
    other.goto("/me/code")
    expect(other.locator("body")).to_contain_text("佐藤 花子")


def test_an_old_code_is_hidden_and_says_what_to_do_and_renews_by_itself(
    phone: Visitor, cast: Cast, clock: Any
) -> None:
    phone.context.set_offline(True)
    later = NOW + timedelta(hours=39, minutes=1)
    phone.page.clock.set_system_time(later)
    phone.page.reload()
    sees(phone.page, "このQRの期限がすぎました")
    sees(phone.page, "お名前を受付の人に伝えてください")
    expect(phone.page.locator("svg.qr").first).to_be_hidden()
    clock.set(later)
    phone.context.set_offline(False)
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.page.locator("svg.qr").first).to_be_visible()
    phone.reads("11月24日")
    is_kept(phone.page)


def test_the_screen_stays_on_while_it_is_seen(
    app: Flask, cast: Cast, new_context: Callable[..., Any]
) -> None:
    context = new_context()
    context.add_init_script(
        "window.asked = 0; const lock = async () => (window.asked++, {released: false});"
        "if (navigator.wakeLock) navigator.wakeLock.request = lock"
    )
    visitor = enter(context, app, cast.hanako)
    visitor.open("/me/code")
    visitor.page.wait_for_function("asked === 1")


def test_only_that_page_and_what_draws_it_are_kept(phone: Visitor) -> None:
    for path in ("/home", "/me", "/me/details", "/me/code"):
        phone.open(path)
    found = phone.page.evaluate(KEPT)
    assert [one for one in found if not one.startswith("/static/")] == ["/me/code"]
    assert phone.page.evaluate(WORKERS) == ["/me/code"]


def test_signing_out_forgets_it(phone: Visitor) -> None:
    phone.open("/home")
    phone.tap("サインアウト", phone.page.locator("footer"))
    phone.reads("サインアウトしました")
    phone.page.wait_for_function(f"{WORKERS}.then(all => all.length === 0)")
    phone.page.wait_for_function("caches.keys().then(all => all.length === 0)")


def test_somebody_else_who_signs_in_here_never_sees_it(
    phone: Visitor, app: Flask, cast: Cast
) -> None:
    phone.open("/sign-in")
    phone.page.wait_for_function("caches.keys().then(all => all.length === 0)")
    student = enter(phone.context, app, cast.student)
    student.open("/me/code")
    is_kept(student.page)
    phone.context.set_offline(True)
    student.page.reload()
    student.reads("高橋 陽太")
    student.reads_not("佐藤 花子")


def test_who_takes_over_without_signing_out_replaces_it_at_the_first_page(
    phone: Visitor, app: Flask, cast: Cast
) -> None:
    student = enter(phone.context, app, cast.student)
    student.open("/home")
    student.page.wait_for_function(
        "caches.match('/me/code').then(r => r.text()).then(t => t.includes('高橋 陽太'))"
    )


def test_a_sign_in_that_ended_on_the_server_ends_what_is_kept(phone: Visitor) -> None:
    phone.context.clear_cookies()
    phone.open("/me/code")
    phone.reads("サインイン")
    phone.page.wait_for_function("caches.keys().then(all => all.length === 0)")


def test_chromium_would_install_it(phone: Visitor, live_server: LiveServer) -> None:
    chromium = phone.context.new_cdp_session(phone.page)
    manifest = chromium.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].split("?")[0] == f"{live_server.url}/static/otagai.webmanifest"
    told = chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one for one in told if one["errorId"] != "in-incognito"] == []


def test_the_icons_are_the_logo_in_the_sizes_they_say(browser: Any) -> None:
    for name, (edge, share) in ICONS.items():
        data = (STATIC / "icons" / f"{name}.png").read_bytes()
        assert struct.unpack(">II", data[16:24]) == (edge, edge), name
        assert len(data) < 20_000, name
        assert struct.unpack(">II", draw(browser, edge, share)[16:24]) == (edge, edge)
