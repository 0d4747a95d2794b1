"""The payer's pages: settings, batch, file, the bank's answer, cash and receipt."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from points.payouts import agreement
from points.programmes.files import preset_text
from points.programmes.rule_version import parse_rule_version
from points.redemption import agreement as redemption_agreement
from points.redemption.methods import desk_cash
from points.redemption.methods.method import PaidBy
from points.redemption.methods.registry import METHODS
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import (
    PAY_ON,
    approve,
    batch_of,
    cash_out_of,
    make_batch,
    make_cash_out,
    set_originator,
)
from tests.factories.points import OTARU, enrol, make_programme
from tests.points.payouts.zengin_checker import errors
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.core.hooks import hooks
from volunteer.core.models import AuditEntry, ViewEntry

ORIGINATOR = {
    "code": "１２３４５６７８９０",
    "name": "オタルシシャカイフクシキョウギカイ",
    "bank": "0501",
    "branch": "001",
    "number": "1234567",
}


def test_from_the_settings_to_the_file_to_paid(cast: Cast, client: Client) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    sign_in_as(client, cast.payer)
    assert "先に、センターの口座" in client.get("/desk/payouts").text
    assert client.submit("/desk/payouts/originator", ORIGINATOR).status_code == 303
    made = client.submit(
        "/desk/payouts/new",
        {"chosen": str(cash_out_id), "pay_on": "2026/12/25", "total": "1,000"},
    )
    assert made.status_code == 303, made.text
    page = made.location.split("?")[0]
    shown = client.get(made.location)
    assert "振込データを作りました" in shown.text
    file = client.resubmit(shown, action="/file")
    again = client.resubmit(shown, action="/file")
    assert file.data == again.data
    assert errors(file.data) == []
    assert "furikomi-P-0001.txt" in file.headers["Content-Disposition"]
    assert hashlib.sha256(file.data).hexdigest() == batch_of(1).sha256
    whats = db.session.execute(db.select(ViewEntry.what)).scalars().all()
    assert whats.count("bank_account.number") == 3
    acts = db.session.execute(db.select(AuditEntry.act)).scalars().all()
    assert acts.count("payouts_desk.file") == 1
    assert "「支払ずみにする」はまだ出ません" in shown.text
    clock.set(clock.from_tokyo(PAY_ON))
    sign_in_as(client, cast.payer)
    paid = client.submit(page, action="/payment")
    assert "支払ずみにしました" in client.get(paid.location).text
    returned = client.submit("/desk/payouts/lines/1/return", {"reason": "名義ちがい"})
    assert "名義ちがい" in client.get(returned.location).text
    assert cash_out_of(cash_out_id).state.value == "returned"


def test_a_wrong_total_is_refused_and_the_choice_kept(cast: Cast, client: Client) -> None:
    set_originator()
    approve(cast, make_cash_out(cast, cast.hanako))
    sign_in_as(client, cast.payer)
    answer = client.submit(
        "/desk/payouts/new", {"chosen": "1", "pay_on": "2026/12/25", "total": "900"}
    )
    assert answer.status_code == 422
    assert "合計は1,000円です" in answer.text
    assert 'value="900"' in answer.text
    closed = client.submit(
        "/desk/payouts/new", {"chosen": "1", "pay_on": "2026/12/31", "total": "1000"}
    )
    assert "銀行の休みの日" in closed.text


def test_a_batch_can_be_dropped_and_then_gives_no_file(cast: Cast, client: Client) -> None:
    set_originator()
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    batch_id = make_batch(cast, cash_out_id)
    sign_in_as(client, cast.payer)
    shown = client.get(f"/desk/payouts/{batch_id}")
    dropped = client.submit(f"/desk/payouts/{batch_id}/drop")
    assert "取りやめました" in client.get(dropped.location).text
    assert client.resubmit(shown, action="/file").status_code == 422


def test_cash_is_handed_over_against_a_receipt(cast: Cast, client: Client) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako, 1500, method="desk_cash")
    approve(cast, cash_out_id)
    sign_in_as(client, cast.payer)
    assert "K-0001" in client.get("/desk/payouts/cash").text
    page = f"/desk/cash-outs/{cash_out_id}/payment"
    assert client.submit(page).status_code == 422
    answer = client.submit(page, {"seen": "運転免許証"})
    receipt = client.get(answer.location).text
    for words in ("R8-0001", "金 1,500円 也", "本人確認：運転免許証", "佐藤 花子"):
        assert receipt.count(words) in (2, 3), words


def test_a_new_method_of_the_desk_needs_its_module_alone(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recipe docs/recipes/adding-a-redemption-method.md, followed to the receipt."""
    monkeypatch.setitem(METHODS, "rice", replace(desk_cash.METHOD, code="rice", label="お米券"))
    source = OTARU.replace('"otaru-example"', '"rice-town"').replace('"desk_cash"', '"rice"')
    with write_turn():
        programme = make_programme("rice-town", source=source)
        enrol(cast.hanako, programme, date(2026, 4, 1))
        programme_id = programme.id
    cash_out_id = make_cash_out(cast, cast.hanako, method="rice", programme_id=programme_id)
    approve(cast, cash_out_id)
    sign_in_as(client, cast.payer)
    assert "窓口で渡す換金 1件" in client.get("/desk").text
    listed = client.get("/desk/payouts/cash").text
    assert "K-0001" in listed
    assert "お米券" in listed
    answer = client.submit(f"/desk/cash-outs/{cash_out_id}/payment", {"seen": "運転免許証"})
    receipt = client.get(answer.location).text
    assert receipt.count("お米券") == 2
    assert "R8-0001" in receipt
    assert "R8-0001" in client.get("/desk/payouts/cash").text
    db.session.rollback()
    assert [*redemption_agreement.findings(), *agreement.findings()] == []


@pytest.mark.parametrize(
    ("preset", "method"),
    [("hirosaki", "voucher"), ("musashino", "gift_voucher"), ("awara_arigatone", "bento_ticket")],
)
def test_vouchers_of_real_schemes_can_be_asked_for(preset: str, method: str) -> None:
    found = parse_rule_version(preset_text(preset)).method(method)
    assert found is not None
    assert METHODS[method].paid_by is PaidBy.DESK


def test_an_auditor_looks_but_gets_no_button(cast: Cast, client: Client) -> None:
    set_originator()
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    batch_id = make_batch(cast, cash_out_id)
    sign_in_as(client, cast.auditor)
    shown = client.get(f"/desk/payouts/{batch_id}").text
    assert "見るだけのページです" in shown
    assert "/file" not in shown
    assert "1234567" not in shown


def test_what_waits_is_told_to_approver_and_payer(cast: Cast, client: Client) -> None:
    make_cash_out(cast, cast.hanako)
    approve(cast, make_cash_out(cast, cast.ichiro))
    with client.application.test_request_context():
        items = [one for source in hooks.waiting_items for one in source.collect()]
    mine = [(str(one.label), set(one.roles)) for one in items if one.kind in ("cash_out", "payout")]
    assert mine == [
        ("承認を待つ換金 1件（1,000円）", {"approver"}),
        ("口座に振りこむ換金 1件（1,000円）", {"payer"}),
    ]
