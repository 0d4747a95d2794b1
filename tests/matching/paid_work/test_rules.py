"""What is pure about paid work: what silence confirms, which signatures are called back, codes, strokes."""

from datetime import UTC, datetime, timedelta

import pytest

from matching.paid_work.rules import (
    Facts,
    Reported,
    Trouble,
    due_at,
    is_drawn,
    is_minutes,
    why_not,
    why_waits,
)
from matching.paid_work.slips import read_token, token_of
from matching.paid_work.states import Waits
from matching.paid_work.strokes import HEIGHT, WIDTH, NoSignature, cleaned, path_of, read_strokes
from tests.matching.paid_work.scenes import DRAWN

KEY = b"k" * 32


def test_silence_counts_after_72_hours() -> None:
    at = datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert due_at(at) - at == timedelta(hours=72)


@pytest.mark.parametrize(
    ("minutes", "yen", "seen", "call", "waits"),
    [
        (120, 2000, 120, False, ()),
        (110, 2000, 120, False, ()),
        (135, 2000, 120, False, ()),
        (136, 2000, 120, False, (Waits.NOT_SEEN,)),
        (150, 2500, 150, False, (Waits.LONGER,)),
        (120, 2000, 120, True, (Waits.CALL,)),
        (180, 3000, 60, True, (Waits.LONGER, Waits.NOT_SEEN, Waits.CALL)),
    ],
)
def test_silence_never_makes_anybody_pay_more(
    minutes: int, yen: int, seen: int, call: bool, waits: tuple[Waits, ...]
) -> None:
    assert why_waits(Reported(minutes, yen, 2000, seen, call)) == waits


@pytest.mark.parametrize(
    ("facts", "trouble"),
    [
        (Facts(True, False, False, True, False), None),
        (Facts(False, True, False, True, False), None),
        (Facts(False, False, False, True, False), Trouble.NOT_AGREED),
        (Facts(True, False, False, False, False), Trouble.NO_RECORD),
        (Facts(True, False, False, True, True), Trouble.STILL_THERE),
        (Facts(False, False, True, True, False), Trouble.DONE),
    ],
)
def test_what_can_be_reported_when(facts: Facts, trouble: Trouble | None) -> None:
    assert why_not(facts) is trouble


@pytest.mark.parametrize("minutes", [0, -1, -120, 721, 10**9, 10**30])
def test_no_work_takes_so_long(minutes: int) -> None:
    assert not is_minutes(minutes)
    assert is_minutes(0, least=0)


def test_the_lot_is_the_same_each_time_and_about_a_fifth() -> None:
    drawn = [one for one in range(2000) if is_drawn(KEY, one, is_typed=False)]
    assert drawn == [one for one in range(2000) if is_drawn(KEY, one, is_typed=False)]
    assert 330 < len(drawn) < 470
    assert drawn != [one for one in range(2000) if is_drawn(b"x" * 32, one, is_typed=False)]
    assert all(is_drawn(KEY, one, is_typed=True) for one in range(50))


def test_the_code_of_a_slip_is_short_and_only_ours() -> None:
    token = token_of(KEY, 12345)
    assert len(token) == 20
    assert read_token(KEY, token) == 12345
    assert read_token(b"x" * 32, token) is None
    for place, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        assert read_token(KEY, token[:place] + other + token[place + 1 :]) is None
    for nonsense in ("", "あ", token + "=", token[:-1], token * 1000, "....", "\x00" * 20):
        assert read_token(KEY, nonsense) is None


def test_a_signature_is_written_anew_as_it_was_drawn() -> None:
    assert cleaned(DRAWN) == DRAWN
    assert path_of(read_strokes(DRAWN)) == DRAWN
    assert len(read_strokes(DRAWN)) == 4


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ("", "shape"),
        ("M1 1", "small"),
        ("M100 100L101 101" * 6, "small"),
        (DRAWN + "Z", "shape"),
        (DRAWN + '"/><script>alert(1)</script>', "shape"),
        (DRAWN.replace("M40", "M-40"), "shape"),
        (DRAWN.replace("M40", "M4e1"), "shape"),
        (DRAWN.replace("M40", "M٤٠"), "shape"),
        (DRAWN + f"M{WIDTH + 1} 1", "outside"),
        (DRAWN + f"M1 {HEIGHT + 1}", "outside"),
        ("M0 0L600 0" * 81, "long"),
        ("M1 1L2 2" * 130_000, "long"),
        ("L1 1" + DRAWN, "shape"),
    ],
)
def test_nonsense_is_no_signature(sent: str, why: str) -> None:
    with pytest.raises(NoSignature) as error:
        cleaned(sent)
    assert str(error.value) == why
