"""Mails around signing in."""

from datetime import datetime

from volunteer.core.clock import to_tokyo
from volunteer.core.config import settings
from volunteer.core.crypto import unseal_text
from volunteer.core.outbox import queue
from volunteer.core.permissions import Role
from volunteer.users.models import User

CODE_SEALED_FOR = "e-mail code in the outbox"
LINK_SEALED_FOR = "enrolment link in the outbox"
SIGN_IN_CODE = "volunteer/users/sign_in_code"
CONFIRM_CODE = "volunteer/users/confirm_code"
CHANGE_CODE = "volunteer/users/change_code"


def unsealed(token: str, what: str) -> str:
    """What a mail template shows of a sealed value: `{{ code_sealed|unsealed("code") }}` or "link".

    Sealed, because the outbox keeps its rows longer than a code or link is good for.
    """
    return unseal_text(token, {"code": CODE_SEALED_FOR, "link": LINK_SEALED_FOR}[what])


def not_known(email: str, code_id: int, language: str) -> None:
    """Tell somebody who asked for a code that we do not know the address."""
    queue("volunteer/users/not_known", f"not_known:{code_id}", email, language=language)


def address_is_taken(holder: User, code_id: int) -> None:
    """Tell whoever has an address that somebody else wanted to sign in with it."""
    queue(
        "volunteer/users/address_is_taken",
        f"address_is_taken:{code_id}",
        holder.email,
        to_user_id=holder.id,
        language=holder.language,
    )


def email_changed(user_id: int, old: str, language: str, change_id: int, *, by_staff: bool) -> None:
    """Tell the old address that it is one no more, and what to do if that was not wanted."""
    if old:
        queue(
            "volunteer/users/email_changed",
            f"email_changed:{change_id}",
            old,
            {"by_staff": by_staff},
            to_user_id=user_id,
            language=language,
        )


def email_corrected(user_id: int, email: str, language: str, change_id: int) -> None:
    """Tell the new address that staff have put it in."""
    queue(
        "volunteer/users/email_corrected",
        f"email_corrected:{change_id}",
        email,
        to_user_id=user_id,
        language=language,
    )


def enrolment_link(user: User, name: str, token_sealed: str, link_id: int) -> None:
    """Send the one-time link with which a member of staff sets password and second factor."""
    queue(
        "volunteer/users/enrolment_link",
        f"enrolment:{link_id}",
        user.email,
        {"name": name, "token_sealed": token_sealed},
        to_user_id=user.id,
        language=user.language,
    )


def role_granted(user: User, name: str, role: Role, effective_at: datetime, grant_id: int) -> None:
    """Tell the director's address and the person of a new role and from when it holds."""
    _tell("role_granted", f"role_granted:{grant_id}", user, name, role, effective_at)


def role_revoked(user: User, name: str, role: Role, at: datetime, grant_id: int) -> None:
    """Tell both of a role taken back."""
    _tell("role_revoked", f"role_revoked:{grant_id}", user, name, role, at)


def _tell(template: str, key: str, user: User, name: str, role: Role, at: datetime) -> None:
    params = {"name": name, "role": role.value, "at": to_tokyo(at).isoformat()}
    queue(
        f"volunteer/users/{template}",
        f"{key}:own",
        user.email,
        params,
        to_user_id=user.id,
        language=user.language,
    )
    director = settings().director_email
    if director:
        queue(f"volunteer/users/{template}", f"{key}:director", director, params)
