"""What stands on papers beside the sum: the account for transfers and the registration number, and their history."""

from datetime import timedelta

import pytest

from points.billing.models import PaperSetting
from points.billing.registration import RegistrationRefused, read_registration
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.points.billing.test_desk_pages import by_cash, text_of
from tests.points.billing.town import Town
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.models import Notice

ACCOUNT = {
    "bank": "北洋銀行",
    "branch": "小樽中央",
    "number": "1234567",
    "holder": "フク）ミホンキヨウ",
}
NUMBER = "T7000012050002"


@pytest.fixture
def town(cast: Cast) -> Town:
    made = Town(cast)
    made.payer_id = cast.household.party_id
    return made


@pytest.mark.parametrize(
    "typed",
    ["T7123456789012", "Ｔ７１２３４５６７８９０１２", "7-1234-5678-9012", "t 7123456789012"],
)
def test_a_registration_number_is_read_as_people_write_it(typed: str) -> None:
    """The example of the National Tax Agency's paper on the check digit."""
    assert read_registration(typed) == "T7123456789012"


@pytest.mark.parametrize("number", ["4011001098993", "2120901007402", "7010705000725"])
def test_numbers_that_are_in_use_fit_their_check_digit(number: str) -> None:
    assert read_registration(number) == f"T{number}"
    for digit in set("123456789") - {number[0]}:
        with pytest.raises(RegistrationRefused):
            read_registration(f"T{digit}{number[1:]}")


@pytest.mark.parametrize(
    "typed", ["T712345678901", "TT7123456789012", "7123456789O12", "T", "0" * 13]
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(RegistrationRefused):
        read_registration(typed)


def test_what_an_administrator_writes_stands_on_the_next_papers(
    town: Town, cast: Cast, client: Client
) -> None:
    charge = by_cash(town)
    number = charge.id
    sign_in_as(client, cast.coordinator)
    before = client.submit(f"/desk/charges/{number}", {"kind": "invoice"}, action="/papers")
    assert "センターの窓口でお支払いください" in text_of(client, before.headers["Location"])
    clock.advance(timedelta(minutes=1))
    sign_in_as(client, cast.administrator)
    wrong = {**ACCOUNT, "branch": "札幌のどこか", "registration_number": "T1", "reason": "見本"}
    answer = client.submit("/desk/paper-settings", wrong)
    assert answer.status_code == 422
    for words in ("支店コード", "Tと13けた"):
        assert words in answer.text
    good = {**ACCOUNT, "registration_number": NUMBER, "reason": "口座を作った"}
    assert client.submit("/desk/paper-settings", good).status_code == 303
    page = text_of(client, "/desk/paper-settings")
    for words in ("北洋銀行（0501）", "小樽中央支店（341）", "1234567", NUMBER, "口座を作った"):
        assert words in page, words
    sign_in_as(client, cast.coordinator)
    after = client.submit(f"/desk/charges/{number}", {"kind": "invoice"}, action="/papers")
    paper = text_of(client, after.headers["Location"])
    for words in ("再発行", "お振込先", "1234567", f"（手数料について）：{NUMBER}", "専門家に確認"):
        assert words in paper, words
    assert "1234567" not in text_of(client, before.headers["Location"])
    told = db.session.query(Notice).filter(Notice.template.endswith("account_changed")).one()
    assert told.params["tail"] == "567"


def test_emptying_the_account_is_a_line_of_the_history(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.administrator)
    client.submit("/desk/paper-settings", {**ACCOUNT, "reason": "口座を作った"})
    empty = {**dict.fromkeys(ACCOUNT, ""), "reason": "口座をやめた"}
    assert client.submit("/desk/paper-settings", empty).status_code == 303
    yucho = {
        "symbol": "10530",
        "number": "12345671",
        "holder": "ミホン",
        "reason": "ゆうちょ",
    }
    assert client.submit("/desk/paper-settings?entry=yucho", yucho).status_code == 303
    rows = [(one.bank_code, one.account_number) for one in db.session.query(PaperSetting)]
    assert rows == [("0501", "1234567"), ("", ""), ("9900", "1234567")]
