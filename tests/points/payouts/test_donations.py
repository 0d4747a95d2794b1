"""Donations: asked for with a target, decided as every cash-out, passed on by target with a record and thanks."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from points.ledger.agreement import findings as ledger_findings
from points.ledger.queries import balances as ledger_balances
from points.payouts import agreement
from points.payouts.donating import pass_on
from points.payouts.models import PayoutBatch, PayoutLine
from points.redemption import agreement as redemption_agreement
from points.redemption.models import CashOut
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import (
    actor_of,
    approve,
    balances_of,
    cash_out_of,
    give_points,
    make_cash_out,
)
from tests.factories.points import OTARU, enrol, make_programme
from tests.points.ledger.damage import plant
from volunteer.core.db import db, write_turn
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.models import Notice

SCHOOL, KITCHEN = "小樽市立港小学校", "子ども食堂 みなと"
TARGETS = f'targets = ["{SCHOOL}", "{KITCHEN}"]'
PAGE = "/points/cash-out"


def town_with_donations(cast: Cast, targets: str = TARGETS) -> int:
    """A programme where points can be donated; 花子 and 一郎 take part."""
    source = OTARU.replace('"otaru-example"', '"giving-town"')
    source = source.replace('"desk_cash"', '"donation"', 1).replace(
        'code = "donation"', f'code = "donation"\n{targets}'
    )
    with write_turn():
        programme = make_programme("giving-town", source=source)
        for person in (cast.hanako, cast.ichiro):
            enrol(person, programme, date(2026, 4, 1))
        return programme.id


def donate(cast: Cast, programme_id: int, target: str = SCHOOL, **wanted: int) -> list[int]:
    """Approved donations of 花子 (1,000) and 一郎 (2,000)."""
    found = [
        make_cash_out(cast, person, points, "donation", programme_id, target)
        for person, points in ((cast.hanako, 1000), (cast.ichiro, 2000))
    ]
    approve(cast, *found)
    return found


def nothing_is_wrong() -> bool:
    db.session.rollback()
    found = [*redemption_agreement.findings(), *agreement.findings(), *ledger_findings()]
    return found == []


@pytest.mark.both_databases
def test_a_donation_goes_from_the_choice_to_the_record_and_thanks(
    cast: Cast, client: Client
) -> None:
    ids = donate(cast, town_with_donations(cast))
    sign_in_as(client, cast.payer)
    assert "とどける寄付 2件（3,000円）" in client.get("/desk").text
    listed = client.get("/desk/payouts/donations").text
    assert SCHOOL in listed
    assert "佐藤 花子" not in listed
    page = f"/desk/cash-outs/{ids[0]}/donation"
    sent = {"chosen": [str(one) for one in ids], "proof": "領収書 5", "total": "3,000"}
    wrong = client.submit(page, {**sent, "total": "2,000"})
    assert wrong.status_code == 422
    assert "合計は3,000円です" in wrong.text
    shown = client.get(page)
    done = client.resubmit(shown, sent)
    assert done.status_code == 303, done.text
    assert client.resubmit(shown, sent).location == done.location
    record = client.get(done.location).text
    for words in ("D-R8-0001", SCHOOL, "金 3,000円", "ボランティア2人から", "領収書 5"):
        assert words in record, words
    assert "佐藤" not in record
    assert "D-R8-0001" in client.get("/desk/payouts/donations").text
    assert "D-R8-0001" not in client.get("/desk/payouts/cash").text
    assert client.get("/desk/payouts/receipts/1").status_code == 404
    thanks = db.session.scalars(db.select(Notice).where(Notice.template.endswith("/donated"))).all()
    assert len(thanks) == 2
    assert {one.params["target"] for one in thanks} == {SCHOOL}
    assert [cash_out_of(one).state.value for one in ids] == ["paid", "paid"]
    assert balances_of(cast, cast.hanako).held == 0
    assert nothing_is_wrong()


@pytest.mark.both_databases
def test_the_person_chooses_one_of_the_targets(cast: Cast, client: Client) -> None:
    programme_id = town_with_donations(cast)
    give_points(cast, cast.hanako, 1500, programme_id)
    sign_in_as(client, cast.hanako)
    address = f"{PAGE}?programme={programme_id}"
    assert KITCHEN in client.get(address).text
    missing = client.get(f"{address}&points=1000&method=donation")
    assert missing.status_code == 422
    assert missing.text.count("寄付先をえらんでください") == 2
    other = client.get(f"{address}&points=1000&method=donation&target=わたし")
    assert other.status_code == 422
    chosen = client.get(f"{address}&points=1000&method=donation&target={KITCHEN}")
    assert f"寄付先：{KITCHEN}" in chosen.text
    changed = client.resubmit(chosen, {"target": "わたし"})
    assert changed.status_code == 422
    assert "寄付先を、ここにあるものから" in changed.text
    asked = client.resubmit(client.get(f"{address}&points=1000&method=donation&target={KITCHEN}"))
    shown = client.get(asked.location).text
    assert KITCHEN in shown
    assert "お礼のお知らせ" in shown
    assert "窓口に来てください" not in shown


def test_another_way_of_being_paid_has_no_target(cast: Cast) -> None:
    programme_id = town_with_donations(cast)
    with pytest.raises(Refused, match="no_target"):
        make_cash_out(cast, cast.hanako, 1000, "bank_transfer", programme_id, SCHOOL)
    with pytest.raises(Refused, match="no_target"):
        make_cash_out(cast, cast.hanako, 1000, "donation", programme_id)


def test_staff_choose_the_target_for_somebody(cast: Cast, client: Client) -> None:
    programme_id = town_with_donations(cast)
    give_points(cast, cast.ichiro, 1000, programme_id)
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{cast.ichiro.party_id}/cash-out?programme={programme_id}"
    sent = {"points": "1000", "method": "donation", "mandate": "棚 3", "reason": "窓口で用紙"}
    missing = client.submit(page, sent)
    assert missing.status_code == 422
    assert "寄付先をえらんでください" in missing.text
    assert client.submit(page, {**sent, "target": SCHOOL}).status_code == 303
    found = db.session.scalars(db.select(CashOut)).one()
    assert found.target == SCHOOL


@pytest.mark.both_databases
def test_without_named_targets_the_center_names_one_when_it_passes_on(
    cast: Cast, client: Client
) -> None:
    programme_id = town_with_donations(cast, targets="")
    give_points(cast, cast.hanako, 500, programme_id)
    sign_in_as(client, cast.hanako)
    ids = donate(cast, programme_id, target="")
    assert "センターにまかせる" in client.get(f"/points/cash-outs/{ids[0]}").text
    sign_in_as(client, cast.payer)
    page = f"/desk/cash-outs/{ids[0]}/donation"
    sent = {"chosen": [str(ids[0])], "proof": "振込の控え", "total": "1000"}
    assert client.submit(page, sent).status_code == 422
    done = client.submit(page, {**sent, "recipient": KITCHEN})
    assert done.status_code == 303, done.text
    assert cash_out_of(ids[0]).target == KITCHEN
    assert cash_out_of(ids[1]).state.value == "approved"
    assert nothing_is_wrong()
    sign_in_as(client, cast.hanako)
    assert KITCHEN in client.get(f"/points/cash-outs/{ids[0]}").text
    year = client.get(f"/points/year?programme={programme_id}").text
    assert "寄付したお金" in year
    assert "この1年に受けとったお金はありません" in year


@pytest.mark.both_databases
def test_the_target_of_a_donation_is_frozen(cast: Cast) -> None:
    donate(cast, town_with_donations(cast))
    with pytest.raises(DBAPIError), write_turn():
        db.session.execute(text("UPDATE cash_out SET target = :other"), {"other": KITCHEN})
    db.session.rollback()


def test_targets_are_never_mixed_and_four_eyes_hold(cast: Cast) -> None:
    programme_id = town_with_donations(cast)
    first = make_cash_out(cast, cast.hanako, 1000, "donation", programme_id, SCHOOL)
    second = make_cash_out(cast, cast.ichiro, 1000, "donation", programme_id, KITCHEN)
    approve(cast, first, second)
    payer, approver = actor_of(cast.payer), actor_of(cast.approver)
    wanted = {"recipient": SCHOOL, "proof": "領収書"}
    with pytest.raises(Refused, match="other_target"), write_turn():
        pass_on(cash_out_ids=[first, second], typed_total_yen=2000, actor=payer, **wanted)
    with pytest.raises(Refused, match="other_target"), write_turn():
        pass_on(cash_out_ids=[second], typed_total_yen=1000, actor=payer, **wanted)
    with pytest.raises(NotAllowed), write_turn():
        pass_on(cash_out_ids=[first], typed_total_yen=1000, actor=approver, **wanted)
    db.session.rollback()
    assert db.session.scalars(db.select(PayoutBatch)).all() == []
    assert cash_out_of(first).state.value == "approved"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE payout_batch SET target = 'x'",
        "UPDATE payout_batch SET proof = ''",
        "UPDATE payout_batch SET method = 'school_donation'",
        "UPDATE cash_out SET method = 'bank_transfer'",
    ],
)
def test_verify_names_a_donation_that_went_elsewhere(cast: Cast, damage: str) -> None:
    ids, payer = donate(cast, town_with_donations(cast)), actor_of(cast.payer)
    with write_turn():
        pass_on(
            cash_out_ids=ids, recipient=SCHOOL, proof="領収書", typed_total_yen=3000, actor=payer
        )
    assert nothing_is_wrong()
    plant(damage)
    assert "donation" in {one.rule for one in agreement.findings()}


def test_an_auditor_sees_the_records_and_no_button(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.auditor)
    shown = client.get("/desk/payouts/donations").text
    assert "とどけた寄付はまだありません" in shown
    ids = donate(cast, town_with_donations(cast))
    assert client.get(f"/desk/cash-outs/{ids[0]}/donation").status_code == 403


def test_the_approver_and_the_payer_read_the_target(cast: Cast, client: Client) -> None:
    ids = donate(cast, town_with_donations(cast))
    sign_in_as(client, cast.payer)
    shown = client.get(f"/desk/cash-outs/{ids[0]}").text
    assert SCHOOL in shown
    assert f"/desk/cash-outs/{ids[0]}/donation" in shown


@pytest.mark.both_databases
def test_a_donation_that_comes_back_is_the_persons_again(cast: Cast, client: Client) -> None:
    programme_id = town_with_donations(cast)
    ids, actor = donate(cast, programme_id), actor_of(cast.payer)
    sign_in_as(client, cast.hanako)
    book = f"/points?programme={programme_id}"
    assert f"寄付先：{SCHOOL}" in client.get(book).text
    with write_turn():
        batch_id = pass_on(
            cash_out_ids=ids, recipient=SCHOOL, proof="5", typed_total_yen=3000, actor=actor
        ).id
    assert f"「{SCHOOL}」に寄付しました" in client.get(book).text
    assert "寄付しました" in client.get("/points/cash-outs").text
    sign_in_as(client, cast.payer)
    record = f"/desk/payouts/donations/{batch_id}"
    line = db.session.scalars(db.select(PayoutLine).filter_by(cash_out_id=ids[0])).one().id
    assert f"/desk/payouts/lines/{line}/return" in client.get(record).text
    page = f"/desk/payouts/lines/{line}/return"
    assert "理由" in client.submit(page, {"reason": ""}).text
    shown = client.get(page)
    done = client.resubmit(shown, {"reason": "閉校のため"}, page=page)
    assert done.status_code == 303, done.text
    assert client.resubmit(shown, {"reason": "閉校のため"}, page=page).location == done.location
    assert "戻りました：閉校のため" in client.get(done.location).text
    assert "もう戻ったか" in client.get(page).text
    assert [cash_out_of(one).state.value for one in ids] == ["returned", "paid"]
    assert ledger_balances(cast.hanako.party_id, programme_id).available == 1000
    sign_in_as(client, cast.hanako)
    text_ = client.get(book).text
    assert "寄付先からの戻り" in text_
    assert "銀行からの戻り" not in text_
    assert "寄付先から戻ってきました" in client.get(f"/points/cash-outs/{ids[0]}").text
    assert nothing_is_wrong()
