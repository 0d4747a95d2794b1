"""The pages of plans: ask for one, leave it and find it again, look at the difference, decide."""

from datetime import timedelta
from typing import Any

import pytest

from matching.assignments.models import Participation
from matching.planning import queries, running, services, wording
from matching.planning.models import PlanRun
from matching.planning.states import PairState, RunState
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.plans import ask_run, make_pair, make_run, workshop
from tests.factories.volunteer import insure
from tests.mail import Outbox
from volunteer.core import clock as core_clock
from volunteer.core.db import db, run_turn, write_turn


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    """A coordinator at the desk."""
    return sign_in_as(client, cast.coordinator)


def ready(cast: Cast) -> tuple[int, list[int]]:
    """A plan with two pairs that wait for a decision."""
    today = core_clock.today()
    with write_turn():
        insure(cast.student, today.replace(month=4, day=1), today + timedelta(days=100))
        run = make_run(cast)
        pairs = [make_pair(run, one, cast.shift) for one in (cast.hanako, cast.student)]
        return run.id, [one.id for one in pairs]


def states(run_id: int) -> list[PairState]:
    db.session.rollback()
    return [one.state for one in queries.pairs(run_id, 1)]


def test_a_plan_is_asked_for_left_and_found_again(cast: Cast, desk: Client) -> None:
    done = desk.submit(
        "/desk/match/plans/new", {"days": "week0", "purpose": "week", "seconds": "60"}
    )
    assert done.status_code == 303
    page = desk.get(done.location).text
    assert "これから計算します" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert done.location in desk.get("/desk/match/plans").text
    assert db.session.scalars(db.select(PlanRun)).one().until_on.weekday() == 0


def test_a_second_click_finds_the_first(cast: Cast, desk: Client) -> None:
    what = {"days": "week0", "purpose": "week", "seconds": "60"}
    first = desk.submit("/desk/match/plans/new", what).location
    assert "いま、ほかの案を計算しています" in desk.get("/desk/match/plans/new").text
    assert desk.submit("/desk/match/plans/new", {**what, "days": "week1"}).location == first


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"days": "days", "from_on": "", "last_on": ""}, "始めの日を入れてください"),
        ({"days": "days", "from_on": "11/28", "last_on": "11/27"}, "始めの日よりあとの日"),
        (
            {"days": "days", "from_on": "2026/11/1", "last_on": "2026/11/2"},
            "過ぎた日の案は作れません",
        ),
        ({"days": "days", "from_on": "11/28", "last_on": "2027/3/1"}, "日を短くしてください"),
    ],
)
def test_days_that_cannot_be_are_refused_and_kept(
    cast: Cast, desk: Client, typed: dict[str, str], words: str
) -> None:
    done = desk.submit("/desk/match/plans/new", {**typed, "purpose": "week", "seconds": "60"})
    assert done.status_code == 422
    assert words in done.text
    assert typed["last_on"] in done.text


def test_progress_is_shown_and_a_dead_process_is_said(cast: Cast, desk: Client, clock: Any) -> None:
    run_id = ask_run(cast)
    run_turn(services.take, run_id, "one")
    assert "計算しています" in desk.get(f"/desk/match/plans/{run_id}").text
    clock.advance(timedelta(minutes=2))
    page = desk.get(f"/desk/match/plans/{run_id}").text
    assert "計算していたプログラムが止まりました" in page
    assert "何も決まっていません" in page


def test_a_run_is_cancelled_from_its_page(cast: Cast, desk: Client) -> None:
    run_id = ask_run(cast)
    done = desk.submit(f"/desk/match/plans/{run_id}", action="/cancelling")
    assert "計算をやめました" in desk.get(done.location).text


def test_the_difference_is_shown_before_anybody_is_told(
    cast: Cast, desk: Client, outbox: Outbox
) -> None:
    run_id, _pairs = ready(cast)
    html = desk.get(f"/desk/match/plans/{run_id}").text
    for words in (
        "まだ、だれにも知らせていません",
        "人のそろい方",
        "1人あたりの活動時間",
        "佐藤 花子さん",
        "0.5km（",
    ):
        assert words in html
    assert db.session.scalars(db.select(Participation)).all() == []


def test_pairs_with_a_tick_are_asked(cast: Cast, desk: Client) -> None:
    run_id, pairs = ready(cast)
    page = f"/desk/match/plans/{run_id}"
    done = desk.submit(page, {"pair": [str(pairs[0])]}, action="/acceptance")
    assert done.status_code == 303
    assert states(run_id) == [PairState.ASKED, PairState.PROPOSED]
    html = desk.get(page).text
    assert "お願いを送りました" in html
    assert "まだ、だれにも知らせていません" not in html


def test_a_long_plan_is_decided_page_by_page(
    cast: Cast, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAIRS_ON_PAGE", 1)
    run_id, pairs = ready(cast)
    page = f"/desk/match/plans/{run_id}?page=2"
    assert "このページの、しるしのある人にお願いする" in desk.get(page).text
    done = desk.submit(f"/desk/match/plans/pairs/{pairs[1]}/dropping?page=2", {"reason": "けが"})
    assert "page=2" in done.location


def test_no_tick_is_refused_in_words(cast: Cast, desk: Client) -> None:
    run_id, _pairs = ready(cast)
    done = desk.submit(f"/desk/match/plans/{run_id}", {"pair": []}, action="/acceptance")
    assert done.status_code == 422
    assert "1人はえらんでください" in done.text


def test_everybody_is_asked_after_one_more_look(cast: Cast, desk: Client) -> None:
    run_id, _pairs = ready(cast)
    page = f"/desk/match/plans/{run_id}/acceptance"
    assert "2人分のお願いを送ります" in desk.get(page).text
    desk.submit(page)
    assert states(run_id) == [PairState.ASKED] * 2
    assert "もう決め終わった案" in desk.get(page).text


def test_a_pair_is_dropped_with_a_reason(cast: Cast, desk: Client) -> None:
    run_id, pairs = ready(cast)
    desk.submit(f"/desk/match/plans/pairs/{pairs[0]}/dropping", {"reason": "けが"})
    assert states(run_id) == [PairState.DROPPED, PairState.PROPOSED]


def test_a_pair_is_pinned_and_released_from_the_same_form(cast: Cast, desk: Client) -> None:
    run_id, pairs = ready(cast)
    page = f"/desk/match/plans/{run_id}"
    for address, words in (("", "次の案で動かしてよい"), ("?release=1", "次の案でも動かさない")):
        html = desk.get(page).text
        key = html.split('name="form_key" value="')[-1].split('"')[0]
        token = html.split('name="csrf_token" value="')[-1].split('"')[0]
        desk.post(
            f"/desk/match/plans/pairs/{pairs[0]}/pinning{address}",
            data={"csrf_token": token, "form_key": key, "pair": str(pairs[0])},
        )
        assert words in desk.get(page).text.split(f'id="pair{pairs[1]}"')[0]
    assert states(run_id) == [PairState.PROPOSED] * 2


def test_a_plan_without_a_solver_says_what_is_not_known() -> None:
    figures = {"is_proven": False, "gap": None, "note": "no_highs"}
    assert "HiGHS" in str(wording.quality(figures))
    assert "HiGHS" not in str(wording.quality({**figures, "note": "deadline"}))


def test_a_plan_is_not_used(cast: Cast, desk: Client) -> None:
    run_id, _pairs = ready(cast)
    desk.submit(f"/desk/match/plans/{run_id}", action="/discarding")
    db.session.rollback()
    assert queries.run(run_id).state is RunState.DISCARDED
    html = desk.get(f"/desk/match/plans/{run_id}").text
    assert "お願いする</button>" not in html


def test_a_plan_that_waits_stands_in_the_list_of_the_desk(cast: Cast, desk: Client) -> None:
    ready(cast)
    assert "まだ決めていない割り当て案 1件" in desk.get("/desk").text


def test_a_plan_without_new_pairs_says_so(cast: Cast, desk: Client) -> None:
    asked = (cast.hanako.party_id, cast.shift_today.id)
    run_id = ask_run(cast)
    running.run(run_id, workshop(asked, standing=[asked]))
    assert "新しくお願いする人はいません" in desk.get(f"/desk/match/plans/{run_id}").text


def test_only_coordinators_see_plans(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.approver)
    assert client.get("/desk/match/plans").status_code == 403
