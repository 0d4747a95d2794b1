"""The desk has a week planned, goes away meanwhile, looks at the difference, and asks whom it chooses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import expect

from matching.assignments.models import Participation
from matching.planning import queries, running
from matching.planning.workshop import WORKSHOP
from tests.browser import DESK, LiveServer
from tests.cast import Cast
from tests.e2e.look import Look
from tests.e2e.visitor import Visitor, enter
from tests.factories.volunteer import insure
from volunteer.core import clock
from volunteer.core.db import db, write_turn


def make_the_plan() -> str:
    """What the process in the background does, with the solver as a process of its own."""
    run = queries.live_run()
    assert run is not None
    run_id = run.id
    db.session.rollback()
    return running.run(run_id, WORKSHOP)


def asked() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(db.select(Participation.person_id)))


def find_the_plan_again(desk: Visitor) -> None:
    """From the menu, as somebody who was called away."""
    desk.go("引き合わせ")
    desk.tap("まとめて割り当て案")
    desk.tap("から11月29日（日）まで")


def test_the_desk_plans_a_week_and_asks_whom_it_chooses(
    live_server: LiveServer, cast: Cast, new_context: Callable[..., Any]
) -> None:
    today = clock.today()
    with write_turn():
        insure(cast.student, today.replace(month=4, day=1), today + timedelta(days=100))
    desk = enter(new_context(viewport=DESK), live_server.app, cast.coordinator)
    look = Look(desk.page, "desk", [])
    desk.open("/desk")
    desk.go("引き合わせ")
    desk.tap("まとめて割り当て案")
    desk.tap("新しい案を作る")
    desk.tap("案を作る")
    desk.reads("これから計算します", "このページをはなれても続きます")
    look("progress", "ja")
    find_the_plan_again(desk)
    with live_server.app.app_context():
        assert make_the_plan() == "ready"
    expect(desk.page.get_by_role("heading", name="この案で変わること")).to_be_visible(
        timeout=10_000
    )
    look("difference", "ja")
    desk.reads("まだ、だれにも知らせていません", "これより よい組み合わせは ありません")
    assert asked() == set()
    desk.page.get_by_label(f"{cast.student.name}さん").uncheck()
    desk.tap("しるしのある人にお願いする")
    desk.reads("お願いを送ります")
    chosen = asked()
    assert cast.hanako.party_id in chosen
    assert cast.student.party_id not in chosen
    desk.tap("外す（理由）")
    desk.write("外す理由", "試験の前")
    desk.tap("外す")
    desk.reads("次からの案にも出しません")
    assert not look.problems, "\n".join(look.problems)
