"""Changing the address one signs in with: its owner by a code to the new address, staff at the desk with a reason."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.crypto import seal, unseal_text
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.core.i18n import _l
from volunteer.users import notices
from volunteer.users.email_codes import Proof, send_code, use_code
from volunteer.users.models import EmailChange, User
from volunteer.users.queries import FORMER_SEALED_FOR, find_user, hold_address
from volunteer.users.services import confirm
from volunteer.users.sessions import end_sessions
from volunteer.users.states import CodePurpose


def code_device(device: str, user_id: int) -> str:
    """The browser and the user whose address it is: a code asked for by another user of this browser is no use."""
    return f"{device}:user:{user_id}"


def ask_to_change(user_id: int, email: str, device: str, language: str) -> None:
    """A code is on its way to the new address.

    Where another user has it already, the code goes to nobody and that user is told; the pages tell no difference.
    Raises `Refused` for the address one has now.
    """
    holder = find_user(email)
    if holder is not None and holder.id == user_id and holder.email == email:
        raise Refused(_l("いまのアドレスと同じです。新しいアドレスを入れてください。"), code="same")
    bound = code_device(device, user_id)
    if holder is None or holder.id == user_id:
        send_code(notices.CHANGE_CODE, email, CodePurpose.CHANGE_EMAIL, bound, language)
        return
    code_id = send_code(None, email, CodePurpose.CHANGE_EMAIL, bound, language)
    notices.address_is_taken(holder, code_id)


def change_own_email(session_id: int, user_id: int, proof: Proof) -> tuple[str, str]:
    """The proved address is the user's from now on; (address before, new token of this session).

    Every other sign-in ends and the old address is told. Raises `Refused` when the code is wrong or used, or when
    somebody else has begun to use the address in the meantime.
    """
    use_code(proof)
    old = _change(user_id, proof.email, by_user_id=user_id)
    end_sessions(user_id, "email_changed", except_session_id=session_id)
    return old, confirm(session_id)


def correct_email(user_id: int, email: str, by_user_id: int, reason: str) -> str:
    """Staff give the user another address; all sign-ins end, both addresses are told. The address before.

    Raises `Refused` when the user is one of the staff or somebody else has the address.
    """
    user = db.session.get_one(User, user_id)
    if user.is_staff:
        raise Refused(
            _l("職員のアドレスは、ここでは変えられません。本人が「わたし」の画面で変えます。"),
            code="is_staff",
        )
    old = _change(user_id, email, by_user_id=by_user_id, reason=reason)
    end_sessions(user_id, "email_changed")
    return old


def _change(user_id: int, email: str, *, by_user_id: int, reason: str = "") -> str:
    hold_address(email)
    holder = find_user(email)
    if holder is not None and holder.id != user_id:
        raise Refused(
            _l("このアドレスは、ほかの登録で使われています。別のアドレスを入れてください。"),
            code="taken",
        )
    user = db.session.get_one(User, user_id)
    old, language = user.email or "", user.language
    if old == email:
        raise Refused(_l("いまのアドレスと同じです。新しいアドレスを入れてください。"), code="same")
    same = update(User).where(User.id == user_id, User.email == (old or None))
    if not old:
        same = update(User).where(User.id == user_id, User.email.is_(None))
    if guarded_update(same.values(email=email)) != 1:
        raise AlreadyDecided(_l("アドレスは、もう変わっています。画面を開きなおしてください。"))
    change = EmailChange(
        user_id=user_id,
        old_sealed=seal(old, FORMER_SEALED_FOR) if old else "",
        by_user_id=by_user_id,
        reason=reason,
        changed_at=clock.now(),
    )
    db.session.add(change)
    db.session.flush()
    by_staff = by_user_id != user_id
    notices.email_changed(user_id, old, language, change.id, by_staff=by_staff)
    if by_staff:
        notices.email_corrected(user_id, email, language, change.id)
    db.session.expire_all()
    return old


@dataclass(frozen=True)
class FormerEmail:
    """An address a user had, until when, and why staff changed it."""

    email: str
    until: datetime
    reason: str


def former_emails(user_id: int) -> list[FormerEmail]:
    """What staff may put back, the newest first."""
    rows = db.session.execute(
        db.select(EmailChange)
        .where(EmailChange.user_id == user_id, EmailChange.old_sealed != "")
        .order_by(EmailChange.id.desc())
        .limit(5)
    ).scalars()
    return [
        FormerEmail(unseal_text(one.old_sealed, FORMER_SEALED_FOR), one.changed_at, one.reason)
        for one in rows
    ]
