"""The code on a household's slip: which slip it is, signed; pure but for the key.

It stays the same, because it is paper. What limits it is the row of the slip: one task, one student, the hours of the
shift, and until a newer slip is made.
"""

import base64
import binascii
import hmac
import struct

_FORM = struct.Struct(">BI")
_PURPOSE = 7
_SIGNATURE = 10
"""Bytes of HMAC-SHA256 that are kept: 80 bits; who guesses has to ask our server each time."""


def token_of(key: bytes, slip_id: int) -> str:
    """The last part of the address in the QR code, 20 characters."""
    facts = _FORM.pack(_PURPOSE, slip_id)
    return base64.urlsafe_b64encode(facts + _sign(key, facts)).decode("ascii")


def read_token(key: bytes, token: str) -> int | None:
    """The slip of a token of ours; None for anything else."""
    try:
        data = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    facts, signature = data[: _FORM.size], data[_FORM.size :]
    is_ours = len(data) == _FORM.size + _SIGNATURE and hmac.compare_digest(
        signature, _sign(key, facts)
    )
    if not is_ours or base64.urlsafe_b64encode(data).decode("ascii") != token:
        return None
    purpose, slip_id = _FORM.unpack(facts)
    return int(slip_id) if purpose == _PURPOSE else None


def _sign(key: bytes, facts: bytes) -> bytes:
    return hmac.digest(key, b"slip of paid work" + facts, "sha256")[:_SIGNATURE]
