"""Receipts, invoices and kind letters: numbers without a gap, a second print says so, two clerks at once."""

import threading
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from points.billing.models import BillingPaper, Charge
from points.billing.papers import print_paper
from points.billing.services import AtDesk, record_desk_payment
from points.billing.states import Direction, PaperKind, PayMethod
from tests.cast import Cast
from tests.points.billing.town import Town
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.errors import AlreadySent, NotFound, Refused

KINDS = PaperKind


@pytest.fixture
def town(cast: Cast) -> Town:
    return Town(cast)


def by_cash(town: Town, **values: Any) -> Charge:
    return town.charge(method=PayMethod.CASH, **values)


def pay(town: Town, charge: Charge, yen: int) -> int:
    """Cash is in; the id of its record."""
    by, number = town.cast.payer.id, charge.id
    money = AtDesk(Direction.IN, PayMethod.CASH, yen, clock.today())
    db.session.rollback()
    made = run_turn(record_desk_payment, number, money, key=f"{number}:{yen}", by_user_id=by)
    return int(made.id)


def printed(
    town: Town, charge: Charge, kind: PaperKind, key: str, payment: int | None = None
) -> BillingPaper:
    by, number = town.cast.payer.id, charge.id
    db.session.rollback()
    return run_turn(print_paper, number, kind, desk_payment_id=payment, key=key, by_user_id=by)


def test_a_receipt_has_the_number_of_its_payment_and_the_second_print_says_so(town: Town) -> None:
    charge = by_cash(town)
    payment = pay(town, charge, 1000)
    first = printed(town, charge, KINDS.RECEIPT, "a", payment)
    assert (first.shown_number, first.copy, first.amount_yen) == ("2026-0001", 1, 1000)
    assert printed(town, charge, KINDS.RECEIPT, "a", payment).id == first.id
    second = printed(town, charge, KINDS.RECEIPT, "b", payment)
    assert (second.shown_number, second.copy) == ("2026-0001", 2)
    other = by_cash(town)
    with pytest.raises(NotFound):
        printed(town, other, KINDS.RECEIPT, "c", payment)
    with pytest.raises(AlreadySent):
        printed(town, other, KINDS.INVOICE, "a")
    town.check()


def test_an_invoice_over_another_sum_is_another_one(town: Town) -> None:
    charge = by_cash(town)
    first = printed(town, charge, KINDS.INVOICE, "a")
    again = printed(town, charge, KINDS.INVOICE, "b")
    town.decide(charge, 2000)
    other = printed(town, charge, KINDS.INVOICE, "c")
    found = [(one.number, one.copy, one.amount_yen) for one in (first, again, other)]
    assert found == [(1, 1, 3000), (1, 2, 3000), (2, 1, 2000)]
    letter = printed(town, charge, KINDS.REMINDER, "d")
    assert (letter.number, letter.amount_yen) == (None, 2000)
    pay(town, charge, 2000)
    with pytest.raises(Refused, match="nothing_due"):
        printed(town, charge, KINDS.REMINDER, "e")
    with pytest.raises(Refused, match="nothing_paid"):
        printed(town, charge, KINDS.CARD_RECEIPT, "f")
    town.check()


def test_a_card_has_receipts_with_numbers_of_their_own(town: Town) -> None:
    first, second = town.captured(payee_yen=3000), town.captured(payee_yen=1500)
    numbers = [
        printed(town, one, KINDS.CARD_RECEIPT, f"r{one.id}").number for one in (first, second)
    ]
    assert numbers == [1, 2]
    town.check()


@pytest.mark.both_databases
def test_two_clerks_print_at_once_and_no_number_is_lost(town: Town, app: Any) -> None:
    charges = [by_cash(town).id for _ in range(6)]
    by = town.cast.payer.id
    db.session.rollback()

    def work(start: int) -> None:
        with app.app_context():
            for charge_id in charges[start:] + charges[:start]:
                key = f"{start}:{charge_id}"
                run_turn(
                    print_paper,
                    charge_id,
                    KINDS.INVOICE,
                    desk_payment_id=None,
                    key=key,
                    by_user_id=by,
                )
            db.session.remove()

    workers = [threading.Thread(target=work, args=(start,)) for start in (0, 3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    db.session.rollback()
    rows = sorted((one.number, one.copy) for one in db.session.query(BillingPaper))
    assert rows == [(number, copy) for number in range(1, 7) for copy in (1, 2)]
    town.check()


@pytest.mark.both_databases
def test_a_paper_that_was_printed_stays(town: Town) -> None:
    printed(town, by_cash(town), KINDS.INVOICE, "a")
    for change in ("UPDATE billing_paper SET copy = 3", "DELETE FROM billing_paper"):
        with pytest.raises(DBAPIError, match="never changed"):
            run_turn(lambda one=change: db.session.execute(db.text(one)))
