"""The board: open shifts, candidates with reasons, those who cannot and why; ask, drop, pin, release."""

import re
from datetime import timedelta

import pytest

from matching.assignments import services as assignments
from matching.assignments.queries import participation_at
from matching.assignments.states import ParticipationState
from matching.planning import deciding, queries
from matching.planning.deciding import About
from matching.planning.models import PlanDecision
from matching.planning.states import Decision, MarkKind
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_shift
from tests.mail import Outbox
from volunteer.core import clock as core_clock
from volunteer.core.db import db, run_turn, write_turn


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    """A coordinator at the desk."""
    return sign_in_as(client, cast.coordinator)


def board_of(shift_id: int) -> str:
    return f"/desk/match?shift={shift_id}"


def test_the_board_names_candidates_with_reasons(cast: Cast, desk: Client) -> None:
    html = desk.get(board_of(cast.shift.id)).text
    assert "佐藤 花子さん" in html
    assert "空き時間は聞いていない" in html
    assert "この4週間で0回（少なめ）" in html
    assert f"/desk/shifts/{cast.shift.id}/asking" in html  # several people in turn


def test_who_cannot_come_is_counted_with_the_reason_and_not_named(cast: Cast, desk: Client) -> None:
    with write_turn():
        cast.category.needs_insurance = True
    html = desk.get(board_of(cast.shift.id)).text
    assert "高橋 陽太さん" not in html
    assert "その日の保険がありません" in html
    assert "保険に入れば、" in html


def test_without_a_choice_the_nearest_shift_that_lacks_people_is_shown(
    cast: Cast, desk: Client
) -> None:
    html = desk.get("/desk/match").text
    assert 'aria-current="true"' in html


def test_an_empty_board_says_so(cast: Cast, desk: Client) -> None:
    with write_turn():
        for shift in (cast.shift, cast.shift_today):
            shift.seats = 0
    assert "人をさがしている活動" in desk.get("/desk/match").text


def test_a_long_list_goes_on_in_another_part(
    cast: Cast, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "OPEN_SHOWN", 1)
    first, second = (desk.get(f"/desk/match?part={part}").text for part in (1, 2))
    assert "part=2" in first
    assert "part=3" not in second
    assert f"shift={cast.shift.id}" in second
    assert f"shift={cast.shift.id}" not in first


def test_asking_from_the_board_keeps_the_reasons_of_that_moment(
    cast: Cast, desk: Client, outbox: Outbox
) -> None:
    page = board_of(cast.shift.id)
    done = desk.submit(page, action=f"/match/{cast.shift.id}/people/{cast.hanako.party_id}/asking")
    assert done.status_code == 303
    kept = db.session.scalars(db.select(PlanDecision)).one()
    assert kept.decision is Decision.ASKED
    assert {"code": "not_told"} in kept.reasons
    html = desk.get(page).text
    assert "返事まち" in html
    assert f"/people/{cast.hanako.party_id}/asking" not in html


def test_somebody_who_does_not_fit_any_more_is_refused_in_words(cast: Cast, desk: Client) -> None:
    shown = desk.get(board_of(cast.shift.id))
    with write_turn():
        assignments.apply(
            cast.hanako.party_id, make_shift(cast.help_request, cast.shift.starts_at).id, None
        )
    done = desk.resubmit(
        shown, action=f"/match/{cast.shift.id}/people/{cast.hanako.party_id}/asking"
    )
    assert done.status_code == 422
    assert "この人は、いまは条件に合いません" in done.text


def test_dropped_with_a_reason_and_taken_back(cast: Cast, desk: Client) -> None:
    page, person = board_of(cast.shift.id), cast.hanako.party_id
    address = f"/desk/match/{cast.shift.id}/people/{person}/dropping"
    assert desk.submit(address, {"reason": ""}).status_code == 422
    assert desk.submit(address, {"reason": "けがをしている"}).status_code == 303
    html = desk.get(page).text
    assert f"/people/{person}/asking" not in html
    assert "候補から外した人（1人）" in html
    desk.submit(page, action=f"/match/{cast.shift.id}/people/{person}/release")
    assert f"/people/{person}/asking" in desk.get(page).text


def test_pinned_for_plans_and_unlocked(cast: Cast, desk: Client) -> None:
    page, person = board_of(cast.shift.id), cast.hanako.party_id
    desk.submit(page, action=f"/match/{cast.shift.id}/people/{person}/pinning")
    pair = {(person, cast.shift.id)}
    assert queries.marked([cast.shift.id])[MarkKind.PINNED] == pair
    db.session.rollback()
    desk.submit(page, action=f"/match/{cast.shift.id}/people/{person}/release")
    db.session.rollback()
    assert queries.marked([cast.shift.id])[MarkKind.PINNED] == set()


def test_a_place_given_up_waits_for_the_desk_with_who_could_take_it(
    cast: Cast, desk: Client
) -> None:
    with write_turn():
        soon = make_shift(cast.help_request, core_clock.now() + timedelta(days=2), seats=1)
        made = assignments.apply(cast.hanako.party_id, soon.id, None)
        assignments.withdraw(made.id, None, "熱が出ました")
    home = desk.get("/desk").text
    assert "席が空いた活動 1件" in home
    html = desk.get("/desk/match/left", follow_redirects=True).text
    assert "熱が出ました" in html
    assert "佐藤 花子さん 取り消しました" in html.replace("\n", " ")


def test_nothing_is_sent_by_itself_when_somebody_gives_up(
    cast: Cast, desk: Client, outbox: Outbox
) -> None:
    with write_turn():
        soon = make_shift(cast.help_request, core_clock.now() + timedelta(days=2), seats=1)
        made = assignments.apply(cast.hanako.party_id, soon.id, None)
        assignments.withdraw(made.id, None)
    desk.get("/desk/match?what=left")
    assert db.session.scalars(db.select(PlanDecision)).all() == []


def test_who_is_asked_from_the_board_answers_in_one_press(
    cast: Cast, desk: Client, outbox: Outbox
) -> None:
    page = board_of(cast.shift.id)
    desk.submit(page, action=f"/match/{cast.shift.id}/people/{cast.hanako.party_id}/asking")
    link = re.search(r"/answer/\S+", outbox.last("hanako@example.jp").text)
    assert link
    somebody = desk.application.test_client()
    somebody.submit(link[0], action="/yes")
    found = participation_at(cast.hanako.party_id, cast.shift.id)
    assert found
    assert found.state is ParticipationState.ACCEPTED
    in_turn = desk.get(f"/desk/shifts/{cast.shift.id}/asking").text
    assert "お願いしています" not in in_turn  # others may still be asked in turn


def test_asking_somebody_else_closes_the_gap_in_the_list(cast: Cast, desk: Client) -> None:
    with write_turn():
        soon = make_shift(cast.help_request, core_clock.now() + timedelta(days=2), seats=1)
        made = assignments.apply(cast.hanako.party_id, soon.id, None)
        assignments.withdraw(made.id, None)
        shift_id = soon.id
    assert "席が空いた活動" in desk.get("/desk").text
    about = About(cast.ichiro.party_id, shift_id)
    run_turn(deciding.ask_now, about, cast.coordinator.id, lambda *_pair: "")
    assert "席が空いた活動" not in desk.get("/desk").text
