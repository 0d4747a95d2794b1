"""Sessions on the server: the cookie holds a random token, the row decides. flask-login carries it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Flask, Response, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import aliased

from volunteer.core import clock, kept_forms
from volunteer.core.db import db, guarded_update, run_turn
from volunteer.core.permissions import NOBODY, Role, Viewer
from volunteer.users.models import Acting, Party, StaffRole, User, UserSession
from volunteer.users.queries import own_party_id, user_name
from volunteer.users.states import PartyKind

PEOPLE_LAST = timedelta(days=60)
PEOPLE_IDLE = timedelta(days=30)
STAFF_LAST = timedelta(hours=12)
STAFF_IDLE = timedelta(minutes=60)
SEEN_EVERY = timedelta(minutes=5)
KEEP_ON_SIGN_IN = ("device", kept_forms.KEY)

manager = LoginManager()


class SignedIn(UserMixin):
    """What flask-login keeps: the token for the cookie, the viewer for everybody else."""

    def __init__(self, token: str, viewer: Viewer) -> None:
        self.token = token
        self.viewer = viewer

    def get_id(self) -> str:
        """The token; flask-login puts it into the signed cookie."""
        return self.token


def hash_token(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> tuple[str, str]:
    """A random token for the cookie, and what the database keeps of it."""
    token = secrets.token_urlsafe(32)
    return token, hash_token(token)


def open_session(
    user_id: int, *, as_staff: bool = False, acting_id: int | None = None, browser: str = ""
) -> str:
    """A new session row inside the caller's write turn; the token for the cookie.

    Always a new token (ASVS 7.2.4): nothing that existed before the sign-in is worth stealing.
    """
    token, token_hash = new_token()
    moment = clock.now()
    db.session.add(
        UserSession(
            token_hash=token_hash,
            user_id=user_id,
            acting_id=acting_id,
            as_staff=as_staff,
            created_at=moment,
            last_seen_at=moment,
            expires_at=moment + (STAFF_LAST if as_staff else PEOPLE_LAST),
            confirmed_at=moment,
            browser=browser[:80],
        )
    )
    db.session.flush()
    return token


def end_sessions(user_id: int, because: str, except_session_id: int | None = None) -> int:
    """End all open sessions of a user inside the caller's write turn; how many there were."""
    statement = update(UserSession).where(
        UserSession.user_id == user_id, UserSession.ended_at.is_(None)
    )
    if except_session_id is not None:
        statement = statement.where(UserSession.id != except_session_id)
    return guarded_update(statement.values(ended_at=clock.now(), ended_because=because))


def end_session(session_id: int, because: str) -> None:
    """End one session inside the caller's write turn."""
    guarded_update(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=because)
    )


def put_into_cookie(token: str) -> None:
    """Make this browser carry `token` (outside the write turn)."""
    kept = {name: session[name] for name in KEEP_ON_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    login_user(SignedIn(token, _viewer_of(token) or NOBODY))


def take_out_of_cookie() -> None:
    """Forget the token in this browser; the row is ended by `end_session`. Its random name stays: it is no secret."""
    logout_user()
    kept = {"device": session["device"]} if "device" in session else {}
    session.clear()
    session.update(kept)


def last_user_id() -> int | None:
    """Whose token this browser carries, also when that sign-in has ended."""
    token = session.get("_user_id")
    if not isinstance(token, str):
        return None
    statement = select(UserSession.user_id).where(UserSession.token_hash == hash_token(token))
    return db.session.execute(statement).scalar()


@cache
def _whose() -> Any:
    """The statement of `_viewer_of`; it is read for every page, and takes longer to build than to run."""
    live, acting, own = aliased(Party), aliased(Acting), aliased(Party)
    is_in_force = (
        UserSession.as_staff
        & (StaffRole.user_id == User.id)
        & StaffRole.revoked_at.is_(None)
        & (StaffRole.effective_at <= bindparam("moment"))
    )
    own_id = own_party_id(User.id).correlate(User).scalar_subquery()
    return (
        select(UserSession, User, acting, live, StaffRole.role, own)
        .join(User, User.id == UserSession.user_id)
        .outerjoin(acting, acting.id == UserSession.acting_id)
        .outerjoin(live, live.id == acting.party_id)
        .outerjoin(StaffRole, is_in_force)
        .outerjoin(own, StaffRole.id.is_not(None) & (own.id == own_id))
        .where(UserSession.token_hash == bindparam("token_hash"), UserSession.ended_at.is_(None))
    )


def _viewer_of(token: str) -> Viewer | None:
    """Whoever holds the token; at the desk also their own person and the roles in force, in one look."""
    asked = {"token_hash": hash_token(token), "moment": clock.now()}
    rows = db.session.execute(_whose(), asked).all()
    if not rows or not _is_alive(rows[0][0], rows[0][1]):
        return None
    row, user, act, party, _role, own_person = rows[0]
    roles = frozenset(one[4] for one in rows if one[4] is not None)
    return _viewer(row, user, _Parties(act, party, own_person), roles)


@dataclass(frozen=True)
class _Parties:
    """Who a sign-in acts for, and who the human being at the desk is."""

    acting: Acting | None
    party: Party | None
    own: Party | None


def _is_alive(row: UserSession, user: User) -> bool:
    moment = clock.now()
    idle = STAFF_IDLE if row.as_staff else PEOPLE_IDLE
    return user.disabled_at is None and moment < row.expires_at and moment < row.last_seen_at + idle


def _viewer(row: UserSession, user: User, found: _Parties, roles: frozenset[Role]) -> Viewer:
    live = found.party if found.acting is not None and found.acting.ended_at is None else None
    is_person = live is not None and live.kind is PartyKind.PERSON
    is_organization = live is not None and live.kind is PartyKind.ORGANIZATION
    own = found.own if row.as_staff else (live if is_person else None)
    shown = live or own
    g.session_seen_at = (row.id, row.last_seen_at)
    return Viewer(
        user_id=user.id,
        session_id=row.id,
        party_id=live.id if live else None,
        person_id=live.id if live and is_person else None,
        organization_id=live.id if live and is_organization else None,
        is_registered=bool(live and is_person and live.is_active),
        is_approved=bool(live and is_organization and live.is_active),
        roles=roles,
        own_person_id=own.id if own else None,
        name=shown.display_name if shown else (user.email or ""),
        language=user.language,
        confirmed_at=row.confirmed_at,
    )


def _viewer_now() -> Viewer:
    """Whoever looks, as the database knows them at this moment."""
    token = getattr(current_user, "token", None)
    return (_viewer_of(token) if token else None) or NOBODY


@manager.user_loader
def _load(token: str) -> SignedIn | None:
    found = _viewer_of(token)
    return SignedIn(token, found) if found is not None else None


def _note_seen(response: Response) -> Response:
    """Write `last_seen` at most every five minutes, in a second short turn before the page is sent."""
    seen = g.get("session_seen_at")
    if seen is not None and current_user.is_authenticated and clock.now() - seen[1] > SEEN_EVERY:
        run_turn(_write_seen, seen[0])
    return response


def _write_seen(session_id: int) -> None:
    guarded_update(
        update(UserSession).where(UserSession.id == session_id).values(last_seen_at=clock.now())
    )


def init_app(app: Flask) -> None:
    """Let flask-login find our sessions."""
    manager.session_protection = None  # the row decides, not a hash of the browser
    manager.init_app(app)
    app.extensions["otagai.last_user"] = last_user_id
    app.extensions["otagai.user_name"] = user_name
    app.extensions["otagai.viewer_now"] = _viewer_now
    app.permanent_session_lifetime = PEOPLE_LAST
    app.after_request(_note_seen)
