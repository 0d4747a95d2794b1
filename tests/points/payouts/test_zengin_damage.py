"""Single damaged bytes: what the checker must notice, field by field of the golden file."""

import random
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.points.payouts.zengin_checker import LAYOUT, SIZE, Expected, errors

GOOD = (Path(__file__).parents[2] / "golden/zengin/golden.txt").read_bytes()
KINDS = "12289"
STRUCTURAL = {
    *("kind", "service", "code_kind", "month_day", "clearing_house", "amount", "transfer_kind"),
    *("mark", "count", "total", "filler", "separator"),
}
DIGITS = b"0123456789"
KNOWN = Expected()


def _places() -> list[tuple[str, int]]:
    """Every byte of the golden file with the field it belongs to."""
    places: list[tuple[str, int]] = []
    for record, kind in enumerate(KINDS):
        start = record * (SIZE + 2)
        for name, first, last, _ in LAYOUT[kind]:
            places += [(name, start + position - 1) for position in range(first, last + 1)]
        places += [("separator", start + SIZE), ("separator", start + SIZE + 1)]
    return places


PLACES = _places()


def _damaged(position: int, new: int) -> bytes:
    return GOOD[:position] + bytes([new]) + GOOD[position + 1 :]


def test_every_byte_belongs_to_one_field() -> None:
    assert sorted(position for _, position in PLACES) == list(range(len(GOOD)))


def test_damage_of_structural_fields_is_noticed_nearly_always() -> None:
    """Any of 20 other bytes at every place; the only blind spot is another date that exists."""
    chance = random.Random(20261225)
    tried: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    for name, position in PLACES:
        if name not in STRUCTURAL:
            continue
        for new in chance.sample([byte for byte in range(256) if byte != GOOD[position]], 20):
            tried[name] += 1
            noticed[name] += bool(errors(_damaged(position, new), KNOWN))
    assert set(tried) == STRUCTURAL
    shares = {name: noticed[name] / tried[name] for name in tried}
    assert min(shares.values()) > 0.9, shares
    assert noticed.total() / tried.total() > 0.99


def test_one_wrong_digit_in_what_is_counted_is_always_noticed() -> None:
    for name, position in PLACES:
        if name in ("amount", "count", "total", "service", "code_kind", "kind"):
            for digit in DIGITS:
                if digit != GOOD[position]:
                    assert errors(_damaged(position, digit), KNOWN), (name, position, digit)


@given(st.sampled_from(PLACES), st.integers(0, 255))
def test_a_control_byte_or_unused_letter_is_noticed_in_every_field(
    place: tuple[str, int], new: int
) -> None:
    name, position = place
    never = new < 0x20 or 0x7B <= new <= 0xB0 or new >= 0xE0
    if never and new != GOOD[position]:
        assert errors(_damaged(position, new), KNOWN), (name, position, new)
