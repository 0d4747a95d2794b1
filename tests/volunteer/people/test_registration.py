"""Staff look at applications, register or refuse, and enter people from paper."""

import threading
from typing import Any

import pytest
from flask import Flask

from tests.cast import CARD_OF_ICHIRO, Cast, sign_in_as
from tests.client import Client
from tests.factories.volunteer import make_card, make_staff
from tests.mail import Outbox
from tests.volunteer.people.test_sign_up import DETAILS, FIVE, people
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import AlreadyDecided
from volunteer.core.hooks import hooks
from volunteer.core.models import ViewEntry
from volunteer.core.permissions import Role
from volunteer.core.qr import qr_path
from volunteer.people.models import Card, Person
from volunteer.people.queries import people_page, person_of_card
from volunteer.people.registration import register_person
from volunteer.people.rules import PersonDetails
from volunteer.people.services import fill_details
from volunteer.people.states import PersonState
from volunteer.users.models import Party

WHOLE = PersonDetails(
    telephone="09000000001",
    address="みなと市",
    emergency_name="母",
    emergency_telephone="0134000009",
)


@pytest.fixture
def applicant(cast: Cast) -> Person:
    """The applicant with the second page filled."""
    with write_turn():
        fill_details(cast.applicant.party_id, WHOLE)
    return cast.applicant


def record(person: Person) -> str:
    """The desk's page."""
    return f"/desk/people/{person.party_id}/record"


@pytest.mark.both_databases
def test_an_application_waits_at_the_desk_and_is_registered(
    client: Client, cast: Cast, applicant: Person, outbox: Outbox
) -> None:
    sign_in_as(client, cast.coordinator)
    assert "田中 美咲" in client.get("/desk/people").text
    answer = client.submit(record(applicant), action="/registration")
    assert answer.status_code == 303
    db.session.rollback()
    assert applicant.state is PersonState.REGISTERED
    assert applicant.number is not None
    assert applicant.number.startswith("V")
    assert db.session.get_one(Party, applicant.party_id).is_active
    assert db.session.execute(db.select(Card).filter_by(person_id=applicant.party_id)).scalar_one()
    letter = outbox.last("applicant@example.jp")
    assert str(applicant.number) in letter.subject
    assert str(applicant.number) in client.get(answer.location).text


def test_without_the_second_page_the_desk_says_what_is_missing(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.coordinator)
    shown = client.get(record(cast.applicant)).text
    assert "まだ登録できません" in shown
    assert "電話番号、住所、緊急連絡先のお名前、緊急連絡先の電話" in shown
    assert "/registration" not in shown
    details = f"/desk/people/{cast.applicant.party_id}/details"
    assert client.submit(details, DETAILS).status_code == 303
    assert client.submit(record(cast.applicant), action="/registration").status_code == 303


def test_a_refusal_needs_a_reason_and_reaches_the_applicant(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{cast.applicant.party_id}/refusal"
    assert client.submit(page, {"reason": " "}).status_code == 422
    assert client.submit(page, {"reason": "市の外にお住まいのため"}).status_code == 303
    assert "市の外にお住まいのため" in outbox.last("applicant@example.jp").text
    applicant = sign_in_as(client, cast.applicant)
    assert "市の外にお住まいのため" in applicant.get("/me").text


@pytest.mark.both_databases
def test_two_staff_register_the_same_person_and_the_second_is_told_who_and_when(
    app: Flask, cast: Cast, applicant: Person
) -> None:
    with write_turn():
        other = make_staff(Role.COORDINATOR, name="相談 次郎").id
    first, person_id = cast.coordinator.id, applicant.party_id
    db.session.rollback()
    told: list[Any] = []
    start = threading.Barrier(2)

    def decide(user_id: int) -> None:
        with app.app_context():
            start.wait()
            try:
                told.append(run_turn(register_person, person_id, user_id).number)
            except AlreadyDecided as error:
                told.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=decide, args=(one,)) for one in (first, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [one for one in told if isinstance(one, AlreadyDecided)]
    assert len(refused) == 1, told
    assert refused[0].facts["who"] in {"相談 員子", "相談 次郎"}
    assert "さんが 11月21日" in str(refused[0].message)
    cards = db.session.execute(db.select(Card).filter_by(person_id=person_id)).scalars().all()
    assert len(cards) == 1


def test_the_slower_clerk_reads_who_was_faster(
    client: Client, cast: Cast, applicant: Person, app: Flask
) -> None:
    sign_in_as(client, cast.coordinator)
    page = client.get(record(applicant))
    other = sign_in_as(app.test_client(), cast.coordinator)
    other.submit(record(applicant), action="/registration")
    answer = client.resubmit(page, action="/registration")
    assert answer.status_code == 409
    assert "相談 員子さんが" in answer.text


def test_nobody_registers_or_decides_about_themselves(
    client: Client, cast: Cast, app: Flask
) -> None:
    sign_in_as(client, cast.coordinator)
    own = cast.person("相談 員子")
    shown = client.get(record(own)).text
    assert "ご自分のことは決められません" in shown
    page = f"/desk/people/{own.party_id}/suspension"
    assert "ご自分のことは決められません" in client.submit(page, {"reason": "休む"}).text


@pytest.mark.both_databases
def test_a_paper_form_gives_number_card_and_qr_at_once(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    sign_in_as(client, cast.coordinator)
    answer = client.submit("/desk/people/new", {**FIVE, **DETAILS, "email": ""})
    assert answer.status_code == 303, answer.text
    person = people()[0]
    assert (person.state, person.from_paper, person.email) == (PersonState.REGISTERED, True, None)
    card = db.session.execute(db.select(Card).filter_by(person_id=person.party_id)).scalar_one()
    printed = client.get(f"/desk/people/{person.party_id}/card").text
    assert f"{card.code[:4]}-{card.code[4:]}" in printed
    assert 'class="qr"' in printed
    assert str(person.number) in printed


def test_a_paper_form_of_a_minor_needs_a_guardian(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.coordinator)
    young = {"birth_on-era": "西暦", "birth_on-year": "2012"}
    answer = client.submit("/desk/people/new", {**FIVE, **DETAILS, **young, "email": ""})
    assert answer.status_code == 422
    assert "保護者のお名前を入れてください" in answer.text
    assert people() == []


@pytest.mark.both_databases
def test_a_new_card_voids_the_old_one(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.coordinator)
    person = cast.ichiro
    assert person_of_card(CARD_OF_ICHIRO)
    page = f"/desk/people/{person.party_id}/card/replacement"
    assert client.submit(page, {"because": "lost"}).status_code == 303
    assert person_of_card(CARD_OF_ICHIRO) is None


@pytest.mark.both_databases
def test_a_volunteer_rests_comes_back_and_leaves(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    stopped: list[tuple[int, str]] = []

    def listen(person_id: int, why: str) -> None:
        stopped.append((person_id, why))

    hooks.person_stopped.append(listen)
    try:
        sign_in_as(client, cast.coordinator)
        number = cast.hanako.party_id
        client.submit(f"/desk/people/{number}/suspension", {"reason": "ご本人の希望"})
        assert cast.hanako.state is PersonState.SUSPENDED
        assert not db.session.get_one(Party, number).is_active
        client.submit(record(cast.hanako), action="/resumption")
        assert cast.hanako.state is PersonState.REGISTERED
        client.submit(f"/desk/people/{number}/leaving", {"reason": "引っ越し"})
        assert cast.hanako.state is PersonState.LEFT
    finally:
        hooks.person_stopped.remove(listen)
    assert stopped == [(number, "suspended"), (number, "left")]
    assert "お礼" in outbox.last("hanako@example.jp").text


def test_looking_at_somebody_is_logged(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.coordinator)
    client.get(record(cast.hanako))
    entry = db.session.execute(db.select(ViewEntry)).scalar_one()
    assert (entry.party_id, entry.what) == (cast.hanako.party_id, "record")


@pytest.mark.parametrize(
    "words", ["V0001", "ｖ0001", "佐藤", "佐藤花子", "さとう", "サトウ ハ", "ｻﾄｳ"]
)
def test_people_are_found_by_number_name_and_reading(cast: Cast, words: str) -> None:
    assert [one.name for one in people_page(words).people] == ["佐藤 花子"]


@pytest.mark.both_databases
def test_a_percent_sign_is_no_wildcard(cast: Cast) -> None:
    assert people_page("%").people == []


def test_an_applicant_like_somebody_known_is_pointed_out(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    sign_in_as(client, cast.coordinator)
    twin = {
        **FIVE,
        **DETAILS,
        "name": "佐藤 はな子",
        "kana": "サトウハナコ",
        "birth_on-era": "西暦",
        "birth_on-year": "1968",
        "birth_on-month": "3",
        "birth_on-day": "3",
        "email": "",
    }
    answer = client.submit("/desk/people/new", twin)
    assert "同じ方かもしれません" in client.get(answer.location).text


@pytest.mark.parametrize("who", ["approver", "payer", "auditor", "administrator"])
def test_only_coordinators_see_people(client: Client, cast: Cast, who: str) -> None:
    sign_in_as(client, getattr(cast, who))
    assert client.get("/desk/people").status_code == 403
    assert client.get(record(cast.hanako)).status_code == 403


def test_the_desk_corrects_a_name(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{cast.ichiro.party_id}/correction"
    assert client.submit(page, {"name": "鈴木 市郎"}).status_code == 303
    assert cast.ichiro.name == "鈴木 市郎"
    assert db.session.get_one(Party, cast.ichiro.party_id).display_name == "鈴木 市郎"


def test_a_refused_application_is_looked_at_again(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.coordinator)
    number = cast.applicant.party_id
    client.submit(f"/desk/people/{number}/refusal", {"reason": "書類がたりません"})
    client.submit(record(cast.applicant), action="/reopening")
    assert cast.applicant.state is PersonState.APPLIED


def test_a_volunteer_shows_the_own_card(client: Client, cast: Cast) -> None:
    with write_turn():
        make_card(cast.hanako, "CCARD27A")
    sign_in_as(client, cast.hanako)
    shown = client.get("/me/card").text
    assert "受付のときに見せてください" in shown
    assert "<span>CCAR</span><span>D27A</span>" in shown
    _size, path = qr_path("http://localhost/c/CCARD27A", "Q")
    assert path in shown, "what the printed card holds, too"
