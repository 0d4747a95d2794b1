"""The person's pages: calculate, ask, follow, take back."""

from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import balances_of, cash_out_of, give_points, make_cash_out
from volunteer.core.db import db
from volunteer.core.models import AuditEntry

PAGE = "/points/cash-out"


def test_without_points_the_page_says_what_to_do(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.hanako)
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "交換は1,000ポイントからです" in answer.text


def test_calculating_shows_the_amounts_and_changes_nothing(cast: Cast, client: Client) -> None:
    give_points(cast, cast.hanako, 1750)
    sign_in_as(client, cast.hanako)
    assert "1,700ポイントです" in client.get(PAGE).text
    answer = client.get(PAGE + "?points=１２００&method=bank_transfer")
    assert answer.status_code == 200
    assert "1,200円" in answer.text
    assert "550" in answer.text
    assert balances_of(cast, cast.hanako).held == 0


def test_nonsense_is_refused_beside_the_field_and_kept(cast: Cast, client: Client) -> None:
    give_points(cast, cast.hanako, 1750)
    sign_in_as(client, cast.hanako)
    for typed, words in (
        ("1150", "100ポイント単位で入れてください"),
        ("900", "交換は1,000ポイントからです"),
        ("100000", "使えるのは1,750ポイントまでです"),
        ("たくさん", "数字で入れてください"),
        ("", "ポイントの数を入れてください"),
    ):
        answer = client.get(PAGE, query_string={"points": typed, "method": "bank_transfer"})
        assert answer.status_code == 422, typed
        assert answer.text.count(words) == 2, typed
        assert f'value="{typed}"' in answer.text


def test_asking_gives_a_number_and_what_happens_next(cast: Cast, client: Client) -> None:
    give_points(cast, cast.hanako, 1750)
    sign_in_as(client, cast.hanako)
    asked = client.get(PAGE + "?points=1000&method=desk_cash")
    answer = client.resubmit(asked)
    assert answer.status_code == 303
    shown = client.get(answer.location)
    assert "K-0001" in shown.text
    assert "窓口に来てください" in shown.text
    assert client.resubmit(asked).location == answer.location
    assert balances_of(cast, cast.hanako).held == 1000
    acts = db.session.execute(db.select(AuditEntry.act)).scalars().all()
    assert acts.count("redemption.request") == 1


def test_a_transfer_needs_an_account_first(cast: Cast, client: Client) -> None:
    give_points(cast, cast.student, 1000)
    sign_in_as(client, cast.student)
    answer = client.get(PAGE)
    assert "先に口座を入れてください" in answer.text
    assert 'value="bank_transfer"' not in answer.text
    refused = client.resubmit(answer, {"method": "bank_transfer"})
    assert refused.status_code == 422
    assert "口座がまだありません" in refused.text


def test_taking_back_asks_once_and_frees_the_points(cast: Cast, client: Client) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    sign_in_as(client, cast.hanako)
    page = f"/points/cash-outs/{cash_out_id}"
    assert "取り下げる" in client.get(page).text
    answer = client.submit(page + "/withdrawal")
    assert "取り下げました" in client.get(answer.location).text
    assert balances_of(cast, cast.hanako).available == 1000
    assert cash_out_of(cash_out_id).state.value == "withdrawn"
    assert "K-0001" in client.get("/points/cash-outs").text


def test_somebody_elses_cash_out_does_not_exist(app: Flask, cast: Cast, client: Client) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    sign_in_as(client, cast.student)
    page = f"/points/cash-outs/{cash_out_id}"
    assert client.get(page).status_code == 404
    assert client.get(page + "/withdrawal").status_code == 404
    assert client.post(page + "/withdrawal").status_code in (400, 404)
