"""Sealed fields, blind indexes and signatures."""

import base64

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core import crypto
from volunteer.core.config import Settings

OLD = bytes(range(32))
NEW = bytes(range(32, 64))
KEYS = crypto.DataKeys(NEW)
CONTEXT = "bank_account:7:number_sealed"
SECRET = b"a secret of tests, longer than 32 bytes"


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


@given(st.binary(max_size=200))
def test_what_was_sealed_is_read_again(data: bytes) -> None:
    token = crypto.seal_with(KEYS, data, CONTEXT)
    assert crypto.unseal_with(KEYS, token, CONTEXT) == data
    assert token.startswith(f"v1:{crypto.key_id(NEW)}:")


def test_the_same_text_is_sealed_differently_each_time() -> None:
    tokens = {crypto.seal_with(KEYS, "1234567", CONTEXT) for _ in range(20)}
    assert len(tokens) == 20
    assert not any("1234567" in token for token in tokens)


@pytest.mark.parametrize(
    "elsewhere", ["bank_account:8:number_sealed", "bank_account:7:holder_sealed", "x:7:y"]
)
def test_a_value_moved_to_another_row_or_column_is_not_read(elsewhere: str) -> None:
    token = crypto.seal_with(KEYS, "1234567", CONTEXT)
    with pytest.raises(crypto.Damaged):
        crypto.unseal_with(KEYS, token, elsewhere)


def test_every_changed_character_is_noticed() -> None:
    token = crypto.seal_with(KEYS, "1234567", CONTEXT)
    for place, sign in enumerate(token):
        changed = token[:place] + ("A" if sign != "A" else "B") + token[place + 1 :]
        with pytest.raises((crypto.Damaged, crypto.KeyTrouble)):
            crypto.unseal_with(KEYS, changed, CONTEXT)


@pytest.mark.parametrize("nonsense", ["", "v1", "v1:a:b", "v2:a:b:c", "v1:あ:い:う", "plain text"])
def test_nonsense_is_damaged_not_a_crash(nonsense: str) -> None:
    with pytest.raises((crypto.Damaged, crypto.KeyTrouble)):
        crypto.unseal_with(KEYS, nonsense, CONTEXT)


def test_a_cut_value_is_damaged() -> None:
    version, _kid, nonce, _sealed = crypto.seal_with(KEYS, "1", CONTEXT).split(":")
    with pytest.raises(crypto.Damaged):
        crypto.unseal_with(KEYS, f"{version}:{crypto.key_id(NEW)}:{nonce}:", CONTEXT)


def test_older_keys_still_read_and_are_known_as_old() -> None:
    token = crypto.seal_with(crypto.DataKeys(OLD), "1234567", CONTEXT)
    keys = crypto.DataKeys(NEW, (OLD,))
    assert crypto.unseal_with(keys, token, CONTEXT) == b"1234567"
    assert not crypto.is_current_with(keys, token)
    assert crypto.is_current_with(keys, crypto.seal_with(keys, "1234567", CONTEXT))


def test_a_value_of_an_unknown_key_names_that_key() -> None:
    token = crypto.seal_with(crypto.DataKeys(OLD), "1234567", CONTEXT)
    with pytest.raises(crypto.KeyTrouble, match=crypto.key_id(OLD)):
        crypto.unseal_with(KEYS, token, CONTEXT)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "missing"), ("!!!", "not base64"), (_text(b"short"), "5 bytes")],
)
def test_a_missing_or_malformed_data_key_is_said_clearly(text: str, words: str) -> None:
    with pytest.raises(crypto.KeyTrouble, match=f"OTAGAI_DATA_KEY.*{words}"):
        crypto.DataKeys.read(text)


def test_a_missing_or_short_secret_is_said_clearly() -> None:
    for text in ("", "short"):
        with pytest.raises(crypto.KeyTrouble, match="OTAGAI_SECRET_KEY"):
            crypto.secret_bytes(text)


def test_a_context_is_needed() -> None:
    with pytest.raises(ValueError, match="context"):
        crypto.seal_with(KEYS, "1234567", "")


def test_derived_keys_follow_rfc_5869() -> None:
    independent = HKDF(SHA256(), 32, None, b"otagai venue").derive(SECRET)
    assert crypto.derive(SECRET, "venue") == independent
    assert crypto.derive(SECRET, "venue") != crypto.derive(SECRET, "ticket")


def test_equal_texts_have_equal_blind_indexes_under_one_key_only() -> None:
    assert crypto.blind_index_with(NEW, "0009|001|1") == crypto.blind_index_with(NEW, "0009|001|1")
    assert crypto.blind_index_with(NEW, "0009|001|1") != crypto.blind_index_with(NEW, "0009|001|2")
    assert crypto.blind_index_with(NEW, "0009|001|1") != crypto.blind_index_with(OLD, "0009|001|1")


def test_a_signature_holds_for_its_purpose_and_payload_only() -> None:
    signature = crypto.sign_with(SECRET, "link", "7")
    assert crypto.verify_with(SECRET, "link", "7", signature)
    assert not crypto.verify_with(SECRET, "other", "7", signature)
    assert not crypto.verify_with(SECRET, "link", "8", signature)
    assert not crypto.verify_with(SECRET + b"x", "link", "7", signature)
    assert not crypto.verify_with(SECRET, "link", "7", signature + "=")
    assert not crypto.verify_with(SECRET, "link", "7", "\ud800日本")


def test_the_short_names_take_the_keys_of_the_settings() -> None:
    app = Flask(__name__)
    app.config["OTAGAI"] = Settings(
        secret_key=SECRET.decode(), data_key=_text(NEW), previous_data_keys=(_text(OLD),)
    )
    with app.app_context():
        token = crypto.seal("渡辺", CONTEXT)
        assert crypto.unseal_text(token, CONTEXT) == "渡辺"
        assert crypto.is_current(token)
        assert crypto.blind_indexes("x") == (
            crypto.blind_index("x"),
            crypto.blind_index_with(OLD, "x"),
        )
        assert crypto.verify("link", "7", crypto.sign("link", "7"))
        app.config["OTAGAI"].data_key = ""
        with pytest.raises(crypto.KeyTrouble):
            crypto.seal("渡辺", CONTEXT)
