"""After publication: a change is confirmed or left by each person; calling off tells everybody."""

from datetime import timedelta

import pytest
from flask import Flask

from matching.assignments import changes, services
from matching.assignments.duties import check_seats, free_future_seats, waiting_items
from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.help_requests.models import ChangeAnswer
from matching.help_requests.states import ChangeAnswerKind, HelpRequestState, ShiftState
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_participation
from tests.mail import Outbox
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import Refused

State = ParticipationState
LATER = {"starts": "11時", "ends": "13時", "reason": "会場の都合です"}


def place(cast: Cast) -> Participation:
    """Hanako has a place in a week."""
    return run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None)


def test_a_change_is_told_and_confirmed(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    made = place(cast)
    host = sign_in_as(app.test_client(), cast.cook)
    done = host.submit(f"/o/shifts/{cast.shift.id}/change", LATER, follow_redirects=True)
    assert "変えました。決まっている方に知らせました" in done.text
    assert "変更の返事まち" in done.text
    letter = outbox.last(cast.hanako.email)
    assert letter.subject == "活動の内容が変わりました：花園公民館"
    assert "11:00〜13:00" in letter.text
    sign_in_as(client, cast.hanako)
    assert "日時や場所が変わりました" in client.get("/me/plan").text
    page = f"/me/plan/{made.id}"
    confirmed = client.submit(page, action="/change/confirmation", follow_redirects=True)
    assert "変わったあとの内容で参加します" in confirmed.text
    assert "内容が変わりました" not in client.get(page).text


def test_leaving_because_of_a_change_costs_nothing(app: Flask, cast: Cast, client: Client) -> None:
    made = place(cast)
    host = sign_in_as(app.test_client(), cast.cook)
    host.submit(f"/o/shifts/{cast.shift.id}/change", LATER)
    sign_in_as(client, cast.hanako)
    left = client.submit(f"/me/plan/{made.id}", action="/change/leaving", follow_redirects=True)
    assert "お知らせの遅れ、すみませんでした" in left.text
    answer = db.session.execute(db.select(ChangeAnswer)).scalar_one()
    assert answer.answer is ChangeAnswerKind.LEFT
    assert cast.shift.seats_taken == 0


def test_more_seats_ask_nobody_and_fewer_never_go_below_those_taken(
    app: Flask, cast: Cast, outbox: Outbox
) -> None:
    with write_turn():
        make_participation(cast.ichiro, cast.shift)
        make_participation(cast.hanako, cast.shift)
    host = sign_in_as(app.test_client(), cast.cook)
    page = f"/o/shifts/{cast.shift.id}/change"
    host.submit(page, {"seats": "9", "reason": "ふやします"})
    assert cast.shift.seats == 9
    assert outbox.letters() == []
    refused = host.submit(page, {"seats": "1", "reason": "へらします"})
    assert refused.status_code == 422
    assert "もう2人が決まっている" in refused.text
    assert "へらします" in refused.text
    host.submit(page, {"seats": "2", "reason": "へらします"})
    assert cast.shift.state is ShiftState.FULL
    assert len(outbox.letters()) == 2


def test_another_place_asks_the_people_of_every_day_to_come(
    app: Flask, cast: Cast, outbox: Outbox
) -> None:
    place(cast)
    run_turn(services.apply, cast.ichiro.party_id, cast.shift_today.id, None)
    before = len(outbox.letters())
    host = sign_in_as(app.test_client(), cast.cook)
    host.submit(
        f"/o/shifts/{cast.shift.id}/change",
        {"public_place": "稲穂会館", "exact_place": "稲穂会館 1階", "reason": "工事のため"},
    )
    assert len(outbox.letters()) == before + 2


def test_calling_off_a_day_tells_everybody_with_the_reason(
    app: Flask, cast: Cast, outbox: Outbox
) -> None:
    made = place(cast)
    with write_turn():
        make_participation(cast.ichiro, cast.shift, State.WAITING)
    host = sign_in_as(app.test_client(), cast.cook)
    empty = host.submit(f"/o/shifts/{cast.shift.id}/calling-off")
    assert empty.status_code == 422
    done = host.submit(
        f"/o/shifts/{cast.shift.id}/calling-off", {"reason": "大雪のため"}, follow_redirects=True
    )
    assert "中止にしました。みなさんに知らせました" in done.text
    db.session.rollback()
    assert db.session.get_one(Participation, made.id).state is State.CANCELLED
    assert "大雪のため" in outbox.last(cast.hanako.email).text
    assert check_seats() == []
    assert "中止" in app.test_client().get(f"/board/{cast.shift.id}").text


def test_a_whole_request_is_called_off_by_staff(app: Flask, cast: Cast, outbox: Outbox) -> None:
    place(cast)
    staff = sign_in_as(app.test_client(), cast.coordinator)
    done = staff.submit(
        f"/desk/requests/{cast.help_request.id}/calling-off",
        {"reason": "主催者の都合"},
        follow_redirects=True,
    )
    assert "依頼を取りやめました" in done.text
    assert cast.help_request.state is HelpRequestState.CANCELLED
    assert {one.state for one in cast.help_request.shifts} == {ShiftState.CANCELLED}
    assert outbox.last(cast.hanako.email).template == "matching/assignments/called_off"


def test_a_past_or_crossed_time_is_refused_beside_the_form(app: Flask, cast: Cast) -> None:
    host = sign_in_as(app.test_client(), cast.cook)
    page = f"/o/shifts/{cast.shift.id}/change"
    crossed = host.submit(page, {"starts": "13時", "ends": "11時", "reason": "x"})
    assert "終わりの時刻は、始まりより後に" in crossed.text
    past = host.submit(page, {"on": "2026年11月1日", "reason": "x"})
    assert "これから先の日時" in past.text


def test_a_stopped_person_gives_up_everything_to_come(
    app: Flask, cast: Cast, outbox: Outbox
) -> None:
    made = place(cast)
    run_turn(free_future_seats, cast.hanako.party_id, "suspended")
    db.session.rollback()
    assert db.session.get_one(Participation, made.id).state is State.WITHDRAWN
    assert cast.shift.seats_taken == 0
    letter = outbox.last(cast.cook.email)
    assert letter.template == "matching/assignments/withdrew"
    assert "suspended" not in letter.text
    assert "理由" not in letter.text


def test_the_desk_is_told_what_waits(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        kinds = {item.kind for item in waiting_items()}
        assert kinds == {"unfilled"}
        run_turn(services.offer, cast.hanako.party_id, cast.shift.id, cast.coordinator.id)
        with write_turn():
            cast.help_request.host_party_id = None
            make_participation(cast.ichiro, cast.shift, State.APPLIED)
        assert {item.kind for item in waiting_items()} == {"unfilled", "offer", "application"}


def test_a_shift_that_has_begun_is_not_changed(app: Flask, cast: Cast, clock) -> None:  # type: ignore[no-untyped-def]
    clock.set(cast.shift.starts_at + timedelta(minutes=1))
    start = cast.shift.starts_at + timedelta(days=9)
    change = changes.Change(
        start.date(), start.time(), start.replace(hour=5).time(), 3, "a", "b", "c"
    )
    with pytest.raises(Refused) as refused:
        run_turn(changes.change_shift, cast.shift.id, change, cast.cook.id)
    assert refused.value.code == "started"


def test_more_seats_are_told_to_the_waiting_list(app: Flask, cast: Cast, outbox: Outbox) -> None:
    with write_turn():
        make_participation(cast.ichiro, cast.shift)
        cast.shift.seats = cast.shift.seats_taken
        cast.shift.state = ShiftState.FULL
    waits = run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None)
    assert waits.state is State.WAITING
    host = sign_in_as(app.test_client(), cast.cook)
    host.submit(f"/o/shifts/{cast.shift.id}/change", {"seats": "5", "reason": "ふやします"})
    assert outbox.last(cast.hanako.email).subject.startswith("空きが出ました")
