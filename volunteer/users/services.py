"""Signing in and out, choosing whom one acts for, proving identity again."""

from datetime import timedelta

from sqlalchemy import delete, or_, update

from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.core.permissions import viewer
from volunteer.users import notices
from volunteer.users.email_codes import Proof, send_code, use_code
from volunteer.users.models import (
    Acting,
    EnrolmentLink,
    Party,
    SignInCode,
    User,
    UserSession,
)
from volunteer.users.queries import find_user, hold_address, live_actings
from volunteer.users.sessions import new_token, open_session
from volunteer.users.states import ActingAs, CodePurpose, PartyKind

KEEP_SESSIONS = timedelta(days=90)
"""How long a sign-in that is over can still be looked up."""


def ask_to_sign_in(email: str, device: str, language: str) -> None:
    """A code is on its way to `email` if we know it; if not, a mail that says so. The pages tell no difference."""
    user = find_user(email)
    if user is None or user.disabled_at is not None:
        code_id = send_code(None, email, CodePurpose.SIGN_IN, device, language)
        notices.not_known(email, code_id, language)
        return
    address = user.email or email
    send_code(notices.SIGN_IN_CODE, address, CodePurpose.SIGN_IN, device, user.language or language)


def sign_in(proof: Proof, browser: str) -> str:
    """A session for the owner of the proved address; the token for the cookie. Raises `Refused`.

    Acts for the one party there is; with several (or none) the person chooses next.
    """
    use_code(proof)
    user = find_user(proof.email)
    if user is None or user.disabled_at is not None:
        raise Refused(
            _l("このメールアドレスではサインインできません。センターに電話してください。"),
            code="disabled",
        )
    actings = live_actings(user.id)
    only = actings[0].id if len(actings) == 1 else None
    return open_session(user.id, acting_id=only, browser=browser)


def choose(session_id: int, user_id: int, acting_id: int) -> None:
    """From now on the session acts for this party of the user's. Raises `NotFound` for a foreign one."""
    if acting_id not in {acting.id for acting in live_actings(user_id)}:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    guarded_update(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.user_id == user_id)
        .values(acting_id=acting_id)
    )


def user_for(email: str, language: str) -> User:
    """The user with this address, made now when there is none. Two at once get the same one."""
    hold_address(email)
    found = find_user(email)
    if found is None:
        insert_once(
            User,
            {
                "email": email,
                "language": language,
                "totp_last_step": 0,
                "is_staff": False,
                "created_at": clock.now(),
            },
        )
        found = find_user(email)
    assert found is not None
    return found


def new_user(language: str) -> User:
    """A user who has no address yet; the caller gives one in the same turn."""
    user = User(language=language, created_at=clock.now())
    db.session.add(user)
    db.session.flush()
    return user


def let_act(user_id: int, party_id: int, capacity: ActingAs) -> int:
    """The user may act for the party; the id of the acting, also when it was there before."""
    insert_once(
        Acting,
        {
            "user_id": user_id,
            "party_id": party_id,
            "capacity": capacity,
            "created_at": clock.now(),
        },
    )
    statement = db.select(Acting.id).where(
        Acting.user_id == user_id, Acting.party_id == party_id, Acting.ended_at.is_(None)
    )
    return int(db.session.execute(statement).scalar_one())


def new_party(kind: PartyKind, name: str) -> Party:
    """A party that may not act yet."""
    party = Party(kind=kind, display_name=name[:80], is_active=False, created_at=clock.now())
    db.session.add(party)
    db.session.flush()
    return party


def ask_to_confirm(user_id: int, device: str) -> None:
    """A code to prove once more who one is, sent to the user's own address."""
    user = db.session.get_one(User, user_id)
    if not user.email:
        raise Refused(_l("メールアドレスが登録されていません。センターに電話してください。"))
    send_code(notices.CONFIRM_CODE, user.email, CodePurpose.CONFIRM, device, user.language)


def confirm_by_code(session_id: int, user_id: int, proof: Proof) -> str:
    """Identity was proved now by a code; the new token of the same session. Raises `Refused`."""
    use_code(proof)
    user = db.session.get_one(User, user_id)
    if (user.email or "").lower() != proof.email.lower():
        raise Refused(_l("新しい確認番号をメールで受けとってください。"), code="other_address")
    return confirm(session_id)


def confirm(session_id: int) -> str:
    """Identity was proved now: a new token for the session (ASVS 7.2.4), for the cookie."""
    token, token_hash = new_token()
    statement = update(UserSession).where(
        UserSession.id == session_id, UserSession.ended_at.is_(None)
    )
    guarded_update(statement.values(token_hash=token_hash, confirmed_at=clock.now()))
    return token


def end_own_session(session_id: int, user_id: int) -> None:
    """One of the user's sign-ins ends. Raises `NotFound` for somebody else's."""
    statement = update(UserSession).where(
        UserSession.id == session_id,
        UserSession.user_id == user_id,
        UserSession.ended_at.is_(None),
    )
    if guarded_update(statement.values(ended_at=clock.now(), ended_because="by_owner")) != 1:
        raise NotFound(_l("このサインインは、もう終わっています。"))


def save_language(code: str) -> None:
    """Keep the language with the user who is signed in; nothing for a stranger."""
    user_id = viewer().user_id
    if user_id is not None:
        guarded_update(update(User).where(User.id == user_id).values(language=code))


def tidy_up() -> str:
    """Codes and links older than two days and sign-ins over for 90 days are deleted; how many.

    A code that was typed in rightly stays as long as a sign-in: by it a browser is known (`email_codes`).
    """
    moment = clock.now()
    unused = SignInCode.used_at.is_(None) & (SignInCode.created_at < moment - timedelta(days=2))
    too_old = SignInCode.created_at < moment - KEEP_SESSIONS
    codes = guarded_update(delete(SignInCode).where(or_(unused, too_old)))
    links = guarded_update(
        delete(EnrolmentLink).where(EnrolmentLink.expires_at < moment - timedelta(days=2))
    )
    long_ago = moment - KEEP_SESSIONS
    over = or_(UserSession.ended_at < long_ago, UserSession.expires_at < long_ago)
    sessions = guarded_update(delete(UserSession).where(over))
    return f"codes={codes} links={links} sessions={sessions}"
