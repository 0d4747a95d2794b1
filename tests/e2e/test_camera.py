"""Reading codes in a real browser under the strict content policy: the camera, photos, and what goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from matching.checkin.models import Attendance
from matching.checkin.scanning import venue_address
from matching.checkin.tokens import person_token
from tests.browser import ARGUMENTS, LiveServer
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.e2e.filmed import HELD, film_passing, heavy_photo, photo
from tests.e2e.look import Look, read_in
from tests.e2e.visitor import Visitor, enter
from tests.machine import CHROMIUM
from tests.matching.checkin.scenes import accept, rows
from volunteer.core import clock
from volunteer.core.i18n import LANGUAGES
from volunteer.core.qr import modules

FAKE = ["--use-fake-device-for-media-stream"]
PATIENCE_MS = 15_000
ALLOWED = "--use-fake-ui-for-media-stream"


def _venue(server: LiveServer, cast: Cast) -> str:
    """What the QR on the venue's screen says now."""
    with server.app.test_request_context(base_url=server.url):
        return venue_address(cast.shift_today.id, False, clock.now())


def _ready(server: LiveServer, cast: Cast, context: BrowserContext) -> Visitor:
    """Hanako, who has a place in today's shift, on the page that reads codes."""
    accept(cast.hanako, cast.shift_today)
    who = enter(context, server.app, cast.hanako)
    who.page.set_default_timeout(PATIENCE_MS)
    who.open("/check-in")
    return who


def _looks(who: Visitor) -> None:
    who.control("カメラで読む").click()
    _says(who, "QRコードを、画面のまん中に映してください")


def _says(who: Visitor, *words: str) -> None:
    """What the page says about the camera now; the words it may say later wait in its HTML unseen."""
    for one in words:
        expect(_status(who)).to_contain_text(one, timeout=PATIENCE_MS)


def _status(who: Visitor) -> Locator:
    return who.page.get_by_role("status")


def _holds(who: Visitor, text: str, level: str = "M") -> None:
    who.page.evaluate("rows => hold(rows)", modules(text, level))


@contextmanager
def _chromium(browser: Browser, *arguments: str) -> Iterator[Browser]:
    other = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*ARGUMENTS, *FAKE, *arguments]
    )
    yield other
    other.close()


@pytest.fixture
def held(live_server: LiveServer, cast: Cast, new_context: Any) -> Visitor:
    """Hanako with a camera before which the test holds things."""
    context = new_context()
    context.add_init_script(HELD)
    return _ready(live_server, cast, context)


def test_the_camera_reads_the_code_of_the_venue_and_one_tap_checks_in(
    live_server: LiveServer, cast: Cast, new_context: Any, browser: Browser, tmp_path: Path
) -> None:
    clip = tmp_path / "venue.y4m"
    film_passing(clip, _venue(live_server, cast))
    with _chromium(browser, ALLOWED, f"--use-file-for-fake-video-capture={clip}") as chromium:
        context = new_context(chromium)
        elsewhere: list[str] = []
        context.on(
            "request",
            lambda one: None if one.url.startswith(live_server.url) else elsewhere.append(one.url),
        )
        who = _ready(live_server, cast, context)
        policy = who.page.request.get("/check-in").headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
        who.start_counting()
        who.tap("カメラで読む")
        who.reads("活動の受付", "佐藤 花子さん")
        assert rows(Attendance) == []
        who.tap("受付する")
        assert (who.fields, who.taps) == (0, 2)
        who.reads("受付しました")
        assert len(rows(Attendance)) == 1
        assert elsewhere == []
        context.close()


def test_the_code_of_a_poster_opens_its_page(held: Visitor, cast: Cast) -> None:
    path = f"/w/{cast.shift_today.code}"
    _looks(held)
    with held.page.expect_request(lambda one: one.url.endswith(path)):
        _holds(held, held.page.evaluate("location.origin") + path)


def test_a_foreign_code_is_named_and_the_camera_goes_on(
    held: Visitor, live_server: LiveServer, cast: Cast
) -> None:
    _looks(held)
    for foreign in (
        "https://example.com/v/AWqRzYAAAAAqvXh1k9kQ2ZwaZ",
        f"{live_server.url}.example.com/v/AWqRzYAAAAAqvXh1k9kQ2Zwa",
        f"{live_server.url}/sign-out",
        f"{live_server.url}/v/../desk",
        "javascript:alert(1)",
        "WIFI:S:cafe;T:WPA;P:secret;;",
    ):
        _holds(held, foreign)
        _says(held, "このQRコードは、受付のものではありません")
        held.page.evaluate("document.querySelector('[data-said]').replaceChildren()")
    held.page.evaluate("hold([])")
    _says(held, "QRコードを、画面のまん中に映してください")
    assert held.page.url.endswith("/check-in")
    _holds(held, _venue(live_server, cast))
    held.reads("活動の受付")


@pytest.mark.parametrize("what", ["card", "old card", "phone"])
def test_a_persons_code_is_for_the_scanner_of_the_host(
    held: Visitor, live_server: LiveServer, cast: Cast, what: str
) -> None:
    token = person_token(b"key", cast.ichiro.party_id, clock.now())
    text = {
        "card": f"{live_server.url}/c/{CARD_OF_ICHIRO}",
        "old card": CARD_OF_ICHIRO,
        "phone": f"{live_server.url}/p/{token}",
    }[what]
    _looks(held)
    _holds(held, text, "Q")
    _says(held, "これは、人のQRコードです", "担当の人に見せてください")
    assert held.page.url.endswith("/check-in")


def test_a_camera_that_is_not_allowed_is_explained(
    live_server: LiveServer, cast: Cast, new_context: Any, browser: Browser
) -> None:
    with _chromium(browser, "--deny-permission-prompts") as chromium:
        context = new_context(chromium)
        who = _ready(live_server, cast, context)
        who.control("カメラで読む").click()
        _says(who, "カメラの使用が許可されていません", "「カメラ」を「許可」にします")
        context.grant_permissions(["camera"])
        who.control("もう一度ためす").click()
        _says(who, "QRコードを、画面のまん中に映してください")
        who.control("カメラをとめる").click()
        expect(who.control("もう一度ためす")).to_be_focused()
        context.close()


def test_a_device_without_a_camera_has_the_other_ways(
    live_server: LiveServer, cast: Cast, new_context: Any
) -> None:
    context = new_context(permissions=["camera"])
    who = _ready(live_server, cast, context)
    who.control("カメラで読む").click()
    expect(_status(who)).to_contain_text("カメラが見つかりません", timeout=PATIENCE_MS)
    expect(_status(who)).to_contain_text("番号や写真で受付できます")
    who.write("会場に出ている番号", cast.shift_today.code)
    who.tap("番号で受付する")
    who.reads("受付しました")
    assert len(rows(Attendance)) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotReadableError", "カメラは、ほかのアプリが使っています"),
        ("SecurityError", "カメラの使用が許可されていません"),
        ("TypeError", "カメラを使えませんでした"),
    ],
)
def test_each_trouble_has_its_words_and_can_be_tried_again(
    held: Visitor, error: str, words: str
) -> None:
    held.page.evaluate("name => { window.trouble = name }", error)
    held.control("カメラで読む").click()
    expect(_status(held)).to_contain_text(words, timeout=PATIENCE_MS)
    held.page.evaluate("window.trouble = ''")
    held.control("もう一度ためす").click()
    expect(_status(held)).to_contain_text("QRコードを、画面のまん中に", timeout=PATIENCE_MS)


def test_in_easy_japanese_with_readings_the_buttons_keep_their_words(
    held: Visitor, live_server: LiveServer
) -> None:
    read_in(held.context, live_server.url, "ja@easy")
    held.page.reload()
    start = held.page.locator("[data-start]")
    expect(start).to_contain_text("カメラで", use_inner_text=True)
    held.page.evaluate("window.trouble = 'NotReadableError'")
    start.click()
    expect(start).to_contain_text("ためす", use_inner_text=True)


def test_a_camera_that_is_pulled_out_is_told(held: Visitor) -> None:
    _looks(held)
    held.page.evaluate("stream.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect(_status(held)).to_contain_text("カメラが止まりました", timeout=PATIENCE_MS)


def test_a_hidden_page_lets_go_of_the_camera_and_takes_it_again(
    held: Visitor, live_server: LiveServer, cast: Cast
) -> None:
    hide = """hidden => {
      Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
      window.before = window.stream;
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    _looks(held)
    held.page.evaluate(hide, True)
    assert held.page.evaluate("stream.getTracks()[0].readyState") == "ended"
    held.page.evaluate(hide, False)
    _holds(held, _venue(live_server, cast))
    held.reads("活動の受付")


def test_the_page_with_its_camera_open_and_its_troubles_told_is_for_everybody(
    held: Visitor, live_server: LiveServer
) -> None:
    look = Look(held.page, "hanako", [])
    for language in LANGUAGES:
        read_in(held.context, live_server.url, language)
        for name, text in (("foreign", "https://example.com/"), ("own", CARD_OF_ICHIRO)):
            held.page.reload()
            held.page.locator("[data-start]").click()
            _holds(held, text)
            held.page.locator(f"[role=status] [data-word={name}]").wait_for()
            look(f"checkin.code.{name}", language)
        held.page.reload()
        held.page.evaluate("window.trouble = 'NotAllowedError'")
        held.page.locator("[data-start]").click()
        look("checkin.code.refused", language)
    assert not look.problems, "\n".join(look.problems)


def test_a_photo_of_twelve_million_pixels_is_read(held: Visitor, cast: Cast) -> None:
    address = f"{held.page.evaluate('location.origin')}/w/{cast.shift_today.code}"
    _chooses(held, photo())
    _says(held, "写真の中にQRコードが見つかりませんでした")
    _chooses(held, b"no picture at all")
    _says(held, "写真の中にQRコードが見つかりませんでした")
    with held.page.expect_request(address):
        _chooses(held, photo(address))


def test_a_photo_of_20_megabytes_is_read(
    held: Visitor, live_server: LiveServer, cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "heavy.png"
    file.write_bytes(heavy_photo(_venue(live_server, cast)))
    assert file.stat().st_size > 20_000_000
    held.page.get_by_label("QRコードの写真").set_input_files(file)
    expect(held.page.get_by_role("heading", level=1)).to_have_text(
        "活動の受付", timeout=2 * PATIENCE_MS
    )


def _chooses(who: Visitor, picture: bytes) -> None:
    file: Any = {"name": "photo.png", "mimeType": "image/png", "buffer": picture}
    who.page.get_by_label("QRコードの写真").set_input_files(file)


def test_without_scripts_only_the_typed_code_is_there(
    live_server: LiveServer, cast: Cast, new_context: Any
) -> None:
    who = _ready(live_server, cast, new_context(java_script_enabled=False))
    expect(who.page.get_by_text("カメラで読む")).to_be_hidden()
    expect(who.page.get_by_label("QRコードの写真")).to_be_hidden()
    who.write("会場に出ている番号", cast.shift_today.code)
    who.tap("番号で受付する")
    who.reads("受付しました")


DETECTOR = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return window.formats }
  async detect(image) { if (window.broken) throw new Error("gone"); return window.found }
};
window.formats = ["qr_code"]; window.found = []; window.broken = false;
"""
DECODE = """async found => {
  window.found = found;
  const reader = await (await import("/static/js/scanner.js")).decoder();
  const canvas = document.createElement("canvas"), paint = canvas.getContext("2d");
  paint.fillRect(0, 0, 9, 9);
  return [reader.name, await reader.decode(paint.getImageData(0, 0, 99, 99))];
}"""


def test_the_browsers_own_detector_comes_first_if_it_reads_qr_codes(
    live_server: LiveServer, cast: Cast, new_context: Any
) -> None:
    context = new_context()
    context.add_init_script(DETECTOR)
    page = _ready(live_server, cast, context).page
    assert page.evaluate(DECODE, [{"rawValue": "x"}]) == ["native", "x"]
    page.evaluate("window.broken = true")
    assert page.evaluate(DECODE, [{"rawValue": "x"}]) == ["native", None]
    assert page.evaluate(DECODE, [{"rawValue": "x"}])[0] == "zxing"
    for without in ("window.formats = ['ean_13']", "window.broken = true"):
        page.reload()
        page.evaluate(without)
        assert page.evaluate(DECODE, [])[0] == "zxing"


READER = """async () => {
  window.got = [];
  (await import("/static/js/scanner.js")).readerKeys(document, text => got.push(text));
}"""


TYPE = """([text, pause]) => [...text, "Enter"].forEach((key, place) => {
  const event = new KeyboardEvent("keydown", {key, cancelable: true});
  Object.defineProperty(event, "timeStamp", {value: performance.now() + place * pause});
  document.dispatchEvent(event);
})"""


def test_a_reader_types_faster_than_a_hand(held: Visitor) -> None:
    page = held.page
    page.evaluate(READER)
    page.evaluate(TYPE, ["C7Q2K9XV", 70])
    page.evaluate(TYPE, ["https://otagai.example.jp/c/C7Q2K9XV", 2])
    page.evaluate(TYPE, ["abc", 2])
    assert page.evaluate("got") == ["https://otagai.example.jp/c/C7Q2K9XV"]
