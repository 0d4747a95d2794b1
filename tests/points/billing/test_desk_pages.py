"""The desk's pages of charges: the list and its file, one charge with its story, money in and back, papers, a day."""

from typing import Any

import pytest

from points.billing.models import BillingPaper, Charge, DeskPayment
from points.billing.services import Due, decide
from points.billing.sources import Told
from points.billing.states import Collects, DecisionReason, PayMethod
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.points.billing.town import Town
from volunteer.core.db import db, run_turn
from volunteer.core.hooks import hooks


@pytest.fixture
def town(cast: Cast) -> Town:
    made = Town(cast)
    made.payer_id = cast.household.party_id
    return made


def by_cash(town: Town, **values: Any) -> Charge:
    return town.charge(method=PayMethod.CASH, **values)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    return " ".join(answer.text.split())


def take(client: Client, charge: Charge, yen: int) -> Any:
    return client.submit(f"/desk/charges/{charge.id}/money", {"amount_yen": str(yen)})


def test_cash_is_recorded_and_its_receipt_printed_twice(
    town: Town, cast: Cast, client: Client
) -> None:
    charge = by_cash(town, fee_yen=300)
    number = charge.id
    sign_in_as(client, cast.payer)
    assert "3,300" in text_of(client, f"/desk/charges/{number}/money")
    answer = take(client, charge, 3300)
    assert answer.headers["Location"] == f"/desk/charges/{number}?done=in"
    page = text_of(client, f"/desk/charges/{number}")
    for words in ("3,300円を受けとりました", "お金はそろっています", "領収書 2026-0001 を印刷"):
        assert words in page, words
    payment = db.session.query(DeskPayment).one().id
    for title in ("領収書", "再発行"):
        fields = {"kind": "receipt", "desk_payment": str(payment)}
        answer = client.submit(f"/desk/charges/{number}", fields, action="/papers")
        paper = text_of(client, answer.headers["Location"])
        for words in (title, "2026-0001", "金 3,300円 也", "代わりに受けとります", "専門家に確認"):
            assert words in paper, words
        assert "収入印紙" not in paper
    copies = [one.copy for one in db.session.query(BillingPaper).order_by(BillingPaper.id)]
    assert copies == [1, 2]


def test_what_the_center_sells_itself_says_so_on_its_papers(
    town: Town, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(sources: list[str]) -> dict[str, Told]:
        return {one: Told("雪かき", "/desk", Collects.SELLER) for one in sources}

    monkeypatch.setattr(hooks, "charge_words", [told])
    charge = by_cash(town)
    number = charge.id
    sign_in_as(client, cast.coordinator)
    assert "雪かき" in text_of(client, "/desk/charges?tab=all")
    for kind, title in (("invoice", "請求書"), ("reminder", "お支払いのお願い")):
        answer = client.submit(f"/desk/charges/{number}", {"kind": kind}, action="/papers")
        paper = text_of(client, answer.headers["Location"])
        for words in (title, "センターが行うお手伝いの料金です", "雪かき"):
            assert words in paper, words
        assert "の代わりに受けとります" not in paper


def test_too_much_is_refused_in_words_and_stays_typed(
    town: Town, cast: Cast, client: Client
) -> None:
    charge = by_cash(town)
    sign_in_as(client, cast.payer)
    answer = take(client, charge, 3001)
    assert answer.status_code == 422
    assert "受けとる残りは3,000円です" in answer.text
    assert 'value="3001"' in answer.text
    assert db.session.query(DeskPayment).count() == 0


def test_less_is_due_and_the_rest_goes_back_against_a_signature(
    town: Town, cast: Cast, client: Client
) -> None:
    charge = by_cash(town)
    number = charge.id
    sign_in_as(client, cast.payer)
    take(client, charge, 3000)
    town.decide(charge, 1000)
    assert "返す 2,000円" in text_of(client, "/desk/charges?tab=open")
    assert "返したお金を記録する" in text_of(client, f"/desk/charges/{number}/money")
    assert take(client, charge, 2000).headers["Location"].endswith("done=back")
    back = db.session.query(DeskPayment).order_by(DeskPayment.id.desc()).first()
    assert back is not None
    answer = client.submit(
        f"/desk/charges/{number}",
        {"kind": "receipt", "desk_payment": str(back.id)},
        action="/papers",
    )
    paper = text_of(client, answer.headers["Location"])
    assert "返金の控え" in paper
    assert "署名" in paper
    day = text_of(client, "/desk/charges/day")
    for words in ("3,000円", "−2,000円", "1,000円"):
        assert words in day, words
    assert text_of(client, "/desk/charges/day?day=x")


def test_the_list_is_filtered_and_goes_out_as_a_file(
    town: Town, cast: Cast, client: Client
) -> None:
    by_cash(town)
    town.held()
    sign_in_as(client, cast.payer)
    cash = text_of(client, "/desk/charges?tab=all&method=cash")
    assert "1件" in cash
    assert "2件" in text_of(client, "/desk/charges?tab=all")
    assert "0件" not in text_of(client, "/desk/charges?tab=all&first=2026年1月1日")
    assert "ここに料金はありません" in text_of(client, "/desk/charges?tab=all&last=2026年1月1日")
    assert client.get("/desk/charges?first=zzz").status_code == 422
    answer = client.submit(
        "/desk/charges?tab=all", {"method": "cash", "tab": "all"}, action="/file"
    )
    lines = answer.text.strip().splitlines()
    assert answer.mimetype == "text/csv"
    assert len(lines) == 2
    assert "現金" in lines[1]


def test_a_charge_that_another_takes_the_place_of_says_so(
    town: Town, cast: Cast, client: Client
) -> None:
    replaced = by_cash(town)
    run_turn(decide, replaced.id, Due(0, 0, DecisionReason.OTHER_WAY), key="other way")
    sign_in_as(client, cast.payer)
    assert "別の料金に替わった" in text_of(client, "/desk/charges?tab=all")
    assert "別の料金に替わった" in text_of(client, f"/desk/charges/{replaced.id}")


def test_what_needs_a_person_is_on_top_and_said_in_words(
    town: Town, cast: Cast, client: Client
) -> None:
    charge = town.captured()
    row = town.payment(charge)
    town.fake.machine.dispute(row.intent)
    town.deliver()
    town.turn(charge)
    sign_in_as(client, cast.payer)
    page = text_of(client, "/desk/charges")
    assert "人が見ます" in page
    assert "決済会社の画面で、期限までに答えてください" in text_of(
        client, f"/desk/charges/{charge.id}"
    )
    assert "見る料金・まだ入っていない料金 1件" in text_of(client, "/desk")


def test_late_pay_has_its_list(town: Town, cast: Cast, client: Client) -> None:
    charge = by_cash(town)
    town.decide(charge, 3000)
    town.wait(days=50)
    sign_in_as(client, cast.payer)
    page = text_of(client, "/desk/charges?tab=late")
    for words in ("料金 3,000円 がまだ入っていません", "近い"):
        assert words in page, words
    town.wait(days=15)
    sign_in_as(client, cast.payer)
    assert "すぎました" in text_of(client, "/desk/charges?tab=late")


@pytest.mark.parametrize(
    ("who", "reads", "takes"),
    [
        ("payer", 200, 200),
        ("coordinator", 200, 403),
        ("approver", 200, 403),
        ("auditor", 200, 403),
        ("administrator", 403, 403),
        ("hanako", 403, 403),
        ("cook", 403, 403),
    ],
)
def test_who_may_read_and_who_may_take_money(
    town: Town, cast: Cast, client: Client, who: str, reads: int, takes: int
) -> None:
    charge = by_cash(town)
    sign_in_as(client, getattr(cast, who))
    for address in ("/desk/charges", f"/desk/charges/{charge.id}"):
        assert client.get(address).status_code == reads
    assert client.get(f"/desk/charges/{charge.id}/money").status_code == takes
    if who == "auditor":
        assert "佐藤 花子" not in client.get(f"/desk/charges/{charge.id}").text
