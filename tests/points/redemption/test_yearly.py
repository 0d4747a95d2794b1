"""The yearly statement: points by kind, the yen paid, who may read it."""

from datetime import timedelta
from typing import Any

import pytest

from points.payouts.services import pay_at_desk
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import actor_of, approve, give_points, make_cash_out
from tests.points.earning.test_awards import award, facts
from volunteer.core.db import write_turn


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    return " ".join(answer.text.split())


@pytest.mark.both_databases
def test_a_year_is_told_on_one_sheet(client: Client, cast: Cast) -> None:
    award(facts(cast))
    cash_out_id = make_cash_out(cast, cast.hanako, 1000, "desk_cash")
    approve(cast, cash_out_id)
    actor = actor_of(cast.payer)
    with write_turn():
        pay_at_desk(cash_out_id, actor, "運転免許証")
    sign_in_as(client, cast.hanako)
    assert "/points/year" in client.get("/points").text
    text = text_of(client, "/points/year")
    for words in ("佐藤 花子", "＋1,200", "−1,000", "1,000円", "いまの残り", "活動：1回、2時間"):
        assert words in text, words
    assert "非課税" not in text
    assert "税務署にお聞きください" in text


def test_an_earlier_year_keeps_its_end(client: Client, cast: Cast, clock: Any) -> None:
    give_points(cast, cast.hanako, 300)
    clock.advance(timedelta(days=200))
    sign_in_as(client, cast.hanako)
    now = text_of(client, "/points/year")
    assert "<dt>はじめの残り</dt><dd>300" in now
    assert "この1年に受けとったお金はありません" in now
    before = text_of(client, "/points/year?year=2026-04-01")
    assert "おわりの残り" in before
    assert "＋300" in before
    for nonsense in ("?year=x", "?programme=x"):
        assert client.get(f"/points/year{nonsense}").status_code == 200
    for missing in ("?year=1999-04-01", "?programme=99999"):
        assert client.get(f"/points/year{missing}").status_code == 404


def test_the_desk_prints_it_and_others_do_not_see_it(client: Client, cast: Cast) -> None:
    give_points(cast, cast.ichiro, 300)
    address = f"/desk/people/{cast.ichiro.party_id}/points/year"
    sign_in_as(client, cast.coordinator)
    assert "鈴木 一郎" in text_of(client, address)
    for who in (cast.hanako, cast.payer):
        assert sign_in_as(client, who).get(address).status_code in (302, 403)
    sign_in_as(client, cast.applicant)
    assert client.get("/points/year").status_code == 404
