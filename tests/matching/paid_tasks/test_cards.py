"""Paying by card: not too early, a page that is there at once, a hold, and everything that can be lost."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.paid_tasks import jobs, queries, services
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.states import By
from points.billing.gateway import PaymentState
from points.billing.gateways import the_gateway
from points.billing.models import Payment
from points.billing.states import DecisionReason, PayMethod
from points.billing.turn import take_turn
from points.ledger.verifying import verify_all
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.matching.paid_tasks.scene import agreed, fresh, quoted
from tests.points.billing.town import Town
from volunteer.core.db import run_turn


def _payments(task: PaidTask) -> list[Payment]:
    return [payment for _charge, payment in queries.charges_of(fresh(task))]


def _work(task: PaidTask) -> None:
    """The worker looks, as it does when there is news."""
    gateway = the_gateway()
    assert gateway is not None
    for payment_id in [one.id for one in _payments(task)]:
        take_turn(payment_id, gateway)


def _address(task: PaidTask) -> str:
    return f"/organization/paid/{task.number}"


@pytest.fixture
def cook(app: Flask, cast: Cast) -> Client:
    """The organization that orders."""
    return sign_in_as(app.test_client(), cast.cook)


def _agreed_by_card(cast: Cast, cook: Client, **values: Any) -> PaidTask:
    task = quoted(cast, after=timedelta(days=1), **values)
    page = cook.get(_address(task))
    cook.resubmit(page, {"method": "card"}, action="/agreement", page=_address(task))
    return fresh(task)


def test_the_page_for_the_card_is_there_at_once(
    app: Flask, cast: Cast, town: Town, cook: Client
) -> None:
    task = _agreed_by_card(cast, cook)
    [payment] = _payments(task)
    assert payment.url
    page = cook.get(_address(task)).text
    assert payment.url.partition("#")[0].replace("&", "&amp;") in page
    town.fake.machine.pay(payment.reference or "", "visa")
    _work(task)
    assert "カードで 2,000円 を確保しました" in cook.get(_address(task)).text
    staff = sign_in_as(app.test_client(), cast.coordinator)
    assert "カードで 2,000円 を確保しました" in staff.get(f"/desk/paid/{task.id}").text


def test_a_card_that_needs_its_owner_is_said_so(cast: Cast, town: Town, cook: Client) -> None:
    task = _agreed_by_card(cast, cook)
    town.fake.machine.pay(_payments(task)[0].reference or "", "3ds")
    _work(task)
    assert "カードの確認が終わっていません" in cook.get(_address(task)).text


def test_for_later_work_the_card_is_asked_for_when_its_day_comes(
    cast: Cast, town: Town, clock: Any, outbox: Any
) -> None:
    task = agreed(cast, PayMethod.CARD)
    assert jobs.ask_for_cards() == 0
    clock.advance(timedelta(days=5, minutes=1))
    assert jobs.ask_for_cards() == 1
    assert jobs.ask_for_cards() == 0
    assert _payments(task)[0].url
    assert "カードの手つづきができます" in outbox.last("cook@minato.example.jp").subject


def test_a_page_that_closed_unpaid_is_followed_by_another(
    cast: Cast, town: Town, cook: Client, clock: Any, outbox: Any
) -> None:
    task = _agreed_by_card(cast, cook)
    clock.advance(timedelta(hours=24))
    _work(task)
    assert _payments(task)[0].state is PaymentState.EXPIRED
    assert jobs.tell_lost() == 1
    assert "もう一度" in outbox.last("cook@minato.example.jp").subject
    staff = sign_in_as(cook, cast.coordinator)
    assert "カードの手つづきが消えた有償のお手伝い 1件" in staff.get("/desk").text
    assert task.number in staff.get("/desk/paid/cards").text
    cook = sign_in_as(cook, cast.cook)
    page = cook.get(_address(task))
    assert "カードの手つづきが消えました" in page.text
    cook.resubmit(page, {}, action="/card", page=_address(task))
    (first, _gone), (second, payment) = queries.charges_of(fresh(task))
    assert second.follows_charge_id == first.id
    assert payment.url
    assert jobs.tell_lost() == 0
    town.fake.machine.pay(payment.reference or "", "visa")
    _work(task)
    assert _payments(task)[1].state is PaymentState.HELD


def test_a_hold_that_ended_before_it_was_settled_is_asked_for_anew_and_taken_at_once(
    cast: Cast, town: Town, cook: Client, clock: Any
) -> None:
    task = _agreed_by_card(cast, cook)
    town.fake.machine.pay(_payments(task)[0].reference or "", "visa")
    _work(task)
    clock.advance(timedelta(days=31))
    _work(task)
    assert _payments(task)[0].state is PaymentState.RELEASED
    run_turn(services.report_time, task.id, 120, None, "report")
    run_turn(services.settle_time, task.id, 120, DecisionReason.DONE, By.SYSTEM, None, "settle")
    _work(task)
    payment = _payments(task)[-1]
    assert payment.state is PaymentState.OPEN
    town.fake.machine.pay(payment.reference or "", "visa")
    _work(task)
    assert _payments(task)[-1].captured_yen == 2000
    assert verify_all() == []


def test_longer_work_takes_the_hold_and_asks_for_the_rest(
    cast: Cast, town: Town, cook: Client, clock: Any
) -> None:
    task = _agreed_by_card(cast, cook)
    town.fake.machine.pay(_payments(task)[0].reference or "", "visa")
    _work(task)
    clock.set(task.participation.shift.ends_at)
    run_turn(services.report_time, task.id, 150, None, "report")
    run_turn(services.settle_time, task.id, 150, DecisionReason.DONE, By.ORDERER, None, "settle")
    _work(task)
    first, second = _payments(task)
    assert (first.captured_yen, second.amount_yen) == (2000, 500)
    assert second.url
    town.fake.machine.pay(second.reference or "", "visa")
    _work(task)
    assert _payments(task)[1].captured_yen == 500
    assert verify_all() == []


def test_a_student_who_withdraws_lets_the_hold_go(
    cast: Cast, town: Town, cook: Client, app: Flask
) -> None:
    task = _agreed_by_card(cast, cook)
    town.fake.machine.pay(_payments(task)[0].reference or "", "visa")
    _work(task)
    student = sign_in_as(app.test_client(), cast.student)
    student.submit(f"/me/plan/{task.participation_id}/withdrawal", {"reason": ""})
    _work(task)
    assert _payments(task)[0].state is PaymentState.RELEASED
    assert "お支払いはありません" in cook.get(_address(task)).text
