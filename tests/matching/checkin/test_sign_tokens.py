"""Venue codes, scan tickets and personal codes."""

import base64
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.checkin import tokens
from matching.checkin.tokens import Verdict

KEY = b"k" * 32
OTHER_KEY = b"j" * 32
START = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
BROWSER = "a browser's random name"

SHIFTS = st.integers(min_value=0, max_value=2**32 - 1)
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
)


def _later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _flipped(token: str) -> list[str]:
    """Every token that differs in one bit, and every one that differs in one character."""
    data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    bits = []
    for place in range(len(data) * 8):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        bits.append(base64.urlsafe_b64encode(changed).decode().rstrip("="))
    signs = [
        token[:place] + sign + token[place + 1 :]
        for place in range(len(token))
        for sign in string.ascii_letters + string.digits + "-_+/=. "
        if sign != token[place]
    ]
    return bits + signs


def test_the_venue_code_is_short_and_fits_an_address() -> None:
    token = tokens.venue_token(KEY, 4_000_000_000, START)
    assert len(token) == 24
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")


@given(SHIFTS, MOMENTS)
def test_a_venue_code_is_good_in_its_step_and_the_next(shift_id: int, at: datetime) -> None:
    token = tokens.venue_token(KEY, shift_id, at)
    for seconds in (0, 1, 30):
        read = tokens.read_venue_token(KEY, token, at + timedelta(seconds=seconds))
        assert (read.verdict, read.shift_id) == (Verdict.OK, shift_id)
        assert read.age_seconds is not None
        assert seconds <= read.age_seconds < 60
    assert (
        tokens.read_venue_token(KEY, token, at + timedelta(seconds=60)).verdict is Verdict.EXPIRED
    )
    assert (
        tokens.read_venue_token(KEY, token, at - timedelta(seconds=30)).verdict is Verdict.NOT_YET
    )


def test_the_age_is_that_of_the_step() -> None:
    token = tokens.venue_token(KEY, 7, _later(12))
    assert token == tokens.venue_token(KEY, 7, START)
    assert tokens.read_venue_token(KEY, token, _later(59.9)).age_seconds == 59
    assert tokens.read_venue_token(KEY, token, _later(59.9)).verdict is Verdict.OK
    expired = tokens.read_venue_token(KEY, token, _later(60))
    assert (expired.verdict, expired.shift_id, expired.age_seconds) == (Verdict.EXPIRED, 7, 60)


def test_shorter_steps_end_sooner() -> None:
    token = tokens.venue_token(KEY, 7, START, step_seconds=10)
    assert tokens.read_venue_token(KEY, token, _later(19), 10).verdict is Verdict.OK
    assert tokens.read_venue_token(KEY, token, _later(20), 10).verdict is Verdict.EXPIRED
    assert tokens.seconds_to_next(_later(3), 10) == 7
    assert tokens.seconds_to_next(START) == 30


@pytest.mark.parametrize(
    ("token", "read"),
    [
        (tokens.venue_token(KEY, 7, START), lambda t: tokens.read_venue_token(KEY, t, START)),
        (
            tokens.scan_ticket(KEY, 7, START, BROWSER, 12),
            lambda t: tokens.read_scan_ticket(KEY, t, START, BROWSER),
        ),
        (tokens.person_token(KEY, 7, START), lambda t: tokens.read_person_token(KEY, t, START)),
    ],
)
def test_every_flipped_bit_and_character_is_forged(token: str, read) -> None:  # type: ignore[no-untyped-def]
    assert read(token).verdict is Verdict.OK
    for changed in _flipped(token):
        assert read(changed).verdict is Verdict.FORGED
    for spelling in (token + "=", token + "A", token[:-1], token + "\n", " " + token, token * 2):
        assert read(spelling).verdict is Verdict.FORGED


@given(SHIFTS, MOMENTS, st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_any_other_byte_anywhere_is_forged(
    shift_id: int, at: datetime, place: int, change: int
) -> None:
    token = tokens.venue_token(KEY, shift_id, at)
    data = bytearray(base64.urlsafe_b64decode(token))
    data[place % len(data)] ^= change
    changed = base64.urlsafe_b64encode(data).decode()
    assert tokens.read_venue_token(KEY, changed, at).verdict is Verdict.FORGED


@given(st.text(max_size=60))
def test_nonsense_is_forged_and_never_a_crash(text: str) -> None:
    assert tokens.read_venue_token(KEY, text, START).verdict is Verdict.FORGED
    assert tokens.read_scan_ticket(KEY, text, START, text).verdict is Verdict.FORGED
    assert tokens.read_person_token(KEY, text, START).verdict is Verdict.FORGED


def test_another_key_makes_it_forged() -> None:
    token = tokens.venue_token(OTHER_KEY, 7, START)
    assert tokens.read_venue_token(KEY, token, START) == tokens.VenueReading(Verdict.FORGED)


def test_a_token_of_another_purpose_is_named_so() -> None:
    venue = tokens.venue_token(KEY, 7, START)
    ticket = tokens.scan_ticket(KEY, 7, START, BROWSER)
    person = tokens.person_token(KEY, 7, START)
    for token in (ticket, person):
        assert tokens.read_venue_token(KEY, token, START).verdict is Verdict.WRONG_PURPOSE
    for token in (venue, person):
        read = tokens.read_scan_ticket(KEY, token, START, BROWSER)
        assert read.verdict is Verdict.WRONG_PURPOSE
    for token in (venue, ticket):
        assert tokens.read_person_token(KEY, token, START).verdict is Verdict.WRONG_PURPOSE


def test_a_ticket_is_good_for_fifteen_minutes_in_its_browser() -> None:
    ticket = tokens.scan_ticket(KEY, 7, START, BROWSER, code_age_seconds=42)
    read = tokens.read_scan_ticket(KEY, ticket, _later(15 * 60), BROWSER)
    assert read == tokens.TicketReading(Verdict.OK, 7, 900, 42)
    late = tokens.read_scan_ticket(KEY, ticket, _later(15 * 60 + 1), BROWSER)
    assert (late.verdict, late.shift_id) == (Verdict.EXPIRED, 7)
    early = tokens.read_scan_ticket(KEY, ticket, _later(-1), BROWSER)
    assert early.verdict is Verdict.NOT_YET


@pytest.mark.parametrize("browser", ["", "another browser", BROWSER + " "])
def test_a_ticket_is_worthless_in_another_browser(browser: str) -> None:
    ticket = tokens.scan_ticket(KEY, 7, START, BROWSER)
    read = tokens.read_scan_ticket(KEY, ticket, START, browser)
    assert (read.verdict, read.shift_id) == (Verdict.OTHER_BROWSER, 7)


def test_a_ticket_needs_a_browser() -> None:
    with pytest.raises(ValueError, match="browser"):
        tokens.scan_ticket(KEY, 7, START, "")


def test_browser_names_are_random() -> None:
    names = {tokens.new_browser_id() for _ in range(100)}
    assert len(names) == 100
    assert all(len(name) >= 22 for name in names)


@pytest.mark.parametrize(
    ("made", "until"),
    [
        # 09:30 and 23:59 of 21 November in Japan end with the 22nd; half past midnight of the 22nd with the 23rd
        (datetime(2026, 11, 21, 0, 30, tzinfo=UTC), datetime(2026, 11, 22, 15, 0, tzinfo=UTC)),
        (datetime(2026, 11, 21, 14, 59, tzinfo=UTC), datetime(2026, 11, 22, 15, 0, tzinfo=UTC)),
        (datetime(2026, 11, 21, 15, 30, tzinfo=UTC), datetime(2026, 11, 23, 15, 0, tzinfo=UTC)),
    ],
)
def test_a_personal_code_is_good_until_the_end_of_tomorrow(made: datetime, until: datetime) -> None:
    token = tokens.person_token(KEY, 123_456, made)
    assert len(token) == 24
    assert tokens.end_of_tomorrow(made) == until
    good = tokens.read_person_token(KEY, token, until - timedelta(microseconds=1))
    assert good == tokens.PersonReading(Verdict.OK, 123_456, until)
    assert tokens.read_person_token(KEY, token, until).verdict is Verdict.EXPIRED


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        tokens.venue_token(KEY, 7, datetime(2026, 11, 21))  # noqa: DTZ001 - that is the point
