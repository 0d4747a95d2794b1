"""False records: two people, one act; what was paid is owed, what is open waits, an objection undoes it."""

from datetime import timedelta
from typing import Any

import pytest

from matching.checkin.duties import verify
from matching.checkin.jobs import close_forgotten, settle_attendances
from matching.checkin.models import Attendance
from matching.checkin.states import AttendanceState
from matching.false_records import services
from matching.false_records.duties import erase_person, hindrances, own_data
from matching.false_records.jobs import end_suspensions
from matching.false_records.states import CaseState
from points.ledger.verifying import verify_all
from points.payouts.services import pay_at_desk
from points.redemption.services import approve as approve_cash_out
from points.redemption.services import request_cash_out
from points.redemption.states import CashOutState
from tests.cast import Cast
from tests.factories.money import actor_of, approve, balances_of, cash_out_of, give_points
from tests.factories.volunteer import make_staff
from tests.mail import Outbox
from tests.matching.checkin.scenes import accept, browser, rows
from tests.matching.false_records.scenes import (
    case_of,
    decide,
    help_today,
    propose,
    say_in_rules,
)
from volunteer.core.db import db, write_turn
from volunteer.core.errors import AlreadyDecided, NotAllowed, Refused
from volunteer.core.permissions import Role
from volunteer.people.models import Person
from volunteer.people.states import PersonState

pytestmark = pytest.mark.both_databases


def all_is_well() -> None:
    db.session.rollback()
    assert verify_all() == []
    assert verify() == []


def exchange(cast: Cast, points: int, given: int = 1000) -> int:
    """佐藤 花子 gets so many points more and asks for cash for so many. The cash-out."""
    give_points(cast, cast.hanako, given)
    person_id, user = cast.hanako.party_id, cast.user("hanako@example.jp")
    with write_turn():
        made = request_cash_out(
            person_id=person_id,
            programme_id=cast.programme.id,
            method="desk_cash",
            points=points,
            key=f"test-exchange-{points}-{given}",
            user_id=user.id,
        )
        return made.id


def pay(cast: Cast, cash_out_id: int) -> None:
    approve(cast, cash_out_id)
    actor = actor_of(cast.payer)
    with write_turn():
        pay_at_desk(cash_out_id, actor, "運転免許証")


def test_points_still_there_are_taken_back_and_the_person_is_told(
    app: Any, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    case_id = propose(cast, cast.hanako, one)
    assert balances_of(cast, cast.hanako).in_lots == 200
    decide(cast.approver, case_id)
    assert balances_of(cast, cast.hanako).in_lots == 0
    case = case_of(case_id)
    assert (case.points_taken, case.points_owed) == (200, 0)
    (attendance,) = rows(Attendance)
    assert attendance.state is AttendanceState.REFUSED
    assert attendance.minutes_counted == 0
    told = {letter.template.split("/")[-1]: letter.text for letter in outbox.letters()}
    assert "いま、センターで確かめています" in told["looked_into"]
    assert "2人の職員" in told["decided"]
    assert "会場の方と日誌を確かめました。" in told["decided"]
    for mail in ("looked_into", "decided"):
        assert "ちがうと思うときは" in told[mail]
        assert "その日は参加していなかった" in told[mail]
    all_is_well()


def test_points_that_wait_for_confirmation_are_refused(app: Any, cast: Cast, clock: Any) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    hanako.submit("/check-in", {"code": cast.shift_today.code}, action="/check-in")
    clock.advance(timedelta(hours=5))
    close_forgotten()
    assert balances_of(cast, cast.hanako).pending == 200
    case_id = propose(cast, cast.hanako, rows(Attendance)[0].id)
    decide(cast.approver, case_id)
    found = balances_of(cast, cast.hanako)
    assert (found.pending, found.in_lots, found.owed) == (0, 0, 0)
    all_is_well()


def test_what_was_paid_is_owed_and_filled_by_the_next_points(
    app: Any, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    pay(cast, exchange(cast, 1200))
    case_id = propose(cast, cast.hanako, one)
    decide(cast.approver, case_id)
    assert case_of(case_id).points_owed == 200
    assert balances_of(cast, cast.hanako).owed == 200
    assert "次につくポイントから少しずつ引きます" in outbox.letters()[-1].text
    all_is_well()
    give_points(cast, cast.hanako, 300)
    found = balances_of(cast, cast.hanako)
    assert (found.owed, found.in_lots) == (0, 100)
    all_is_well()


def test_a_program_may_ask_nothing_back(app: Any, cast: Cast, clock: Any) -> None:
    say_in_rules(cast, "\n[false_records]\nclaw_back = false\n")
    one = help_today(app, cast, clock, cast.hanako)
    pay(cast, exchange(cast, 1200))
    case_id = propose(cast, cast.hanako, one)
    decide(cast.approver, case_id)
    case = case_of(case_id)
    assert (case.points_taken, case.points_owed, case.points_waived) == (200, 0, 200)
    assert balances_of(cast, cast.hanako).owed == 0
    all_is_well()


def test_a_program_may_leave_the_award_as_it_is(app: Any, cast: Cast, clock: Any) -> None:
    say_in_rules(cast, "\n[false_records]\nvoid_award = false\nhold_claims = false\n")
    one = help_today(app, cast, clock, cast.hanako)
    cash_out_id = exchange(cast, 1000)
    case_id = propose(cast, cast.hanako, one)
    approve(cast, cash_out_id)
    decide(cast.approver, case_id)
    assert case_of(case_id).points_taken == 0
    assert balances_of(cast, cast.hanako).in_lots == 200
    all_is_well()


def test_an_open_cash_out_of_these_points_is_voided(
    app: Any, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    cash_out_id = exchange(cast, 1200)
    approve(cast, cash_out_id)
    case_id = propose(cast, cast.hanako, one)
    decide(cast.approver, case_id)
    assert cash_out_of(cash_out_id).state is CashOutState.WITHDRAWN
    found = balances_of(cast, cast.hanako)
    assert (found.in_lots, found.held, found.owed) == (1000, 0, 0)
    assert "points/redemption/withdrawn" in {one.template for one in outbox.letters()}
    all_is_well()


def test_other_claims_wait_until_it_is_decided(app: Any, cast: Cast, clock: Any) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    waiting = exchange(cast, 1000)
    approved = exchange(cast, 1100, given=1100)
    approve(cast, approved)
    case_id = propose(cast, cast.hanako, one)
    with pytest.raises(Refused) as refused, write_turn():
        approve_cash_out(waiting, actor_of(cast.approver))
    assert refused.value.code == "claims_held"
    with pytest.raises(Refused) as refused, write_turn():
        pay_at_desk(approved, actor_of(cast.payer), "運転免許証")
    assert refused.value.code == "claims_held"
    with pytest.raises(Refused) as refused:
        exchange(cast, 1300, given=1300)
    assert refused.value.code == "claims_held"
    payer = browser(app, cast.payer, as_staff=True)
    assert "記録を確かめているか" in payer.get(f"/desk/cash-outs/{approved}/payment").text
    decide(cast.approver, case_id, services.drop)
    approve(cast, waiting)
    assert case_of(case_id).state is CaseState.DROPPED
    assert balances_of(cast, cast.hanako).in_lots == 1500
    all_is_well()


def test_suspension_ends_by_itself_on_the_day(
    app: Any, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    say_in_rules(cast, "\n[false_records]\nsuspend_days = 30\n")
    one = help_today(app, cast, clock, cast.hanako)
    case_id = propose(cast, cast.hanako, one, with_suspension=True)
    decide(cast.approver, case_id)
    assert _hanako(cast).state is PersonState.SUSPENDED
    with pytest.raises(Refused):
        exchange(cast, 1000)
    clock.advance(timedelta(days=29))
    assert end_suspensions() == "ended=0"
    clock.advance(timedelta(days=1))
    assert end_suspensions() == "ended=1"
    assert end_suspensions() == "ended=0"
    assert _hanako(cast).state is PersonState.REGISTERED
    exchange(cast, 1000)
    assert "また参加できます" in "".join(one.text for one in outbox.letters())
    all_is_well()


def _hanako(cast: Cast) -> Person:
    db.session.rollback()
    return db.session.get_one(Person, cast.hanako.party_id)


def test_nobody_decides_what_they_proposed_entered_or_are_about(
    app: Any, cast: Cast, clock: Any
) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    with write_turn():
        both = make_staff(Role.COORDINATOR, Role.APPROVER, name="両方 する")
    case_id = propose(cast, cast.hanako, one, actor=actor_of(both))
    for service in (services.decide, services.drop):
        with pytest.raises(NotAllowed) as refused:
            decide(both, case_id, service)
        assert refused.value.code == "same_person"
    hanako = cast.user("hanako@example.jp")
    for who, code in ((hanako, "own_attendance"),):
        with pytest.raises(NotAllowed) as refused:
            decide(who, case_id)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        propose(cast, cast.hanako, one, key="test-another-key-2", actor=actor_of(hanako))


def test_a_repeat_gives_the_first_case_and_a_second_case_waits(
    app: Any, cast: Cast, clock: Any
) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    first = propose(cast, cast.hanako, one)
    assert propose(cast, cast.hanako, one) == first
    with pytest.raises(Refused) as refused:
        propose(cast, cast.hanako, one, key="test-another-key-2")
    assert refused.value.code == "open_case"
    decide(cast.approver, first)
    with pytest.raises(AlreadyDecided):
        decide(cast.approver, first, services.drop)
    with pytest.raises(Refused) as refused:
        propose(cast, cast.hanako, one, key="test-another-key-3")
    assert refused.value.code == "nothing_chosen"


def test_foreign_attendances_cannot_be_chosen(app: Any, cast: Cast, clock: Any) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    with pytest.raises(Refused):
        propose(cast, cast.student, one)


def test_an_objection_that_was_right_gives_everything_back(
    app: Any, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    say_in_rules(cast, "\n[false_records]\nsuspend_days = 30\n")
    one = help_today(app, cast, clock, cast.hanako)
    pay(cast, exchange(cast, 1200))
    case_id = propose(cast, cast.hanako, one, with_suspension=True)
    decide(cast.approver, case_id)
    with pytest.raises(NotAllowed):
        decide(cast.approver, case_id, services.undo)
    with write_turn():
        other = make_staff(Role.APPROVER, name="承認 次男")
    decide(other, case_id, services.undo)
    assert case_of(case_id).state is CaseState.UNDONE
    found = balances_of(cast, cast.hanako)
    assert (found.owed, found.in_lots) == (0, 0)
    assert _hanako(cast).state is PersonState.REGISTERED
    (attendance,) = rows(Attendance)
    assert attendance.minutes_counted == 120
    settle_attendances()
    clock.advance(timedelta(days=4))
    settle_attendances()
    assert rows(Attendance)[0].state is AttendanceState.SETTLED
    assert "元にもどし" in outbox.letters()[-2].text + outbox.letters()[-1].text
    all_is_well()


def test_open_cases_stop_an_erasure_and_words_go_with_it(app: Any, cast: Cast, clock: Any) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    case_id = propose(cast, cast.hanako, one)
    person_id = cast.hanako.party_id
    assert [found.is_final for found in hindrances(person_id)] == [True]
    decide(cast.approver, case_id)
    assert hindrances(person_id) == []
    ((row,),) = [part.rows for part in own_data(person_id)]
    assert "会場の方と日誌を確かめました。" in [value for _label, value in row]
    with write_turn():
        erase_person(person_id)
    case = case_of(case_id)
    assert (case.note, case.answer) == ("", "")
