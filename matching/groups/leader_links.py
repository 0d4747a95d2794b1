"""The one-purpose link of a leader: it names the visit and the number of the link, signed; pure but for the key.

A newer link, a closed one and the end of the time for names make it worthless; that is judged by the visit, not here.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass

_FORM = struct.Struct(">II")
_SIGNATURE = 16
"""Bytes of HMAC-SHA256 that are kept: 128 bits cannot be guessed."""


@dataclass(frozen=True)
class LeaderLink:
    """Which visit a link is for, and the how-manieth it is."""

    visit_id: int
    number: int


def token_of(key: bytes, link: LeaderLink) -> str:
    """The last part of the address, 32 characters."""
    facts = _FORM.pack(link.visit_id, link.number)
    return base64.urlsafe_b64encode(facts + _sign(key, facts)).decode("ascii")


def read_token(key: bytes, token: str) -> LeaderLink | None:
    """The link of a token of ours; None for anything else."""
    try:
        data = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    facts, signature = data[: _FORM.size], data[_FORM.size :]
    is_ours = len(data) == _FORM.size + _SIGNATURE and hmac.compare_digest(
        signature, _sign(key, facts)
    )
    return LeaderLink(*_FORM.unpack(facts)) if is_ours else None


def _sign(key: bytes, facts: bytes) -> bytes:
    return hmac.digest(key, b"group leader" + facts, "sha256")[:_SIGNATURE]
