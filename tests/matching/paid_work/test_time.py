"""The time of paid work: signed, reported, confirmed, left to silence, disputed, decided; and two of these at once."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.checkin.models import Attendance
from matching.checkin.states import AttendanceState, Grade
from matching.paid_tasks import services as paid_tasks
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.states import By, PaidTaskState, Whose
from matching.paid_work import calling, jobs, pages, queries, services
from matching.paid_work.models import CallBack, WorkDispute, WorkReport, WorkSignature
from matching.paid_work.services import Actor, Objection
from matching.paid_work.states import CallState
from points.billing.models import Charge, ChargeDecision
from tests.cast import Cast, sign_in_as
from tests.matching.checkin.scenes import attendances, rows
from tests.matching.paid_work.scenes import DRAWN, now, order, report, sign, worked
from tests.races.scene import race
from volunteer.core.db import db, run_turn
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotAllowed, Refused
from volunteer.core.hooks import hooks

THREE_DAYS = timedelta(hours=72)


def confirm(task: PaidTask, reported: WorkReport, key: str = "the-household-says-yes") -> int:
    return run_turn(services.confirm, task.id, reported.id, Actor(By.ORDERER, None, key))


def object_to(task: PaidTask, reported: WorkReport, minutes: int = 60) -> WorkDispute:
    told = Objection(reported.id, minutes, "1時間でした")
    return run_turn(
        services.object_to, task.id, told, Actor(By.ORDERER, None, "the-household-says-no")
    )


def decide(task: PaidTask, cast: Cast, minutes: int) -> WorkDispute:
    actor = Actor(By.STAFF, cast.coordinator.id, f"staff-decide-{minutes}")
    return run_turn(services.decide, task.id, minutes, "両方に聞きました", actor)


def code_of(act: Any, *args: Any) -> str:
    with pytest.raises((Refused, AlreadyDecided, AlreadySent, NotAllowed)) as error:
        run_turn(act, *args)
    return error.value.code


@pytest.fixture(autouse=True)
def nobody_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which signatures are drawn hangs on numbers and keys; here only typed names are."""
    monkeypatch.setattr(services, "is_drawn", lambda _key, _task, *, is_typed: is_typed)


@pytest.mark.both_databases
def test_a_signature_is_one_claim_in_the_one_record(app: Any, cast: Cast, clock: Any) -> None:
    task = order(cast)
    clock.advance(timedelta(hours=3, minutes=10))
    first = sign(task, cast)
    assert sign(task, cast) == first, "a second click"
    (here,) = attendances()
    assert (here.state, here.grade, here.minutes_counted) == (
        AttendanceState.CLOSED,
        Grade.CLAIMED,
        120,
    )
    assert {"claimed", "work_signature"} <= set(here.flags)
    (signed,) = rows(WorkSignature)
    assert signed.strokes == DRAWN
    assert code_of(sign_again, task, cast) == "not_to_sign"
    reported = report(task, cast)
    assert now(task).state is PaidTaskState.REPORTED
    assert confirm(now(task), reported) == 120
    assert now(task).state is PaidTaskState.CONFIRMED
    assert now(task).confirmed_minutes == 120
    (here,) = attendances()
    assert here.confirmed_at is not None
    assert [one for check in hooks.verify for one in check()] == []


def sign_again(task: PaidTask, cast: Cast) -> Any:
    found = queries.work(task.id)
    again = services.Signing(
        "another-signature", 1, "phone", DRAWN, "", found.shift.starts_at, found.shift.ends_at
    )
    return services.sign(task.id, again, pages.lot_key())


def test_who_signs_says_who_and_until_when(app: Any, cast: Cast, clock: Any) -> None:
    task = order(cast)
    with pytest.raises(Refused, match="not_to_sign"):
        sign(task, cast)
    clock.advance(timedelta(hours=2))
    for wrong, code in (
        ({"strokes": "", "signer": ""}, "unsigned"),
        ({}, "future"),
        ({"left_at": task.made_at + timedelta(hours=1)}, "times"),
    ):
        with pytest.raises(Refused, match=code):
            sign(task, cast, **wrong)
    assert attendances() == []
    unpaid = order(cast, agreed=False)
    with pytest.raises(Refused, match="not_agreed"):
        sign(unpaid, cast)


def test_no_time_is_reported_without_a_record_or_out_of_range(
    app: Any, cast: Cast, clock: Any
) -> None:
    task = order(cast)
    clock.advance(timedelta(hours=3, minutes=10))
    with pytest.raises(Refused, match="no_record"):
        report(task, cast)
    sign(task, cast)
    for minutes in (0, -5, 721, 10**12):
        with pytest.raises(Refused, match="minutes"):
            report(task, cast, minutes)
    assert rows(WorkReport) == []
    first = report(task, cast, 120)
    assert report(task, cast, 120).id == first.id
    with pytest.raises(AlreadySent):
        report(task, cast, 90, key=f"reported-{task.id}-120")
    second = report(task, cast, 100)
    assert (second.number, queries.work(task.id).report) == (2, second)
    assert code_of(
        lambda: services.confirm(task.id, first.id, Actor(By.ORDERER, None, "old-report"))
    ) == ("other_report")
    assert confirm(task, second) == 100
    with pytest.raises(Refused, match="work_done"):
        report(task, cast, 110)


@pytest.mark.both_databases
def test_silence_confirms_after_72_hours_what_costs_no_more(
    app: Any, cast: Cast, clock: Any
) -> None:
    task, _reported = worked(cast, clock)
    clock.advance(THREE_DAYS - timedelta(minutes=1))
    assert jobs.confirm_paid_work() == "confirmed=0 waiting=0"
    clock.advance(timedelta(minutes=1))
    assert jobs.confirm_paid_work() == "confirmed=1 waiting=0"
    assert jobs.confirm_paid_work() == "confirmed=0 waiting=0"
    found = now(task)
    assert (found.state, found.confirmed_minutes) == (PaidTaskState.CONFIRMED, 120)
    (decision,) = rows(ChargeDecision)
    assert decision.total_yen == 2000


def test_who_reports_no_time_is_asked_once_and_the_desk_sees_it(
    app: Any, cast: Cast, clock: Any, outbox: Any
) -> None:
    task = order(cast)
    clock.set(task.participation.shift.ends_at + timedelta(hours=24))
    assert [one.task.id for one in queries.unreported(clock.now())] == [task.id]
    assert db.session.execute(queries.waiting_counted()).one()[0] == 1
    assert [jobs.ask_for_reports(), jobs.ask_for_reports()] == ["unreported=1"] * 2
    subjects = [one.subject for one in outbox.letters("student@example.jp")]
    assert sum("時間を報告してください" in one for one in subjects) == 1
    staff = sign_in_as(app.test_client(), cast.coordinator)
    assert "時間の報告がない仕事（1件）" in staff.get("/desk/paid/waiting").text


def test_silence_does_not_confirm_longer_work(app: Any, cast: Cast, clock: Any) -> None:
    task, reported = worked(cast, clock, 150)
    clock.advance(THREE_DAYS)
    assert jobs.confirm_paid_work() == "confirmed=0 waiting=1"
    assert [one.task.id for one in queries.overdue(clock.now())] == [task.id]
    assert confirm(task, reported) == 150
    due = {one.id: one.amount_yen for one in rows(Charge)}
    due |= {one.charge_id: one.total_yen for one in rows(ChargeDecision)}
    assert sum(due.values()) == 2500


def test_a_typed_name_is_called_back_before_silence_counts(
    app: Any, cast: Cast, clock: Any
) -> None:
    task = order(cast)
    clock.advance(timedelta(hours=3, minutes=10))
    sign(task, cast, strokes="", signer="川上 ハル")
    assert [one.state for one in rows(CallBack)] == [CallState.WAITING]
    staff = Actor(By.STAFF, cast.coordinator.id, "the-desk-has-called")
    early = (task.id, CallState.DIFFERS, "1時間でした", staff, 60)
    assert code_of(calling.answer_call, *early) == "not_reported"
    report(task, cast)
    clock.advance(THREE_DAYS)
    assert jobs.confirm_paid_work() == "confirmed=0 waiting=1"
    run_turn(calling.answer_call, task.id, CallState.CONFIRMED, "ご本人に聞いた", staff)
    assert attendances()[0].confirmed_by_user_id == cast.coordinator.id
    assert code_of(calling.answer_call, *early) == "already_decided"
    assert jobs.confirm_paid_work() == "confirmed=1 waiting=0"
    assert now(task).state is PaidTaskState.CONFIRMED


def test_a_call_that_hears_otherwise_is_a_dispute(app: Any, cast: Cast, clock: Any) -> None:
    task = order(cast)
    clock.advance(timedelta(hours=3, minutes=10))
    sign(task, cast, strokes="", signer="川上 ハル")
    report(task, cast)
    staff = Actor(By.STAFF, cast.coordinator.id, "the-desk-has-called")
    run_turn(calling.answer_call, task.id, CallState.DIFFERS, "1時間だったとのこと", staff, 60)
    assert now(task).state is PaidTaskState.DISPUTED
    decide(task, cast, 60)
    assert (now(task).state, now(task).confirmed_minutes) == (PaidTaskState.CONFIRMED, 60)
    assert rows(ChargeDecision)[-1].total_yen == 1000


@pytest.mark.both_databases
def test_staff_decide_between_both_with_reasons_and_the_money_follows(
    app: Any, cast: Cast, clock: Any, outbox: Any
) -> None:
    task, reported = worked(cast, clock, by_household=False)
    told = Objection(reported.id, 60, "1時間でした")
    cook = Actor(By.ORDERER, cast.cook.id, "the-cook-says-no")
    run_turn(services.object_to, task.id, told, cook)
    assert now(task).state is PaidTaskState.DISPUTED
    clock.advance(THREE_DAYS)
    assert jobs.confirm_paid_work() == "confirmed=0 waiting=0"
    student = Actor(By.STUDENT, None, "the-student-says-more")
    run_turn(services.say, task.id, "2時間いました", student)
    (waiting,) = queries.open_disputes()
    assert waiting.paid_task_id == task.id
    too_much = (task.id, 121, "理由", Actor(By.STAFF, cast.coordinator.id, "too-much"))
    assert code_of(services.decide, *too_much) == "over_reported"
    decide(task, cast, 90)
    assert [one.words for one in queries.dispute(task.id).messages] == [
        "1時間でした",
        "2時間いました",
        "両方に聞きました",
    ]
    assert rows(ChargeDecision)[-1].total_yen == 1500
    late = (task.id, "まだあります", Actor(By.STUDENT, None, "too-late-to-say"))
    assert code_of(services.say, *late) == "closed"
    again = (task.id, 60, "理由", Actor(By.STAFF, cast.coordinator.id, "decided-again"))
    assert code_of(services.decide, *again) == "already_decided"
    told_names = {one.template for one in outbox.letters() if "paid_work" in one.template}
    assert told_names == {
        f"matching/paid_work/{name}" for name in ("reported", "disputed", "said", "decided")
    }


def test_who_did_not_come_earns_nothing_and_has_no_record(app: Any, cast: Cast, clock: Any) -> None:
    task, reported = worked(cast, clock)
    object_to(task, reported, 0)
    decide(task, cast, 0)
    assert attendances()[0].state is AttendanceState.REFUSED
    assert rows(ChargeDecision)[-1].total_yen == 0
    assert [one for check in hooks.verify for one in check()] == []


def test_a_dispute_about_work_that_never_was_is_over_with_it(
    app: Any, cast: Cast, clock: Any
) -> None:
    task, reported = worked(cast, clock)
    object_to(task, reported, 0)
    gone = (task.id, Whose.STUDENT, cast.coordinator.id, "nobody-came-at-all")
    run_turn(paid_tasks.no_show, *gone)
    assert queries.open_disputes() == []
    assert not queries.dispute(task.id).is_open
    late = (task.id, 60, "理由", Actor(By.STAFF, cast.coordinator.id, "decided-too-late"))
    assert code_of(services.decide, *late) == "already_decided"


def test_staff_do_not_make_anybody_pay_more_than_they_say(app: Any, cast: Cast, clock: Any) -> None:
    task, reported = worked(cast, clock, 180)
    object_to(task, reported, 60)
    over = (task.id, 150, "理由", Actor(By.STAFF, cast.coordinator.id, "more-than-agreed"))
    assert code_of(services.decide, *over) == "over_reported"
    decide(task, cast, 120)
    assert rows(ChargeDecision)[-1].total_yen == 2000


def test_an_objection_says_another_time(app: Any, cast: Cast, clock: Any) -> None:
    task, reported = worked(cast, clock)
    for minutes, code in ((120, "same_minutes"), (-1, "minutes"), (721, "minutes")):
        with pytest.raises(Refused, match=code):
            object_to(task, reported, minutes)
    assert rows(WorkDispute) == []


def test_a_member_who_is_the_student_confirms_nothing(app: Any, cast: Cast, clock: Any) -> None:
    task, reported = worked(cast, clock, by_household=False)
    own = Actor(By.ORDERER, cast.user("student@example.jp").id, "my-own-time")
    assert code_of(services.confirm, task.id, reported.id, own) == "own_attendance"
    told = Objection(reported.id, 90, "ちがう")
    assert code_of(services.object_to, task.id, told, own) == "own_attendance"


@pytest.mark.both_databases
@pytest.mark.parametrize("first", [0, 1, 2], ids=["yes", "no", "silence"])
def test_yes_no_and_silence_at_once_come_to_one_of_them(
    app: Flask, cast: Cast, clock: Any, first: int
) -> None:
    task, reported = worked(cast, clock)
    clock.advance(THREE_DAYS)

    def tried(act: Any) -> Any:
        try:
            return act()
        except AlreadyDecided as error:
            return error

    results = race(
        app,
        first,
        lambda: tried(lambda: confirm(task, reported)),
        lambda: tried(lambda: object_to(task, reported)),
        lambda: tried(lambda: run_turn(services.confirm_by_silence, task.id)),
    )
    said_yes, said_no, silent = results
    done = [said_yes == 120, isinstance(said_no, WorkDispute), silent is True]
    assert sum(done) == 1, results
    found = now(task)
    wanted = PaidTaskState.DISPUTED if done[1] else PaidTaskState.CONFIRMED
    assert found.state is wanted
    assert len(rows(ChargeDecision)) == (0 if done[1] else 1)
    assert len(rows(WorkDispute)) == int(done[1])
    assert db.session.query(Attendance).count() == 1
