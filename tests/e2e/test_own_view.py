"""A card and its PIN at the tablet: the own points and plans for a moment, and nothing stays."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import expect

from matching.devices.states import DeviceKind
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.e2e.look import NARROW, RULES, SIDEWAYS, SIDEWAYS_DOUBLED, VIOLATIONS
from tests.e2e.tablet import Tablet, enrolment, expect_people
from tests.factories.money import give_points
from volunteer.core.db import run_turn
from volunteer.pins.services import sealed_pin, set_pin
from volunteer.pins.states import PinReason

pytestmark = pytest.mark.xdist_group("kiosk")
PIN = "7391"


@pytest.fixture
def kiosk(app: Flask, cast: Cast, tablet: Callable[..., Tablet]) -> Tablet:
    """A tablet at the door; 鈴木 一郎 has a PIN, points and a place today."""
    expect_people(cast)
    give_points(cast, cast.ichiro, 1200)
    sealed = sealed_pin(cast.ichiro.party_id, PIN)
    run_turn(set_pin, cast.ichiro.party_id, sealed, PinReason.FIRST, cast.coordinator.id)
    one = tablet()
    one.open(enrolment(cast)[1])
    one.waits()
    return one


def asks(kiosk: Tablet, pin: str, card: str = CARD_OF_ICHIRO) -> None:
    """Type both and look."""
    kiosk.write("ご自分のカードの番号", card)
    kiosk.write("カードの暗証番号", pin)
    kiosk.page.get_by_role("button", name="見る", exact=True).click()


def left_on(kiosk: Tablet) -> set[str]:
    """What of the one before still stands in the page, when the display waits for the next one."""
    kiosk.waits()
    page = kiosk.page.content()
    typed = {kiosk.page.locator(field).input_value() for field in ("#own-card", "#own-pin")}
    return {word for word in ("1,200", "鈴木 一郎") if word in page} | typed - {""}


def kept(kiosk: Tablet) -> str:
    """Everything this device keeps, as text."""
    found: Any = kiosk.page.evaluate(
        """async () => {
            const {read, got} = await import('/static/js/kiosk/store.js')
            const all = await read(['meta', 'outbox', 'told'], (...s) => Promise.all(s.map(one => got(one.getAll()))))
            return JSON.stringify([all, {...localStorage}, {...sessionStorage}])
        }"""
    )
    return str(found)


def test_card_and_pin_show_the_own_points_and_plans_until_one_has_seen_them(kiosk: Tablet) -> None:
    kiosk.touch("ポイントと予定を見る")
    asks(kiosk, PIN)
    kiosk.reads("鈴木 一郎さん", "V0002", "1,200", "子ども食堂の準備", "まで")
    assert not kiosk.page.evaluate(SIDEWAYS)
    kiosk.page.evaluate(AXE_SCRIPT)
    assert not kiosk.page.evaluate(VIOLATIONS, RULES)
    assert kiosk.context.cookies() == []
    kiosk.touch("見おわった")
    assert not left_on(kiosk)
    assert PIN not in kept(kiosk)
    assert "1200" not in kept(kiosk)
    assert not kiosk.told


def test_it_goes_away_after_a_minute_without_a_touch(kiosk: Tablet) -> None:
    kiosk.touch("ポイントと予定を見る")
    asks(kiosk, PIN)
    kiosk.reads("1,200")
    kiosk.page.clock.run_for(61_000)
    assert not left_on(kiosk)


def test_it_goes_away_after_three_minutes_also_under_a_finger(kiosk: Tablet) -> None:
    kiosk.touch("ポイントと予定を見る")
    asks(kiosk, PIN)
    kiosk.reads("1,200")
    for _ in range(4):
        kiosk.page.clock.run_for(44_000)
        kiosk.page.keyboard.press("Shift")
    kiosk.reads("1,200")
    kiosk.page.clock.run_for(10_000)
    assert not left_on(kiosk)


def test_wrong_ones_are_explained_and_the_fifth_sends_to_the_desk(kiosk: Tablet) -> None:
    kiosk.touch("ポイントと予定を見る")
    asks(kiosk, "")
    expect(kiosk.seen("暗証番号を入れてください。")).to_be_visible()
    asks(kiosk, PIN, "C000 0000")
    expect(kiosk.seen("このカードの番号は登録されていません")).to_be_visible()
    for left in (4, 3, 2, 1):
        asks(kiosk, "4827")
        expect(kiosk.seen(f"あと{left}回ためせます")).to_be_visible()
        expect(kiosk.page.locator("#own-pin")).to_have_value("")
        expect(kiosk.page.locator("#own-card")).to_have_value(CARD_OF_ICHIRO)
    for pin in ("4827", PIN):
        asks(kiosk, pin)
        expect(kiosk.seen("センターの窓口で、新しく決められます")).to_be_visible()


def test_with_readings_what_is_wrong_stays_one_text(kiosk: Tablet) -> None:
    kiosk.speak("ja@easy")
    kiosk.page.locator("[data-do=own]").click()
    kiosk.page.locator("#own-card").fill("C000 0000")
    kiosk.page.locator("#own-pin").fill(PIN)
    kiosk.page.keyboard.press("Enter")
    error = kiosk.page.locator("[data-slot=own-error]")
    expect(error.locator("ruby").first).to_be_visible()
    expect(error.locator("> *")).to_have_count(1)
    kiosk.page.set_viewport_size(NARROW)
    assert not kiosk.page.evaluate(SIDEWAYS_DOUBLED)


def test_a_reader_puts_the_card_in_and_checks_nobody_in(kiosk: Tablet) -> None:
    kiosk.touch("ポイントと予定を見る")
    kiosk.reader(f"http://localhost/c/{CARD_OF_ICHIRO}")
    expect(kiosk.page.locator("#own-card")).to_have_value(CARD_OF_ICHIRO)
    expect(kiosk.page.locator("#own-pin")).to_be_focused()
    assert not kiosk.told


def test_without_a_network_it_says_so(kiosk: Tablet) -> None:
    kiosk.touch("ポイントと予定を見る")
    kiosk.context.set_offline(True)
    asks(kiosk, PIN)
    expect(kiosk.seen("いまはセンターにつながらないので")).to_be_visible()


def test_an_organizers_phone_offers_nothing_of_it(
    app: Flask, cast: Cast, tablet: Callable[..., Tablet]
) -> None:
    expect_people(cast)
    one = tablet()
    one.open(enrolment(cast, DeviceKind.LEADER)[1])
    one.waits()
    expect(one.page.get_by_role("button", name="ポイントと予定を見る")).to_have_count(0)
