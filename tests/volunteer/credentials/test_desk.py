"""The desk enters and cancels insurance and qualifications; the queries answer for the day asked."""

from datetime import date
from threading import Barrier, Thread

import pytest
from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_category
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import DomainError, Refused
from volunteer.core.models import ViewEntry
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.credentials.queries import has_qualification, insured_people_ending, is_insured
from volunteer.credentials.rules import default_cover
from volunteer.credentials.services import insure_person


@pytest.mark.parametrize(
    ("entered", "covered_to", "expected"),
    [
        (date(2026, 11, 21), None, (date(2026, 11, 22), date(2027, 3, 31))),
        (date(2027, 3, 31), None, (date(2027, 4, 1), date(2028, 3, 31))),
        (date(2027, 3, 30), None, (date(2027, 3, 31), date(2027, 3, 31))),
        (date(2026, 11, 21), date(2027, 3, 31), (date(2027, 4, 1), date(2028, 3, 31))),
    ],
)
def test_cover_is_proposed_from_the_next_day_to_the_end_of_march(
    entered: date, covered_to: date | None, expected: tuple[date, date]
) -> None:
    assert default_cover(entered, covered_to) == expected


@pytest.mark.both_databases
def test_a_cover_is_entered_and_cancelled(cast: Cast, client: Client) -> None:
    person_id, page = cast.student.party_id, f"/desk/people/{cast.student.party_id}/insurance"
    sign_in_as(client, cast.coordinator)
    assert client.submit(page).status_code == 303
    assert not is_insured(person_id, date(2026, 11, 21))
    assert is_insured(person_id, date(2026, 11, 22))
    assert is_insured(person_id, date(2027, 3, 31))
    assert not is_insured(person_id, date(2027, 4, 1))
    assert client.submit(page, action="/cancellation").status_code == 303
    assert not is_insured(person_id, date(2026, 11, 22))
    assert (
        db.session.scalar(
            db.select(db.func.count(InsuranceCover.id)).filter_by(person_id=person_id)
        )
        == 1
    )


def test_a_period_turned_round_is_refused_and_stays_typed(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.coordinator)
    typed = {"covers_from": "2027-03-01", "covers_to": "2027-02-01"}
    answer = client.submit(f"/desk/people/{cast.student.party_id}/insurance", typed)
    assert answer.status_code == 422
    assert "2027-02-01" in answer.text


@pytest.mark.both_databases
def test_two_clerks_enter_the_same_cover_and_one_is_told(app: Flask, cast: Cast) -> None:
    person_id, by = cast.student.party_id, cast.coordinator.id
    db.session.rollback()
    gate, codes = Barrier(2), []

    def enter() -> None:
        with app.app_context():
            gate.wait()
            try:
                run_turn(insure_person, person_id, "基本", date(2026, 12, 1), date(2027, 3, 31), by)
                codes.append("entered")
            except DomainError as error:
                codes.append(error.code)
            finally:
                db.session.remove()

    threads = [Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["covered_already", "entered"]


def test_a_qualification_counts_from_its_day_to_its_last(cast: Cast, client: Client) -> None:
    person_id = cast.student.party_id
    page = f"/desk/people/{person_id}/qualifications"
    sign_in_as(client, cast.coordinator)
    typed = {"kind": "snow_briefing", "valid_from": "2026-11-10", "valid_until": "2027-11-09"}
    assert client.submit(page, typed).status_code == 303
    row = db.session.execute(db.select(Qualification).filter_by(person_id=person_id)).scalar_one()
    assert row.label == "雪かきの安全講習"
    assert [
        has_qualification(person_id, "snow_briefing", day)
        for day in (date(2026, 11, 9), date(2026, 11, 10), date(2027, 11, 9), date(2027, 11, 10))
    ] == [False, True, True, False]
    assert client.submit(page, action="/cancellation").status_code == 303
    assert not has_qualification(person_id, "snow_briefing", date(2026, 12, 1))


def test_kinds_are_chosen_from_what_the_town_knows(cast: Cast, client: Client) -> None:
    with write_turn():
        make_category(
            "harbour", "港の清掃", qualification_kind="boat", qualification_label="船の講習"
        )
    page = f"/desk/people/{cast.student.party_id}/qualifications"
    text = sign_in_as(client, cast.coordinator).get(page).text
    assert "船の講習" in text
    assert "雪かきの安全講習" in text
    day = {"valid_from": "2026-11-10"}
    assert (
        client.submit(page, {"kind": "made_up", **day}, action="/qualifications").status_code == 422
    )
    assert client.submit(page, {"kind": "boat", **day}, action="/qualifications").status_code == 303
    unnamed = client.submit(page, {"kind": "other", **day}, action="/qualifications")
    assert unnamed.status_code == 422
    assert "名前を入れてください" in unnamed.text
    assert (
        client.submit(
            page, {"kind": "other", "label": "手話", **day}, action="/qualifications"
        ).status_code
        == 303
    )
    rows = db.session.execute(
        db.select(Qualification.kind, Qualification.label)
        .filter_by(person_id=cast.student.party_id)
        .order_by(Qualification.id)
    )
    assert [tuple(row) for row in rows] == [("boat", "船の講習"), ("other", "手話")]


def test_people_whose_cover_ends_are_found_unless_it_goes_on(cast: Cast) -> None:
    end = date(2027, 3, 31)
    by, ichiro = cast.coordinator.id, cast.ichiro.party_id
    assert {p.name for p in insured_people_ending(end)} == {"佐藤 花子", "鈴木 一郎"}
    db.session.rollback()
    run_turn(insure_person, ichiro, "基本", date(2027, 4, 1), date(2028, 3, 31), by)
    assert {p.name for p in insured_people_ending(end)} == {"佐藤 花子"}


def test_the_look_is_logged(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.coordinator).get(f"/desk/people/{cast.hanako.party_id}/insurance")
    views = db.session.execute(db.select(ViewEntry.party_id)).scalars().all()
    assert views == [cast.hanako.party_id]


@pytest.mark.parametrize("page", ["insurance", "qualifications"])
def test_only_coordinators_see_the_papers(cast: Cast, client: Client, page: str) -> None:
    for user in (cast.auditor, cast.payer, cast.administrator):
        answer = sign_in_as(client, user).get(f"/desk/people/{cast.hanako.party_id}/{page}")
        assert answer.status_code == 403
    assert (
        sign_in_as(client, cast.coordinator).get(f"/desk/people/999999/{page}").status_code == 404
    )


def test_a_cover_of_somebody_else_cannot_be_cancelled_through_this_person(
    cast: Cast, client: Client
) -> None:
    cover = db.session.execute(
        db.select(InsuranceCover.id).filter_by(person_id=cast.ichiro.party_id)
    ).scalar_one()
    page = f"/desk/people/{cast.hanako.party_id}/insurance"
    sign_in_as(client, cast.coordinator)
    own = client.get(page)
    reply = client.post(f"{page}/{cover}/cancellation", data=_token_of(own.text))
    assert reply.status_code == 404


def _token_of(text: str) -> dict[str, str]:
    token = text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    return {"csrf_token": token, "form_key": "a-key-of-this-test-1"}


def test_nobody_enters_their_own(cast: Cast) -> None:
    user = cast.coordinator
    person = cast.person("相談 員子")
    by, person_id = user.id, person.party_id
    db.session.rollback()
    with pytest.raises(DomainError) as caught:
        run_turn(insure_person, person_id, "基本", date(2026, 12, 1), date(2027, 3, 31), by)
    assert caught.value.code == "oneself"
    assert not isinstance(caught.value, Refused)
