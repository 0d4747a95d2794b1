"""The short codes of a printed name list: stable, typed without a fault, and strangers are noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.checkin.short_codes import (
    looks_like_one,
    read_short_code,
    short_code,
    short_codes,
)

SHIFTS = st.integers(1, 10**7)
PLACES = st.integers(1, 999)


@given(SHIFTS, PLACES)
def test_a_code_is_read_back_with_and_without_leading_zeros(shift_id: int, place: int) -> None:
    code = short_code(shift_id, place)
    assert len(code) == (3 if place < 100 else 4)
    assert read_short_code(shift_id, code) == place
    assert read_short_code(shift_id, f" {code.lstrip('0')} ") == place


def test_full_width_digits_are_read() -> None:
    code = short_code(12, 7)
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert looks_like_one(wide)
    assert read_short_code(12, wide) == 7


@given(SHIFTS, PLACES, st.integers(0, 3), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(shift_id: int, place: int, at: int, digit: str) -> None:
    code = short_code(shift_id, place)
    at %= len(code)
    wrong = code[:at] + digit + code[at + 1 :]
    assert wrong == code or read_short_code(shift_id, wrong) is None


@given(SHIFTS, PLACES, st.integers(0, 2))
def test_two_swapped_digits_are_always_found(shift_id: int, place: int, at: int) -> None:
    code = short_code(shift_id, place)
    at %= len(code) - 1
    wrong = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert wrong == code or read_short_code(shift_id, wrong) is None


def test_the_sheet_of_another_shift_is_nearly_always_found() -> None:
    taken = sum(
        read_short_code(other, short_code(500, place)) is not None
        for other in range(501, 601)
        for place in range(1, 31)
    )
    assert taken <= 100 * 30 * 0.12


def test_whoever_comes_later_changes_no_printed_code() -> None:
    before = short_codes(3, [40, 12, 19])
    after = short_codes(3, [40, 12, 19, 77, 78])
    assert {key: after[key] for key in before} == before
    assert [before[key] for key in (12, 19, 40)] == [short_code(3, n) for n in (1, 2, 3)]
    assert len(set(after.values())) == 5


@pytest.mark.parametrize("text", ["", "0", "7", "V-0012", "たなか", "123456", "1.2", "²"])
def test_other_words_are_no_code(text: str) -> None:
    assert read_short_code(1, text) is None


def test_rows_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="first row"):
        short_code(1, 0)
