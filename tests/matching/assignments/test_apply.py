"""Applying: one tap, a page saying what was done, a kind no."""

from datetime import date, timedelta

import pytest
from flask import Flask

from matching.assignments import services
from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.categories.models import Category
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import (
    make_category,
    make_help_request,
    make_participation,
    make_shift,
)
from tests.factories.volunteer import insure, make_person, make_user
from tests.mail import Outbox
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import Refused
from volunteer.people.models import Person

State = ParticipationState


def press(client: Client, shift_id: int) -> str:
    """Press 申し込む on the page of the shift; the page one ends on."""
    return client.submit(f"/board/{shift_id}", action="/application", follow_redirects=True).text


def fill(shift_id: int, number: int) -> list[Person]:
    """Other people who have the seats."""
    with write_turn():
        made = []
        for n in range(number):
            person = make_person(
                f"先着{n}", number=f"V8{n:03d}", user=make_user(f"v8{n}@example.jp")
            )
            insure(person, date(2026, 4, 1), date(2027, 3, 31))
            made.append(person)
    for person in made:
        run_turn(services.apply, person.party_id, shift_id, None)
    return made


def test_one_tap_gives_a_place_and_a_repeated_click_changes_nothing(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    sign_in_as(client, cast.hanako)
    page = client.get(f"/board/{cast.shift.id}")
    first = client.resubmit(page, action="/application")
    again = client.resubmit(page, action="/application")
    assert first.location == again.location == f"/shifts/{cast.shift.id}/applied"
    assert "参加が決まりました" in client.get(first.location).text
    assert cast.shift.seats_taken == 1
    assert len(outbox.letters(cast.hanako.email)) == 1


def test_the_public_and_members_are_told_how_to_begin(
    app: Flask, cast: Cast, client: Client
) -> None:
    page = client.get(f"/board/{cast.shift.id}").text
    assert "申し込みは、ボランティア登録をした方ができます" in page
    assert "/application" not in page
    assert client.post(f"/shifts/{cast.shift.id}/application").status_code in {400, 401}
    sign_in_as(client, cast.cook)
    assert "団体として見ています" in client.get(f"/board/{cast.shift.id}").text


def test_an_applicant_is_told_that_registration_comes_first(
    app: Flask, cast: Cast, client: Client
) -> None:
    sign_in_as(client, cast.applicant)
    page = client.get(f"/board/{cast.shift.id}").text
    assert "ボランティア登録がすんでから" in page
    assert "/application" not in page


def test_without_insurance_on_the_day_the_answer_says_what_to_do(
    app: Flask, cast: Cast, client: Client
) -> None:
    sign_in_as(client, cast.student)
    page = client.get(f"/board/{cast.shift.id}").text
    assert "センターで入ると、次の日から申し込めます" in page
    board = client.get("/board")
    refused = client.resubmit(board, action=f"/shifts/{cast.shift.id}/application", page="/board")
    assert refused.status_code == 422
    assert "ボランティア活動保険がありません" in refused.text
    assert f"/board/{cast.shift.id}" in refused.text


def test_training_age_and_overlap_are_refused_each_in_its_words(
    app: Flask, cast: Cast, client: Client
) -> None:
    with write_turn():
        snow = make_help_request(cast.minato.party_id, _snow(), cast.area, cast.cook)
        snowy = make_shift(snow, cast.shift.starts_at + timedelta(days=1)).id
        old = make_help_request(
            cast.minato.party_id, cast.category, cast.area, cast.cook, age_min=80
        )
        for_old = make_shift(old, cast.shift.starts_at + timedelta(days=2)).id
        other = make_help_request(cast.minato.party_id, cast.category, cast.area, cast.cook)
        same_time = make_shift(other, cast.shift.starts_at + timedelta(hours=1)).id
        insure(cast.student, date(2026, 4, 1), date(2027, 3, 31))
    sign_in_as(client, cast.student)
    assert "研修か資格が必要です" in client.get(f"/board/{snowy}").text
    assert "年齢の決まり" in client.get(f"/board/{for_old}").text
    press(client, cast.shift.id)
    assert "同じ時間に、ほかの予定があります" in client.get(f"/board/{same_time}").text


def test_paid_work_is_for_students(app: Flask, cast: Cast, client: Client) -> None:
    with write_turn():
        rental = make_category("rental", "学生の手伝い", is_paid=True, needs_insurance=False)
        paid = make_help_request(cast.minato.party_id, rental, cast.area, cast.cook)
        shift_id = make_shift(paid, cast.shift.starts_at + timedelta(days=3)).id
    sign_in_as(client, cast.hanako)
    assert "有償の活動は、学生の方の活動です" in client.get(f"/board/{shift_id}").text
    with pytest.raises(Refused) as refused:
        run_turn(services.apply, cast.hanako.party_id, shift_id, None)
    assert refused.value.code == "not_student"
    assert run_turn(services.apply, cast.student.party_id, shift_id, None).holds_seat


def _snow() -> Category:
    return db.session.get_one(Category, "snow")


def test_a_full_shift_has_a_waiting_list_that_hears_of_a_free_seat(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    others = fill(cast.shift.id, 3)
    sign_in_as(client, cast.hanako)
    assert "空き待ちに入りました" in press(client, cast.shift.id)
    first = db.session.execute(
        db.select(Participation).filter_by(person_id=others[0].party_id)
    ).scalar_one()
    run_turn(services.withdraw, first.id, None)
    letter = outbox.last(cast.hanako.email)
    assert letter.template == "matching/assignments/seat_free"
    assert "参加が決まりました" in press_again(client, cast)
    assert outbox.letters(cast.cook.email)[-1].subject == "取り消しの連絡：先着0さん"


def press_again(client: Client, cast: Cast) -> str:
    """From the board, where the waiting person finds the button again."""
    page = client.get(f"/me/plan/{mine(cast).id}")
    assert page.status_code == 200
    run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None)
    return client.get(f"/shifts/{cast.shift.id}/applied").text


def mine(cast: Cast) -> Participation:
    """Hanako's place in the shift."""
    return db.session.execute(
        db.select(Participation).filter_by(person_id=cast.hanako.party_id)
    ).scalar_one()


def test_an_application_that_must_be_answered_holds_the_seat_until_the_host_answers(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    with write_turn():
        cast.help_request.accepts_at_once = False
    sign_in_as(client, cast.hanako)
    assert "申し込みました" in press(client, cast.shift.id)
    assert cast.shift.seats_taken == 1
    host = sign_in_as(app.test_client(), cast.cook)
    page = f"/o/shifts/{cast.shift.id}"
    host.submit(page, action="/acceptance")
    assert mine(cast).state is State.ACCEPTED
    assert outbox.last(cast.hanako.email).subject.startswith("参加が決まりました")


def test_an_application_declined_gives_the_seat_back_and_says_so_kindly(
    app: Flask, cast: Cast, outbox: Outbox
) -> None:
    with write_turn():
        made = make_participation(cast.hanako, cast.shift, State.APPLIED)
    host = sign_in_as(app.test_client(), cast.cook)
    done = host.submit(
        f"/o/applications/{made.id}/refusal",
        {"reason": "人数がそろいました"},
        follow_redirects=True,
    )
    assert "見送りました" in done.text
    assert cast.shift.seats_taken == 0
    assert "人数がそろいました" in outbox.last(cast.hanako.email).text


def test_withdrawing_takes_one_button_and_one_confirmation(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    made = run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None)
    sign_in_as(client, cast.hanako)
    page = client.get(f"/me/plan/{made.id}").text
    assert f"/me/plan/{made.id}/withdrawal" in page
    done = client.submit(f"/me/plan/{made.id}/withdrawal", follow_redirects=True)
    assert "取り消しました。担当の人に知らせました" in done.text
    assert cast.shift.seats_taken == 0
    assert "佐藤 花子さん" in outbox.last(cast.cook.email).subject
    assert "参加が決まりました" in press(client, cast.shift.id)


def test_nothing_is_withdrawn_after_the_start(
    app: Flask, cast: Cast, client: Client, clock
) -> None:  # type: ignore[no-untyped-def]
    made = run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None)
    clock.set(cast.shift.starts_at + timedelta(minutes=1))
    sign_in_as(client, cast.hanako)
    page = client.get(f"/me/plan/{made.id}/withdrawal").text
    assert "いまは取り消せません" in page
    assert "電話" in page


def test_other_peoples_plans_answer_like_missing_ones(
    app: Flask, cast: Cast, client: Client
) -> None:
    made = run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None)
    sign_in_as(client, cast.student)
    for path in ("", ".ics", "/withdrawal"):
        assert client.get(f"/me/plan/{made.id}{path}").status_code == 404
