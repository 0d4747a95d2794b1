"""The six digits of an authenticator app."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from volunteer.core import totp

# RFC 6238, appendix B, SHA-1: the last six of its eight digits
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]
NOW = datetime(2026, 11, 21, 0, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(RFC_SECRET, at) == code
    assert totp.matching_step(RFC_SECRET, code, at) == seconds // 30 == totp.step_at(at)


@pytest.mark.parametrize(
    ("seconds", "accepted"), [(-60, False), (-30, True), (30, True), (60, False)]
)
def test_a_clock_may_be_one_step_off(seconds: int, accepted: bool) -> None:
    secret = totp.new_secret()
    code = totp.code_at(secret, NOW + timedelta(seconds=seconds))
    assert (totp.matching_step(secret, code, NOW) is not None) == accepted


def test_each_step_counts_once() -> None:
    secret = totp.new_secret()
    code = totp.code_at(secret, NOW)
    step = totp.matching_step(secret, code, NOW)
    assert step == totp.step_at(NOW)
    assert totp.matching_step(secret, code, NOW, last_step=step) is None
    earlier = totp.code_at(secret, NOW - timedelta(seconds=30))
    assert totp.matching_step(secret, earlier, NOW, last_step=step) is None
    following = totp.code_at(secret, NOW + timedelta(seconds=30))
    assert totp.matching_step(secret, following, NOW, last_step=step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３", "\ud800", "0" * 500])
def test_nonsense_is_no_code(typed: str) -> None:
    assert totp.matching_step(RFC_SECRET, typed, NOW) is None


def test_digits_may_be_full_width_and_spaced() -> None:
    at = datetime.fromtimestamp(59, UTC)
    assert totp.matching_step(RFC_SECRET, "２８７ ０８２", at) == 1


def test_the_address_for_enrolment_names_center_and_account() -> None:
    secret = totp.new_secret()
    assert len(base64.b32decode(secret)) == 20
    parts = urlsplit(totp.otpauth_uri(secret, "ito@example.jp", "おたがいさま"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    facts = parse_qs(parts.query)
    assert facts["secret"] == [secret]
    assert facts["issuer"] == ["おたがいさま"]
