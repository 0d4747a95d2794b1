"""The tablet at the door, from its enrolment to going home, with a camera and without."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import expect

from matching.checkin.models import Attendance, ScanRefusal
from matching.devices.states import DeviceKind
from tests.browser import PHONE
from tests.cast import CARD_OF_ICHIRO, NOW, Cast
from tests.e2e.filmed import film_held, photo
from tests.e2e.look import DOUBLE, NARROW, RULES, SIDEWAYS, SMALL, VIOLATIONS
from tests.e2e.picture import read_qr
from tests.e2e.tablet import PIN, Tablet, attendances, enrolment, expect_people
from volunteer.core.db import db, write_turn

pytestmark = pytest.mark.xdist_group("kiosk")


@pytest.fixture
def kiosk(app: Flask, cast: Cast, tablet: Callable[..., Tablet]) -> Tablet:
    """An enrolled tablet at today's shift, two people expected."""
    expect_people(cast)
    one = tablet()
    one.open(enrolment(cast)[1])
    one.waits()
    return one


def at(kiosk: Tablet, clock: Any, **later: int) -> None:
    """It is later, here and at the center."""
    clock.set(NOW + timedelta(**later))
    kiosk.page.clock.set_system_time(NOW + timedelta(**later))


def test_the_qr_of_the_desk_enrols_the_tablet_and_its_code_leaves_the_address(
    kiosk: Tablet,
) -> None:
    kiosk.reads("子ども食堂の準備", "花園公民館", "9:00", "つながっています")
    kiosk.counts(0, 2)
    assert "#" not in kiosk.page.url


def test_a_reader_enrols_with_the_qr_of_the_desk(cast: Cast, tablet: Callable[..., Tablet]) -> None:
    one = tablet()
    one.open()
    one.reads("この端末を受付に使う")
    one.reader(f"http://localhost/kiosk#{enrolment(cast)[1]}")
    one.waits()


def test_a_typed_code_enrols_and_a_wrong_or_used_one_says_what_to_do(
    app: Flask, cast: Cast, tablet: Callable[..., Tablet]
) -> None:
    first, second = tablet(), tablet(viewport=PHONE)
    _, code = enrolment(cast)
    first.open()
    first.write("登録コード", "D123 4567")
    first.touch("登録する")
    first.reads("このコードは使えません")
    expect(first.page.get_by_label("登録コード")).to_have_value("D1234567")
    first.write("登録コード", f"{code[:4].lower()} {code[4:]}")
    first.touch("登録する")
    first.waits()
    second.open(code)
    second.reads("このコードは、ほかの端末で使われました")
    first.open(code)
    first.waits()


def test_a_card_before_the_camera_is_received_and_two_hours_later_goes_home(
    kiosk: Tablet, app: Flask, clock: Any, camera_clip: Path
) -> None:
    film_held(camera_clip, CARD_OF_ICHIRO)
    kiosk.touch("カメラを使う")
    kiosk.result("受付しました", "鈴○ 一○さん", "V0002", "受付ずみ 1人／予定 2人")
    assert attendances(app) == 1
    kiosk.waits()
    kiosk.counts(1, 2)
    at(kiosk, clock, hours=2)
    expect(kiosk.shown).to_be_visible(timeout=12_000)
    if (
        "すでに受付ずみ" in kiosk.shown.inner_text()
    ):  # read between the two clocks: of two hours ago
        kiosk.touch("次の人へ")
    kiosk.result("活動を終わりますか", "鈴○ 一○さん")
    kiosk.touch("終わる")
    kiosk.result("おつかれさまでした")
    db.session.rollback()
    assert db.session.execute(db.select(Attendance.checked_out_at)).scalar_one() is not None


def test_somebody_without_anything_is_found_by_the_first_sound_of_the_name(
    kiosk: Tablet, clock: Any
) -> None:
    kiosk.picks("さ", "佐○ 花○")
    expect(kiosk.seen("この名前で受付しますか")).to_be_visible()
    expect(kiosk.seen("佐○ 花○さん")).to_be_visible()
    kiosk.reads_not("佐藤")
    kiosk.touch("受付する")
    expect(kiosk.shown).to_contain_text("受付しました")
    expect(kiosk.shown).to_contain_text("佐○ 花○さん")
    kiosk.touch("次の人へ")
    kiosk.waits()
    at(kiosk, clock, hours=2)
    kiosk.picks("さ", "佐○ 花○")
    expect(kiosk.seen("もう受付しています。活動を終わりますか")).to_be_visible()
    kiosk.touch("終わる")
    expect(kiosk.shown).to_contain_text("おつかれさまでした")
    kiosk.shown.click(position={"x": 5, "y": 5})
    kiosk.picks("さ", "佐○ 花○")
    expect(kiosk.seen("もう活動を終わっています")).to_be_visible()


def test_who_has_a_phone_reads_the_codes_of_the_venue_from_the_tablet(kiosk: Tablet) -> None:
    kiosk.reads("音を出すには、画面に一度ふれてください")
    kiosk.touch("自分のスマホで")
    kiosk.reads("スマホのカメラで、このQRを読んでください")
    code = kiosk.page.locator("[data-slot=venue] svg")
    assert "/v/" in read_qr(code.screenshot())
    kiosk.reads_not("音を出すには")
    kiosk.touch("もどる")
    kiosk.waits()


def test_a_typed_number_may_be_wrong_and_is_put_right(kiosk: Tablet, app: Flask) -> None:
    wrong = CARD_OF_ICHIRO[:-1] + "X"
    kiosk.types(wrong)
    kiosk.result("カードの番号にまちがいがあります")
    kiosk.touch("番号を直す")
    expect(kiosk.page.get_by_label("カードの番号", exact=True)).to_have_value(wrong)
    kiosk.write("カードの番号", CARD_OF_ICHIRO.lower())
    kiosk.touch("受付する")
    kiosk.result("受付しました")
    kiosk.touch("次の人へ")
    kiosk.reads("受付できなかった記録（1件）")
    assert attendances(app) == 1


def test_a_reader_on_any_view_and_a_photograph_are_read(kiosk: Tablet, app: Flask) -> None:
    kiosk.touch("名前からさがす")
    kiosk.reader(CARD_OF_ICHIRO)
    kiosk.result("受付しました", "鈴○ 一○さん")
    kiosk.reader(f"{kiosk.url}/c/{CARD_OF_ICHIRO}")
    kiosk.result("すでに受付ずみです", "鈴○ 一○さん")
    kiosk.touch("次の人へ")
    for file, words in (
        (photo("", 400, 300), "写真にQRが見つかりませんでした"),
        (photo("WIFI:S:cafe;;", 1200, 900), "このQRでは受付できません"),
        (photo(CARD_OF_ICHIRO, 1200, 900), "すでに受付ずみです"),
    ):
        with kiosk.page.expect_file_chooser() as chooser:
            kiosk.touch("写真をえらぶ")
        chooser.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": file})
        kiosk.result(words)
        kiosk.touch("次の人へ")
    assert [one["how"] for one in kiosk.told] == ["reader", "reader", "photo"]
    assert attendances(app) == 1


def test_who_is_not_expected_is_told_so_unless_the_shift_takes_walk_ins(
    app: Flask, cast: Cast, tablet: Callable[..., Tablet]
) -> None:
    one = tablet()
    one.open(enrolment(cast)[1])
    one.waits()
    one.types(CARD_OF_ICHIRO)
    one.result("この活動の参加者ではありません")
    one.touch("次の人へ")
    with write_turn():
        cast.help_request.walk_in_allowed = True
    one.types(CARD_OF_ICHIRO)
    one.result("当日の参加として受付しました")
    assert db.session.execute(db.select(db.func.count()).select_from(ScanRefusal)).scalar() == 1


def test_the_settings_open_with_the_pin_only(kiosk: Tablet) -> None:
    kiosk.touch("設定")
    for _ in range(5):
        kiosk.write("この端末の暗証番号", "1111")
        kiosk.touch("設定を開く")
        expect(kiosk.seen("暗証番号がちがいます")).to_be_visible()
        kiosk.page.evaluate("document.querySelector('[data-slot=pin-error]').replaceChildren()")
    kiosk.page.reload()
    kiosk.touch("設定")
    kiosk.write("この端末の暗証番号", PIN)
    kiosk.touch("設定を開く")
    rest = kiosk.page.get_by_text(re.compile("5回ちがいました。(60|5[0-9])秒待ってから"))
    expect(rest).to_be_visible()
    kiosk.page.clock.fast_forward("01:01")
    kiosk.waits()
    kiosk.touch("設定")
    kiosk.write("この端末の暗証番号", PIN)
    kiosk.touch("設定を開く")
    expect(kiosk.seen("この端末の設定")).to_be_visible()
    expect(kiosk.seen("花園公民館の受付")).to_be_visible()
    kiosk.touch("もどる")
    kiosk.waits()
    kiosk.touch("設定")
    kiosk.reads("設定は、担当の人だけが開けます")
    kiosk.write("この端末の暗証番号", PIN)
    kiosk.touch("設定を開く")
    kiosk.touch("この端末の登録をはずす")
    kiosk.touch("はい、はずします")
    expect(kiosk.seen("この端末を受付に使う")).to_be_visible()


def test_the_language_is_kept_and_its_pages_too(kiosk: Tablet) -> None:
    kiosk.is_kept()
    kiosk.touch("設定")
    kiosk.write("この端末の暗証番号", PIN)
    kiosk.touch("設定を開く")
    kiosk.page.get_by_role("link", name="English").click()
    expect(
        kiosk.page.get_by_role("heading", name="Please show your QR code or card here")
    ).to_be_visible()
    kiosk.reopen()
    expect(kiosk.page.get_by_role("button", name="Find by name")).to_be_visible()
    kiosk.reader(CARD_OF_ICHIRO)
    kiosk.result("Checked in")


def test_an_organizers_phone_sees_whole_names_and_has_no_pin(
    app: Flask, cast: Cast, tablet: Callable[..., Tablet]
) -> None:
    expect_people(cast)
    phone = tablet(viewport=PHONE)
    phone.open(enrolment(cast, DeviceKind.LEADER, pin="")[1])
    phone.waits()
    phone.picks("さ", "佐藤 花子")
    phone.touch("受付する")
    phone.result("受付しました", "佐藤 花子さん")
    phone.touch("次の人へ")
    phone.touch("設定")
    phone.reads("この端末の設定")


ACTS = (
    *("enrol", "names", "typed", "phone", "records", "settings", "confirm", "stopped"),
    *("own", "own-shown", "pin"),
)


LINES = """() => document.querySelector("[data-slot=arrived]").getClientRects().length"""


@pytest.mark.parametrize("language", ["ja", "ja@easy", "en"])
def test_every_view_is_plain_to_see_and_to_touch(kiosk: Tablet, language: str) -> None:
    kiosk.page.add_init_script(AXE_SCRIPT)
    kiosk.speak(language)
    expect(kiosk.page.locator("[data-view=waiting]")).to_be_visible()
    problems = []
    for name in ("waiting", *ACTS):
        kiosk.page.evaluate(
            """name => {
              document.querySelectorAll("[data-view]").forEach(one => one.hidden = one.dataset.view !== name)
              const empty = "h2:empty, button:empty, [data-slot=own-name]"
              for (const one of document.querySelectorAll(empty)) one.textContent = "受付"
            }""",
            name,
        )
        found = kiosk.page.evaluate(VIOLATIONS, RULES) if language == "ja" else []
        found += [f"under 48 px: {one}" for one in kiosk.page.evaluate(SMALL)]
        kiosk.page.set_viewport_size(NARROW)
        kiosk.page.evaluate(DOUBLE, "200%")
        found += [wide for wide in [kiosk.page.evaluate(SIDEWAYS)] if wide]
        found += [
            f"{lines} lines for a number" for lines in [kiosk.page.evaluate(LINES)] if lines > 2
        ]
        kiosk.page.evaluate(DOUBLE, "")
        kiosk.page.set_viewport_size({"width": 1024, "height": 768})
        problems += [f"{name}: {one}" for one in found]
    assert not problems, "\n".join(problems)


def test_the_scripts_stay_small_and_put_nothing_in_as_html() -> None:
    folder = Path(__file__).parents[2] / "static" / "js" / "kiosk"
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js"))}
    assert sum(len(text.encode()) for text in texts.values()) <= 66 * 1024
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    assert not [name for name, text in texts.items() if forbidden.search(text)]
