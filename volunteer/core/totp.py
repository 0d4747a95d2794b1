"""The six digits of an authenticator app (RFC 6238, 30 s). Thin over pyotp; each step counts once.

The caller keeps the last step used and moves it with a guarded update, so that a code seen over a shoulder is
worthless even within its half minute.
"""

import hmac
from datetime import datetime

import pyotp

from volunteer.core.codes import normalise_digits

STEP_SECONDS = 30
DIGITS = 6
STEPS_EITHER_SIDE = 1


def new_secret() -> str:
    """A random secret of 160 bits, in base32. Store it sealed."""
    return pyotp.random_base32(32)


def step_at(at: datetime) -> int:
    """The number of the half minute that holds `at`."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: str, at: datetime) -> str:
    """The code an app shows at `at`."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).generate_otp(step_at(at))


def matching_step(secret: str, typed: str, at: datetime, last_step: int = 0) -> int | None:
    """The step whose code was typed, or None: the present one or its neighbours, and later than `last_step`.

    Typed digits may be full width or spaced. The caller stores the step returned where it is still later.
    """
    code = normalise_digits(typed)
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    present = step_at(at)
    found = None
    for step in range(present - STEPS_EITHER_SIDE, present + STEPS_EITHER_SIDE + 1):
        same = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode(errors="replace"))
        if same and step > last_step:
            found = step
    return found


def otpauth_uri(secret: str, account: str, issuer: str) -> str:
    """The address an authenticator app reads from a QR code at enrolment."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(
        name=account, issuer_name=issuer
    )
