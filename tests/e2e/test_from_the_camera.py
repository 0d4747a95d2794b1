"""A code read with the phone's own camera app: one page, one button, also for somebody who is not signed in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from matching.checkin.states import Grade, Source
from tests.cast import NOW, Cast
from tests.client import Client
from tests.e2e.acts import code_in
from tests.e2e.visitor import Visitor
from tests.mail import Outbox
from tests.matching.checkin.scenes import accept, attendances, code_path, refusals


@pytest.fixture
def phone(new_context: Callable[..., Any], cast: Cast) -> Visitor:
    """花子's phone, on which nobody is signed in; she has a place today."""
    accept(cast.hanako, cast.shift_today)
    return Visitor(new_context())


def one_button(phone: Visitor) -> str:
    """The page has one thing to press, and says what comes after it."""
    buttons = phone.page.locator("#main .button")
    expect(buttons).to_have_count(1)
    return buttons.inner_text().strip()


def signs_in(phone: Visitor, outbox: Outbox, cast: Cast) -> None:
    """By the code of a mail."""
    assert cast.hanako.email
    phone.tap("メールでサインイン")
    phone.write("メールアドレス", cast.hanako.email)
    phone.tap("確認番号を送る")
    phone.write("確認番号", code_in(outbox, cast.hanako.email))
    phone.tap("すすむ")


@pytest.mark.parametrize(
    ("kind", "grade", "source"),
    [("venue", Grade.ON_SITE, Source.VENUE_CODE), ("poster", Grade.CLAIMED, Source.POSTER)],
)
def test_signed_out_the_code_of_a_mail_leads_back_to_the_same_button(
    phone: Visitor, outbox: Outbox, cast: Cast, clock: Any, kind: str, grade: Grade, source: Source
) -> None:
    shift = cast.shift_today
    phone.open(code_path(shift) if kind == "venue" else f"/w/{shift.code}")
    assert one_button(phone) == "メールでサインイン"
    phone.reads("花園公民館", "子ども食堂の準備", "終わると、この受付にもどります")
    here = phone.page.url
    clock.advance(timedelta(minutes=9))  # the code of the venue has changed long ago
    signs_in(phone, outbox, cast)
    assert phone.page.url == here
    assert one_button(phone) == "受付する"
    phone.reads("佐藤 花子さん")
    assert attendances() == []
    phone.tap("受付する")
    phone.reads("受付しました" if kind == "venue" else "確認待ちです")
    (one,) = attendances()
    assert (one.grade, one.source) == (grade, source)


def test_a_mail_that_took_longer_than_the_ticket_says_kindly_what_to_do(
    phone: Visitor, outbox: Outbox, cast: Cast, clock: Any
) -> None:
    phone.open(code_path(cast.shift_today))
    phone.tap("メールでサインイン")
    assert cast.hanako.email
    phone.write("メールアドレス", cast.hanako.email)
    clock.advance(timedelta(minutes=8))
    phone.tap("確認番号を送る")
    clock.advance(timedelta(minutes=8))
    phone.write("確認番号", code_in(outbox, cast.hanako.email))
    phone.tap("すすむ")
    phone.reads(
        "QRを読んでから15分がすぎました", "会場のQRをもう一度読んでください", "会場の番号を入れる"
    )
    assert attendances() == []
    phone.open(code_path(cast.shift_today))
    assert one_button(phone) == "受付する"
    phone.tap("受付する")
    phone.reads("受付しました")


def test_a_page_left_open_for_a_quarter_of_an_hour_is_refused_at_the_button(
    phone: Visitor, outbox: Outbox, cast: Cast, clock: Any
) -> None:
    phone.open(code_path(cast.shift_today))
    signs_in(phone, outbox, cast)
    clock.advance(timedelta(minutes=15, seconds=1))
    phone.tap("受付する")
    phone.reads("QRを読んでから15分がすぎました")
    assert attendances() == []
    assert [one.code for one in refusals()] == ["ticket_expired"]


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_preview_of_the_link_checks_nobody_in_and_takes_nobodys_ticket(
    app: Flask, phone: Visitor, outbox: Outbox, cast: Cast, method: str
) -> None:
    previewer = app.test_client()
    assert isinstance(previewer, Client)
    shift = cast.shift_today
    for path in (code_path(shift), f"/w/{shift.code}", f"/shifts/{shift.id}/check-in"):
        answer = getattr(previewer, method)(path, follow_redirects=True)
        assert answer.status_code in (200, 422), path
    assert attendances() == []
    phone.open(code_path(shift))
    signs_in(phone, outbox, cast)
    phone.tap("受付する")
    phone.reads("受付しました")
    assert [one.checked_in_at for one in attendances()] == [NOW]
