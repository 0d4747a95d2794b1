"""Signing up, the second page, and people entered from paper."""

from dataclasses import asdict, dataclass

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.people import consent, notices
from volunteer.people.models import Consent, Person
from volunteer.people.queries import bare_own_party, own_person
from volunteer.people.rules import PersonDetails, SignUp
from volunteer.people.states import PersonState
from volunteer.users.email_codes import Proof, send_code, use_code
from volunteer.users.models import Party
from volunteer.users.own_data import pseudonym
from volunteer.users.queries import find_user
from volunteer.users.services import let_act, new_party, user_for
from volunteer.users.sessions import open_session
from volunteer.users.states import ActingAs, CodePurpose, PartyKind


@dataclass(frozen=True)
class SignedUp:
    """How a sign-up ended: the person, the token of the new session, whether we knew the person already."""

    person_id: int
    token: str
    was_known: bool


def ask_to_sign_up(email: str, device: str, language: str) -> None:
    """A code is on its way. To an address we know the mail says so, and the code serves for one more person there.

    The pages tell no difference, so nobody learns whose address is registered.
    """
    is_known = find_user(email) is not None
    template = notices.ALREADY_KNOWN if is_known else notices.SIGN_UP_CODE
    send_code(template, email, CodePurpose.SIGN_UP, device, language)


def sign_up(proof: Proof, wanted: SignUp, language: str, browser: str) -> SignedUp:
    """The address is proved: the person exists as an applicant, agreed to the text, and is signed in.

    The same reading and birth date under the same address is the same person and is not made twice. Raises `Refused`
    when the code is wrong or used.
    """
    use_code(proof)
    user = user_for(proof.email, language)
    known = own_person(user.id, wanted.kana, wanted.birth_on)
    person = known or _new_applicant(wanted, user.id, proof.email)
    acting_id = let_act(user.id, person.party_id, ActingAs.SELF)
    if known is None:
        notices.applied(person)
    token = open_session(user.id, acting_id=acting_id, browser=browser)
    return SignedUp(person.party_id, token, known is not None)


def _new_applicant(wanted: SignUp, user_id: int, email: str) -> Person:
    bare = bare_own_party(user_id)
    party = db.session.get_one(Party, bare) if bare else new_party(PartyKind.PERSON, wanted.name)
    party.display_name = wanted.name
    return new_person(party.id, wanted, email)


def new_person(
    party_id: int, wanted: SignUp, email: str | None, *, entered_by_user_id: int | None = None
) -> Person:
    """An applicant who has agreed to the text; on paper when staff enter it."""
    moment = clock.now()
    person = Person(
        party_id=party_id,
        name=wanted.name,
        kana=wanted.kana,
        birth_on=wanted.birth_on,
        tie=wanted.tie,
        state=PersonState.APPLIED,
        email=email,
        applied_at=moment,
        from_paper=entered_by_user_id is not None,
    )
    db.session.add(person)
    db.session.flush()
    db.session.add(
        Consent(
            person_id=party_id,
            kind=consent.KIND,
            text_version=consent.VERSION,
            given_at=moment,
            on_paper=entered_by_user_id is not None,
            entered_by_user_id=entered_by_user_id,
        )
    )
    db.session.flush()
    return person


def fill_details(person_id: int, details: PersonDetails) -> None:
    """The second page is stored. An agreement of the guardian that was noted before stays.

    Raises `NotFound`, also for somebody who was erased.
    """
    values = asdict(details)
    if details.guardian_agreed_on is None:
        values.pop("guardian_agreed_on")
    still_known = (Person.party_id == person_id) & (Person.name != pseudonym(person_id))
    if guarded_update(update(Person).where(still_known).values(**values)) != 1:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    db.session.expire_all()
