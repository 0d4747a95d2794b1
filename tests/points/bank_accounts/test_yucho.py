"""記号 and 番号 of ゆうちょ become bank, branch, kind and number."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.bank_accounts import yucho
from points.bank_accounts.yucho import TransferAccount, YuchoRefused, transfer_account

VECTORS = json.loads(
    (Path(__file__).parents[2] / "golden/zengin/vectors.json").read_text(encoding="utf-8")
)["yucho"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["kigo"])
def test_the_accounts_of_the_vector_file(vector: dict[str, Any]) -> None:
    expected = TransferAccount("9900", vector["branch"], vector["type"], vector["number"])
    assert transfer_account(vector["kigo"], vector["bango"]) == expected


def test_a_savings_book_is_kind_four() -> None:
    account = transfer_account("10530", "12345671", savings=True)
    assert account == TransferAccount("9900", "058", "4", "1234567")


@pytest.mark.parametrize(
    ("symbol", "number"),
    [
        ("10530-2", "12345671"),
        ("１０５３０", "１２３４５６７１"),
        (" 10530 ", "2-12345671"),
        ("10530ー2", "1234 5671"),
    ],
)
def test_width_spaces_and_the_single_digit_between_do_not_matter(symbol: str, number: str) -> None:
    assert transfer_account(symbol, number) == TransferAccount("9900", "058", "1", "1234567")


@pytest.mark.parametrize(
    ("symbol", "number", "error"),
    [
        ("1053", "12345671", yucho.SymbolRefused),
        ("105302", "12345671", yucho.SymbolRefused),
        ("", "12345671", yucho.SymbolRefused),
        ("1o530", "12345671", yucho.SymbolRefused),
        ("20530", "12345671", yucho.SymbolStart),
        ("10530", "12345672", yucho.NumberEnd),
        ("10530", "123456781", yucho.NumberRefused),
        ("10530", "", yucho.NumberRefused),
        ("10530", "12a45671", yucho.NumberRefused),
        ("10530", "٣٤٥٦٧٨١", yucho.NumberRefused),
        ("10530", "1", yucho.NumberZero),
        ("10530", "00000001", yucho.NumberZero),
        ("00530", "000000", yucho.NumberZero),
        ("00530", "1234567", yucho.NumberRefused),
    ],
)
def test_impossible_numbers_are_refused_with_a_reason(
    symbol: str, number: str, error: type[YuchoRefused]
) -> None:
    with pytest.raises(error) as refused:
        transfer_account(symbol, number)
    assert str(refused.value).endswith("ください。")


def test_a_transfer_account_is_never_a_savings_book() -> None:
    with pytest.raises(yucho.NoSavings):
        transfer_account("00530", "123456", savings=True)


@given(st.integers(0, 9999), st.integers(1, 9_999_999))
def test_every_bankbook_account_keeps_its_digits(office: int, number: int) -> None:
    account = transfer_account(f"1{office:04d}", f"{number}1")
    assert (account.branch, int(account.number)) == (f"{office:04d}"[:2] + "8", number)
    assert len(account.number) == 7
