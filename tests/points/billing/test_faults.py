"""Histories in which everything goes wrong at once: money taken = ledger, nothing twice, nothing back beyond it."""

import random
from datetime import timedelta
from typing import Any

import pytest

from points.billing.adapters.fake.chaos import Chaos
from points.billing.adapters.fake.machine import given_back
from points.billing.comparing import compare, take_up
from points.billing.gateway import GatewayUnreachable
from points.billing.jobs import work_through
from points.billing.models import Charge
from tests.cast import Cast
from tests.points.billing.town import Town
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.errors import Refused

HISTORIES, HISTORIES_LONG = 20, 10_000
RATE = 0.35


class Died(BaseException):
    """The worker was killed."""


@pytest.fixture
def town(cast: Cast) -> Town:
    return Town(cast, Chaos(faults=tuple(Chaos().faults)))


class History:
    """One charge: a payer, staff and a worker who do what they like, while calls and webhooks fail."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.random = town, random.Random(seed)  # noqa: S311 - chance of a test
        fee = self.random.choice((0, 300))
        self.charge: Charge = town.charge(key=f"fault:{seed}", payee_yen=3000, fee_yen=fee)

    def play(self) -> None:
        """A dozen acts of chance."""
        for _ in range(12):
            act = self.random.choice(
                (
                    self._work,
                    self._work,
                    self._pay,
                    self._decide,
                    self._hear,
                    self._dispute,
                    self._wait,
                )
            )
            act()

    def _work(self) -> None:
        point = self.random.choice(("looked", "stored", "called", "recorded", "", "", ""))

        def die(name: str) -> None:
            if name == point:
                raise Died

        try:
            self.town.turn(self.charge, die)
        except Died:
            db.session.rollback()

    def _pay(self) -> None:
        machine, row = self.town.fake.machine, self.town.payment(self.charge)
        machine.let_time_pass()
        session = machine.objects.get(row.reference or "", {})
        if session.get("status") != "open":
            return
        intent = machine.objects.get(session["payment_intent"] or "", {})
        if intent.get("status") == "requires_action":
            machine.confirm_3ds(session["id"], succeeds=self.random.random() < 0.7)
        else:
            card = self.random.choice(("visa", "amex", "declined", "3ds", "jcb"))
            self.town.pay(self.charge, card)

    def _decide(self) -> None:
        payee = self.random.choice((0, 1000, 2000, 3000))
        fee = self.random.choice((0, self.charge.fee_yen))
        try:
            self.town.decide(self.charge, payee, fee, f"{self.charge.id}:{self.random.random()}")
        except Refused:
            db.session.rollback()

    def _hear(self) -> None:
        self.town.deliver()

    def _dispute(self) -> None:
        machine, row = self.town.fake.machine, self.town.payment(self.charge)
        found = machine.objects.get(row.intent)
        if found is None or self.random.random() < 0.5:
            return
        opened = [one for one in machine.all("dp") if one["payment_intent"] == row.intent]
        charge: Any = machine.objects.get(found["latest_charge"] or "", {})
        is_left = charge.get("captured") and charge["amount_captured"] > given_back(charge)
        if not opened and is_left:
            machine.dispute(row.intent)
        elif opened and opened[0]["status"] == "needs_response":
            machine.close_dispute(opened[0]["id"], won=self.random.random() < 0.5)

    def _wait(self) -> None:
        clock.advance(self.random.choice(self.TIMES))

    TIMES = tuple(timedelta(hours=hours) for hours in (0.1, 1, 26, 24 * 8))


def _calm(town: Town) -> None:
    """Nothing goes wrong any more; the worker and two nights bring everything to its end."""
    town.chaos.rate = town.chaos.drop = town.chaos.late = 0.0
    town.chaos.planned = []
    for _ in range(3):
        clock.advance(timedelta(hours=26))
        town.deliver()
        try:
            run_turn(take_up, compare(town.cards))
        except GatewayUnreachable:
            continue
        work_through(town.cards)


@pytest.mark.both_databases
def test_whatever_goes_wrong_the_ledger_has_what_was_taken(
    town: Town, request: pytest.FixtureRequest, database_kind: str
) -> None:
    wanted = (HISTORIES_LONG if request.config.getoption("--long") else HISTORIES) // 2
    first = 0 if database_kind == "sqlite" else wanted
    for seed in range(first, first + wanted, 10):
        town.chaos.rate, town.chaos.seed = RATE, seed
        town.chaos.random = random.Random(seed)  # noqa: S311 - chance of a test
        town.chaos.duplicate, town.chaos.drop, town.chaos.shuffle = 0.3, 0.3, True
        town.chaos.late = 0.2
        histories = [History(town, number) for number in range(seed, seed + 10)]
        for history in histories:
            history.play()
        _calm(town)
        for history in histories:
            _check(town, history.charge)
        kept = sum(_kept(town, history.charge) for history in histories)
        assert town.taken() == kept
        assert compare(town.cards).differences == []
        town.check()
        clock.advance(timedelta(days=41))
        town.forget()


def _check(town: Town, charge: Charge) -> None:
    row = town.payment(charge)
    machine = town.fake.machine
    sessions = [one for one in machine.all("cs") if one["client_reference_id"] == charge.key]
    assert len(sessions) <= 1
    intents = [one for one in machine.all("pi") if one["metadata"].get("charge_key") == charge.key]
    taken = sum(one["amount_received"] for one in intents)
    assert (row.captured_yen, town.credited(charge)) == (taken, row.earned_yen), charge.key
    assert row.refunded_yen + row.lost_yen <= taken <= charge.amount_yen


def _kept(town: Town, charge: Charge) -> int:
    row = town.payment(charge)
    return row.earned_yen + row.fee_kept_yen
