"""What is stored about a person's registration, and how it is emptied (decision 14)."""

from datetime import date
from typing import Any

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.codes import format_code
from volunteer.core.db import db, guarded_update
from volunteer.core.hooks import OwnRecords, hooks
from volunteer.core.i18n import _l, show
from volunteer.people import queries
from volunteer.people.models import Card, Consent, Person, PersonDecision
from volunteer.people.states import (
    DECISION_LABELS,
    PERSON_STATE_LABELS,
    TIE_LABELS,
    PersonState,
)
from volunteer.users.models import Party
from volunteer.users.own_data import pseudonym

NO_BIRTHDAY = date(1900, 1, 1)
"""Stands where the birth date was."""


def own_data(person_id: int) -> list[OwnRecords]:
    """Profile, contacts, decisions, cards and consents."""
    person = db.session.get_one(Person, person_id)
    return [
        OwnRecords("person", _l("登録の内容"), [_profile(person)]),
        OwnRecords("contacts", _l("連絡先・緊急連絡先"), [_contacts(person)]),
        OwnRecords("decisions", _l("登録についての決定"), _decisions(person_id)),
        OwnRecords("cards", _l("登録カード"), _cards(person_id)),
        OwnRecords("consents", _l("個人情報のあつかいへの同意"), _consents(person_id)),
    ]


def _profile(person: Person) -> list[tuple[Any, Any]]:
    return [
        (_l("登録番号"), person.number or ""),
        (_l("お名前"), person.name),
        (_l("フリガナ"), person.kana),
        (_l("生年月日"), show("date_both", person.birth_on)),
        (_l("町とのつながり"), TIE_LABELS[person.tie]),
        (_l("いまの状態"), PERSON_STATE_LABELS[person.state]),
        (_l("メールアドレス"), person.email or ""),
        (_l("申し込んだ日"), show("datetime_long", person.applied_at)),
        (_l("登録した日"), show("datetime_long", person.registered_at)),
    ]


def _contacts(person: Person) -> list[tuple[Any, Any]]:
    return [
        (_l("電話番号"), person.telephone),
        (_l("郵便番号"), person.postcode),
        (_l("住所"), person.address),
        (_l("地区"), person.area.name if person.area else ""),
        (_l("緊急連絡先のお名前"), person.emergency_name),
        (_l("続きがら"), person.emergency_relation),
        (_l("緊急連絡先の電話"), person.emergency_telephone),
        (_l("保護者のお名前"), person.guardian_name),
        (_l("保護者の電話"), person.guardian_telephone),
        (_l("保護者の同意書"), show("date_plain", person.guardian_agreed_on)),
    ]


def _decisions(person_id: int) -> list[list[tuple[Any, Any]]]:
    return [
        [
            (_l("決めたこと"), DECISION_LABELS[one.kind]),
            (_l("日時"), show("datetime_long", one.decided_at)),
            (_l("理由"), one.reason),
        ]
        for one, _who in queries.decisions(person_id)
    ]


def _cards(person_id: int) -> list[list[tuple[Any, Any]]]:
    return [
        [
            (_l("カードの番号"), format_code(one.code)),
            (_l("出した日"), show("datetime_long", one.issued_at)),
            (_l("使えなくなった日"), show("datetime_long", one.revoked_at)),
        ]
        for one in queries.cards(person_id)
    ]


def _consents(person_id: int) -> list[list[tuple[Any, Any]]]:
    return [
        [
            (_l("文の版"), one.text_version),
            (_l("同意した日"), show("datetime_long", one.given_at)),
            (_l("紙での同意"), _l("はい") if one.on_paper else ""),
        ]
        for one in queries.consents(person_id)
    ]


def give_up_places(person_id: int) -> None:
    """What is still to come is cancelled, and those who counted on the person are told."""
    for tell in hooks.person_stopped:
        tell(person_id, "left")


def traces_of(person_id: int) -> list[str]:
    """Words by which the person would be known in messages to others."""
    person = db.session.get_one(Person, person_id)
    party = db.session.get_one(Party, person_id)
    found = (
        person.name, party.display_name, person.kana, person.number, person.email,
        person.telephone, show("tel", person.telephone), person.address, person.emergency_name,
        person.emergency_telephone, person.guardian_name, person.guardian_telephone,
    )  # fmt: skip
    return [word for word in found if word]


def erase_person(person_id: int) -> None:
    """Everything that says who it was is emptied.

    The row keeps its id; the number is replaced because old lists carry it beside the name.
    """
    moment = clock.now()
    guarded_update(update(Person).where(Person.party_id == person_id).values(**_emptied(person_id)))
    for card in queries.cards(person_id):
        # the printed code must find nobody any more
        guarded_update(
            update(Card)
            .where(Card.id == card.id)
            .values(code=f"-{card.id}", revoked_because="", revoked_at=card.revoked_at or moment)
        )
    guarded_update(
        update(PersonDecision).where(PersonDecision.person_id == person_id).values(reason="")
    )
    guarded_update(
        update(Consent)
        .where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=moment)
    )
    db.session.expire_all()


def _emptied(person_id: int) -> dict[str, Any]:
    words = (
        "kana", "telephone", "postcode", "address", "emergency_name", "emergency_relation",
        "emergency_telephone", "guardian_name", "guardian_telephone",
    )  # fmt: skip
    return {
        **dict.fromkeys(words, ""),
        "name": pseudonym(person_id),
        "number": f"-{person_id}",
        "birth_on": NO_BIRTHDAY,
        "state": PersonState.LEFT,
        "email": None,
        "area_id": None,
        "guardian_agreed_on": None,
        "household_party_id": None,
    }
