"""The worker's turn: what was decided comes about once, whatever dies between, and the ledger has what was taken."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from points.billing.adapters.fake.chaos import Fault
from points.billing.comparing import Kind, compare
from points.billing.gateway import PaymentState
from points.billing.jobs import work_through
from points.billing.models import Charge, GatewayCall, PaymentEvent
from points.billing.queries import due_payments
from points.billing.states import CallOutcome
from points.billing.steps import Ask
from points.billing.turn import take_turn
from points.ledger.holds import hold
from points.ledger.models import Standing
from points.ledger.verifying import check_result
from tests.cast import Cast
from tests.points.billing.town import Town
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.errors import Refused

POINTS = ("looked", "stored", "called", "recorded")


class Died(BaseException):
    """The worker was killed here."""


@pytest.fixture
def town(cast: Cast) -> Town:
    return Town(cast)


def standing(town: Town) -> Standing:
    db.session.rollback()
    return (
        db.session.query(Standing)
        .filter_by(holder_id=town.cast.hanako.party_id, programme_id=town.programme_id)
        .one()
    )


@pytest.mark.both_databases
def test_what_was_worked_is_taken_and_earned(town: Town) -> None:
    charge = town.charge(payee_yen=3000, fee_yen=300)
    assert town.turn(charge) == "done"
    assert town.payment(charge).url.startswith("https://")
    town.pay(charge)
    town.turn(charge)
    assert town.payment(charge).state is PaymentState.HELD
    assert town.payment(charge).capture_before is not None
    town.decide(charge, 2000, 200)
    town.turn(charge)
    row = town.payment(charge)
    assert (row.state, row.captured_yen, row.url) == (PaymentState.CAPTURED, 2200, "")
    assert (row.earned_yen, row.fee_kept_yen, town.credited(charge)) == (2000, 200, 2000)
    assert row.due_at is None
    town.check()
    db.session.rollback()
    assert check_result().broken == 0


def test_a_lower_total_after_the_capture_goes_back_and_the_ledger_follows(town: Town) -> None:
    charge = town.captured(payee_yen=3000, fee_yen=300)
    town.decide(charge, 1000, 100)
    assert town.payment(charge).frozen_yen == 2000  # on its way back: not to be exchanged
    assert standing(town).unsettled == 2000
    town.turn(charge)
    row = town.payment(charge)
    assert (row.refunded_yen, row.earned_yen, row.fee_kept_yen, row.frozen_yen) == (
        2200,
        1000,
        100,
        0,
    )
    assert (town.credited(charge), town.taken()) == (1000, 1100)
    assert standing(town).unsettled == 0
    town.check()


def test_nothing_due_lets_the_hold_go(town: Town) -> None:
    charge = town.held()
    town.decide(charge, 0)
    town.turn(charge)
    assert town.payment(charge).state is PaymentState.RELEASED
    assert (town.credited(charge), town.taken()) == (0, 0)
    town.check()


def test_more_than_was_taken_is_a_second_charge(town: Town) -> None:
    charge = town.held()
    town.decide(charge, 2000)
    town.turn(charge)
    with pytest.raises(Refused, match="second_charge"):
        town.decide(charge, 3000)
    second = town.charge(payee_yen=1000, follows_charge_id=charge.id)
    town.turn(second)
    town.pay(second)
    town.decide(second, 1000)
    town.turn(second)
    assert town.taken() == 3000
    assert standing(town).in_lots == 3000
    town.check()


def test_after_a_capture_was_asked_the_total_is_not_raised(town: Town) -> None:
    charge = town.held()
    town.decide(charge, 2000)

    def die(name: str) -> None:
        if name == "stored":
            raise Died

    with pytest.raises(Died):
        town.turn(charge, die)
    with pytest.raises(Refused, match="second_charge"):
        town.decide(charge, 2500)
    town.decide(charge, 1500)
    town.turn(charge)
    assert (town.taken(), town.credited(charge)) == (1500, 1500)
    town.check()


def test_a_dispute_freezes_what_can_be_exchanged_and_gives_it_free_when_won(town: Town) -> None:
    charge = town.captured()
    dispute = town.fake.machine.dispute(town.payment(charge).intent)
    town.turn(charge)
    assert (town.payment(charge).frozen_yen, standing(town).unsettled) == (3000, 3000)
    with pytest.raises(Refused, match="not_enough_points"):
        run_turn(
            hold,
            holder_id=town.cast.hanako.party_id,
            programme_id=town.programme_id,
            points=1,
            hold_key="h",
            key="h",
            source="",
        )
    town.check()
    town.fake.machine.close_dispute(dispute["id"], won=True)
    town.turn(charge)
    assert (town.payment(charge).frozen_yen, standing(town).unsettled) == (0, 0)
    assert town.credited(charge) == 3000
    town.check()


def test_a_lost_dispute_takes_the_earnings_back(town: Town) -> None:
    charge = town.captured(payee_yen=3000, fee_yen=300)
    dispute = town.fake.machine.dispute(town.payment(charge).intent)
    town.turn(charge)
    town.fake.machine.close_dispute(dispute["id"], won=False)
    town.turn(charge)
    row = town.payment(charge)
    assert (row.lost_yen, row.earned_yen, row.fee_kept_yen, row.frozen_yen) == (3300, 0, 0, 0)
    assert (town.credited(charge), town.taken(), standing(town).unsettled) == (0, 0, 0)
    town.check()


def test_what_was_paid_out_before_a_lost_dispute_becomes_a_debt(town: Town) -> None:
    charge = town.captured()
    run_turn(
        hold,
        holder_id=town.cast.hanako.party_id,
        programme_id=town.programme_id,
        points=2500,
        hold_key="h",
        key="h",
        source="",
    )
    dispute = town.fake.machine.dispute(town.payment(charge).intent)
    town.turn(charge)
    assert town.payment(charge).frozen_yen == 500  # what can still be exchanged
    town.fake.machine.close_dispute(dispute["id"], won=False)
    town.turn(charge)
    assert town.credited(charge) == 0
    again = town.captured(payee_yen=3000)
    assert town.credited(again) == 3000
    assert standing(town).in_lots == 500  # the debt of 2500 was filled first
    town.check()


@pytest.mark.both_databases
def test_a_worker_that_dies_anywhere_is_followed_by_one_that_ends_it(town: Town) -> None:
    for ask in Ask:
        for point in POINTS:
            charge = _before(town, ask)
            calls = len(town.fake.calls)
            _die_at(town, charge, point)
            assert town.turn(charge) == "done"
            made = {one.key for one in town.fake.calls[calls:] if one.method == "POST"}
            assert len(made) == 1, (ask, point)
            row = town.payment(charge)
            kept = row.captured_yen - row.refunded_yen
            assert kept == {Ask.CAPTURE: 2000, Ask.REFUND: 1000}.get(ask, 0)
            assert town.credited(charge) == kept
            intended = db.session.query(GatewayCall).filter_by(ask=ask, payment_id=row.id)
            assert intended.count() == 1
    assert town.taken() == standing(town).in_lots == 4 * 3000
    town.check()


def test_a_call_whose_answer_nobody_heard_is_answered_by_what_is_seen(town: Town) -> None:
    """Else the night's comparison would name it for ever."""
    charge = _before(town, Ask.CAPTURE)
    _die_at(town, charge, "called")
    assert town.turn(charge) == "done"
    call = db.session.query(GatewayCall).filter_by(ask=Ask.CAPTURE)
    assert call.one().outcome is None  # somebody may still be making it
    town.wait(minutes=2)
    assert work_through(town.cards) == "done=1"
    assert call.one().outcome is CallOutcome.ANSWERED
    assert town.payment(charge).due_at is None
    town.wait(hours=2)
    town.deliver()
    work_through(town.cards)
    assert compare(town.cards).differences == []


def test_a_page_that_was_never_opened_and_is_not_wanted_any_more_is_no_open_call(
    town: Town,
) -> None:
    charge = town.charge()
    _die_at(town, charge, "stored")
    town.decide(charge, 0)
    town.wait(minutes=2)
    assert work_through(town.cards) == "done=1"
    assert db.session.query(GatewayCall).one().outcome is CallOutcome.ANSWERED
    assert town.fake.machine.all("cs") == []
    town.wait(hours=1)
    work_through(town.cards)
    assert town.payment(charge).due_at is None


def _die_at(town: Town, charge: Charge, point: str) -> None:
    died = []

    def die(name: str) -> None:
        if name == point and not died:
            died.append(name)
            raise Died

    with pytest.raises(Died):
        town.turn(charge, die)


def _before(town: Town, ask: Ask) -> Charge:
    """A charge whose next step is this one."""
    if ask is Ask.OPEN:
        return town.charge()
    if ask is Ask.REFUND:
        charge = town.captured()
        town.decide(charge, 1000)
        return charge
    charge = town.held()
    town.decide(charge, 2000 if ask is Ask.CAPTURE else 0)
    return charge


@pytest.mark.both_databases
def test_two_workers_at_once_take_every_step_once(town: Town, app: Any) -> None:
    charges = []
    for number in range(6):
        charge = town.held(key=f"two:{number}")
        town.decide(charge, 2000)
        charges.append(town.payment(charge).id)
    db.session.rollback()
    words: list[str] = []

    def work() -> None:
        with app.app_context():
            for payment_id in charges:
                words.append(_turn(town, payment_id))
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert words == ["done"] * 12
    assert town.taken() == 12_000 == standing(town).in_lots
    town.check()


def _turn(town: Town, payment_id: int) -> str:
    return take_turn(payment_id, town.cards)


def test_a_lost_answer_of_the_opening_is_found_again(town: Town) -> None:
    charge = town.charge()
    town.chaos.planned = [Fault.ANSWER_LOST]
    assert town.turn(charge) == "unreachable"
    assert town.payment(charge).reference is None
    assert town.turn(charge) == "done"
    assert len(town.fake.machine.all("cs")) == 1
    assert town.payment(charge).reference


def test_a_failure_that_is_remembered_for_a_day_is_asked_anew_after_it(town: Town) -> None:
    charge = town.held()
    town.decide(charge, 2000)
    town.chaos.planned = [Fault.NONE, Fault.NONE] + [Fault.FAILED] * 3
    assert town.turn(charge) == "unreachable"
    town.wait(hours=3)
    assert town.turn(charge) == "unreachable"  # the same key hears the same
    town.wait(hours=23)
    assert town.turn(charge) == "done"
    assert (town.taken(), town.credited(charge)) == (2000, 2000)


def test_a_payment_the_gateway_does_not_know_is_told(town: Town) -> None:
    charge = town.held()
    del town.fake.machine.objects[town.payment(charge).reference]
    assert town.turn(charge) == "missing"
    assert town.payment(charge).troubles == "missing:resource_missing"
    assert town.payment(charge).due_at == clock.now() + timedelta(days=1)


@pytest.mark.both_databases
def test_who_waits_longest_is_looked_at_first(town: Town) -> None:
    """Payments at which every look fails keep nobody else waiting, however many they are; news counts from its day."""
    failing = [town.charge() for _ in range(3)]
    town.wait(minutes=5)
    told = town.held()
    town.deliver()
    town.wait(minutes=5)
    waiting = town.charge()
    town.chaos.planned = [Fault.UNREACHABLE] * 9
    for charge in failing:
        assert town.turn(charge) == "unreachable"
    town.chaos.planned = []
    town.wait(minutes=5)
    wanted = [town.payment(one).id for one in (told, waiting, *failing)]
    assert due_payments(clock.now(), "stripe", 2) == wanted[:2]
    assert due_payments(clock.now(), "stripe") == wanted


def test_a_hold_that_grew_too_old_is_a_trouble_and_told_two_days_ahead(
    town: Town, outbox: Any
) -> None:
    charge = town.held()
    assert town.payment(charge).due_at == clock.now() + timedelta(days=1)
    town.wait(days=28, hours=1)
    town.turn(charge)
    assert town.payment(charge).warned_at is not None
    assert "3,000" in outbox.last("payer@center.example.jp").text
    town.wait(days=2)
    town.turn(charge)
    assert town.payment(charge).state is PaymentState.RELEASED
    with pytest.raises(Refused, match="second_charge"):
        town.decide(charge, 1000)


@pytest.mark.parametrize(("name", "value"), [("currency", "usd"), ("amount_total", 1)])
def test_other_money_than_was_ordered_is_never_booked_and_told(
    town: Town, outbox: Any, name: str, value: Any
) -> None:
    charge = town.held()
    page = town.fake.machine.objects[town.payment(charge).reference or ""]
    page[name] = value
    town.decide(charge, 3000)
    town.turn(charge)
    row = town.payment(charge)
    assert (row.state, row.troubles, row.captured_yen) == (PaymentState.HELD, "wrong_money", 0)
    assert (row.due_at, town.credited(charge), town.taken()) == (None, 0, 0)
    assert "人が見る必要があります" in outbox.last("payer@center.example.jp").subject
    assert [one.kind for one in compare(town.cards).differences if one.payment_id == row.id] == [
        Kind.AMOUNT
    ]
    town.check()


def test_money_taken_by_hand_at_the_gateway_is_booked_and_told(town: Town) -> None:
    charge = town.held(payee_yen=3000, fee_yen=300)
    row = town.payment(charge)
    town.cards.capture(row.reference or "", 3300, "by hand")
    town.turn(charge)
    row = town.payment(charge)
    assert (row.earned_yen, row.fee_kept_yen, row.troubles) == (3000, 300, "took_more")
    town.decide(charge, 1000, 100)
    town.turn(charge)
    assert (town.taken(), town.credited(charge)) == (1100, 1000)
    town.check()


def test_what_is_seen_twice_is_one_event(town: Town) -> None:
    charge = town.captured()
    for _ in range(3):
        town.turn(charge)
    events = db.session.query(PaymentEvent).order_by(PaymentEvent.number).all()
    assert [one.state.value for one in events] == ["held", "captured"]
    answered = {one.outcome for one in db.session.query(GatewayCall).all()}
    assert answered == {CallOutcome.ANSWERED}
