"""What a payer types wrongly is told beside the field; what nobody has is not found, on both databases."""

import pytest
from flask import Flask

from points.payouts.queries import originator_or_none
from tests.cast import Cast, sign_in_as
from tests.factories.money import approve, make_cash_out, set_originator

pytestmark = pytest.mark.both_databases
GOOD = {
    "code": "1234567890",
    "name": "ミナトシシヤキヨウ",
    "bank": "0501",
    "branch": "001",
    "account_type": "1",
    "number": "1234567",
}


@pytest.mark.parametrize(
    ("field", "typed"),
    [("number", "12a4567"), ("number", "123"), ("name", "みなと・市"), ("name", "ア" * 41)],
)
def test_a_wrong_account_of_the_center_is_explained(
    cast: Cast, app: Flask, field: str, typed: str
) -> None:
    client = sign_in_as(app.test_client(), cast.payer)
    answer = client.submit("/desk/payouts/originator", {**GOOD, field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error' in answer.text
    assert typed in answer.text
    assert originator_or_none() is None


def test_a_number_beyond_the_database_is_nobodys(cast: Cast, app: Flask) -> None:
    set_originator()
    approve(cast, make_cash_out(cast, cast.hanako))
    client = sign_in_as(app.test_client(), cast.payer)
    typed = {"chosen": "9223372036854775808", "pay_on": "2026-11-27", "total": "1000"}
    assert client.submit("/desk/payouts/new", typed).status_code in (404, 422)
