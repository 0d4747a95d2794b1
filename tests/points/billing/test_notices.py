"""Webhooks: whatever comes twice, late, in any order or never, the payment ends where the money is."""

import itertools
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from points.billing.comparing import compare, take_up
from points.billing.jobs import work_through
from points.billing.models import Charge
from points.billing.queries import due_payments
from points.billing.services import keep_notice
from tests.cast import NOW, Cast
from tests.points.billing.town import Town
from volunteer.core import clock
from volunteer.core.db import db, run_turn

SEQUENCES, SEQUENCES_LONG = 60, 5_000
HISTORIES = ("captured", "part", "let_go", "refunded", "won", "lost", "called_off")
"""What becomes of a payment; each ends in one way, however its webhooks arrive."""


@pytest.fixture
def town(cast: Cast) -> Town:
    return Town(cast)


class Player:
    """One payment that lives through a history while its webhooks arrive as chance has it."""

    def __init__(self, town: Town, seed: int, history: str) -> None:
        self.town, self.history = town, history
        self.random = random.Random(seed)  # noqa: S311 - chance of a test
        self.waiting: list[tuple[bytes, str]] = []
        self.charge: Charge = town.charge(key=f"{history}:{seed}", payee_yen=3000, fee_yen=300)
        town.turn(self.charge)

    def play(self) -> None:
        """Every step of the history, with webhooks and looks in between; then everything that is left comes in."""
        for step in self._steps():
            step()
            self._some_arrive()
        self._end()

    def _steps(self) -> Iterator[Any]:
        town, charge, machine = self.town, self.charge, self.town.fake.machine
        if self.history == "called_off":
            yield lambda: town.decide(charge, 0, 0)
            return
        yield lambda: town.pay(charge)
        yield lambda: town.turn(charge)
        if self.history == "let_go":
            yield lambda: town.decide(charge, 0, 0)
            return
        yield lambda: town.decide(charge, *((2000, 200) if self.history == "part" else (3000, 300)))
        yield lambda: town.turn(charge)
        if self.history == "refunded":
            yield lambda: town.decide(charge, 1000, 100)
            yield lambda: town.turn(charge)
        if self.history in ("won", "lost"):
            intent = town.payment(charge).intent
            yield lambda: machine.dispute(intent)
            name = machine.all("dp")[0]["id"]
            yield lambda: machine.close_dispute(name, won=self.history == "won")

    def _some_arrive(self) -> None:
        """Some come, some twice, some stay for later, in any order; sometimes the worker looks."""
        self.waiting += self.town.fake.webhooks()
        self.random.shuffle(self.waiting)
        for _ in range(self.random.randint(0, len(self.waiting))):
            self._arrive(self.waiting.pop() if self.random.random() < 0.7 else self.waiting[-1])
        if self.random.random() < 0.4:
            work_through(self.town.cards)

    def _arrive(self, webhook: tuple[bytes, str]) -> None:
        run_turn(keep_notice, self.town.read(webhook))

    def _end(self) -> None:
        """Of what still waits some is lost for ever: the night's comparison brings it."""
        self.waiting += self.town.fake.webhooks()
        for webhook in self.waiting:
            if self.random.random() < 0.5:
                self._arrive(webhook)


END = {  # state, captured, refunded, lost, earned, fee, frozen
    "captured": ("captured", 3300, 0, 0, 3000, 300, 0),
    "part": ("captured", 2200, 0, 0, 2000, 200, 0),
    "refunded": ("captured", 3300, 2200, 0, 1000, 100, 0),
    "won": ("captured", 3300, 0, 0, 3000, 300, 0),
    "lost": ("captured", 3300, 0, 3300, 0, 0, 0),
    "let_go": ("released", 0, 0, 0, 0, 0, 0),
    "called_off": ("expired", 0, 0, 0, 0, 0, 0),
}


def _figures(town: Town, charge: Charge) -> tuple[Any, ...]:
    row = town.payment(charge)
    return (
        row.state.value, row.captured_yen, row.refunded_yen, row.lost_yen, row.earned_yen,
        row.fee_kept_yen, row.frozen_yen,
    )  # fmt: skip


def _night(town: Town) -> None:
    """The comparison finds what was lost on the way, the worker looks; then nothing differs any more."""
    work_through(town.cards)
    db.session.rollback()
    run_turn(take_up, compare(town.cards))
    work_through(town.cards)
    assert compare(town.cards).differences == []
    db.session.rollback()
    assert due_payments(clock.now(), "stripe") == []


@pytest.mark.both_databases
def test_every_sequence_of_webhooks_ends_in_the_same_state(
    town: Town, request: pytest.FixtureRequest, database_kind: str
) -> None:
    is_long = request.config.getoption("--long")
    wanted = (SEQUENCES_LONG if is_long else SEQUENCES) // 2
    seeds = range(wanted) if database_kind == "sqlite" else range(wanted, 2 * wanted)
    clock.set(NOW)
    players = []
    for seed, history in zip(seeds, itertools.cycle(HISTORIES), strict=False):
        player = Player(town, seed, history)
        player.play()
        players.append(player)
        if len(players) == 50:
            _check(town, players)
            players = []
            clock.advance(timedelta(days=41))
            town.forget()
    if players:
        _check(town, players)


def _check(town: Town, players: list[Player]) -> None:
    _night(town)
    for player in players:
        assert _figures(town, player.charge) == END[player.history], player.history
        assert town.credited(player.charge) == END[player.history][4]
    town.check()
