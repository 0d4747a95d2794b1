"""A new address of a user is the address of the people behind it, too: the person's own act, and the desk's."""

from sqlalchemy import func, update

from volunteer.core.db import db, guarded_update
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.people.models import Person
from volunteer.users.changing_email import change_own_email, correct_email
from volunteer.users.email_codes import Proof
from volunteer.users.models import Acting
from volunteer.users.own_data import pseudonym
from volunteer.users.queries import acts_for, own_email, own_user_id
from volunteer.users.services import let_act, new_user
from volunteer.users.states import ActingAs


def change_email(session_id: int, user_id: int, proof: Proof) -> str:
    """The proved address is that of the user and of their own people; the new token. Raises `Refused`."""
    old, token = change_own_email(session_id, user_id, proof)
    _follow(user_id, old, proof.email)
    return token


def correct_email_of(person_id: int, email: str, by_user_id: int, reason: str) -> None:
    """Staff give a person another address, or a first one, with which they sign in from now on.

    Raises `NotFound`, `NotAllowed` for oneself, `Refused` when somebody else has the address or the person was erased.
    """
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound(_l("見つかりませんでした。"))
    if person.name == pseudonym(person_id):
        raise Refused(_l("この方の記録は、もう消されています。"), code="person_erased")
    if acts_for(by_user_id, person_id):
        raise NotAllowed(
            _l("ご自分のことは決められません。ほかの職員にたのんでください。"), code="oneself"
        )
    user_id = own_user_id(person_id)
    if user_id is None:
        user_id = new_user("ja").id
        let_act(user_id, person_id, ActingAs.SELF)
    old = correct_email(user_id, email, by_user_id, reason)
    _follow(user_id, old, email)


def _follow(user_id: int, old: str, new: str) -> None:
    """People of this user who gave no address of their own are written to at the new one."""
    own = db.select(Acting.party_id).where(
        Acting.user_id == user_id,
        Acting.capacity == ActingAs.SELF,
        Acting.ended_at.is_(None),
    )
    is_old = func.lower(Person.email) == old.lower() if old else Person.email.is_(None)
    guarded_update(
        update(Person)
        .where(Person.party_id.in_(own), is_old | Person.email.is_(None))
        .values(email=new)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def shared_with(person_id: int) -> list[str]:
    """Names of others who sign in with the same user: their address changes along."""
    user_id = own_user_id(person_id)
    statement = (
        db.select(Person.name)
        .join(Acting, Acting.party_id == Person.party_id)
        .where(Acting.user_id == user_id, Acting.ended_at.is_(None), Person.party_id != person_id)
        .order_by(Person.party_id)
    )
    return list(db.session.execute(statement).scalars()) if user_id else []


def email_of(person_id: int) -> str:
    """The address a person signs in with; empty when there is none."""
    return own_email(person_id)
