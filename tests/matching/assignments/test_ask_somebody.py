"""Offers: staff and hosts ask, people accept or decline freely."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from matching.assignments import jobs, services
from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.help_requests.queries import reach_person
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_participation
from tests.mail import Outbox
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import Refused
from volunteer.users.models import User

State = ParticipationState


def asked(cast: Cast) -> Participation:
    """Hanako is asked by staff for the shift in a week."""
    return run_turn(services.offer, cast.hanako.party_id, cast.shift.id, cast.coordinator.id)


def state_of(participation_id: int) -> ParticipationState:
    """Where a participation stands."""
    db.session.rollback()
    return db.session.get_one(Participation, participation_id, populate_existing=True).state


@pytest.mark.parametrize("number", ["v0001", "Ｖ０００１"])
def test_staff_ask_and_nobody_has_a_seat_before_saying_yes(
    app: Flask, cast: Cast, client: Client, outbox: Outbox, number: str
) -> None:
    staff = sign_in_as(app.test_client(), cast.coordinator)
    done = staff.submit(
        f"/desk/shifts/{cast.shift.id}/offer", {"number": number}, follow_redirects=True
    )
    assert "お願いを送りました" in done.text
    assert "佐藤 花子さん" in done.text
    assert cast.shift.seats_taken == 0
    assert outbox.last(cast.hanako.email).subject == "手伝っていただけますか：花園公民館"
    sign_in_as(client, cast.hanako)
    plan = client.get("/me/plan")
    assert "手伝っていただけますか" in plan.text
    yes = client.resubmit(plan, action="/acceptance", follow_redirects=True)
    assert "参加が決まりました。ありがとうございます" in yes.text
    assert cast.shift.seats_taken == 1


def test_somebody_who_reads_english_gets_english_dates(cast: Cast, outbox: Outbox) -> None:
    """Also when staff ask on a Japanese page: the outbox keeps moments, the mail writes them."""
    with write_turn():
        user = reach_person(cast.hanako.party_id).user_id
        db.session.get_one(User, user).language = "en"
    asked(cast)
    text = outbox.last(cast.hanako.email).text
    assert "Saturday 28 November 2026, 10:00–12:00" in text
    assert not re.search("[年月時分]", text)


def test_declining_is_free_and_asks_for_no_reason(app: Flask, cast: Cast, client: Client) -> None:
    made = asked(cast)
    sign_in_as(client, cast.hanako)
    no = client.submit("/me/plan", action="/refusal", follow_redirects=True)
    assert "見送りました。お返事ありがとうございます" in no.text
    assert state_of(made.id) is State.DECLINED
    assert (
        run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None).state is State.ACCEPTED
    )


def test_a_host_asks_people_who_came_before_and_others_by_number(
    app: Flask, cast: Cast, outbox: Outbox
) -> None:
    with write_turn():
        make_participation(cast.ichiro, cast.shift_today)
    host = sign_in_as(app.test_client(), cast.cook)
    page = f"/o/shifts/{cast.shift.id}/offer"
    assert "鈴木 一郎" not in host.get(page).text
    with write_turn():
        cast.shift_today.starts_at -= timedelta(days=1)
        cast.shift_today.ends_at -= timedelta(days=1)
    known = host.get(page)
    assert "鈴木 一郎" in known.text
    assert "佐藤 花子" not in known.text
    host.resubmit(known, {"number": "V0002"}, action="/offer", page=page)
    wrong = host.submit(page, {"number": "V9999"}, action="/offer")
    assert wrong.status_code == 422
    assert "この登録番号の方は見つかりませんでした" in wrong.text
    assert [one.to for one in outbox.letters() if "offered" in one.template] == [""]


def test_an_answer_on_the_telephone_is_entered_by_staff(app: Flask, cast: Cast) -> None:
    made = run_turn(services.offer, cast.ichiro.party_id, cast.shift.id, cast.coordinator.id)
    staff = sign_in_as(app.test_client(), cast.coordinator)
    done = staff.submit(
        f"/desk/shifts/{cast.shift.id}",
        action=f"/offers/{made.id}/acceptance",
        follow_redirects=True,
    )
    assert "電話の返事を入れました" in done.text
    assert state_of(made.id) is State.ACCEPTED


def test_an_offer_without_an_answer_lapses_without_consequence(
    app: Flask, cast: Cast, clock
) -> None:  # type: ignore[no-untyped-def]
    made = asked(cast)
    clock.advance(timedelta(days=4))
    assert jobs.lapse_offers() == "lapsed=1"
    assert state_of(made.id) is State.DECLINED
    assert jobs.lapse_offers() == "lapsed=0"


def test_who_cannot_take_part_is_not_asked(app: Flask, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        run_turn(services.offer, cast.student.party_id, cast.shift.id, cast.coordinator.id)
    assert refused.value.code == "not_insured"


def test_saying_yes_too_late_finds_the_shift_full_and_shows_the_waiting_list(
    app: Flask, cast: Cast, client: Client
) -> None:
    made = asked(cast)
    with write_turn():
        cast.shift.seats = 1
        make_participation(cast.ichiro, cast.shift)
    sign_in_as(client, cast.hanako)
    late = client.submit("/me/plan", action="/acceptance")
    assert late.status_code == 422
    assert "空き待ち" in late.text
    assert (
        run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None).state is State.WAITING
    )
    assert state_of(made.id) is State.WAITING


def test_a_foreign_organization_cannot_ask_see_or_change(app: Flask, cast: Cast) -> None:
    outsider = sign_in_as(app.test_client(), cast.outsider)
    for page in ("", "/offer", "/change", "/calling-off"):
        assert outsider.get(f"/o/shifts/{cast.shift.id}{page}").status_code == 404


def test_walk_ins_are_taken_only_where_they_are_welcome(app: Flask, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        run_turn(services.accept_walk_in, cast.hanako.party_id, cast.shift_today.id)
    assert refused.value.code == "walk_in_not_allowed"
    by_staff = run_turn(
        services.accept_walk_in,
        cast.hanako.party_id,
        cast.shift_today.id,
        cast.coordinator.id,
        by_staff=True,
    )
    assert by_staff.walk_in
    assert cast.shift_today.seats_taken == 1


def test_who_calls_that_they_cannot_come_is_withdrawn_after_one_question(
    app: Flask, cast: Cast
) -> None:
    with write_turn():
        seat = make_participation(cast.hanako, cast.shift)
    staff = sign_in_as(app.test_client(), cast.coordinator)
    page = f"/desk/places/{seat.id}/withdrawal"
    assert f'href="{page}"' in staff.get(f"/desk/shifts/{cast.shift.id}").text
    assert "佐藤 花子さんの参加を取り消しますか" in staff.get(page).text
    assert cast.shift.seats_taken == 1
    done = staff.submit(page, {"reason": "かぜ"}, follow_redirects=True)
    assert "取り消しました。席が空きました" in done.text
    assert cast.shift.seats_taken == 0
    assert "いまは取り消せません" in staff.get(page).text
