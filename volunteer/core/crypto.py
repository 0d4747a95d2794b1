"""Sealing fields, blind indexes and signatures, each with a key of its own derived from the two secrets.

The data key seals what lies in the database (bank numbers, sensitive notes); it lives outside the database and
may be replaced while older ones are still read. The secret key signs what leaves the house and comes back.
The functions ending in `_with` are pure and take keys; the short names take them from the settings.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from volunteer.core.config import settings

FORMAT = "v1"
KEY_BYTES = 32
NONCE_BYTES = 12
SECRET_CHARACTERS_MIN = 32


class KeyTrouble(RuntimeError):
    """A key is missing, malformed, or not the one a value was sealed with. For the operator, not for people."""


class Damaged(RuntimeError):
    """A sealed value was altered or stands in another row than it was written for."""


@dataclass(frozen=True)
class DataKeys:
    """The data key in use and the older ones that may still be needed for reading."""

    current: bytes
    previous: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, current: str, previous: Sequence[str] = ()) -> "DataKeys":
        """Keys from their settings (base64 of 32 bytes each); raises `KeyTrouble`."""
        return cls(
            _data_key(current, "OTAGAI_DATA_KEY"),
            tuple(_data_key(text, "OTAGAI_PREVIOUS_DATA_KEYS") for text in previous),
        )


def _data_key(text: str, setting: str) -> bytes:
    if not text:
        raise KeyTrouble(f"{setting} is missing: sealed fields can neither be written nor read")
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyTrouble(f"{setting} is not base64") from error
    if len(key) != KEY_BYTES:
        raise KeyTrouble(f"{setting} holds {len(key)} bytes; {KEY_BYTES} are needed")
    return key


@lru_cache(maxsize=256)
def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose only (HKDF-SHA256, RFC 5869, one block of output).

    The same secret and purpose always give the same key; no purpose's key tells anything about another's.
    """
    extracted = hmac.digest(bytes(KEY_BYTES), secret, hashlib.sha256)
    return hmac.digest(extracted, f"otagai {purpose}".encode() + b"\x01", hashlib.sha256)


def key_id(key: bytes) -> str:
    """The public name of a data key, written beside everything it sealed."""
    return derive(key, "key id")[:4].hex()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii")


def _associated(kid: str, context: str) -> bytes:
    if not context:
        raise ValueError("a context 'table:row-id:column' is needed")
    return f"{FORMAT}:{kid}:{context}".encode()


def seal_with(keys: DataKeys, plaintext: bytes | str, context: str) -> str:
    """`plaintext` under AES-256-GCM as `v1:key id:nonce:ciphertext`, readable only with the same `context`.

    `context` is "table:row-id:column", so that a value copied to another row or column cannot be read there.
    """
    data = plaintext.encode() if isinstance(plaintext, str) else plaintext
    kid = key_id(keys.current)
    nonce = os.urandom(NONCE_BYTES)
    cipher = AESGCM(derive(keys.current, "field sealing"))
    sealed = cipher.encrypt(nonce, data, _associated(kid, context))
    return ":".join((FORMAT, kid, _encode(nonce), _encode(sealed)))


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Damaged("a sealed value is not base64") from error
    if _encode(data) != text:
        raise Damaged("a sealed value is not in its own form")
    return data


def _split(token: str) -> tuple[str, bytes, bytes]:
    parts = token.split(":")
    if len(parts) != 4 or parts[0] != FORMAT:
        raise Damaged("a sealed value has an unknown form")
    return parts[1], _decode(parts[2]), _decode(parts[3])


def unseal_with(keys: DataKeys, token: str, context: str) -> bytes:
    """What `seal_with` was given.

    Raises `KeyTrouble` when it was sealed with a key we do not have, `Damaged` when it was altered or moved.
    """
    kid, nonce, sealed = _split(token)
    key = next((k for k in (keys.current, *keys.previous) if key_id(k) == kid), None)
    if key is None:
        raise KeyTrouble(
            f"sealed with data key {kid}, which is not among OTAGAI_DATA_KEY and OTAGAI_PREVIOUS_DATA_KEYS"
        )
    try:
        cipher = AESGCM(derive(key, "field sealing"))
        return cipher.decrypt(nonce, sealed, _associated(kid, context))
    except (InvalidTag, ValueError) as error:
        raise Damaged(f"the sealed value does not belong to {context}, or was altered") from error


def is_current_with(keys: DataKeys, token: str) -> bool:
    """Whether `token` was sealed with the data key in use; if not, the rotation has to seal it again."""
    return token.startswith(f"{FORMAT}:{key_id(keys.current)}:")


def blind_index_with(key: bytes, text: str) -> str:
    """A fixed fingerprint of `text` by which equal sealed values are found without opening any (64 hex digits)."""
    return hmac.digest(derive(key, "blind index"), text.encode(), hashlib.sha256).hex()


def sign_with(secret: bytes, purpose: str, payload: bytes | str) -> str:
    """A signature of `payload` (43 characters) that holds for this purpose only."""
    data = payload.encode() if isinstance(payload, str) else payload
    return _encode(hmac.digest(derive(secret, f"sign {purpose}"), data, hashlib.sha256)).rstrip("=")


def verify_with(secret: bytes, purpose: str, payload: bytes | str, signature: str) -> bool:
    """Whether `signature` is ours, for this payload and purpose; takes the same time whatever the answer."""
    expected = sign_with(secret, purpose, payload)
    return hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))


def secret_bytes(text: str) -> bytes:
    """The secret key from its setting; raises `KeyTrouble` when it is missing or too short."""
    if not text:
        raise KeyTrouble("OTAGAI_SECRET_KEY is missing: nothing can be signed")
    if len(text) < SECRET_CHARACTERS_MIN:
        raise KeyTrouble(
            f"OTAGAI_SECRET_KEY: {SECRET_CHARACTERS_MIN} characters or more are needed"
        )
    return text.encode()


def data_keys() -> DataKeys:
    """The data keys of the running application; raises `KeyTrouble`."""
    return DataKeys.read(settings().data_key, settings().previous_data_keys)


def purpose_key(purpose: str) -> bytes:
    """The running application's key for one purpose, from the secret key; raises `KeyTrouble`."""
    return derive(secret_bytes(settings().secret_key), purpose)


def seal(plaintext: bytes | str, context: str) -> str:
    """`seal_with` the application's data key."""
    return seal_with(data_keys(), plaintext, context)


def unseal(token: str, context: str) -> bytes:
    """`unseal_with` the application's data keys."""
    return unseal_with(data_keys(), token, context)


def unseal_text(token: str, context: str) -> str:
    """`unseal` for what was sealed as text."""
    return unseal(token, context).decode()


def is_current(token: str) -> bool:
    """`is_current_with` the application's data keys."""
    return is_current_with(data_keys(), token)


def blind_index(text: str) -> str:
    """The fingerprint of `text` under the data key in use; written beside the sealed value."""
    return blind_index_with(data_keys().current, text)


def blind_indexes(text: str) -> tuple[str, ...]:
    """The fingerprints of `text` under every data key, newest first; for searching while keys are replaced."""
    keys = data_keys()
    return tuple(blind_index_with(key, text) for key in (keys.current, *keys.previous))


def sign(purpose: str, payload: bytes | str) -> str:
    """`sign_with` the application's secret key."""
    return sign_with(secret_bytes(settings().secret_key), purpose, payload)


def verify(purpose: str, payload: bytes | str, signature: str) -> bool:
    """`verify_with` the application's secret key."""
    return verify_with(secret_bytes(settings().secret_key), purpose, payload, signature)
