"""A bank account is typed, confirmed, stored sealed; staff enter it for somebody who does not sign in."""

import re

import pytest

from points.bank_accounts.models import BankAccount
from points.bank_accounts.queries import held_back_until, live_account, names_sharing
from points.bank_accounts.services import enter_for_person, number_context, open_number
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import details_of, set_account
from tests.mail import Outbox
from volunteer.core import clock
from volunteer.core.crypto import Damaged, unseal
from volunteer.core.db import db, write_turn
from volunteer.core.errors import NotAllowed

EDIT = "/me/bank-account"
BANK = {
    "bank": "北洋銀行",
    "branch": "００１",
    "account_type": "1",
    "number": "0765432",
    "holder": "たかはし ようた",
}


def test_a_person_types_confirms_and_is_told(cast: Cast, client: Client, outbox: Outbox) -> None:
    sign_in_as(client, cast.student)
    answer = client.submit(EDIT, BANK)
    assert answer.status_code == 303
    confirm = client.get(answer.location)
    for words in ("北洋（0501）", "ﾀｶﾊｼ ﾖｳﾀ", "••••432", "ひらがなをカタカナにしました"):
        assert words in confirm.text, words
    assert "0765432" not in confirm.text
    saved = client.resubmit(confirm)
    shown = client.get(saved.location).text
    assert "口座を保存しました" in shown
    assert "••••432" in shown
    account = live_account(cast.student.party_id)
    assert account is not None
    assert open_number(account) == "0765432"
    assert held_back_until(account, clock.now()) is None
    assert "最後 432" in outbox.last("student@example.jp").text
    assert client.resubmit(confirm).location == saved.location


def test_a_yucho_account_is_converted(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.student)
    typed = {"symbol": "10530", "number": "12345671", "holder": "タカハシ　ヨウタ"}
    answer = client.submit(EDIT + "?entry=yucho", typed)
    confirm = client.get(answer.location)
    assert "ゆうちょ（9900）" in confirm.text
    client.resubmit(confirm)
    account = live_account(cast.student.party_id)
    assert account is not None
    assert (account.branch_code, open_number(account)) == ("058", "1234567")


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("bank", "ないない銀行", "銀行コードは4桁の数字です"),
        ("bank", "9900", "「ゆうちょ銀行（記号・番号）」をえらんで"),
        ("branch", "ない支店", "支店コード（店番）は3桁の数字です"),
        ("number", "12345678", "口座番号は7桁までの数字です"),
        ("number", "0000000", "口座番号がすべて0"),
        ("holder", "高橋", "漢字なので振込に使えません"),
        ("holder", "ジョン・スミス", "「・」は振込に使えません"),
        ("holder", "", "口座名義のカナを入れてください"),
    ],
)
def test_nonsense_is_refused_beside_its_field(
    cast: Cast, client: Client, field: str, typed: str, words: str
) -> None:
    sign_in_as(client, cast.student)
    answer = client.submit(EDIT, {**BANK, field: typed})
    assert answer.status_code == 422
    assert answer.text.count(words) == 2
    assert f'href="#{field}"' in answer.text
    assert 'value="0765432"' in answer.text or field == "number"


def test_what_is_confirmed_is_what_was_shown(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.student)
    shown = client.get(client.submit(EDIT, BANK).location)
    client.submit(EDIT, {**BANK, "number": "1111111"})
    answer = client.resubmit(shown)
    assert answer.status_code == 422
    assert live_account(cast.student.party_id) is None


def test_a_change_ends_the_old_row_and_is_held_back(cast: Cast) -> None:
    hanako, user = cast.hanako, cast.user("hanako@example.jp")
    set_account(hanako, user, details_of())
    rows = db.session.execute(
        db.select(BankAccount).filter_by(party_id=hanako.party_id).order_by(BankAccount.id)
    ).scalars()
    assert [row.ended_at is None for row in rows] == [False, True]
    account = live_account(hanako.party_id)
    assert account is not None
    assert held_back_until(account, clock.now()) is not None
    set_account(hanako, user, details_of())
    again = live_account(hanako.party_id)
    assert again is not None
    assert again.id == account.id


def test_two_people_with_one_account_are_found(cast: Cast) -> None:
    set_account(cast.hanako, cast.user("hanako@example.jp"), details_of())
    set_account(cast.student, cast.user("student@example.jp"), details_of())
    account = live_account(cast.student.party_id)
    assert account is not None
    assert names_sharing([account]) == {account.id: ["佐藤 花子"]}


def test_a_sealed_number_does_not_open_in_another_row(cast: Cast) -> None:
    mine, other = live_account(cast.hanako.party_id), live_account(cast.ichiro.party_id)
    assert mine is not None
    assert other is not None
    with pytest.raises(Damaged):
        unseal(mine.number_sealed, number_context(other.uid))
    assert not re.search("1234567", mine.number_sealed)


def test_staff_enter_it_for_somebody_without_mail(
    cast: Cast, client: Client, outbox: Outbox
) -> None:
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{cast.ichiro.party_id}/bank-account"
    typed = {**BANK, "holder": "スズキ イチロウ", "reason": "窓口で用紙"}
    answer = client.submit(page, typed)
    confirm = client.get(answer.location)
    assert "窓口で用紙" in confirm.text
    assert client.resubmit(confirm).status_code == 303
    account = live_account(cast.ichiro.party_id)
    assert account is not None
    assert (account.entered_for_reason, account.number_tail) == ("窓口で用紙", "432")
    assert outbox.letters()[-1].to == ""


def test_staff_do_not_enter_it_for_somebody_who_signs_in(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.coordinator)
    shown = client.get(f"/desk/people/{cast.hanako.party_id}/bank-account")
    assert "本人が入力します" in shown.text
    values = {"party_id": cast.hanako.party_id, "entered_by_user_id": cast.coordinator.id}
    with pytest.raises(NotAllowed), write_turn():
        enter_for_person(details=details_of(), reason="x", **values)
