"""The platform with an account at the fake payment service in front of it, on the clock of the test."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import time_machine
from sqlalchemy import update

from points.billing.adapters.fake.chaos import Chaos
from points.billing.adapters.fake.client import FakeStripe
from points.billing.adapters.fake.machine import given_back
from points.billing.adapters.stripe_cards import StripeCards
from points.billing.agreement import findings
from points.billing.earnings import live_credits, programme_or_none
from points.billing.gateway import Notice
from points.billing.models import Charge, Payment
from points.billing.queries import payment_of
from points.billing.services import Due, Order, decide, keep_notice, make_charge
from points.billing.states import DecisionReason, PayMethod
from points.billing.turn import nothing, take_turn
from tests.cast import Cast
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, run_turn

KEY, SECRET = "sk_test_town", "whsec_first"


@dataclass
class Town:
    """Hanako works for Ichiro, who pays by card; `fake` is the payment service."""

    cast: Cast
    chaos: Chaos = field(default_factory=Chaos)
    count: int = 0

    def __post_init__(self) -> None:
        self.payer_id, self.payee_id = self.cast.ichiro.party_id, self.cast.hanako.party_id
        self.fake = FakeStripe(clock.now, KEY, SECRET, self.chaos)
        self.cards = StripeCards(KEY, (SECRET,), "", self.fake)

    def charge(self, payee_yen: int = 3000, fee_yen: int = 0, **values: Any) -> Charge:
        """A charge by card."""
        self.count += 1
        order = Order(
            key=values.pop("key", f"paid_task:{self.count}"),
            source=values.pop("source", f"paid_task:{self.count}"),
            payer_id=self.payer_id,
            payee_id=self.payee_id,
            payee_yen=payee_yen,
            fee_yen=fee_yen,
            method=values.pop("method", PayMethod.CARD),
            earned_on=values.pop("earned_on", clock.today()),
            **values,
        )
        made: Charge = run_turn(make_charge, order, "stripe")
        return made

    def decide(self, charge: Charge, payee_yen: int, fee_yen: int = 0, key: str = "") -> None:
        """What is finally due."""
        due = Due(payee_yen, fee_yen, DecisionReason.DONE)
        run_turn(decide, charge.id, due, key=key or f"d:{charge.id}:{payee_yen}:{fee_yen}")

    def turn(self, charge: Charge, fail_point: Any = nothing) -> str:
        """One turn of the worker."""
        payment_id = self.payment(charge).id
        db.session.rollback()
        return take_turn(payment_id, self.cards, fail_point)

    def payment(self, charge: Charge) -> Payment:
        """The payment as it stands in the table."""
        db.session.rollback()
        db.session.expire_all()
        return payment_of(charge.id)

    def pay(self, charge: Charge, card: str = "visa") -> None:
        """The payer types a card on the page."""
        self.fake.machine.pay(self.payment(charge).reference or "", card)

    def held(self, **values: Any) -> Charge:
        """A charge whose amount is reserved on the card, seen by the platform."""
        charge = self.charge(**values)
        self.turn(charge)
        self.pay(charge)
        self.turn(charge)
        return charge

    def captured(self, payee_yen: int = 3000, **values: Any) -> Charge:
        """A charge that was taken in full."""
        charge = self.held(payee_yen=payee_yen, **values)
        self.decide(charge, payee_yen, values.get("fee_yen", 0))
        self.turn(charge)
        return charge

    def read(self, webhook: tuple[bytes, str]) -> Notice:
        """A webhook, on the clock of the test. Raises ForgedNotice."""
        with time_machine.travel(clock.now(), tick=False):
            return self.cards.read_notice(*webhook)

    def deliver(self) -> int:
        """The webhooks that are on their way arrive; how many were new."""
        return sum(run_turn(keep_notice, self.read(one)) for one in self.fake.webhooks())

    def forget(self) -> None:
        """What is over for the test is over for both sides: nothing is listed, and nothing is looked at any more."""
        self.fake.forget()
        run_turn(guarded_update, update(Payment).values(due_at=None))

    def taken(self) -> int:
        """What the payment service has of all payers: captured, less given back, less lost."""
        machine = self.fake.machine
        charges = machine.all("ch")
        kept = sum(one["amount_captured"] - given_back(one) for one in charges)
        return kept - sum(one["amount"] for one in machine.all("dp") if one["status"] == "lost")

    def credited(self, charge: Charge) -> int:
        """What the ledger credits for a charge."""
        db.session.rollback()
        return sum(yen for _journal, yen in live_credits(charge.id))

    def check(self) -> None:
        """Nothing of billing is wrong."""
        db.session.rollback()
        assert findings() == []

    def wait(self, **time: int) -> None:
        """Time passes."""
        clock.advance(timedelta(**time))

    @property
    def programme_id(self) -> int:
        """The yen programme."""
        found = programme_or_none()
        assert found is not None
        return found
