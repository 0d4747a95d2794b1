"""Paid work in a real browser: a household without a sign-in orders and pays by card, a student works and earns."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest

from points.billing.adapters.fake.chaos import Chaos
from points.billing.adapters.fake.client import FakeStripe
from points.billing.adapters.fake.courier import Courier
from points.billing.adapters.fake.server import listen
from points.billing.gateways import FAKE_KEY, FAKE_SECRET
from points.ledger.verifying import verify_all
from tests.applications import settings_for
from tests.browser import DESK, LiveServer
from tests.cast import Cast
from tests.e2e import acts
from tests.e2e.visitor import Visitor, enter
from tests.factories.matching import make_category
from tests.mail import Outbox
from volunteer.core import clock as core_clock
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn

WORK_ON = date(2026, 11, 22)


@dataclass
class Cards:
    """The payment service beside the town, and what brings its webhooks."""

    fake: FakeStripe
    courier: Courier

    def taken_yen(self) -> int:
        """What it has captured."""
        return sum(one["amount_captured"] for one in self.fake.machine.all("ch"))


@pytest.fixture
def cards(live_server: LiveServer) -> Iterator[Cards]:
    """The town takes cards; the service answers on a port of its own."""
    fake = FakeStripe(core_clock.now, FAKE_KEY, FAKE_SECRET, Chaos())
    server = listen(fake)
    config = live_server.app.config
    config["OTAGAI"] = settings_for(
        config["OTAGAI"].database_url,
        OTAGAI_BASE_URL=live_server.url,
        OTAGAI_CARDS="fake",
        OTAGAI_FAKE_CARDS_URL=fake.machine.pages,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield Cards(fake, Courier(fake, f"{live_server.url}/payments/notices"))
    server.shutdown()
    thread.join()
    server.server_close()


def test_from_the_order_to_the_money(
    live_server: LiveServer,
    cast: Cast,
    new_context: Any,
    cards: Cards,
    outbox: Outbox,
    clock: Any,
) -> None:
    app = live_server.app
    with write_turn():
        make_category(
            "rental", "学生の手伝い", is_paid=True, yen_per_hour=1000, needs_insurance=False
        )
    staff = enter(new_context(viewport=DESK), app, cast.coordinator)
    _orders(staff)
    student = enter(new_context(), app, cast.student)
    _applies(student)

    resident, link = Visitor(new_context()), _paper_of(staff)
    resident.open(link)
    _agrees_by_card(resident)
    _pays(resident)
    assert cards.courier.bring() > 0
    acts.runs_jobs(app, "card-payments")
    assert cards.taken_yen() == 0

    slip = _slip_of(staff)
    clock.set(from_tokyo(WORK_ON, time(9, 55)))
    student.open(slip)
    student.tap("受付する")
    clock.set(from_tokyo(WORK_ON, time(12)))
    student.open(slip)
    student.tap("いま仕事を終わる")
    _reports(student)
    resident.open(link)
    _confirms(resident)
    acts.runs_jobs(app, "card-payments")
    assert cards.taken_yen() == 2000

    student.open("/earnings")
    student.reads("いま受けとれる", "2,000")
    _asks_for_pay(student, outbox)
    db.session.rollback()
    assert verify_all() == []


def _orders(staff: Visitor) -> None:
    """Staff enter what the household asked for by telephone, and publish it."""
    staff.open("/desk/requests/new")
    staff.tap("山田 トメ")
    staff.choose("学生の手伝い")
    staff.write("ひとことで言うと", "庭の雪かき")
    staff.write("くわしい内容", "門から玄関まで、雪をよけます。")
    staff.tap("次へすすむ")
    staff.choose("いいえ。1回のお手伝いに、お礼を払います")
    staff.tap("次へすすむ")
    staff.write("日にち", "11/22")
    staff.write("始まり", "10:00")
    staff.write("終わり", "12:00")
    staff.write("人数", "1")
    staff.tap("次へすすむ")
    staff.select("地区", "花園")
    staff.write("みんなに見せる場所", "花園2丁目")
    staff.write("くわしい場所", "みなと市花園2-3-4 山田")
    staff.tap("次へすすむ")
    staff.tap("次へすすむ")
    staff.choose("ふつう")
    staff.tap("次へすすむ")
    staff.write("当日の担当", "山田 トメ")
    staff.write("その人の電話", "0134-22-1111")
    staff.tap("次へすすむ")
    staff.choose("先着順で、すぐ決める")
    staff.tap("次へすすむ")
    staff.reads("2,000円")
    staff.tap("センターに送る")
    staff.open("/desk")
    staff.tap("庭の雪かき")
    staff.tap("公開する")
    staff.reads("公開しました")


def _applies(student: Visitor) -> None:
    """The price stands on the board; one tap takes the place."""
    student.open("/")
    student.go("さがす")
    student.reads("庭の雪かき", "はじめの1時間 1,000円")
    student.tap("申し込む", card="花園2丁目")
    student.reads("参加が決まりました", "返事があるまで、行かなくて大丈夫です")


def _paper_of(staff: Visitor) -> str:
    """The paper with the link of this one order: what a telephone reads from it."""
    staff.open("/desk/paid")
    staff.tap("庭の雪かき")
    staff.tap("リンクを作る")
    return staff.scan()


def _agrees_by_card(resident: Visitor) -> None:
    resident.reads("この内容で頼みますか", "高橋 陽太", "2,000円", "約束の内容")
    resident.choose("カード")
    resident.tap("この内容で頼む")
    resident.reads("約束ができました")


def _pays(resident: Visitor) -> None:
    """A card that is declined, another whose bank asks first; then back in the town."""
    resident.tap("カードの手つづきをする")
    resident.reads("本当のお金は動きません", "2,000円")
    resident.choose("断られるカード")
    resident.tap("このカードで払う")
    resident.reads("このカードは使えませんでした")
    resident.choose("カード会社が本人を確かめるカード")
    resident.tap("このカードで払う")
    resident.tap("はい、わたしが払います")
    resident.reads("カードの手つづきが終わりました")


def _slip_of(staff: Visitor) -> str:
    """The household's paper for the day: what the student's telephone reads from it."""
    staff.open("/desk/paid?stage=agreed")
    staff.tap("庭の雪かき")
    staff.tap("依頼した方の用紙")
    staff.tap("用紙を作る")
    return staff.scan()


def _reports(student: Visitor) -> None:
    student.write("仕事をした時間", "120")
    student.write("したこと・ようす", "門から玄関まで、雪をよけました。")
    student.tap("時間を報告する")
    student.reads("依頼した方の返事を待っています")


def _confirms(resident: Visitor) -> None:
    resident.tap("時間を確かめる")
    resident.reads("2,000円")
    resident.tap("はい、2時間でまちがいありません")
    resident.reads("時間を確認しました")


def _asks_for_pay(student: Visitor, outbox: Outbox) -> None:
    student.tap("受けとりを申し込む")
    acts.proves_identity(student, outbox, "student@example.jp")
    student.write("いくら受けとりますか", "2000")
    student.choose("窓口で現金")
    student.tap("計算する")
    student.tap("この内容で申し込む")
    student.reads("申し込みました")
