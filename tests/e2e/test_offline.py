"""A tablet whose network comes and goes: nothing is lost or counted twice, the screen never says more than is true."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response
from playwright.sync_api import Route, expect

from matching.checkin.models import Attendance, AttendanceEvent, ScanRefusal
from matching.devices import routes, services
from matching.devices.models import DeviceScan
from tests.cast import CARD_OF_ICHIRO, NOW, Cast
from tests.e2e.tablet import PIN, Tablet, attendances, enrolment, expect_people
from tests.e2e.visitor import SEEN
from tests.factories.matching import make_participation
from tests.factories.volunteer import insure
from volunteer.core.db import db, run_turn, write_turn

KEPT = "この端末に保存しました"
OUTBOX = "import('/static/js/kiosk/outbox.js')"


@pytest.fixture
def device(cast: Cast) -> tuple[int, str]:
    """The number of a device and its code; three people are expected today."""
    expect_people(cast)
    with write_turn():
        make_participation(cast.student, cast.shift_today)
        insure(cast.student, NOW.date(), NOW.date() + timedelta(days=30))
    return enrolment(cast)


@pytest.fixture
def kiosk(app: Flask, device: tuple[int, str], tablet: Callable[..., Tablet]) -> Tablet:
    """An enrolled tablet whose page is kept."""
    one = tablet()
    one.open(device[1])
    one.waits()
    one.is_kept()
    return one


def picks(kiosk: Tablet, *people: tuple[str, str]) -> None:
    """Receive these by name; nothing is said to be done."""
    for row, name in people:
        kiosk.picks(row, name)
        kiosk.touch("受付する")
        kiosk.result(KEPT)
        kiosk.reads_not("受付しました")
        kiosk.touch("次の人へ")


def sent(kiosk: Tablet) -> None:
    """Everything has been answered."""
    expect(kiosk.page.locator("[data-slot=unsent-words]")).to_be_empty(timeout=15_000)


def lose_answers(app: Flask, monkeypatch: pytest.MonkeyPatch, count: int) -> list[int]:
    """The center takes scans and its first answers are lost on the way; how many uploads came."""
    real, came = app.view_functions["device_api.scans"], [0]

    def lossy() -> Any:
        answer = real()
        came[0] += 1
        return Response("", 503) if came[0] <= count else answer

    lossy.__dict__.update(real.__dict__)
    monkeypatch.setitem(app.view_functions, "device_api.scans", lossy)
    return came


TWO = (("さ", "佐○ 花○"), ("た", "高○ 陽○"))


def test_three_scans_survive_reload_closing_and_a_lost_answer_and_count_once(
    kiosk: Tablet, app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.context.set_offline(True)
    kiosk.page.reload()
    kiosk.waits()
    kiosk.reads("電波がありません", "にセンターから受けとった人数です")
    picks(kiosk, *TWO)
    kiosk.reader(f"{kiosk.url}/c/{CARD_OF_ICHIRO}")
    kiosk.result(KEPT, "未送信 3件")
    kiosk.touch("次の人へ")
    kiosk.reads("この端末に保存しました（未送信 3件）")
    kiosk.counts(0, 3)
    kiosk.reopen()
    kiosk.reads("この端末に保存しました（未送信 3件）")
    assert attendances(app) == 0
    came = lose_answers(app, monkeypatch, 1)
    kiosk.context.set_offline(False)
    sent(kiosk)
    kiosk.counts(3, 3)
    assert attendances(app) == 3
    assert came[0] >= 2
    scans = db.session.execute(db.select(DeviceScan).order_by(DeviceScan.counter)).scalars().all()
    assert [(one.counter, one.status.value) for one in scans] == [
        (1, "accepted"),
        (2, "accepted"),
        (3, "accepted"),
    ]


def test_two_tabs_show_the_same_and_send_each_scan_once(
    kiosk: Tablet, app: Flask, device: tuple[int, str]
) -> None:
    other = Tablet(kiosk.context, kiosk.context.new_page(), kiosk.url, kiosk.told)
    SEEN.append(other.page)
    other.open()
    other.waits()
    kiosk.context.set_offline(True)
    picks(kiosk, TWO[0])
    picks(other, TWO[1])
    for one in (kiosk, other):
        one.reads("この端末に保存しました（未送信 2件）")
    kiosk.told.clear()
    kiosk.context.set_offline(False)
    for one in (kiosk, other):
        sent(one)
        one.counts(2, 3)
    assert attendances(app) == 2
    assert sorted(one["counter"] for one in kiosk.told) == [1, 2]
    kiosk.touch("設定")
    kiosk.write("この端末の暗証番号", PIN)
    kiosk.touch("設定を開く")
    kiosk.touch("この端末の登録をはずす")
    kiosk.touch("はい、はずします")
    other.reads("この端末を受付に使う")
    other.reads_not("佐○ 花○")


def test_a_long_queue_goes_up_in_parts_and_a_busy_center_is_asked_again(
    kiosk: Tablet, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.context.set_offline(True)
    kiosk.page.evaluate(
        f"""async code => {{ const outbox = await {OUTBOX}
          for (let n = 0; n < 120; n++) await outbox.keep({{ code, how: "camera", direction: "auto" }}) }}""",
        CARD_OF_ICHIRO,
    )
    kiosk.reads("未送信 120件")
    came = lose_answers(app, monkeypatch, 2)
    kiosk.context.set_offline(False)
    sent(kiosk)
    assert came[0] >= 5
    assert attendances(app) == 1
    counters = db.session.execute(db.select(DeviceScan.counter)).scalars().all()
    assert sorted(counters) == list(range(1, 121))


def test_what_is_no_answer_of_ours_removes_nothing(kiosk: Tablet, app: Flask) -> None:
    def sign_in_page(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<h1>Wi-Fi</h1>")

    kiosk.context.route("**/api/device/**", sign_in_page)
    picks(kiosk, TWO[0])
    kiosk.reads("センターにつながりません", "未送信 1件")
    kiosk.context.unroute("**/api/device/**")
    sent(kiosk)
    assert attendances(app) == 1


def test_an_upload_that_is_not_taken_stands_in_the_list_here_and_at_the_desk(
    kiosk: Tablet, app: Flask, cast: Cast
) -> None:
    kiosk.context.set_offline(True)
    kiosk.reader("CAAAAAAA")
    kiosk.result(KEPT)
    kiosk.touch("次の人へ")
    kiosk.context.set_offline(False)
    sent(kiosk)
    kiosk.touch("受付できなかった記録（1件）")
    kiosk.reads("カードの番号にまちがいがあります", "読みとり機")
    kiosk.reads_not("確かめたので、消す")
    db.session.rollback()
    refused = db.session.execute(db.select(db.func.count()).select_from(DeviceScan)).scalar()
    assert refused == 1
    assert attendances(app) == 0


def test_who_came_by_card_before_is_asked_about_going_home_also_offline(
    kiosk: Tablet, app: Flask, clock: Any
) -> None:
    kiosk.reader(CARD_OF_ICHIRO)
    kiosk.result("受付しました")
    kiosk.touch("次の人へ")
    clock.set(NOW + timedelta(hours=2))
    kiosk.page.clock.set_system_time(NOW + timedelta(hours=2))
    kiosk.page.reload()
    kiosk.reads("11:00")
    kiosk.context.set_offline(True)
    kiosk.reader(CARD_OF_ICHIRO)
    kiosk.result("活動を終わりますか")
    kiosk.touch("終わる")
    kiosk.result("終わりの時刻を、この端末に保存しました")
    kiosk.touch("次の人へ")
    kiosk.reader(CARD_OF_ICHIRO)
    kiosk.result("もう、この端末に保存してあります")
    kiosk.touch("次の人へ")
    kiosk.context.set_offline(False)
    sent(kiosk)
    assert db.session.execute(db.select(Attendance.checked_out_at)).scalar_one() is not None


def test_a_revoked_device_says_whom_to_call_and_still_sends_what_it_has(
    kiosk: Tablet, app: Flask, cast: Cast, device: tuple[int, str]
) -> None:
    kiosk.context.set_offline(True)
    picks(kiosk, TWO[0])
    run_turn(services.revoke_device, device[0], cast.coordinator.id)
    kiosk.context.set_offline(False)
    kiosk.reads("この端末での受付は、センターがとめました", "0134-00-0000", "紙の名簿に")
    sent(kiosk)
    kiosk.reads_not("名前からさがす")
    kiosk.reopen()
    kiosk.reads("この端末での受付は、センターがとめました")
    kiosk.touch("受付できなかった記録（1件）")
    kiosk.reads("佐○ 花○", "この端末は、もう受付に使えません", "記録はセンターに届きました")
    db.session.rollback()
    scan = db.session.execute(db.select(DeviceScan)).scalar_one()
    assert (scan.status.value, scan.for_desk) == ("quarantined", True)
    assert attendances(app) == 0


def test_a_clock_that_is_moved_offline_is_told_and_flagged(
    kiosk: Tablet, app: Flask, clock: Any
) -> None:
    kiosk.context.set_offline(True)
    kiosk.page.clock.set_system_time(NOW - timedelta(hours=5))
    kiosk.reads("この端末の時計が変わりました", "9:0")
    picks(kiosk, TWO[0])
    clock.set(NOW + timedelta(hours=1))
    kiosk.context.set_offline(False)
    sent(kiosk)
    kiosk.reads_not("この端末の時計が変わりました")
    db.session.rollback()
    attendance = db.session.execute(db.select(Attendance)).scalar_one()
    assert "clock" in attendance.flags
    event = db.session.execute(db.select(AttendanceEvent)).scalar_one()
    assert event.device_time < NOW - timedelta(hours=4)


def test_a_new_version_of_the_page_comes_while_scans_wait(
    kiosk: Tablet, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.context.route("**/api/device/scans*", lambda route: route.abort())
    picks(kiosk, TWO[0])
    kiosk.page.evaluate("window.before = true")
    monkeypatch.setattr(routes, "PICTURES", (*routes.PICTURES, "logo.svg"))
    kiosk.page.evaluate(
        "navigator.serviceWorker.getRegistration().then(one => one.update()).then(() => null)"
    )
    expect(kiosk.page.locator("body")).to_be_visible()
    kiosk.page.wait_for_event("load", timeout=15_000)
    kiosk.waits()
    assert kiosk.page.evaluate("window.before") is None
    kiosk.reads("未送信 1件")
    kiosk.context.unroute("**/api/device/scans*")
    sent(kiosk)
    assert attendances(app) == 1


def test_a_full_disk_is_never_called_saved(kiosk: Tablet, app: Flask) -> None:
    kiosk.page.evaluate(
        """() => { IDBObjectStore.prototype.add = () => {
          throw new DOMException("full", "QuotaExceededError") } }"""
    )
    kiosk.reader(CARD_OF_ICHIRO)
    kiosk.result("この端末に保存できません", "紙の名簿に")
    assert db.session.execute(db.select(db.func.count()).select_from(ScanRefusal)).scalar() == 0
    assert attendances(app) == 0


def test_where_nothing_can_be_stored_the_page_says_so(
    app: Flask, device: tuple[int, str], tablet: Callable[..., Tablet]
) -> None:
    one = tablet()
    one.page.add_init_script(
        """IDBFactory.prototype.open = () => { throw new DOMException("", "SecurityError") }"""
    )
    one.open(device[1])
    expect(one.seen("この端末を受付に使う")).to_be_visible()
    expect(one.seen("この端末に保存できないので、登録できません")).to_be_visible()
