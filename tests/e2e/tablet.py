"""A tablet at the door: Chromium with a camera, the application behind it, somebody who reads and touches."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from matching.checkin.models import Attendance
from matching.devices import arrivals, intake, services, throttle
from matching.devices.services import NewDevice
from matching.devices.states import DeviceKind
from tests.browser import ARGUMENTS, LiveServer
from tests.cast import NOW, Cast
from tests.e2e.filmed import film_held
from tests.e2e.visitor import SEEN
from tests.factories.matching import make_participation
from tests.machine import CHROMIUM, need_browser
from volunteer.core.db import db, run_turn, write_turn

LYING = {"width": 1024, "height": 768}
SALT = "00112233445566778899aabbccddeeff"
PIN = "2468"
READER = """keys => keys
    .map(key => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))
    .forEach(event => document.activeElement.dispatchEvent(event))"""
"""All at once, which no hand can do and a busy machine cannot stretch: a key's moment is that of its making, as with a
real one, and not when the page gets to it."""

SPEAK = (
    "code => import('/static/js/kiosk/store.js').then(store => store.remember('language', code))"
)
CONTROLLED = """new Promise(done => {
  const look = () => navigator.serviceWorker.controller ? done() : setTimeout(look, 50)
  look()
})"""
SETTLED = """Promise.race([
  navigator.serviceWorker.ready.then(() => null), new Promise(done => setTimeout(done, 3000))])"""
"""The worker has all its files: a server whose reader goes away in the middle leaves one open."""

LOST = re.compile(
    r"Failed to load resource: (net::ERR_|the server responded with a status of [45])"
)


@dataclass
class Tablet:
    """A device with its browser, as somebody standing before it sees it."""

    context: BrowserContext
    page: Page
    url: str
    told: list[dict[str, Any]] = field(default_factory=list)
    """What it has sent, one dictionary a scan."""

    def open(self, code: str = "", language: str = "") -> None:
        """Open the page, with the code of the QR from the desk where given."""
        self.page.goto(
            f"{self.url}/kiosk{'?lang=' + language if language else ''}{'#' + code if code else ''}"
        )

    def speak(self, language: str) -> None:
        """Open the page anew in this language, as the settings do; it is remembered."""
        self.page.evaluate(SPEAK, language)
        self.open(language=language)
        expect(self.page.locator(f'main[data-language="{language}"]')).to_be_attached()

    def touch(self, name: str) -> None:
        """Touch a button."""
        self.page.get_by_role("button", name=name).first.click()

    def write(self, label: str, text: str) -> None:
        """Fill in the field with this label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def reads(self, *words: str) -> None:
        """These words are seen."""
        for word in words:
            expect(self.page.locator("body")).to_contain_text(word)
            expect(self.seen(word)).to_be_visible()

    def seen(self, word: str) -> Locator:
        """Where this word is seen first."""
        return self.page.get_by_text(word).locator("visible=true").first

    def reads_not(self, word: str) -> None:
        """These words are not seen."""
        expect(self.page.get_by_text(word).locator("visible=true")).to_have_count(0)

    def result(self, *words: str) -> None:
        """The whole display says this; a card held before the camera comes around every few seconds."""
        for word in words:
            expect(self.shown).to_contain_text(word, timeout=12_000)

    @property
    def shown(self) -> Locator:
        """What fills the display after a scan."""
        return self.page.locator("[data-view=result]")

    def waits(self) -> None:
        """The display is back to waiting."""
        expect(
            self.page.get_by_role("heading", name="QRかカードを、ここに見せてください")
        ).to_be_visible()
        expect(self.shown).to_be_hidden()

    def types(self, code: str) -> None:
        """Type the number of a card."""
        self.touch("番号を入れる")
        self.write("カードの番号", code)
        self.touch("受付する")

    def reader(self, code: str) -> None:
        """A USB reader types it, wherever one is on the page."""
        self.page.evaluate(READER, [*code, "Enter"])

    def picks(self, row: str, name: str) -> None:
        """Look somebody up by the first sound."""
        self.touch("名前からさがす")
        self.page.locator("[data-slot=kana-rows]").get_by_role(
            "button", name=re.compile(f"^{row}")
        ).click()
        self.page.locator("[data-slot=people]").get_by_role("button", name=name).click()

    def counts(self, arrived: int, expected: int) -> None:
        """受付ずみ and 予定."""
        expect(self.page.locator("[data-slot=arrived]")).to_have_text(f"{arrived}人")
        expect(self.page.locator("[data-slot=expected]")).to_have_text(f"{expected}人")

    def is_kept(self) -> None:
        """The page is kept for times without a network."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        self.page.evaluate(CONTROLLED)

    def reopen(self) -> None:
        """The page was closed, and somebody opens it again."""
        self.page.close()
        self.page = self.context.new_page()
        SEEN.append(self.page)
        self.open()


@pytest.fixture(scope="session")
def camera_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file the fake camera plays; a test writes what is held before it."""
    path = tmp_path_factory.mktemp("camera") / "clip.y4m"
    film_held(path, "")
    return path


@pytest.fixture(scope="session")
def tablet_browser(browser: Browser, camera_clip: Path) -> Iterator[Browser]:
    """Chromium with a camera that is allowed."""
    need_browser()
    arguments = [
        *ARGUMENTS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={camera_clip}",
    ]
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    yield chromium
    chromium.close()


@pytest.fixture
def tablet(tablet_browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Tablet]]:
    """Makes devices: `tablet(viewport=…)`. Blocked or failing scripts fail the test; a lost network does not."""
    problems: list[str] = []
    made: list[BrowserContext] = []

    def make(**options: Any) -> Tablet:
        chosen = {"viewport": LYING, "locale": "ja-JP", "timezone_id": "Asia/Tokyo", **options}
        context = tablet_browser.new_context(**chosen)
        context.set_default_timeout(5_000)
        context.clock.install(time=NOW)
        context.on("console", lambda m: problems.append(m.text) if _is_problem(m) else None)
        context.on("weberror", lambda e: problems.append(str(e.error)))
        made.append(context)
        one = Tablet(context, context.new_page(), live_server.url)
        context.on("request", lambda request: one.told.extend(_scans(request)))
        SEEN.append(one.page)
        return one

    yield make
    for context in made:
        context.set_offline(False)
        for page in context.pages:
            with suppress(Error):
                page.evaluate(SETTLED)
        context.close()
    assert not problems, problems


def _is_problem(message: Any) -> bool:
    return message.type == "error" and not LOST.match(message.text)


def _scans(request: Any) -> list[dict[str, Any]]:
    return (
        request.post_data_json["scans"]
        if request.url.split("?")[0].endswith("/api/device/scans")
        else []
    )


def enrolment(
    cast: Cast, kind: DeviceKind = DeviceKind.KIOSK, *, pin: str = PIN, **facts: Any
) -> tuple[int, str]:
    """A device made at the desk, and the code its QR holds."""
    for module in (arrivals, intake, throttle):
        module.forget()
    user = cast.cook if kind is DeviceKind.LEADER else cast.coordinator
    new = NewDevice(
        kind=kind,
        name="花園公民館の受付",
        made_by_user_id=user.id,
        valid_from=NOW - timedelta(days=1),
        valid_until=NOW + timedelta(days=30),
        host_party_id=cast.minato.party_id,
        user_id=user.id if kind is DeviceKind.LEADER else None,
        pin_salt=SALT if pin else "",
        pin_hash=services.hash_pin(pin, SALT) if pin else "",
        **facts,
    )
    device_id = run_turn(services.make_device, new)
    return device_id, run_turn(services.new_enrolment, device_id, user.id)


def expect_people(cast: Cast) -> None:
    """佐藤 花子 and 鈴木 一郎 have seats today."""
    with write_turn():
        for person in (cast.hanako, cast.ichiro):
            make_participation(person, cast.shift_today)


def attendances(app: Flask) -> int:
    """How many attendances there are."""
    db.session.rollback()
    return int(db.session.execute(db.select(db.func.count()).select_from(Attendance)).scalar_one())
