"""Codes that people read, say and type: short, without look-alikes, forgiving in what they accept.

A code has 8 characters: a prefix that tells its kind, six at random, one check character. The alphabet of 29 holds
no two signs that are mixed up in print or handwriting; their doubles (O I L Z S B U) are read as the sign they
resemble. 29 is prime and the eight weights differ, so every single wrong character and every swap of two is found.
"""

import enum
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass

from volunteer.core.crypto import purpose_key

ALPHABET = "0123456789ACDEFGHJKMNPQRTVWXY"
LENGTH = 8
GROUP = 4
EMAIL_CODE_DIGITS = 6

_READ_AS = str.maketrans("OILZSBU", "01125" + "8V")
_VALUE = {sign: index for index, sign in enumerate(ALPHABET)}
_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8)
_HYPHENS = frozenset("-‐‑‒–—―−ー﹣_.・")


class CodeKind(enum.StrEnum):
    """What a code stands for; the value is its first character."""

    CARD = "C"
    SHIFT = "K"
    PHONE = "T"
    DEVICE = "D"


class Fault(enum.StrEnum):
    """Why something typed is no code."""

    EMPTY = "empty"
    LENGTH = "length"
    LETTER = "letter"
    CHECK = "check"
    KIND = "kind"
    OTHER_KIND = "other_kind"


@dataclass(frozen=True)
class TypedCode:
    """What was typed, read as a code: either without `fault`, or with one. `kind` is known for every whole code."""

    code: str
    kind: CodeKind | None
    fault: Fault | None


def normalise(text: str) -> str:
    """Typed text as code characters: half width, capitals, no spaces or hyphens, look-alikes read as meant."""
    plain = unicodedata.normalize("NFKD", text).upper()
    # loose marks would join their neighbours once the space between them is gone
    kept = (
        sign
        for sign in plain
        if not sign.isspace() and sign not in _HYPHENS and not unicodedata.combining(sign)
    )
    return "".join(kept).translate(_READ_AS)


def check_character(body: str) -> str:
    """The last character for the first seven: the weighted sum of all eight is a multiple of 29."""
    total = sum(weight * _VALUE[sign] for weight, sign in zip(_WEIGHTS, body, strict=False))
    # the last weight times the check value must cancel the total modulo the (prime) size of the alphabet
    return ALPHABET[-total * pow(_WEIGHTS[-1], -1, len(ALPHABET)) % len(ALPHABET)]


def new_code(kind: CodeKind) -> str:
    """A random code of this kind, one of 594 million; the caller keeps it unique."""
    body = kind.value + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 2))
    return body + check_character(body)


def _fault_in(code: str) -> Fault | None:
    if not code:
        return Fault.EMPTY
    if any(sign not in _VALUE for sign in code):
        return Fault.LETTER
    if len(code) != LENGTH:
        return Fault.LENGTH
    return None if check_character(code[:-1]) == code[-1] else Fault.CHECK


def read_code(text: str, expected: CodeKind | None = None) -> TypedCode:
    """Read typed text as a code, of the `expected` kind if one is given.

    A sound code of another kind comes back with its own kind and the fault `OTHER_KIND`, so that the field can say
    what it was given and what it wants.
    """
    code = normalise(text)
    fault = _fault_in(code)
    if fault is not None:
        return TypedCode(code, None, fault)
    try:
        kind = CodeKind(code[0])
    except ValueError:
        return TypedCode(code, None, Fault.KIND)
    return TypedCode(code, kind, Fault.OTHER_KIND if expected not in (None, kind) else None)


def kind_of(code: str) -> CodeKind | None:
    """The kind of a sound code, typed in any way; None for anything else."""
    return read_code(code).kind


def format_code(code: str) -> str:
    """The code in groups of four, as it is printed: C7K4-9XMP."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def new_email_code() -> str:
    """Six random digits for the sign-in mail."""
    return f"{secrets.randbelow(10**EMAIL_CODE_DIGITS):0{EMAIL_CODE_DIGITS}d}"


def normalise_digits(text: str) -> str:
    """The ASCII digits of what was typed, full width and spaces allowed; other signs stay and make it wrong."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if not sign.isspace() and sign not in _HYPHENS)


def hash_email_code_with(key: bytes, code: str, bound_to: str) -> str:
    """What is stored instead of the code: an HMAC over the code and what it is bound to (64 hex digits).

    `bound_to` names the browser and address the code was asked for by; elsewhere the same digits do not match.
    """
    message = f"{len(bound_to)}:{bound_to}:{normalise_digits(code)}".encode()
    return hmac.digest(key, message, hashlib.sha256).hex()


def hash_email_code(code: str, bound_to: str) -> str:
    """`hash_email_code_with` the application's key."""
    return hash_email_code_with(purpose_key("e-mail code"), code, bound_to)


def email_code_matches(code: str, bound_to: str, stored: str) -> bool:
    """Whether the typed code is the one stored, in constant time. The attempt was counted before (see attempts)."""
    return hmac.compare_digest(hash_email_code(code, bound_to), stored)
