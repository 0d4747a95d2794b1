"""Money at the desk: cash and transfers, with receipts without a gap, first-class beside cards."""

import contextlib
import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from points.billing.models import Charge, DeskPayment
from points.billing.queries import outstanding
from points.billing.services import AtDesk, Due, Order, decide, make_charge, record_desk_payment
from points.billing.states import CHARGE_YEN_MAX, DecisionReason, Direction, PayMethod
from tests.cast import Cast
from tests.points.billing.town import Town
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.errors import AlreadyDecided, AlreadySent, DomainError, Refused

IN, BACK = Direction.IN, Direction.BACK


@pytest.fixture
def town(cast: Cast) -> Town:
    return Town(cast)


def cash(town: Town, charge: Charge, direction: Direction, yen: int, key: str = "") -> DeskPayment:
    """Money in or back at the desk today."""
    money = AtDesk(direction, PayMethod.CASH, yen, clock.today())
    by = town.cast.payer.id
    number = charge.id
    db.session.rollback()
    return run_turn(
        record_desk_payment, number, money, key=key or f"{number}:{direction}:{yen}", by_user_id=by
    )


def by_cash(town: Town, **values: Any) -> Charge:
    return town.charge(method=PayMethod.CASH, **values)


@pytest.mark.both_databases
def test_cash_is_earned_when_it_is_in(town: Town) -> None:
    charge = by_cash(town, payee_yen=3000, fee_yen=300)
    assert [(one.missing_yen, one.paid_yen) for one in outstanding()] == [(3300, 0)]
    assert cash(town, charge, IN, 1300).receipt == "2026-0001"
    assert (town.credited(charge), town.payment(charge).fee_kept_yen) == (1300, 0)
    assert cash(town, charge, IN, 2000).receipt == "2026-0002"
    assert (town.credited(charge), town.payment(charge).fee_kept_yen) == (3000, 300)
    assert outstanding() == []
    town.check()


def test_money_goes_back_only_when_less_is_due(town: Town) -> None:
    charge = by_cash(town)
    cash(town, charge, IN, 3000)
    with pytest.raises(Refused, match="too_much_back"):
        cash(town, charge, BACK, 1)
    town.decide(charge, 1000)
    assert town.payment(charge).frozen_yen == 2000
    assert [one.missing_yen for one in outstanding()] == [-2000]
    with pytest.raises(Refused, match="too_much_back"):
        cash(town, charge, BACK, 2001)
    cash(town, charge, BACK, 2000)
    assert (town.credited(charge), town.payment(charge).frozen_yen) == (1000, 0)
    assert outstanding() == []
    town.check()


def test_never_more_comes_in_than_is_due(town: Town) -> None:
    charge = by_cash(town)
    with pytest.raises(Refused, match="too_much_in"):
        cash(town, charge, IN, 3001)
    town.decide(charge, 2000)
    with pytest.raises(Refused, match="too_much_in"):
        cash(town, charge, IN, 2001)
    cash(town, charge, IN, 2000)
    town.decide(charge, 2500)  # before it was 2000: at the desk more can still be due
    cash(town, charge, IN, 500)
    assert town.credited(charge) == 2500


def test_nonsense_is_refused_with_words(town: Town) -> None:
    card, desk = town.charge(), by_cash(town)
    wrong = [
        (card, AtDesk(IN, PayMethod.CASH, 100, clock.today()), "not_at_desk"),
        (desk, AtDesk(IN, PayMethod.CARD, 100, clock.today()), "not_at_desk"),
        (desk, AtDesk(IN, PayMethod.CASH, 0, clock.today()), "bad_amount"),
        (desk, AtDesk(IN, PayMethod.CASH, -5, clock.today()), "bad_amount"),
        (desk, AtDesk(IN, PayMethod.CASH, 10**12, clock.today()), "too_much_in"),
        (desk, AtDesk(IN, PayMethod.CASH, 5, clock.today() + timedelta(days=1)), "bad_day"),
    ]
    payer = town.cast.payer.id
    for charge, money, code in wrong:
        with pytest.raises(Refused, match=code):
            run_turn(record_desk_payment, charge.id, money, key="n", by_user_id=payer)
    order = Order("o", "s:1", town.payer_id, town.payee_id, 100, 0, PayMethod.CARD, clock.today())
    bad = [
        (replace(order, payee_yen=0), "bad_amount"),
        (replace(order, payee_yen=-1, fee_yen=2), "bad_amount"),
        (replace(order, payee_yen=CHARGE_YEN_MAX, fee_yen=1), "bad_amount"),
        (replace(order, payee_yen=49), "too_little_for_card"),
        (replace(order, payer_id=town.payee_id), "same_party"),
        (
            replace(order, payer_id=town.cast.applicant.party_id, follows_charge_id=card.id),
            "other_follows",
        ),
        (replace(order, follows_charge_id=9999), "not_found"),
    ]
    for one, code in bad:
        with pytest.raises(DomainError, match=code):
            run_turn(make_charge, one, "stripe")
    with pytest.raises(Refused, match="no_cards"):
        run_turn(make_charge, order, "none")
    due = Due(3000, 1, DecisionReason.DONE)
    with pytest.raises(Refused, match="over_agreed"):
        run_turn(decide, card.id, due, key="d")
    with pytest.raises(Refused, match="too_little_for_card"):
        run_turn(decide, card.id, Due(10, 0, DecisionReason.DONE), key="d")
    town.check()


def test_the_same_again_is_the_first_and_other_content_is_refused(town: Town) -> None:
    first, again = by_cash(town, key="k", source="s"), by_cash(town, key="k", source="s")
    assert first.id == again.id
    with pytest.raises(AlreadySent):
        by_cash(town, key="k", source="s", payee_yen=1)
    assert cash(town, first, IN, 500, "p").id == cash(town, first, IN, 500, "p").id
    with pytest.raises(AlreadySent):
        cash(town, first, IN, 501, "p")
    town.decide(first, 2000, key="d")
    town.decide(first, 2000, key="d")
    with pytest.raises(AlreadySent):
        town.decide(first, 1999, key="d")
    second = by_cash(town, follows_charge_id=first.id)
    assert second.follows_charge_id == first.id
    with pytest.raises(AlreadyDecided, match="other_follows"):
        by_cash(town, follows_charge_id=first.id)


@pytest.mark.both_databases
def test_receipts_have_no_gap_though_some_are_refused_and_two_come_at_once(
    town: Town, app: Any
) -> None:
    charges = [by_cash(town).id for _ in range(8)]
    by = town.cast.payer.id
    db.session.rollback()

    def take(start: int) -> None:
        with app.app_context():
            for number, charge_id in enumerate(charges[start::2]):
                money = AtDesk(IN, PayMethod.CASH, 3000 if number % 2 else 4000, date(2026, 11, 20))
                with contextlib.suppress(Refused):
                    run_turn(
                        record_desk_payment, charge_id, money, key=f"{charge_id}", by_user_id=by
                    )
            db.session.remove()

    workers = [threading.Thread(target=take, args=(start,)) for start in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    db.session.rollback()
    numbers = sorted(one.number for one in db.session.query(DeskPayment))
    assert numbers == [1, 2, 3, 4]
    town.check()


def test_the_database_knows_the_sums_itself(town: Town) -> None:
    charge = by_cash(town)
    row = town.payment(charge)
    for setting in ("captured_yen = 1", "refunded_yen = 1", "earned_yen = 1", "held_yen = 3001"):
        with pytest.raises(IntegrityError):
            run_turn(lambda one=setting: _set(row.id, one))


def _set(payment_id: int, setting: str) -> None:
    db.session.execute(db.text(f"UPDATE payment SET {setting} WHERE id = {payment_id}"))  # noqa: S608
