"""Codes by e-mail: six digits, ten minutes, five tries, bound to the browser that asked.

The order is what makes them safe: sending and trying are counted in committed turns of their own before anything
is compared (decision 9), so a rollback or a restart forgets nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.attempts import count_attempt
from volunteer.core.codes import email_code_matches, hash_email_code, new_email_code
from volunteer.core.crypto import seal
from volunteer.core.db import db, guarded_update, run_turn
from volunteer.core.errors import Refused, TooManyAttempts
from volunteer.core.i18n import _l
from volunteer.core.outbox import queue
from volunteer.users.models import SignInCode
from volunteer.users.notices import CODE_SEALED_FOR
from volunteer.users.queries import is_known, latest_code
from volunteer.users.states import CodePurpose

VALID = timedelta(minutes=10)
TRIES_MAX = 5
HOUR = timedelta(hours=1)
SENT_FOR_BROWSER_MAX = 5
"""Codes that one browser may ask for one address."""
SENT_FOR_PAIR_MAX = 6
"""Codes that one network address may ask for one e-mail address; strangers with fresh cookies end here."""
SENT_TO_ADDRESS_MAX = 20
"""Mails one e-mail address gets; with five tries for each code also the bound of all guessing."""
SENT_FOR_CLIENT_MAX = 60
TRIED_FROM_CLIENT_MAX = 120


@dataclass(frozen=True)
class Proof:
    """A typed code after counting and comparing: which row, whose address, whether it was right."""

    code_id: int
    email: str
    is_right: bool
    tries_left: int


def browser_hash(device: str) -> str:
    """What the database keeps of the random name of a browser."""
    return hashlib.sha256(device.encode()).hexdigest()


def count_sending(email: str, client: str, device: str) -> None:
    """Count one mail to `email` asked for by `device` at `client`; raises `TooManyAttempts`. Commits.

    Nobody can use up the codes of somebody else: what a stranger asks for counts for their browser and their network
    address. A browser that has signed in with this address before is not held by what others ask for it.
    """
    address, browser = email.lower(), browser_hash(device)
    count_attempt("code_sent_client", client, SENT_FOR_CLIENT_MAX, HOUR)
    count_attempt("code_sent_browser", f"{browser}:{address}", SENT_FOR_BROWSER_MAX, HOUR)
    if is_known(address, browser):
        return
    count_attempt("code_sent_pair", f"{client}:{address}", SENT_FOR_PAIR_MAX, HOUR)
    count_attempt("code_sent_address", address, SENT_TO_ADDRESS_MAX, HOUR)


def send_code(
    template: str | None,
    email: str,
    purpose: CodePurpose,
    device: str,
    language: str,
    params: dict[str, Any] | None = None,
) -> int:
    """A new code for `email`, sent with the mail `template` in the current turn; the row's id.

    With `template=None` the row is made but the code goes to nobody: the pages then look the same for an address we
    do not know. Call `count_sending` before the turn.
    """
    code = new_email_code()
    moment = clock.now()
    row = SignInCode(
        email=email,
        purpose=purpose,
        browser_hash=browser_hash(device),
        code_hash=hash_email_code(code, _bound_to(device, email)),
        created_at=moment,
        expires_at=moment + VALID,
        tries=0,
    )
    db.session.add(row)
    db.session.flush()
    if template is not None:
        values = {**(params or {}), "code_sealed": seal(code, CODE_SEALED_FOR)}
        queue(template, f"code:{row.id}", email, values, language=language)
    return row.id


def try_code(purpose: CodePurpose, typed: str, device: str, client: str) -> Proof:
    """Count a try in a committed turn, then compare.

    Raises `Refused` (none asked for, too late) or `TooManyAttempts`.
    """
    row = latest_code(browser_hash(device), purpose)
    if row is None:
        raise Refused(_l("新しい確認番号をメールで受けとってください。"), code="no_code")
    code_id, email, expires_at, stored = row.id, row.email, row.expires_at, row.code_hash
    count_attempt("code_tried_client", client, TRIED_FROM_CLIENT_MAX, HOUR)
    tries = run_turn(_count_try, code_id)
    if tries is None:
        raise TooManyAttempts(
            _l(
                "まちがいが5回つづいたので、この確認番号は使えなくなりました。新しい番号をメールで受けとってください。"
            ),
            code="code_used_up",
        )
    if clock.now() >= expires_at:
        raise Refused(
            _l(
                "10分がすぎたので、この確認番号は使えません。新しい番号をメールで受けとってください。"
            ),
            code="code_expired",
        )
    is_right = email_code_matches(typed, _bound_to(device, email), stored)
    return Proof(code_id, email, is_right, TRIES_MAX - tries)


def _count_try(code_id: int) -> int | None:
    statement = (
        update(SignInCode)
        .where(SignInCode.id == code_id, SignInCode.tries < TRIES_MAX)
        .values(tries=SignInCode.tries + 1)
        .returning(SignInCode.tries)
    )
    return db.session.execute(statement).scalar()


def use_code(proof: Proof) -> None:
    """The code is used up, in the current turn; raises `Refused` when it was wrong or used already."""
    if not proof.is_right:
        raise Refused(
            _l("確認番号がちがいます。メールの6けたを確かめてください。"), code="wrong_code"
        )
    statement = update(SignInCode).where(
        SignInCode.id == proof.code_id, SignInCode.used_at.is_(None)
    )
    if guarded_update(statement.values(used_at=clock.now())) != 1:
        raise Refused(_l("この確認番号は、もう使われました。"), code="code_used")


def _bound_to(device: str, email: str) -> str:
    return f"{device}:{email.lower()}"
