"""Signing up: five things on one page, a code by e-mail, then the second page."""

from datetime import date
from typing import Any

import pytest

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.mail import Outbox
from tests.volunteer.users.codes import code_in_mail, wrong
from volunteer.core.db import db
from volunteer.people.models import Consent, Person
from volunteer.people.states import PersonState, Tie
from volunteer.users.models import User

EMAIL = "yuki@example.jp"
FIVE = {
    "name": "仮名 雪子",
    "kana": "かめい　ゆきこ",
    "birth_on-era": "昭和",
    "birth_on-year": "２８",
    "birth_on-month": "4",
    "birth_on-day": "9",
    "email": EMAIL,
    "tie": "lives",
}
DETAILS = {
    "telephone": "０９０−００００−０００１",
    "postcode": "〒047-0001",
    "address": "みなと市花園3丁目",
    "emergency_name": "仮名 太郎",
    "emergency_relation": "夫",
    "emergency_telephone": "0134-00-0009",
}


def people(name: str = "仮名 雪子") -> list[Person]:
    """Everybody of that name."""
    return list(db.session.execute(db.select(Person).filter_by(name=name)).scalars())


def sign_up(client: Client, outbox: Outbox, **typed: str) -> Any:
    """Both pages."""
    asked = client.submit("/sign-up", {**FIVE, **typed})
    assert asked.location == "/sign-up/code", asked.text
    email = typed.get("email", EMAIL)
    return client.submit("/sign-up/code", {"code": code_in_mail(outbox, email)})


def test_after_a_wrong_code_the_way_to_another_stands_in_sight(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    client.submit("/sign-up", FIVE)
    again = 'class="button second" href="/sign-up?again=1"'
    assert again not in client.get("/sign-up/code").text
    right = code_in_mail(outbox, EMAIL)
    refused = client.submit(
        "/sign-up/code", {"code": right[::-1] if right != right[::-1] else "000001"}
    )
    assert refused.status_code == 422
    assert again in refused.text


@pytest.mark.both_databases
def test_somebody_signs_up_with_five_things_and_a_code(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    answer = sign_up(client, outbox)
    assert answer.location == "/sign-up/done"
    assert "申し込みを受け付けました" in client.get("/sign-up/done").text
    person = people()[0]
    assert person.kana == "カメイ ユキコ"
    assert person.birth_on == date(1953, 4, 9)
    assert (person.state, person.tie) == (PersonState.APPLIED, Tie.LIVES)
    consent = db.session.execute(db.select(Consent)).scalar_one()
    assert (consent.person_id, consent.text_version) == (person.party_id, "2026-1")
    assert "次にすること" in outbox.last(EMAIL).text


def test_nobody_exists_before_the_code_was_typed(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    client.submit("/sign-up", FIVE)
    client.submit("/sign-up/code", {"code": wrong(code_in_mail(outbox, EMAIL))})
    assert people() == []


def test_what_is_missing_is_said_beside_the_field_and_typed_things_stay(
    client: Client, cast: Cast
) -> None:
    answer = client.submit("/sign-up", {**FIVE, "kana": "", "email": "yuki.example.jp"})
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.text
    assert "2か所を直してください" in answer.text
    assert answer.text.count("フリガナを入れてください") == 2
    assert "yuki.example.jp" in answer.text
    assert "２８" in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kana": "仮名雪子"}, "ひらがなかカタカナ"),
        ({"birth_on-era": "昭和", "birth_on-year": "64", "birth_on-month": "2"}, "その年号に"),
        ({"birth_on-day": "31"}, "こよみにありません"),
        ({"birth_on-era": "令和", "birth_on-year": "20"}, "これから先の日"),
        ({"birth_on-era": "西暦"}, "西暦の年は4けた"),
        ({"birth_on-month": ""}, "月を入れてください"),
        ({"tie": "moon"}, "町とのつながりをえらんで"),
        ({"name": " "}, "お名前を入れてください"),
        ({"name": "あ" * 41}, "長すぎます"),
    ],
)
def test_nonsense_is_refused_kindly(
    client: Client, cast: Cast, typed: dict[str, str], said: str
) -> None:
    answer = client.submit("/sign-up", {**FIVE, **typed})
    assert answer.status_code == 422
    assert said in answer.text


def test_an_address_we_know_gets_the_same_pages_and_another_mail(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    asked = client.submit("/sign-up", {**FIVE, "email": "hanako@example.jp"})
    assert asked.location == "/sign-up/code"
    assert "もう登録されています" in outbox.last("hanako@example.jp").subject


def test_a_couple_with_one_mailbox_is_two_people_of_one_user(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    sign_up(client, outbox, email="hanako@example.jp")
    assert client.get("/me").text.count("仮名 雪子さん") >= 1
    user = db.session.execute(db.select(User).filter_by(email="hanako@example.jp")).scalar_one()
    assert len(user.actings) == 2


@pytest.mark.both_databases
def test_signing_up_twice_does_not_make_two_people(
    client: Client, cast: Cast, outbox: Outbox, app: Any
) -> None:
    sign_up(client, outbox)
    answer = sign_up(app.test_client(), outbox, kana="カメイユキコ")
    assert answer.location == "/me?done=known"
    assert len(people()) == 1


def test_the_same_form_sent_again_sends_one_mail(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    page = client.get("/sign-up")
    first = client.resubmit(page, FIVE)
    again = client.resubmit(page, FIVE)
    assert first.location == again.location
    assert len(outbox.letters(EMAIL)) == 1


def test_a_member_of_staff_who_signs_up_stays_one_person(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    runner = client.application.test_cli_runner()
    runner.invoke(args=["staff", "invite", EMAIL, "--name", "仮名 雪子", "--role", "coordinator"])
    sign_up(client, outbox)
    user = db.session.execute(db.select(User).filter_by(email=EMAIL)).scalar_one()
    assert [acting.party_id for acting in user.actings] == [people()[0].party_id]


@pytest.mark.both_databases
def test_an_applicant_fills_in_the_second_page(client: Client, cast: Cast, outbox: Outbox) -> None:
    sign_up(client, outbox)
    assert "連絡先を入れてください" in client.get("/me").text
    answer = client.submit("/me/details", DETAILS)
    assert answer.location == "/me?done=details"
    person = people()[0]
    assert person.telephone == "09000000001"
    assert person.has_details
    assert "センターが確かめています" in client.get("/me").text


def test_somebody_under_eighteen_names_a_guardian(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    young = {
        "birth_on-era": "平成",
        "birth_on-year": "22",
        "birth_on-month": "11",
        "birth_on-day": "22",
    }
    sign_up(client, outbox, **young)
    answer = client.submit("/me/details", DETAILS)
    assert answer.status_code == 422
    assert "保護者のお名前を入れてください" in answer.text
    guardian = {"guardian_name": "仮名 母", "guardian_telephone": "0134000010"}
    assert client.submit("/me/details", {**DETAILS, **guardian}).status_code == 303


def test_an_applicant_has_no_card_yet_and_is_told_why(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.applicant)
    assert "登録ができると出ます" in client.get("/me/card").text


def test_the_text_agreed_to_can_be_read(client: Client, cast: Cast) -> None:
    assert "2026-1" in client.get("/privacy").text
