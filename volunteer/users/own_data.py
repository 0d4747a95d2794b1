"""What is stored about a person's signing in, and how it goes when they are erased."""

from sqlalchemy import delete, func, or_, update

from volunteer.core import clock
from volunteer.core.crypto import unseal_text
from volunteer.core.db import db, guarded_update
from volunteer.core.hooks import ErasureHindrance, OwnRecords
from volunteer.core.i18n import LANGUAGES, _l, show
from volunteer.core.models import Notice
from volunteer.core.notice_kinds import kind_of
from volunteer.users.models import (
    Acting,
    EmailChange,
    EnrolmentLink,
    Party,
    SignInCode,
    StaffRole,
    User,
    UserSession,
)
from volunteer.users.queries import FORMER_SEALED_FOR, sign_ins_for, users_for
from volunteer.users.states import ActingAs


def pseudonym(party_id: int) -> str:
    """What an erased person is called in whatever stays."""
    return f"消去ずみ{party_id}"


def own_data(person_id: int) -> list[OwnRecords]:
    """The users who sign in for a person, their browsers, and the messages that were sent."""
    found = sign_ins_for(person_id)
    sign_ins = [
        [
            (_l("サインインした日"), show("datetime_long", one.created_at)),
            (_l("最後に使った日"), show("datetime_long", one.last_seen_at)),
            (_l("機器"), one.browser),
            (_l("終わった日"), show("datetime_long", one.ended_at)),
        ]
        for one in sorted((one for some in found.values() for one in some), key=lambda one: one.id)
    ]
    accounts = [
        [
            (_l("メールアドレス"), user.email or ""),
            (_l("ことば"), LANGUAGES.get(user.language, user.language)),
            (_l("使いはじめた日"), show("datetime_long", user.created_at)),
        ]
        for user in found
    ]
    return [
        OwnRecords("sign_in", _l("サインインの登録"), list(accounts)),
        OwnRecords("sign_ins", _l("サインインの記録"), list(sign_ins)),
        OwnRecords("messages", _l("送ったお知らせ"), _messages(person_id)),
    ]


def _messages(person_id: int) -> list[list[tuple[object, object]]]:
    rows = db.session.execute(
        db.select(Notice).where(Notice.to_party_id == person_id).order_by(Notice.id)
    ).scalars()
    return [
        [
            (_l("日時"), show("datetime_long", one.queued_at)),
            (_l("あて先"), one.to_address),
            (_l("種類"), kind_of(one.template)),
        ]
        for one in rows
    ]


def hindrances(person_id: int) -> list[ErasureHindrance]:
    """Staff give up their roles first: their acts need a known author while they work."""
    role = (
        db.select(StaffRole.id)
        .join(Acting, Acting.user_id == StaffRole.user_id)
        .where(
            Acting.party_id == person_id,
            Acting.capacity == ActingAs.SELF,
            Acting.ended_at.is_(None),
            StaffRole.revoked_at.is_(None),
        )
    )
    if db.session.execute(role.limit(1)).scalar() is None:
        return []
    words = _l("職員の役割があります。先に、管理者が役割を終わりにしてください。")
    return [ErasureHindrance(words, is_final=True)]


def erase_person(person_id: int, traces: list[str]) -> None:
    """The party gets its pseudonym; users whom nobody else uses are closed and emptied; messages lose the `traces`.

    Those are the words that tell who somebody was: name, number, telephone.
    """
    users = [(user.id, user.email or "") for user in users_for(person_id)]
    _empty_messages(person_id, [*traces, *(email for _id, email in users)])
    guarded_update(
        update(Party)
        .where(Party.id == person_id)
        .values(display_name=pseudonym(person_id), is_active=False)
    )
    guarded_update(
        update(Acting)
        .where(Acting.party_id == person_id, Acting.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    for user_id, email in users:
        _leave(user_id)
        if not _is_used(user_id):
            _close(user_id, email)


def _leave(user_id: int) -> None:
    """Sign-ins end also where the user stays: the others sign in anew and choose who they are."""
    guarded_update(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because="person_erased")
    )


def _is_used(user_id: int) -> bool:
    live = db.select(Acting.id).where(Acting.user_id == user_id, Acting.ended_at.is_(None))
    return db.session.execute(live.limit(1)).scalar() is not None


def _close(user_id: int, email: str) -> None:
    guarded_update(
        update(User)
        .where(User.id == user_id)
        .values(
            email=None,
            password_hash=None,
            totp_sealed=None,
            is_staff=False,
            disabled_at=clock.now(),
        )
    )
    guarded_update(delete(UserSession).where(UserSession.user_id == user_id))
    guarded_update(delete(EnrolmentLink).where(EnrolmentLink.user_id == user_id))
    _forget_former_addresses(user_id)
    guarded_update(delete(EmailChange).where(EmailChange.user_id == user_id))
    guarded_update(update(EmailChange).where(EmailChange.by_user_id == user_id).values(reason=""))
    to_them = Notice.to_user_id == user_id
    if email:
        guarded_update(delete(SignInCode).where(func.lower(SignInCode.email) == email.lower()))
        to_them = or_(to_them, func.lower(Notice.to_address) == email.lower())
    guarded_update(delete(Notice).where(to_them))


def _forget_former_addresses(user_id: int) -> None:
    """Codes and messages at an address the user had before, unless it is somebody else's by now."""
    sealed = db.select(EmailChange.old_sealed).where(
        EmailChange.user_id == user_id, EmailChange.old_sealed != ""
    )
    addresses = {
        unseal_text(one, FORMER_SEALED_FOR).lower() for one in db.session.execute(sealed).scalars()
    }
    used = db.select(func.lower(User.email)).where(func.lower(User.email).in_(addresses))
    free = addresses - set(db.session.execute(used).scalars())
    guarded_update(delete(SignInCode).where(func.lower(SignInCode.email).in_(free)))
    guarded_update(delete(Notice).where(func.lower(Notice.to_address).in_(free)))


def _empty_messages(person_id: int, traces: list[str]) -> None:
    """Messages to the person go; those to others keep their sense under the pseudonym."""
    guarded_update(delete(Notice).where(Notice.to_party_id == person_id))
    for notice in db.session.execute(db.select(Notice)).scalars():
        cleaned = _without(notice.params, traces, pseudonym(person_id))
        if cleaned != notice.params:
            notice.params = cleaned
    db.session.flush()


def _without(value: object, words: list[str], instead: str) -> object:
    """JSON with every occurrence of the words replaced."""
    if isinstance(value, dict):
        return {key: _without(one, words, instead) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, words, instead) for one in value]
    if isinstance(value, str):
        for word in filter(None, words):
            value = value.replace(word, instead)
    return value
