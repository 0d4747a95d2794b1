"""How a paid task ends: time that was confirmed, called off, nobody there; what is due of the charge then."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.paid_tasks import queries, services
from matching.paid_tasks.calling_off import call_off
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.paying import pay_otherwise
from matching.paid_tasks.states import By, PaidTaskState, Whose
from points.billing.queries import decisions_of
from points.billing.services import AtDesk, record_desk_payment
from points.billing.states import DecisionReason, Direction, PayMethod
from points.ledger.verifying import verify_all
from tests.cast import Cast
from tests.matching.paid_tasks.scene import agreed, fresh, quoted
from tests.races.scene import BOTH_WAYS, race
from volunteer.core import clock as core_clock
from volunteer.core.db import run_turn
from volunteer.core.errors import AlreadyDecided, NotAllowed, Refused


def _due(task: PaidTask) -> list[tuple[int, int | None]]:
    """(asked for, decided) of every charge of a task."""
    found = []
    for charge, _payment in queries.charges_of(fresh(task)):
        decided = decisions_of(charge.id)
        found.append((charge.amount_yen, decided[-1].total_yen if decided else None))
    return found


def _worked(task: PaidTask, clock: Any, minutes: int) -> PaidTask:
    clock.set(task.participation.shift.ends_at)
    run_turn(services.report_time, task.id, minutes, None, f"report:{task.id}")
    return fresh(task)


def _settle(task: PaidTask, minutes: int, key: str = "settle", by: By = By.ORDERER) -> None:
    args = (minutes, DecisionReason.DONE, by, None, f"{key}:{task.id}")
    run_turn(services.settle_time, task.id, *args)


def _pay(cast: Cast, task: PaidTask, yen: int) -> None:
    charge_id = fresh(task).charge_id
    assert charge_id is not None
    money = AtDesk(Direction.IN, PayMethod.CASH, yen, core_clock.today())
    args = {"key": f"in:{charge_id}", "by_user_id": cast.payer.id}
    run_turn(record_desk_payment, charge_id, money, **args)


def test_shorter_work_costs_less(cast: Cast, clock: Any) -> None:
    task = _worked(agreed(cast), clock, 90)
    _settle(task, 90)
    assert fresh(task).state is PaidTaskState.CONFIRMED
    assert fresh(task).confirmed_minutes == 90
    assert _due(task) == [(2000, 1500)]


def test_longer_work_that_was_paid_is_a_second_charge(cast: Cast, clock: Any) -> None:
    task = agreed(cast)
    _pay(cast, task, 2000)
    _settle(_worked(task, clock, 150), 150)
    assert _due(task) == [(2000, 2000), (500, 500)]
    assert verify_all() == []


def test_longer_work_that_nobody_has_paid_is_one_new_charge(cast: Cast, clock: Any) -> None:
    task = agreed(cast)
    _settle(_worked(task, clock, 150), 150)
    assert _due(task) == [(2000, 0), (2500, 2500)]


def test_the_same_settlement_again_changes_nothing(cast: Cast, clock: Any) -> None:
    task = _worked(agreed(cast), clock, 120)
    _settle(task, 120)
    _settle(task, 120)
    with pytest.raises(AlreadyDecided):
        _settle(task, 60, key="other")
    assert _due(task) == [(2000, 2000)]


@pytest.mark.parametrize("minutes", [-1, 721, 100_000])
def test_impossible_times_are_refused(cast: Cast, clock: Any, minutes: int) -> None:
    task = agreed(cast)
    clock.set(task.participation.shift.ends_at)
    with pytest.raises(Refused) as refusal:
        run_turn(services.report_time, task.id, minutes, None, "report")
    assert refusal.value.code == "bad_minutes"


def test_nobody_reports_before_the_work(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        run_turn(services.report_time, agreed(cast).id, 60, None, "report")
    assert refusal.value.code == "before_start"


def _off(task: PaidTask, by: By, shown_yen: int = 0, user_id: int | None = None) -> None:
    run_turn(call_off, task.id, by, "都合がわるくなりました", user_id, f"off:{task.id}", shown_yen)


def test_calling_off_the_day_before_costs_nothing_and_nobody_else_is_sent(cast: Cast) -> None:
    task = agreed(cast)
    _off(task, By.ORDERER, user_id=cast.cook.id)
    task = fresh(task)
    assert task.state is PaidTaskState.CALLED_OFF
    assert task.participation.state.value == "cancelled"
    assert task.participation.shift.state.value == "cancelled"
    assert _due(task) == [(2000, 0)]


def test_calling_off_on_the_day_costs_an_hour_that_was_shown_before(cast: Cast, clock: Any) -> None:
    task = agreed(cast, seats=2)
    clock.set(task.participation.shift.starts_at - timedelta(hours=1))
    with pytest.raises(Refused) as refusal:
        _off(task, By.ORDERER)
    assert refusal.value.code == "dearer"
    _off(task, By.ORDERER, shown_yen=1000)
    assert _due(task) == [(2000, 1000)]
    shift = fresh(task).participation.shift
    assert (shift.seats, shift.seats_taken) == (1, 0)


def test_a_student_who_withdraws_costs_nobody_anything(cast: Cast, clock: Any) -> None:
    task = agreed(cast)
    clock.set(task.participation.shift.starts_at - timedelta(hours=1))
    _off(task, By.STUDENT)
    assert fresh(task).participation.state.value == "withdrawn"
    assert fresh(task).participation.shift.free_seats == 1
    assert _due(task) == [(2000, 0)]


def test_money_that_came_in_before_goes_back(cast: Cast) -> None:
    task = agreed(cast)
    _pay(cast, task, 2000)
    _off(task, By.STUDENT)
    assert _due(task) == [(2000, 0)]
    charge_id = fresh(task).charge_id or 0
    back = AtDesk(Direction.BACK, PayMethod.CASH, 2000, core_clock.today())
    run_turn(record_desk_payment, charge_id, back, key="back", by_user_id=cast.payer.id)
    assert verify_all() == []


def test_nobody_was_there(cast: Cast, clock: Any) -> None:
    task = agreed(cast)
    clock.set(task.participation.shift.ends_at)
    run_turn(services.no_show, task.id, Whose.ORDERER, cast.coordinator.id, "no_show")
    assert fresh(task).state is PaidTaskState.NO_SHOW
    assert _due(task) == [(2000, 2000)]


def test_staff_do_not_decide_about_their_own_work(cast: Cast, clock: Any) -> None:
    task = agreed(cast)
    clock.set(task.participation.shift.ends_at)
    with pytest.raises(NotAllowed):
        run_turn(services.no_show, task.id, Whose.STUDENT, cast.cook.id, "no_show")


def test_nothing_is_owed_for_what_nobody_agreed_to(cast: Cast) -> None:
    task = quoted(cast)
    _off(task, By.ORDERER)
    assert _due(task) == []


def test_paying_in_another_way_replaces_the_charge(cast: Cast) -> None:
    task = agreed(cast)
    run_turn(pay_otherwise, task.id, PayMethod.BANK_TRANSFER, cast.coordinator.id)
    assert _due(task) == [(2000, 0), (2000, None)]
    _pay(cast, task, 2000)
    with pytest.raises(Refused) as refusal:
        run_turn(pay_otherwise, task.id, PayMethod.CASH, cast.coordinator.id)
    assert refusal.value.code == "paid_already"


@pytest.mark.both_databases
@BOTH_WAYS
def test_two_confirm_different_times_at_once(
    app: Flask, cast: Cast, clock: Any, first: int
) -> None:
    task = _worked(agreed(cast), clock, 120)
    task_id = task.id

    def act(minutes: int) -> Any:
        def settling() -> str:
            args = (minutes, DecisionReason.DONE, By.ORDERER, None, f"settle:{minutes}")
            try:
                run_turn(services.settle_time, task_id, *args)
            except AlreadyDecided:
                return "late"
            return "settled"

        return settling

    assert sorted(race(app, first, act(90), act(120))) == ["late", "settled"]
    assert len(_due(task)) == 1
    assert verify_all() == []


@pytest.mark.both_databases
@BOTH_WAYS
def test_both_sides_call_off_at_once(app: Flask, cast: Cast, first: int) -> None:
    task = agreed(cast)

    def act(by: By) -> Any:
        args = (by, "", None, f"off:{by}", 0)

        def calling() -> str:
            try:
                run_turn(call_off, task_id, *args)
            except AlreadyDecided:
                return "late"
            return "done"

        return calling

    task_id = task.id
    assert sorted(race(app, first, act(By.STUDENT), act(By.ORDERER))) == ["done", "late"]
    assert _due(task) == [(2000, 0)]
