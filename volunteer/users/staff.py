"""Staff: invitation, the two factors, roles. Nobody changes their own role, and no change goes unseen."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.attempts import count_attempt, forget_attempts
from volunteer.core.crypto import seal, unseal_text
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided, NotAllowed, NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role
from volunteer.core.totp import matching_step
from volunteer.users import notices
from volunteer.users.models import EnrolmentLink, StaffRole, User
from volunteer.users.queries import administrators, open_link, own_party, user_name
from volunteer.users.services import confirm, let_act, new_party, user_for
from volunteer.users.sessions import end_sessions, hash_token, new_token, open_session
from volunteer.users.states import ActingAs, PartyKind

LINK_VALID = timedelta(days=3)
ALONE_DELAY = timedelta(hours=24)
"""A role granted while there is only one administrator takes effect this much later."""
QUARTER = timedelta(minutes=15)
PASSWORD_TRIES_MAX = 10
CLIENT_TRIES_MAX = 60
FACTOR_TRIES_MAX = 5


@dataclass(frozen=True)
class Invitation:
    """An enrolment link that was just made; the token is told once."""

    user_id: int
    token: str


@dataclass(frozen=True)
class Factors:
    """What enrolment sets."""

    password_hash: str
    totp_secret: str
    step: int | None
    """The step of the code that was typed; None when it was wrong."""


def count_password_try(email: str, client: str) -> None:
    """Count a try before the password is looked at; raises `TooManyAttempts`. Commits."""
    count_attempt("password_client", client, CLIENT_TRIES_MAX, QUARTER)
    count_attempt("password_address", email.lower(), PASSWORD_TRIES_MAX, QUARTER)


def count_factor_try(user_id: int) -> None:
    """Count a try of the second factor; raises `TooManyAttempts`. Commits."""
    count_attempt("factor", str(user_id), FACTOR_TRIES_MAX, QUARTER)


def count_enrolment_try(token: str) -> None:
    """Count a try of an enrolment link; raises `TooManyAttempts`. Commits."""
    count_attempt("enrolment", hash_token(token), CLIENT_TRIES_MAX, QUARTER)


def first_factor(user_id: int | None, is_right: bool, new_hash: str | None) -> int:
    """The password was compared; the user who now shows the second factor. Raises `Refused` alike for every failure."""
    user = db.session.get(User, user_id) if user_id is not None else None
    if not is_right or user is None or user.disabled_at is not None or not user.is_staff:
        raise Refused(_l("メールアドレスかパスワードがちがいます。"), code="wrong_password")
    if new_hash is not None:
        user.password_hash = new_hash
    return user.id


def second_factor(user_id: int, typed: str, browser: str) -> str:
    """A staff session after both factors; the token for the cookie. Each step counts once. Raises `Refused`."""
    user = _enabled_staff(user_id)
    _use_step(user, typed)
    forget_attempts("factor", str(user_id))
    forget_attempts("password_address", (user.email or "").lower())
    return open_session(user.id, as_staff=True, browser=browser)


def confirm_by_factor(session_id: int, user_id: int, typed: str) -> str:
    """Identity was proved again by the second factor; the new token of the same session. Raises `Refused`."""
    _use_step(_enabled_staff(user_id), typed)
    forget_attempts("factor", str(user_id))
    return confirm(session_id)


def invite(email: str, name: str, language: str = "ja") -> Invitation:
    """A staff user for `email`, and a one-time link to set both factors.

    The person behind the user gets a party, so that four eyes can be told apart by people. Older links stop working.
    """
    user = user_for(email, language)
    user.is_staff = True
    if own_party(user.id) is None:
        let_act(user.id, new_party(PartyKind.PERSON, name).id, ActingAs.SELF)
    return _new_link(user)


def invite_with_role(email: str, name: str, role: Role, by_user_id: int | None) -> int:
    """`invite` and the first role; the user's id. Raises what `grant_role` raises."""
    user_id = invite(email, name).user_id
    grant_role(user_id, role, by_user_id)
    return user_id


def invite_again(user_id: int, by_user_id: int | None) -> Invitation:
    """A new link for somebody whose password or authenticator is lost: by another administrator, or the operator."""
    _not_oneself(user_id, by_user_id)
    return _new_link(_staff_user(user_id))


def _new_link(user: User) -> Invitation:
    moment = clock.now()
    guarded_update(
        update(EnrolmentLink)
        .where(EnrolmentLink.user_id == user.id, EnrolmentLink.used_at.is_(None))
        .values(used_at=moment)
    )
    token, token_hash = new_token()
    link = EnrolmentLink(
        token_hash=token_hash,
        user_id=user.id,
        created_at=moment,
        expires_at=moment + LINK_VALID,
    )
    db.session.add(link)
    db.session.flush()
    sealed = seal(token, notices.LINK_SEALED_FOR)
    notices.enrolment_link(user, user_name(user.id), sealed, link.id)
    return Invitation(user.id, token)


def enrol(token: str, factors: Factors, browser: str) -> str:
    """Both factors are set, all earlier sign-ins end, and a staff session begins; its token.

    The link works once. Raises `Refused` when it was used or is too old.
    """
    if factors.step is None:
        raise Refused(
            _l(
                "アプリの番号が合いません。スマホの時計が合っているか確かめ、いま出ている番号を入れてください。"
            ),
            code="wrong_code",
        )
    link = open_link(hash_token(token))
    statement = update(EnrolmentLink).where(
        EnrolmentLink.token_hash == hash_token(token),
        EnrolmentLink.used_at.is_(None),
        EnrolmentLink.expires_at > clock.now(),
    )
    if link is None or guarded_update(statement.values(used_at=clock.now())) != 1:
        raise Refused(
            _l("このリンクは、もう使えません。管理者に新しいリンクをたのんでください。"),
            code="link_used",
        )
    user = _enabled_staff(link.user_id)
    user.password_hash = factors.password_hash
    user.totp_sealed = seal(factors.totp_secret, _totp_context(user.id))
    user.totp_last_step = factors.step
    end_sessions(user.id, "new_factors")
    return open_session(user.id, as_staff=True, browser=browser)


def grant_role(
    user_id: int, role: Role, by_user_id: int | None, *, at_once: bool = False
) -> StaffRole:
    """The user holds `role`: at once, or after 24 hours when only one administrator is there to decide.

    `by_user_id=None` is the operator's command, which says itself whether the role holds `at_once` (the first
    administrator). The user's sign-ins with the old roles end; the person and the director's address are told.
    Raises `NotAllowed` for oneself, `AlreadyDecided` when the role is held.
    """
    _not_oneself(user_id, by_user_id)
    user = _staff_user(user_id)
    moment = clock.now()
    if by_user_id is not None:
        at_once = len(administrators()) > 1
    effective_at = moment if at_once else moment + ALONE_DELAY
    values = {
        "user_id": user_id,
        "role": role,
        "granted_by_user_id": by_user_id,
        "granted_at": moment,
        "effective_at": effective_at,
    }
    grant_id = insert_once(StaffRole, values)
    if grant_id is None:
        raise AlreadyDecided(_l("この役割は、もうついています。"))
    end_sessions(user_id, "role_changed")
    notices.role_granted(user, user_name(user_id), role, effective_at, grant_id)
    return db.session.get_one(StaffRole, grant_id)


def revoke_role(user_id: int, grant_id: int, by_user_id: int) -> None:
    """The role is taken back now and the user's sign-ins end. Raises `NotAllowed`, `NotFound`, `AlreadyDecided`."""
    row = db.session.get(StaffRole, grant_id)
    if row is None or row.user_id != user_id:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    _not_oneself(row.user_id, by_user_id)
    role, moment = row.role, clock.now()
    statement = update(StaffRole).where(StaffRole.id == grant_id, StaffRole.revoked_at.is_(None))
    if guarded_update(statement.values(revoked_at=moment, revoked_by_user_id=by_user_id)) != 1:
        raise AlreadyDecided(_l("この役割は、もう外されています。"))
    end_sessions(user_id, "role_changed")
    user = db.session.get_one(User, user_id)
    notices.role_revoked(user, user_name(user_id), role, moment, grant_id)


def disable(user_id: int, by_user_id: int) -> None:
    """The user can sign in no more and all sign-ins end now. Raises `NotAllowed` for oneself."""
    _not_oneself(user_id, by_user_id)
    _staff_user(user_id)
    statement = update(User).where(User.id == user_id, User.disabled_at.is_(None))
    if guarded_update(statement.values(disabled_at=clock.now())) != 1:
        raise AlreadyDecided(_l("この人は、もう止められています。"))
    end_sessions(user_id, "disabled")


def enable(user_id: int, by_user_id: int) -> None:
    """The user may sign in again. Raises `NotAllowed` for oneself."""
    _not_oneself(user_id, by_user_id)
    _staff_user(user_id)
    statement = update(User).where(User.id == user_id, User.disabled_at.is_not(None))
    if guarded_update(statement.values(disabled_at=None)) != 1:
        raise AlreadyDecided(_l("この人は、もう使えるようになっています。"))


def end_all_sessions(user_id: int, by_user_id: int) -> None:
    """All sign-ins of a member of staff end now."""
    _not_oneself(user_id, by_user_id)
    _staff_user(user_id)
    end_sessions(user_id, "by_administrator")


def _not_oneself(user_id: int, by_user_id: int | None) -> None:
    if user_id == by_user_id:
        raise NotAllowed(
            _l("ご自分のことは、ほかの管理者に変えてもらってください。"), code="oneself"
        )


def _staff_user(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None or not user.is_staff:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return user


def _enabled_staff(user_id: int) -> User:
    user = _staff_user(user_id)
    if user.disabled_at is not None:
        raise Refused(
            _l("このサインインは止められています。管理者に聞いてください。"), code="disabled"
        )
    return user


def _use_step(user: User, typed: str) -> None:
    step = None
    if user.totp_sealed:
        secret = unseal_text(user.totp_sealed, _totp_context(user.id))
        step = matching_step(secret, typed, clock.now(), user.totp_last_step)
    if step is None:
        raise Refused(
            _l("確認番号がちがうか、もう使われました。次の番号が出たら入れてください。"),
            code="wrong_code",
        )
    statement = update(User).where(User.id == user.id, User.totp_last_step < step)
    if guarded_update(statement.values(totp_last_step=step)) != 1:
        raise Refused(_l("この確認番号は、もう使われました。"), code="code_used")


def _totp_context(user_id: int) -> str:
    return f"user:{user_id}:totp"


def any_administrator_ever() -> bool:
    """Whether an administrator was ever named; the very first one's roles hold at once."""
    statement = db.select(StaffRole.id).where(StaffRole.role == Role.ADMINISTRATOR).limit(1)
    return db.session.execute(statement).scalar() is not None
