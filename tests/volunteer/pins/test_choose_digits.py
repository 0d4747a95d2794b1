"""Which digits may be the PIN of a card."""

from datetime import date

import pytest

from volunteer.pins.rules import is_easy, read_pin

BORN = date(1954, 3, 9)


@pytest.mark.parametrize(
    "pin",
    ["1234", "4321", "0000", "121212", "123123", "1122", "2580", "345678", "0309", "0903", "1954",
     "540309", "195403", "290309", "030954", "5439"],
)  # fmt: skip
def test_easy_digits_are_refused(pin: str) -> None:
    assert is_easy(pin, BORN)


@pytest.mark.parametrize("pin", ["7391", "4827", "90275", "618204"])
def test_other_digits_are_taken(pin: str) -> None:
    assert not is_easy(pin, BORN, ["0001", "0134551234"])
    assert is_easy("1234", BORN)
    assert is_easy("5123", BORN, ["0134555123"])


def test_full_width_and_spaces_are_read_and_anything_else_is_no_pin() -> None:
    assert read_pin("７３９ １") == "7391"
    assert [read_pin(typed) for typed in ("", "739", "7391234", "73a1", "٧٣٩١")] == [""] * 5
