"""Receipts and invoices on the payer's own page: the desk's numbers, their own only, for a household by its link."""

from typing import Any

import pytest
from flask import Flask

from matching.paid_tasks.links import make_link, revoke_links, token_of
from matching.paid_tasks.models import PaidTask
from points.billing.models import BillingPaper
from points.billing.papers import print_paper
from points.billing.services import AtDesk, record_desk_payment
from points.billing.states import Direction, PaperKind, PayMethod
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.matching.paid_tasks.scene import agreed
from volunteer.core import clock
from volunteer.core.db import db, run_turn

INVOICE = {"kind": "invoice", "desk_payment": ""}


def _charge(task: PaidTask) -> int:
    return task.charge_id or 0


def _by_desk(cast: Cast, charge_id: int, kind: PaperKind, payment: int | None = None) -> None:
    values = {"desk_payment_id": payment, "key": f"desk-{kind}", "by_user_id": cast.payer.id}
    run_turn(lambda: print_paper(charge_id, kind, **values).id)


def _paid(cast: Cast, charge_id: int) -> int:
    money = AtDesk(Direction.IN, PayMethod.CASH, 2000, clock.today())
    by = cast.payer.id
    return int(run_turn(lambda: record_desk_payment(charge_id, money, key="in", by_user_id=by).id))


def test_an_organization_takes_its_papers_under_the_numbers_of_the_desk(
    cast: Cast, app: Flask
) -> None:
    task = agreed(cast)
    number, charge = task.number, _charge(task)
    payment = _paid(cast, charge)
    _by_desk(cast, charge, PaperKind.RECEIPT, payment)
    cook = sign_in_as(app.test_client(), cast.cook)
    page = f"/organization/paid/{number}"
    for _twice in range(2):
        opened = cook.get(page)
        assert "領収書" in opened.text
        if "領収書（2,000円）を出す" in opened.text:
            fields = {"kind": "receipt", "desk_payment": str(payment), "charge": str(charge)}
            answer = cook.resubmit(opened, fields, action="/papers", page=page)
            address = answer.headers["Location"]
    paper = cook.get(address)
    for words in ("領収書 2026-0001", "再発行", "みなと食堂 御中", "金 2,000円 也", "専門家に確認"):
        assert words in paper.text, words
    assert "センター控え" not in paper.text
    made = [(one.number, one.copy) for one in db.session.query(BillingPaper)]
    assert made == [(1, 1), (1, 2)]


def test_nobody_else_sees_them(cast: Cast, app: Flask) -> None:
    task = agreed(cast)
    number, charge = task.number, _charge(task)
    _by_desk(cast, charge, PaperKind.INVOICE)
    page = f"/organization/paid/{number}"
    cook = sign_in_as(app.test_client(), cast.cook)
    desk_made = db.session.query(BillingPaper).one().id
    assert cook.get(f"{page}/papers/{desk_made}").status_code == 404
    answer = cook.submit(page, INVOICE, action="/papers")
    own = answer.headers["Location"]
    assert cook.get(own).status_code == 200
    outsider = sign_in_as(app.test_client(), cast.outsider)
    hanako = sign_in_as(app.test_client(), cast.hanako)
    nobody = app.test_client()
    assert [one.get(own).status_code for one in (outsider, hanako, nobody)] == [404, 403, 303]


@pytest.mark.parametrize("fields", [{"kind": "reminder"}, {"charge": "99999"}, {"kind": "x"}])
def test_nonsense_prints_nothing(cast: Cast, app: Flask, fields: dict[str, Any]) -> None:
    task = agreed(cast)
    cook = sign_in_as(app.test_client(), cast.cook)
    answer = cook.submit(
        f"/organization/paid/{task.number}", {**INVOICE, **fields}, action="/papers"
    )
    assert answer.status_code == 404
    assert db.session.query(BillingPaper).count() == 0


def test_a_household_takes_its_invoice_by_the_link_while_it_works(
    cast: Cast, client: Client
) -> None:
    task = agreed(cast, household=True)
    task_id = task.id
    link = run_turn(lambda: make_link(task_id, cast.coordinator.id).number)
    page = f"/o/{token_of(task_id, link)}"
    answer = client.submit(page, INVOICE, action="/papers")
    paper = client.get(answer.headers["Location"])
    assert "様" in paper.text
    assert "no-store" in paper.headers["Cache-Control"]
    assert db.session.query(BillingPaper).one().by_user_id == cast.coordinator.id
    run_turn(revoke_links, task_id)
    assert client.get(answer.headers["Location"]).status_code == 404
