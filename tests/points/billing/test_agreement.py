"""`ledger verify` names every rule of billing that somebody breaks behind everybody's back."""

# ruff: noqa: S608 - the damage is put together from our own words only

from flask import Flask

from points.billing.agreement import RULES, findings
from points.billing.papers import print_paper
from points.billing.services import AtDesk, record_desk_payment
from points.billing.states import Direction, PaperKind, PayMethod
from tests.cast import Cast
from tests.points.billing.town import Town
from tests.points.ledger.damage import plant
from volunteer.core import clock
from volunteer.core.db import db, run_turn

CREDIT = "(SELECT min(id) FROM journal WHERE unit = 'yen' AND kind = 'credit')"
DAMAGE = {
    "B6 receipt": "UPDATE billing_paper SET amount_yen = 6 WHERE kind = 'receipt'",
    "B6 papers": "UPDATE billing_paper SET number = 7 WHERE kind = 'invoice'",
    "B6 receipts": "UPDATE desk_payment SET number = 7 WHERE id = 2",
    "B6 desk": "UPDATE desk_payment SET amount_yen = 5 WHERE id = 1",
    "B7 decisions": "UPDATE charge_decision SET payee_yen = 99999 WHERE id = 1",
    "B3 frozen": "UPDATE standing SET unsettled = 5 WHERE unit = 'yen'",
    "B5 gap": "DELETE FROM payment_event WHERE payment_id = 1 AND number = 1",
    "B5 events": "UPDATE payment_event SET lost_yen = 1 WHERE payment_id = 1 AND number = 2",
    "B1 ledger": f"UPDATE posting SET amount = amount + 7 WHERE journal_id = {CREDIT}",
    "B1 booked": "UPDATE payment SET fee_kept_yen = fee_kept_yen + 1 WHERE id = 1",
    "B4 amount": "UPDATE payment SET amount_yen = 9999 WHERE id = 1",
    "B2 payee": "UPDATE charge SET payee_id = payer_id, payer_id = payee_id WHERE id = 1",
    "B2 charge": f"UPDATE journal SET source = 'charge:999' WHERE id = {CREDIT}",
    "B8 standing unit": "UPDATE standing SET unit = 'points' WHERE unit = 'yen'",
    "B8 unit": "UPDATE ledger_account SET unit = 'points' WHERE kind = 'lot' AND unit = 'yen'",
    "B8 journal unit": "UPDATE journal SET unit = 'points' WHERE unit = 'yen'",
    "B4 payment": "DELETE FROM payment_event; DELETE FROM gateway_call; DELETE FROM payment WHERE id = 1",
}
"""One way to break each rule; planted one after another, so that none may hide the next."""


def test_each_rule_of_billing_is_named_when_it_is_broken(app: Flask, cast: Cast) -> None:
    town = Town(cast)
    town.captured(3000, fee_yen=300)
    charge = town.charge(2000, method=PayMethod.CASH).id
    db.session.rollback()
    by = cast.payer.id
    for yen in (1500, 500):
        money = AtDesk(Direction.IN, PayMethod.CASH, yen, clock.today())
        run_turn(record_desk_payment, charge, money, key=f"in:{yen}", by_user_id=by)
    for kind, desk_id in ((PaperKind.RECEIPT, 1), (PaperKind.INVOICE, None)):
        run_turn(print_paper, charge, kind, desk_payment_id=desk_id, key=kind, by_user_id=by)
    town.check()
    for rule, damage in DAMAGE.items():
        assert rule not in {one.rule for one in findings()}, rule
        plant(damage)
        assert rule in {one.rule for one in findings()}, rule
    assert set(DAMAGE) == {one.name for one in RULES}
    said = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert said.exit_code == 1
    assert "B4 payment              charge:1" in said.output
