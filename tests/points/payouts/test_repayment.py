"""Money that is brought back for points that are owed: the receipt, the ledger, who may."""

import pytest

from points.ledger import services as ledger
from points.ledger.models import Journal
from points.ledger.verifying import verify_all
from points.payouts.models import Repayment
from points.payouts.own_data import own_data
from points.payouts.repaying import take_back
from points.redemption.four_eyes import Actor
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import actor_of, balances_of, give_points
from tests.mail import Outbox
from volunteer.core.db import db, write_turn
from volunteer.core.errors import AlreadySent, NotAllowed, Refused

pytestmark = pytest.mark.both_databases


def owe(cast: Cast, points: int = 200) -> None:
    """佐藤 花子 was paid for points that were taken back later."""
    give_points(cast, cast.hanako, points)
    credit_id = db.session.scalar(db.select(db.func.max(Journal.id)))
    pots = {"holder_id": cast.hanako.party_id, "programme_id": cast.programme.id}
    with write_turn():
        ledger.hold(**pots, points=points, hold_key="h", key="h", source="cash_out:1")
        ledger.settle("h", key="s", source="cash_out:1")
        ledger.reverse(credit_id, key="r", reason="false_record")


def pay_back(cast: Cast, points: int, actor: Actor, key: str = "test-repayment-1") -> None:
    person_id, programme_id = cast.hanako.party_id, cast.programme.id
    with write_turn():
        take_back(
            person_id=person_id, programme_id=programme_id, points=points, key=key, actor=actor
        )


def test_a_payer_takes_money_and_prints_the_receipt(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    owe(cast)
    sign_in_as(client, cast.payer)
    assert "不足のある人" in client.get("/desk/repayments").text
    assert "/desk/repayments" in client.get("/desk/payouts/cash").text
    address = f"/desk/people/{cast.hanako.party_id}/repayment"
    shown = client.get(address)
    assert "ポイントの不足（200円）" in shown.text
    receipt = client.resubmit(shown, {"points": "150"}, page=address, follow_redirects=True)
    assert "金 150円 也" in receipt.text
    assert "本人控え" in receipt.text
    assert balances_of(cast, cast.hanako).owed == 50
    assert "150円 を受けとりました" in outbox.letters()[-1].text
    assert "これまでに返されたお金" in client.get(address).text
    assert verify_all() == []
    too_much = client.submit(address, {"points": "60"})
    assert too_much.status_code == 422
    assert "不足しているポイントより多くは返せません" in too_much.text
    sign_in_as(client, cast.hanako)
    book = client.get("/points").text
    assert "窓口でお金を返していただいた分です" in book
    year = " ".join(client.get("/points/year").text.split())
    assert "<dt>不足をお金で返した分</dt><dd>＋150</dd>" in year
    assert "そのほか" not in year
    assert "急がなくてだいじょうぶです" in book


def test_the_same_again_is_one_receipt(cast: Cast) -> None:
    owe(cast)
    payer = actor_of(cast.payer)
    pay_back(cast, 100, payer)
    pay_back(cast, 100, payer)
    assert [len(part.rows) for part in own_data(cast.hanako.party_id)] == [1]
    assert len(db.session.scalars(db.select(Repayment.id)).all()) == 1
    with pytest.raises(AlreadySent):
        pay_back(cast, 50, payer)
    with pytest.raises(Refused):
        pay_back(cast, 200, payer, key="test-repayment-2")
    assert verify_all() == []


def test_nobody_takes_their_own_money(cast: Cast) -> None:
    owe(cast)
    own = Actor(cast.user("hanako@example.jp").id, cast.hanako.party_id)
    with pytest.raises(NotAllowed):
        pay_back(cast, 100, own)


def test_others_do_not_see_the_page(client: Client, cast: Cast) -> None:
    address = f"/desk/people/{cast.hanako.party_id}/repayment"
    for who in (cast.coordinator, cast.approver, cast.auditor, cast.hanako):
        assert sign_in_as(client, who).get(address).status_code in (302, 403, 404)
    sign_in_as(client, cast.payer)
    assert "不足はありません" in client.get(address).text
    assert client.get("/desk/people/987654/repayment").status_code == 404
    assert client.get("/desk/repayments/987654").status_code == 404


def test_a_lost_answer_leads_to_the_receipt_also_when_nothing_is_owed_any_more(
    client: Client, cast: Cast
) -> None:
    owe(cast)
    sign_in_as(client, cast.payer)
    address = f"/desk/people/{cast.hanako.party_id}/repayment"
    shown, other = client.get(address), client.get(address)
    first = client.resubmit(shown, {"points": "200"}, page=address)
    assert first.status_code == 303
    assert client.resubmit(shown, {"points": "200"}, page=address).location == first.location
    second = client.resubmit(other, {"points": "200"}, page=address)
    assert second.status_code == 422
    assert "不足しているポイントより多くは返せません" in second.text
    assert len(db.session.scalars(db.select(Repayment.id)).all()) == 1
    assert verify_all() == []
