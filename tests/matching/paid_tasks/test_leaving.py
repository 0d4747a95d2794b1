"""A student who leaves: what was agreed is called off, the orderer is told, nothing stays open, names go."""

from typing import Any

from flask import Flask

from matching.assignments.duties import free_future_seats
from matching.paid_tasks import agreement, queries
from matching.paid_tasks.states import PaidTaskState
from points.billing.own_data import hindrances
from points.billing.queries import decisions_of
from points.billing.states import PayMethod
from tests.cast import Cast, sign_in_as
from tests.matching.paid_tasks.scene import agreed, fresh, quoted
from tests.points.billing.town import Town
from volunteer.core.db import db, run_turn


def test_who_is_stopped_leaves_what_they_had_accepted(cast: Cast, outbox: Any) -> None:
    task = agreed(cast)
    assert len(hindrances(cast.student.party_id)) == 1
    run_turn(free_future_seats, cast.student.party_id, "登録をやめました")
    task = fresh(task)
    assert task.state is PaidTaskState.CALLED_OFF
    [(charge, _payment)] = queries.charges_of(task)
    assert decisions_of(charge.id)[-1].total_yen == 0
    subjects = [one.subject for one in outbox.letters("cook@minato.example.jp")]
    assert any("有償のお手伝いは取りやめ" in one for one in subjects)
    assert hindrances(cast.student.party_id) == []
    assert agreement.findings() == []


def test_a_household_whose_student_left_is_told_by_the_desk(app: Flask, cast: Cast) -> None:
    task = agreed(cast, household=True)
    run_turn(free_future_seats, cast.student.party_id, "登録をやめました")
    staff = sign_in_as(app.test_client(), cast.coordinator)
    waits = "世帯に電話で伝える 1件"
    assert waits in staff.get("/desk").text
    assert task.number in staff.get("/desk/paid/calls").text
    page, told = staff.get(f"/desk/paid/{task.id}"), f"/desk/paid/{task.id}/told"
    assert staff.resubmit(page, {"words": ""}, action=told).status_code == 422
    assert staff.resubmit(page, {"words": "ご本人に電話で"}, action=told).status_code == 303
    assert "ご本人に電話で" in staff.get(f"/desk/paid/{task.id}").text
    assert waits not in staff.get("/desk").text
    assert agreement.findings() == []


def test_for_a_card_that_was_not_asked_for_yet_nothing_is_ever_asked(
    cast: Cast, town: Town
) -> None:
    task = agreed(cast, PayMethod.CARD)
    run_turn(free_future_seats, cast.student.party_id, "登録をやめました")
    assert fresh(task).state is PaidTaskState.CALLED_OFF
    assert queries.charges_of(fresh(task)) == []


def test_verify_tells_of_an_open_task_without_its_place(cast: Cast) -> None:
    task = quoted(cast)
    assert agreement.findings() == []

    def lose() -> None:
        db.session.execute(
            db.text("UPDATE participation SET state = 'withdrawn' WHERE id = :id"),
            {"id": task.participation_id},
        )

    run_turn(lose)
    assert [one.rule for one in agreement.findings()] == ["P2 place"]
