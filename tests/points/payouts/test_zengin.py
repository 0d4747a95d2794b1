"""The bank file: golden bytes, every refusal, and any valid batch against the checker."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.payouts import zengin
from points.payouts.zengin import (
    ChangeMark,
    ClearingHouse,
    Originator,
    Payment,
    Profile,
    Separator,
    TransferKind,
    ZenginError,
    zengin_file,
)
from tests.points.payouts.zengin_checker import Expected, check, errors, read_payments

FOLDER = Path(__file__).parents[2] / "golden/zengin"
GOLDEN = json.loads((FOLDER / "vectors.json").read_text(encoding="utf-8"))["golden"]
ORIGINATOR = Originator(
    **{key: value for key, value in GOLDEN["originator"].items() if key != "transfer_date"}
)
DAY = date.fromisoformat(GOLDEN["originator"]["transfer_date"])
YAMADA, SATO = (Payment(**payment) for payment in GOLDEN["payments"])


def test_the_golden_file_is_written_byte_for_byte() -> None:
    data = zengin_file(ORIGINATOR, DAY, [YAMADA, SATO])
    assert data == (FOLDER / "golden.txt").read_bytes()
    assert (len(data), sha256(data).hexdigest()) == (GOLDEN["bytes"], GOLDEN["sha256"])


def test_a_name_confirmed_in_bank_letters_gives_the_same_bytes() -> None:
    confirmed = replace(YAMADA, name="ﾔﾏﾀﾞ ﾀﾛｳ")
    assert zengin_file(ORIGINATOR, DAY, [confirmed]) == zengin_file(ORIGINATOR, DAY, [YAMADA])


def test_options_of_the_profile_change_only_their_bytes() -> None:
    wanted = Profile(
        separator=Separator.NONE,
        clearing_house=ClearingHouse.SPACES,
        wo_to_o=False,
        symbols="()-./",
        transfer_kind=TransferKind.LETTER,
    )
    payment = replace(YAMADA, name="カヲリ/", change_mark=ChangeMark.FIRST)
    data = zengin_file(ORIGINATOR, DAY, [payment], wanted)
    assert len(data) == 4 * 120
    assert b"\r" not in data
    record = data[120:240]
    assert record[38:42] == b"    "
    assert record[50:80] == "ｶｦﾘ/".encode("shift_jis").ljust(30)
    assert (record[90:91], record[111:112]) == (b"1", b"8")
    known = Expected(DAY, clearing_house="spaces", wo_allowed=True, symbols=b"()-./")
    assert errors(data, known) == []


def test_names_of_banks_are_written_when_given() -> None:
    named = replace(ORIGINATOR, bank_name="ホクヨウ", branch_name="オタルチュウオウ")
    data = zengin_file(named, DAY, [replace(YAMADA, bank_name="ユウチヨ")])
    assert data[62:77] == "ﾎｸﾖｳ".encode("shift_jis").ljust(15)
    assert data[80:95] == "ｵﾀﾙﾁﾕｳｵｳ".encode("shift_jis").ljust(15)
    assert data[122 + 5 : 122 + 20] == "ﾕｳﾁﾖ".encode("shift_jis").ljust(15)
    assert errors(data) == []


def test_only_thirty_bytes_of_a_long_name_are_sent() -> None:
    data = zengin_file(ORIGINATOR, DAY, [replace(YAMADA, name="ガ" * 16)])
    assert data[122 + 50 : 122 + 80] == ("ｶﾞ" * 15).encode("shift_jis")
    assert errors(data) == []


REFUSED_PAYMENTS: list[tuple[dict[str, object], type[ZenginError]]] = [
    ({"amount_yen": 0}, zengin.AmountTooSmall),
    ({"amount_yen": -1}, zengin.AmountTooSmall),
    ({"amount_yen": 10_000_000_000}, zengin.AmountTooLarge),
    ({"id": 0}, zengin.PaymentIdRefused),
    ({"id": 10_000_000_000}, zengin.PaymentIdRefused),
    ({"account_type": "3"}, zengin.AccountTypeRefused),
    ({"account_type": ""}, zengin.AccountTypeRefused),
    ({"bank": "990"}, zengin.DigitsRefused),
    ({"bank": "９９００"}, zengin.DigitsRefused),
    ({"bank": "0000"}, zengin.NumberZero),
    ({"branch": "58"}, zengin.DigitsRefused),
    ({"branch": "05a"}, zengin.DigitsRefused),
    ({"account_number": "12345"}, zengin.DigitsRefused),
    ({"account_number": "12345678"}, zengin.DigitsRefused),
    ({"account_number": "0000000"}, zengin.NumberZero),
    ({"name": ""}, zengin.NameRefused),
    ({"name": "ジョン・スミス"}, zengin.NameRefused),
    ({"name": "山田"}, zengin.NameRefused),
    ({"bank_name": "ア" * 16}, zengin.NameTooLong),
]


@pytest.mark.parametrize(("change", "error"), REFUSED_PAYMENTS)
def test_a_payment_that_cannot_be_written_is_refused(
    change: dict[str, object], error: type[ZenginError]
) -> None:
    wrong = replace(SATO, **change)  # type: ignore[arg-type]
    with pytest.raises(error) as refused:
        zengin_file(ORIGINATOR, DAY, [YAMADA, wrong])
    assert f"振込{wrong.id}の" in str(refused.value)
    assert refused.value.code.startswith("zengin_")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": "123"}, zengin.DigitsRefused),
        ({"account_type": "4"}, zengin.AccountTypeRefused),
        ({"account_number": "0000000"}, zengin.NumberZero),
        ({"name": "小樽"}, zengin.NameRefused),
        ({"name": "ア" * 41}, zengin.NameTooLong),
    ],
)
def test_settings_of_the_center_that_cannot_be_written_are_refused(
    change: dict[str, str], error: type[ZenginError]
) -> None:
    with pytest.raises(error, match="振込依頼人の"):
        zengin_file(replace(ORIGINATOR, **change), DAY, [YAMADA])


def test_an_empty_batch_is_refused() -> None:
    with pytest.raises(zengin.EmptyBatch):
        zengin_file(ORIGINATOR, DAY, [])


def test_the_same_payment_twice_is_refused() -> None:
    with pytest.raises(zengin.PaymentTwice):
        zengin_file(ORIGINATOR, DAY, [YAMADA, YAMADA])


def test_more_records_than_the_bank_takes_are_refused() -> None:
    with pytest.raises(zengin.TooManyRecords, match="2件あります。1件まで"):
        zengin_file(ORIGINATOR, DAY, [YAMADA, SATO], Profile(max_records=1))


def test_a_total_beyond_its_field_is_refused() -> None:
    most = zengin.MAX_AMOUNT_YEN
    payments = [replace(YAMADA, id=number, amount_yen=most) for number in range(1, 102)]
    with pytest.raises(zengin.TotalTooLarge):
        zengin_file(ORIGINATOR, DAY, payments)
    assert errors(zengin_file(ORIGINATOR, DAY, payments[:100])) == []


def _digits(width: int, lowest: int = 1) -> st.SearchStrategy[str]:
    return st.integers(lowest, 10**width - 1).map(lambda number: str(number).zfill(width))


NAMES = st.text(alphabet="アイカガサザパヴンヲーャっげぽ Ａz9()-.", min_size=1, max_size=40).filter(
    lambda text: text.strip() != ""
)
PAYMENTS = st.lists(
    st.builds(
        Payment,
        id=st.integers(1, zengin.MAX_PAYMENT_ID),
        bank=_digits(4),
        branch=_digits(3, lowest=0),
        account_type=st.sampled_from("1249"),
        account_number=_digits(7),
        name=NAMES,
        amount_yen=st.integers(1, zengin.MAX_AMOUNT_YEN),
        change_mark=st.sampled_from(ChangeMark),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda payment: payment.id,
)
PROFILES = st.builds(
    Profile,
    separator=st.sampled_from(Separator),
    clearing_house=st.sampled_from(ClearingHouse),
    wo_to_o=st.booleans(),
    transfer_kind=st.sampled_from(TransferKind),
)


@settings(deadline=None)
@given(PAYMENTS, PROFILES)
def test_any_valid_batch_passes_the_checker_and_reads_back(
    payments: list[Payment], profile: Profile
) -> None:
    data = zengin_file(ORIGINATOR, DAY, payments, profile)
    known = Expected(
        transfer_date=DAY,
        today=DAY,
        count=len(payments),
        total_yen=sum(payment.amount_yen for payment in payments),
        clearing_house=profile.clearing_house.value,
        wo_allowed=not profile.wo_to_o,
    )
    assert errors(data, known) == []
    assert zengin_file(ORIGINATOR, DAY, payments, profile) == data
    for payment, read in zip(payments, read_payments(data), strict=True):
        name = read.pop("name")
        assert read == {key: getattr(payment, key) for key in read}
        confirmed = zengin.normalise(payment.name, wo_to_o=profile.wo_to_o)
        assert name == confirmed.in_file


GOOD = (FOLDER / "golden.txt").read_bytes()
KNOWN = Expected(DAY, today=date(2026, 12, 1), count=2, total_yen=5500, clearing_house="zeros")


def _put(position: int, new: bytes, record: int = 0) -> Callable[[bytes], bytes]:
    """Overwrite from a position (from 1) of a record (from 0) of the golden file."""
    at = record * 122 + position - 1
    return lambda data: data[:at] + new + data[at + len(new) :]


KNOWN_BAD: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing at all": (lambda data: b"", "empty"),
    "a byte order mark": (lambda data: b"\xef\xbb\xbf" + data, "length"),
    "LF only": (lambda data: data.replace(b"\r\n", b"\n"), "length"),
    "CR only": (lambda data: data.replace(b"\r\n", b"\r"), "length"),
    "no CR LF after the last record": (lambda data: data[:-2], "length"),
    "a line feed inside": (_put(60, b"\r\n", 1), "separator"),
    "full-width letters": (_put(51, "ヤマダ".encode(), 1), "letter:name"),
    "no trailer": (lambda data: data[: 122 * 3] + data[122 * 4 :], "sequence"),
    "no end": (lambda data: data[: 122 * 4], "sequence"),
    "no payments": (lambda data: data[:122] + data[122 * 3 :], "sequence"),
    "two headers": (lambda data: data[:122] + data, "sequence"),
    "trailer before the last payment": (
        lambda data: (
            data[: 122 * 2] + data[122 * 3 : 122 * 4] + data[122 * 2 : 122 * 3] + data[122 * 4 :]
        ),
        "sequence",
    ),
    "a payment lost": (lambda data: data[: 122 * 2] + data[122 * 3 :], "count"),
    "a payment doubled": (lambda data: data[: 122 * 2] + data[122:], "count"),
    "a salary file": (_put(2, b"11"), "service"),
    "EBCDIC announced": (_put(4, b"1"), "code_kind"),
    "EBCDIC written": (lambda data: data.decode("latin1").encode("cp037", "replace"), "length"),
    "a day that does not exist": (_put(55, b"0230"), "no_such_date"),
    "another day": (_put(55, b"1228"), "other_date"),
    "letters in an account number": (_put(44, b"12E4567", 1), "digits:account_number"),
    "spaces in an amount": (_put(81, b"      5000", 1), "digits:amount"),
    "a payment of zero yen": (_put(81, b"0000000000", 1), "amount_zero"),
    "a sum that is one yen off": (_put(8, b"000000005501", 3), "total"),
    "two amounts exchanged so that the sum differs": (_put(81, b"0000000500", 1), "total"),
    "an unknown kind of account": (_put(43, b"3", 1), "account_type"),
    "a savings account as the center's own": (_put(96, b"4"), "account_type"),
    "bank zero": (_put(2, b"0000", 1), "bank_zero"),
    "account zero": (_put(44, b"0000000", 1), "account_zero"),
    "a name one place to the right": (
        _put(51, " ﾔﾏﾀﾞ ﾀﾛｳ".encode("shift_jis"), 1),
        "leading_space:name",
    ),
    "no name": (_put(51, b" " * 30, 1), "name_missing"),
    "a small letter": (_put(51, b"\xac", 1), "letter:name"),
    "a long mark": (_put(52, b"\xb0", 1), "letter:name"),
    "a middle dot": (_put(52, b"\xa5", 1), "letter:name"),
    "a lower-case letter": (_put(51, b"a", 1), "letter:name"),
    "ヲ where it is forbidden": (_put(51, b"\xa6", 1), "letter:name"),
    "a voiced mark first": (_put(51, b"\xde", 1), "voiced_mark:name"),
    "a half-voiced mark after ﾀ": (_put(54, b"\xdf", 1), "half_voiced_mark:name"),
    "the other filling of the clearing house": (
        _put(39, b"    ", 1),
        "clearing_house:clearing_house",
    ),
    "a customer code twice": (_put(92, b"0000000001", 2), "customer_twice"),
    "no customer code": (_put(92, b"0000000000", 1), "customer_missing"),
    "an EDI mark": (_put(113, b"Y", 1), "spaces:mark"),
    "something in the filler": (_put(120, b"0", 1), "spaces:filler"),
    "an unknown kind of transfer": (_put(112, b"6", 1), "transfer_kind"),
}


@pytest.mark.parametrize("name", KNOWN_BAD)
def test_a_known_bad_variant_is_caught(name: str) -> None:
    damage, code = KNOWN_BAD[name]
    damaged = damage(GOOD)
    assert damaged != GOOD
    found = errors(damaged, KNOWN)
    assert code in found


def test_the_checker_accepts_the_golden_file_and_a_final_eof() -> None:
    assert check(GOOD, KNOWN) == []
    assert check(GOOD + b"\x1a", KNOWN) == []
    assert check(GOOD.replace(b"\r\n", b""), KNOWN) == []


def test_the_checker_knows_the_ledger_and_the_calendar() -> None:
    assert errors(GOOD, replace(KNOWN, total_yen=5501)) == ["total_of_ledger"]
    assert errors(GOOD, replace(KNOWN, count=3)) == ["count_of_ledger"]
    assert errors(GOOD, replace(KNOWN, today=date(2026, 12, 26))) == ["date_past"]
    assert "bank_closed" in errors(
        _put(55, b"1231")(GOOD), replace(KNOWN, transfer_date=date(2026, 12, 31))
    )


def test_the_checker_asks_about_the_same_account_with_the_same_amount() -> None:
    data = zengin_file(ORIGINATOR, DAY, [YAMADA, replace(YAMADA, id=9)])
    assert [finding.code for finding in check(data)] == ["same_account_and_amount"]
