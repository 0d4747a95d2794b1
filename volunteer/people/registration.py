"""What staff decide about people, and the cards. Nobody decides about themselves; two at once: one wins."""

from typing import Any

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.center import next_number, the_center
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided, NotAllowed, NotFound, Refused
from volunteer.core.hooks import hooks
from volunteer.core.i18n import _l
from volunteer.core.transitions import move
from volunteer.people import notices
from volunteer.people.models import Card, Person, PersonDecision
from volunteer.people.queries import last_decision, missing
from volunteer.people.rules import PersonDetails, SignUp
from volunteer.people.services import fill_details, new_person
from volunteer.people.states import PersonDecisionKind, PersonState
from volunteer.users.models import Party
from volunteer.users.queries import acts_for
from volunteer.users.services import let_act, new_party, user_for
from volunteer.users.states import ActingAs, PartyKind

SERIES = "person"


def register_person(person_id: int, by_user_id: int) -> Person:
    """The applicant is a registered volunteer with a number and a card, and is told by mail.

    Raises `NotFound`, `NotAllowed` for oneself, `Refused` when details are missing, `AlreadyDecided` (who and when)
    when somebody was faster.
    """
    person = _other_person(person_id, by_user_id)
    gaps = missing(person)
    if gaps and person.state is PersonState.APPLIED:
        raise Refused(
            _l(
                "くわしい情報がまだそろっていません。本人に電話で聞いて入れるか、入れてもらってから登録してください。"
            ),
            code="details_missing",
            missing=gaps,
        )
    number = _free_number()
    _move(
        person_id,
        PersonState.APPLIED,
        PersonState.REGISTERED,
        number=number,
        registered_at=clock.now(),
    )
    _set_active(person_id, True)
    issue_card(person_id, by_user_id)
    decision = _note(person_id, PersonDecisionKind.REGISTERED, by_user_id)
    for follow in hooks.person_registered:
        follow(person_id, by_user_id)
    notices.registered(person, decision.id)
    return person


def _free_number() -> str:
    """The next number that no person holds; numbers of an older register may have been brought along."""
    while True:
        number = next_number(SERIES, the_center().number_prefix)
        statement = db.select(Person.party_id).where(Person.number == number)
        if db.session.execute(statement).first() is None:
            return number


def refuse_person(person_id: int, by_user_id: int, reason: str) -> None:
    """The application is refused with a reason the applicant reads. Raises as `register_person`."""
    person = _other_person(person_id, by_user_id)
    _move(person_id, PersonState.APPLIED, PersonState.REFUSED)
    decision = _note(person_id, PersonDecisionKind.REFUSED, by_user_id, reason)
    notices.refused(person, decision.id, reason)


def register_from_paper(
    wanted: SignUp, details: PersonDetails, by_user_id: int, language: str = "ja"
) -> Person:
    """A person from a paper form, registered at once with number and card; an e-mail address is not needed.

    Raises `Refused` when something is missing; then nothing was written.
    """
    party = new_party(PartyKind.PERSON, wanted.name)
    email = wanted.email or None
    new_person(party.id, wanted, email, entered_by_user_id=by_user_id)
    fill_details(party.id, details)
    if email:
        let_act(user_for(email, language).id, party.id, ActingAs.SELF)
    return register_person(party.id, by_user_id)


def suspend_person(person_id: int, by_user_id: int, reason: str) -> None:
    """Taking part rests; higher packages free the seats. Raises as `register_person`."""
    person = _other_person(person_id, by_user_id)
    _move(person_id, PersonState.REGISTERED, PersonState.SUSPENDED)
    _set_active(person_id, False)
    decision = _note(person_id, PersonDecisionKind.SUSPENDED, by_user_id, reason)
    _stopped(person_id, "suspended")
    notices.suspended(person, decision.id, reason)


def resume_person(person_id: int, by_user_id: int) -> None:
    """The person may take part again. Raises as `register_person`."""
    person = _other_person(person_id, by_user_id)
    _move(person_id, PersonState.SUSPENDED, PersonState.REGISTERED)
    _set_active(person_id, True)
    decision = _note(person_id, PersonDecisionKind.RESUMED, by_user_id)
    notices.resumed(person, decision.id)


def end_registration(person_id: int, by_user_id: int, reason: str) -> None:
    """The registration has ended: the card is void, seats are free; points and history stay. Raises as above."""
    person = _other_person(person_id, by_user_id)
    _move(person_id, [PersonState.REGISTERED, PersonState.SUSPENDED], PersonState.LEFT)
    _set_active(person_id, False)
    _revoke_cards(person_id, "left")
    decision = _note(person_id, PersonDecisionKind.LEFT, by_user_id, reason)
    _stopped(person_id, "left")
    notices.left(person, decision.id)


def reopen_application(person_id: int, by_user_id: int) -> None:
    """A refused application is looked at again. Raises as `register_person`."""
    _other_person(person_id, by_user_id)
    _move(person_id, PersonState.REFUSED, PersonState.APPLIED)


def correct(person_id: int, by_user_id: int, wanted: SignUp) -> None:
    """Staff correct name, reading, birth date or tie after looking at a paper. Raises `NotFound`, `NotAllowed`."""
    _other_person(person_id, by_user_id)
    statement = (
        update(Person)
        .where(Person.party_id == person_id)
        .values(name=wanted.name, kana=wanted.kana, birth_on=wanted.birth_on, tie=wanted.tie)
    )
    guarded_update(statement)
    guarded_update(update(Party).where(Party.id == person_id).values(display_name=wanted.name))
    db.session.expire_all()


def issue_card(person_id: int, by_user_id: int | None) -> Card:
    """A card with a fresh code, when the person has none; else the one in use."""
    found = _live_card(person_id)
    while found is None:
        insert_once(
            Card,
            {
                "person_id": person_id,
                "code": new_code(CodeKind.CARD),
                "issued_at": clock.now(),
                "issued_by_user_id": by_user_id,
                "revoked_because": "",
            },
        )
        found = _live_card(person_id)  # another code, should this one have been given before
    return found


def reissue_card(person_id: int, by_user_id: int, because: str) -> Card:
    """The old card is void from now on and a new one is in use. Raises `NotFound`, `Refused`."""
    person = _person(person_id)
    if person.state not in (PersonState.REGISTERED, PersonState.SUSPENDED):
        raise Refused(_l("登録ずみの方にだけ、カードを出せます。"), code="not_registered")
    _revoke_cards(person_id, because)
    return issue_card(person_id, by_user_id)


def _live_card(person_id: int) -> Card | None:
    statement = db.select(Card).where(Card.person_id == person_id, Card.revoked_at.is_(None))
    return db.session.execute(statement).scalar()


def _revoke_cards(person_id: int, because: str) -> None:
    statement = update(Card).where(Card.person_id == person_id, Card.revoked_at.is_(None))
    guarded_update(statement.values(revoked_at=clock.now(), revoked_because=because[:60]))
    db.session.expire_all()


def _person(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return person


def _other_person(person_id: int, by_user_id: int) -> Person:
    person = _person(person_id)
    if acts_for(by_user_id, person_id):
        raise NotAllowed(
            _l("ご自分のことは決められません。ほかの職員にたのんでください。"), code="oneself"
        )
    return person


def _move(person_id: int, from_: Any, to: PersonState, **columns: Any) -> None:
    try:
        move(Person, person_id, from_, to, **columns)
    except AlreadyDecided as error:
        raise _who_was_faster(person_id, error) from error


def _who_was_faster(person_id: int, error: AlreadyDecided) -> AlreadyDecided:
    found = last_decision(person_id)
    if found is None:
        return error
    name, at = found
    return AlreadyDecided(
        _l(
            "%(name)sさんが %(at)s に先に決めました。画面を開きなおして、いまの状態を確かめてください。",
            name=name,
            at=at,
        ),
        who=name,
        at=at,
        **error.facts,
    )


def _note(
    person_id: int, kind: PersonDecisionKind, by_user_id: int, reason: str = ""
) -> PersonDecision:
    decision = PersonDecision(
        person_id=person_id,
        kind=kind,
        reason=reason,
        decided_by_user_id=by_user_id,
        decided_at=clock.now(),
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def _set_active(person_id: int, is_active: bool) -> None:
    guarded_update(update(Party).where(Party.id == person_id).values(is_active=is_active))
    db.session.expire_all()


def _stopped(person_id: int, why: str) -> None:
    for tell in hooks.person_stopped:
        tell(person_id, why)
