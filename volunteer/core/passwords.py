"""Staff passwords: argon2id, a short queue in front of it, and no very common ones.

19 MiB, two passes, one lane is OWASP's minimum: 24 ms where the library's default takes 182 ms; and at most two are
computed at once in a process, so that a storm of sign-ins cannot take the machine (reference, ledger-security §3.5).
"""

import re
import threading
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from volunteer.core.db import forbid_in_turn
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l

LENGTH_MIN = 8
LENGTH_MAX = 128
AT_ONCE = 2

COMMON_FILE = Path(__file__).with_name("common_passwords.txt")
"""Our own list; its first lines say where it is from."""

_hasher = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16
)
_places = threading.BoundedSemaphore(AT_ONCE)

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_LEET = str.maketrans("01345@$!7", "oleasasit")


class PasswordTrouble(Refused):
    """The password is too short, too long or too easy to guess."""

    code = "password"


@cache
def common_passwords() -> frozenset[str]:
    """The very common ones, in small letters."""
    lines = COMMON_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().lower() for line in lines if line and not line.startswith("#"))


def _is_run(text: str) -> bool:
    """Whether it is one piece of the alphabet, the digits or a keyboard row, forwards or backwards."""
    return any(text in row * 2 or text in row[::-1] * 2 for row in _ROWS)


def _repeated_piece(text: str) -> str:
    """The shortest piece of which `text` is a repetition (its end may be cut), or "" when it is none."""
    sizes = range(1, len(text) // 2 + 1)
    return next((text[:n] for n in sizes if text == (text[:n] * len(text))[: len(text)]), "")


def is_common(password: str, *own_words: str) -> bool:
    """Whether it is easy to guess: a common one, a run, a repetition, or such a word with digits around it.

    `own_words` are words that belong to the person or the center: name, e-mail, town.
    """
    plain = password.lower()
    words = common_passwords() | {w.lower() for whole in own_words for w in _parts(whole)}
    # "Sakura2026!" and "p@ssw0rd1" are the words they hide
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    spelled = re.sub(r"[\d\W_]+$", "", plain).translate(_LEET)
    piece = _repeated_piece(plain)
    if {plain, core, spelled, plain.translate(_LEET), piece} & words:
        return True
    return 0 < len(piece) <= 4 or _is_run(plain) or (len(core) > 3 and _is_run(core))


def _parts(whole: str) -> list[str]:
    return [part for part in [whole, *re.split(r"[^\w]+", whole)] if len(part) >= 3]


def check_password(password: str, *own_words: str) -> None:
    """Raise `PasswordTrouble` unless the password may be chosen: 8 to 128 characters and not easy to guess.

    No rules about kinds of characters (ASVS 5.0 6.2.5); nothing is cut off or changed.
    """
    if len(password) < LENGTH_MIN:
        raise PasswordTrouble(_l("パスワードは8文字以上にしてください。"), code="password_short")
    if len(password) > LENGTH_MAX:
        raise PasswordTrouble(_l("パスワードは128文字までにしてください。"), code="password_long")
    if is_common(password, *own_words):
        raise PasswordTrouble(
            _l(
                "このパスワードは、すぐに当てられてしまいます。"
                "関係のない言葉を3つほどつなげるなど、別のものにしてください。"
            ),
            code="password_common",
        )


def hash_password(password: str) -> str:
    """The argon2id hash to store. Takes some 25 ms, never inside a write turn."""
    forbid_in_turn("argon2")
    with _places:
        return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` belongs to the stored hash; without one it takes as long and says no.

    Never inside a write turn. The attempt was counted before.
    """
    forbid_in_turn("argon2")
    with _places:
        try:
            right = _hasher.verify(stored or _nobodys_hash(), password[: LENGTH_MAX + 1])
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
    return right and stored is not None


def needs_new_hash(stored: str) -> bool:
    """Whether the stored hash was made with weaker figures and should be made anew at this sign-in."""
    return _hasher.check_needs_rehash(stored)
