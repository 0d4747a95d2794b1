"""Codes people read, say and type."""

import itertools

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core.codes import (
    ALPHABET,
    LENGTH,
    CodeKind,
    Fault,
    check_character,
    email_code_matches,
    format_code,
    hash_email_code,
    hash_email_code_with,
    kind_of,
    new_code,
    new_email_code,
    normalise,
    normalise_digits,
    read_code,
)
from volunteer.core.config import Settings

BODIES = st.tuples(
    st.sampled_from(list(CodeKind)), st.text(ALPHABET, min_size=LENGTH - 2, max_size=LENGTH - 2)
).map(lambda parts: parts[0].value + parts[1])
CODES = BODIES.map(lambda body: body + check_character(body))


def test_the_alphabet_has_no_look_alikes_and_a_prime_size() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 29
    assert not set(ALPHABET) & set("OILZSBU")


@pytest.mark.parametrize("kind", list(CodeKind))
def test_a_new_code_is_sound_and_of_its_kind(kind: CodeKind) -> None:
    codes = {new_code(kind) for _ in range(300)}
    assert len(codes) == 300
    for code in codes:
        assert len(code) == LENGTH
        assert read_code(code, kind).fault is None
        assert kind_of(code) is kind


@given(CODES)
def test_every_single_wrong_character_is_found(code: str) -> None:
    for place, sign in itertools.product(range(LENGTH), ALPHABET):
        if code[place] != sign:
            changed = code[:place] + sign + code[place + 1 :]
            assert read_code(changed).fault is Fault.CHECK


@given(CODES)
def test_every_swap_of_two_characters_is_found(code: str) -> None:
    for one, two in itertools.combinations(range(LENGTH), 2):
        signs = list(code)
        signs[one], signs[two] = signs[two], signs[one]
        if signs != list(code):
            assert read_code("".join(signs)).fault is Fault.CHECK


@given(CODES)
def test_typed_in_any_way_it_is_the_same_code(code: str) -> None:
    wide = code.translate({ord(sign): ord(sign) + 0xFEE0 for sign in ALPHABET})
    doubles = code.translate(str.maketrans("01258V", "OLZSBU"))
    for typed in (
        code.lower(),
        wide,
        wide.lower(),
        format_code(code),
        f" {code[:4]}　－ {code[4:]} ",
        f"{code[:4]}ー{code[4:]}",
        f"{code[:2]}‐{code[2:5]}−{code[5:]}",
        doubles,
        code.replace("1", "I").replace("0", "o"),
    ):
        assert read_code(typed).code == code
        assert read_code(typed).fault is None


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", Fault.EMPTY),
        (" 　-", Fault.EMPTY),
        ("C7K4", Fault.LENGTH),
        ("C7K49XMPP", Fault.LENGTH),
        ("C7K4あ9X", Fault.LETTER),
        ("C7K4/9XM", Fault.LETTER),
    ],
)
def test_what_is_no_code_says_why(typed: str, fault: Fault) -> None:
    read = read_code(typed, CodeKind.CARD)
    assert read.fault is fault
    assert read.kind is None


def test_a_sound_code_of_an_unknown_kind_is_none() -> None:
    body = "A000000"
    assert read_code(body + check_character(body)).fault is Fault.KIND


def test_a_code_of_another_kind_is_known_as_such() -> None:
    read = read_code(new_code(CodeKind.SHIFT), CodeKind.CARD)
    assert (read.kind, read.fault) == (CodeKind.SHIFT, Fault.OTHER_KIND)


@given(st.text(max_size=40))
def test_no_text_makes_reading_crash(text: str) -> None:
    read = read_code(text)
    assert (read.fault is None) == (kind_of(text) is not None)
    assert normalise(normalise(text)) == normalise(text)


def test_codes_are_printed_in_groups_of_four() -> None:
    assert format_code("C7K49XMP") == "C7K4-9XMP"


def test_mail_codes_have_six_digits() -> None:
    codes = [new_email_code() for _ in range(500)]
    assert all(len(code) == 6 and code.isdigit() and code.isascii() for code in codes)
    assert len(set(codes)) > 450


def test_typed_digits_may_be_full_width_and_spaced() -> None:
    assert normalise_digits("１２３ 4５6　") == "123456"
    assert normalise_digits("123-456") == "123456"
    assert normalise_digits("12345a") == "12345a"


def test_a_hashed_mail_code_is_bound_to_browser_and_key() -> None:
    stored = hash_email_code_with(b"k" * 32, "123456", "browser 1")
    assert "123456" not in stored
    assert stored == hash_email_code_with(b"k" * 32, "１２３ ４５６", "browser 1")
    assert stored != hash_email_code_with(b"k" * 32, "123456", "browser 2")
    assert stored != hash_email_code_with(b"k" * 32, "123457", "browser 1")
    assert stored != hash_email_code_with(b"j" * 32, "123456", "browser 1")


def test_the_binding_and_the_code_cannot_run_into_each_other() -> None:
    assert hash_email_code_with(b"k", "23456", "a:1") != hash_email_code_with(b"k", "1:23456", "a")


def test_a_mail_code_is_compared_with_the_key_of_the_settings() -> None:
    app = Flask(__name__)
    app.config["OTAGAI"] = Settings(secret_key="s" * 32)
    with app.app_context():
        stored = hash_email_code("123456", "browser 1")
        assert email_code_matches("１２３４５６", "browser 1", stored)
        assert not email_code_matches("123456", "browser 2", stored)
