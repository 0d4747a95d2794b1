"""The ledger against a plain model in Python: hypothesis plays acts in any order; after each both agree.

Short by default; `--long` plays many more.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from points.ledger import agreement, queries, services
from points.ledger.models import NEVER
from tests.applications import application
from tests.cast import NOW, Cast
from tests.factories.volunteer import make_person
from volunteer.core import clock
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn
from volunteer.core.errors import Refused

START = date(2026, 11, 21)
MONTHS = st.sampled_from([date(2026, 9, 5), date(2026, 10, 5), date(2026, 11, 5)])
ENDS = st.sampled_from([date(2026, 11, 25), date(2026, 12, 5), date(2027, 3, 31), NEVER])
POINTS = st.integers(1, 300)
Lot = tuple[date, date]
"""Last valid day, first day of the month: lots are used in this order."""


COUNTED = {"examples": 0, "acts": 0}
LONG_ACTS = 1_000_000
CHECK_EVERY = 20
"""Whole ledgers are checked after every so many examples; balances after every act."""


class Model:
    """What somebody has, kept in dictionaries."""

    def __init__(self) -> None:
        self.lots: dict[Lot, int] = {}
        self.unsettled = self.owed = 0
        self.pending: dict[int, tuple[int, Lot]] = {}
        self.credits: dict[int, tuple[int, Lot | None]] = {}
        """Points, and the lot they reached; None where all of them filled a debt."""
        self.open: dict[str, list[tuple[Lot, int]]] = {}
        self.paid: dict[str, list[tuple[Lot, int]]] = {}

    def give(self, points: int, lot: Lot) -> int:
        """Fill the debt first; how much reached the lot."""
        to_debt = min(self.owed, points)
        self.owed -= to_debt
        if points > to_debt:
            self.lots[lot] = self.lots.get(lot, 0) + points - to_debt
        return points - to_debt

    def take(self, points: int, lots: list[Lot]) -> list[tuple[Lot, int]]:
        """So much out of these lots in their order."""
        taken = []
        for lot in lots:
            part = min(self.lots.get(lot, 0), points)
            if part:
                self.lots[lot] -= part
                points -= part
                taken.append((lot, part))
        return taken

    def valid(self, today: date) -> list[Lot]:
        """Lots that can be held, in the order they are used."""
        return sorted(lot for lot, points in self.lots.items() if points and lot[0] >= today)

    def available(self, today: date) -> int:
        """What can be exchanged."""
        return max(0, sum(self.lots[lot] for lot in self.valid(today)) - self.unsettled)

    def give_back(self, origin: list[tuple[Lot, int]], today: date, lapsed: str) -> None:
        """A hold or payment undone."""
        for lot, points in origin:
            if lot[0] >= today or lapsed == "return":
                self.give(points, lot)

    def reverse(self, points: int, lot: Lot | None) -> None:
        """The lot of origin, the others, a debt."""
        taken = self.take(points, sorted(self.lots, key=lambda one: (one != lot, one)))
        self.owed += points - sum(part for _lot, part in taken)


class LedgerMachine(RuleBasedStateMachine):
    """Acts of one person, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.number = 0
        self.who: dict[str, int] = {}
        self.programme_id = 0

    @initialize()
    def begin(self) -> None:
        """A new person for every example; the database stays."""
        clock.set(NOW)
        db.session.rollback()
        with write_turn():
            self.programme_id = Cast().programme.id
            holder = make_person("試験 太郎", number=None, state="applied").party_id
        self.who = {"holder_id": holder, "programme_id": self.programme_id}

    def key(self, word: str) -> str:
        """A key nobody has used."""
        self.number += 1
        return f"{word}:{self.who['holder_id']}:{self.number}"

    def some(self, found: dict[Any, Any], data: Any) -> Any:
        """One of the keys."""
        return data.draw(st.sampled_from(sorted(found)))

    @rule(points=POINTS, month=MONTHS, ends=ENDS, unsettled=st.booleans(), pending=st.booleans())
    def credit(self, points: int, month: date, ends: date, unsettled: bool, pending: bool) -> None:
        """Points for an activity, settled or not, confirmed or not; sent twice."""
        values: dict[str, Any] = {
            "points": points,
            "activity_on": month,
            "expires_on": None if ends == NEVER else ends,
            "key": self.key("credit"),
            "source": "attendance:1",
            "rule_version_id": None,
            "to_pending": pending,
            "unsettled": unsettled,
        }
        for _time in (1, 2):
            with write_turn():
                journal = services.credit(**self.who, **values).id
        lot = (ends, month.replace(day=1))
        if pending:
            self.model.pending[journal] = (points, lot)
            return
        in_lot = self.model.give(points, lot)
        self.model.unsettled += in_lot if unsettled else 0
        self.model.credits[journal] = (points, lot if in_lot else None)

    @precondition(lambda self: self.model.unsettled)
    @rule(data=st.data())
    def settle_some(self, data: Any) -> None:
        """Some of the unsettled points settle."""
        points = data.draw(st.integers(1, self.model.unsettled))
        with write_turn():
            services.settle_points(**self.who, points=points)
        self.model.unsettled -= points

    @precondition(lambda self: self.model.pending)
    @rule(data=st.data(), confirmed=st.booleans())
    def decide(self, data: Any, confirmed: bool) -> None:
        """A pending credit is confirmed or refused."""
        journal = self.some(self.model.pending, data)
        points, lot = self.model.pending.pop(journal)
        with write_turn():
            if confirmed:
                ends = None if lot[0] == NEVER else lot[0]
                services.confirm(journal, key=self.key("confirm"), expires_on=ends)
            else:
                services.refuse(journal, key=self.key("refuse"))
        if confirmed:
            in_lot = self.model.give(points, lot)
            self.model.credits[journal] = (points, lot if in_lot else None)

    @rule(points=POINTS)
    def hold(self, points: int) -> None:
        """A cash-out, if there is enough."""
        name, today = self.key("hold"), clock.today()
        request = {"hold_key": name, "key": name, "source": "cash_out:1"}
        if points > self.model.available(today):
            with pytest.raises(Refused) as refusal, write_turn():
                services.hold(**self.who, points=points, **request)
            assert refusal.value.facts["available"] == self.model.available(today)
            return
        with write_turn():
            services.hold(**self.who, points=points, **request)
        self.model.open[name] = self.model.take(points, self.model.valid(today))

    @precondition(lambda self: self.model.open)
    @rule(data=st.data())
    def pay(self, data: Any) -> None:
        """A hold is paid out."""
        name = self.some(self.model.open, data)
        with write_turn():
            services.settle(name, key=self.key("settle"), source="cash_out:1")
        self.model.paid[name] = self.model.open.pop(name)

    @precondition(lambda self: self.model.open)
    @rule(data=st.data(), lapsed=st.sampled_from(["expire", "return"]))
    def void(self, data: Any, lapsed: Any) -> None:
        """A hold is given up."""
        name = self.some(self.model.open, data)
        with write_turn():
            services.void(name, key=self.key("void"), source="cash_out:1", lapsed=lapsed)
        self.model.give_back(self.model.open.pop(name), clock.today(), lapsed)

    @precondition(lambda self: self.model.paid)
    @rule(data=st.data(), lapsed=st.sampled_from(["expire", "return"]))
    def bank_returns(self, data: Any, lapsed: Any) -> None:
        """The bank sends the money back."""
        name = self.some(self.model.paid, data)
        with write_turn():
            services.return_paid(name, key=self.key("return"), source="cash_out:1", lapsed=lapsed)
        self.model.give_back(self.model.paid.pop(name), clock.today(), lapsed)

    @precondition(lambda self: self.model.credits)
    @rule(data=st.data())
    def reverse(self, data: Any) -> None:
        """A credit was wrong."""
        journal = self.some(self.model.credits, data)
        points, lot = self.model.credits.pop(journal)
        with write_turn():
            services.reverse(journal, key=self.key("reverse"), reason="entered_twice")
        self.model.reverse(points, lot)

    @rule(days=st.integers(1, 8))
    def time_passes(self, days: int) -> None:
        """The nights come, with their expiry runs."""
        clock.set(from_tokyo(clock.today() + timedelta(days=days)))
        today = clock.today()
        with write_turn():
            for lot in queries.balances(**self.who).lots:
                services.expire_lot(lot.account_id, on=today)
        for lot_of_model in self.model.lots:
            if lot_of_model[0] < today:
                self.model.lots[lot_of_model] = 0

    @invariant()
    def both_agree(self) -> None:
        """Balances, lots, debt, holds and what is available."""
        COUNTED["acts"] += 1
        if not self.who:
            return
        db.session.rollback()
        found, model, today = queries.balances(**self.who), self.model, clock.today()
        assert {(lot.expires_on, lot.month): lot.balance for lot in found.lots} == {
            lot: points for lot, points in model.lots.items() if points
        }
        assert found.owed == model.owed
        assert found.pending == sum(points for points, _lot in model.pending.values())
        assert found.held == sum(part for origin in model.open.values() for _lot, part in origin)
        if found != queries.Balances():
            assert found.unsettled == model.unsettled
        assert found.available == model.available(today)
        assert not (found.owed and found.in_lots)
        lines = queries.statement(**self.who)
        assert (lines[-1].balance if lines else 0) == found.in_lots - found.owed

    def teardown(self) -> None:
        """Every rule of the ledger holds at the end; only the nights of earlier examples did not come."""
        db.session.rollback()
        COUNTED["examples"] += 1
        if COUNTED["examples"] % CHECK_EVERY == 0:
            assert [one for one in agreement.findings() if one.rule != "I10 expired"] == []


def play(examples: int, steps: int, *, same_again: bool) -> None:
    """So many examples of at most so many acts each."""
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=same_again,
        ),
    )


@pytest.mark.both_databases
def test_the_ledger_agrees_with_a_plain_model(
    cast: Cast, database_kind: str, pytestconfig: pytest.Config
) -> None:
    """With `--long` a million acts on databases that are made anew every few thousand."""
    COUNTED.update(examples=0, acts=0)
    if not pytestconfig.getoption("--long"):
        play(25, 25, same_again=True)
        assert COUNTED["acts"] > 300
        return
    while COUNTED["acts"] < LONG_ACTS:
        db.session.remove()
        db.engine.dispose()
        application(database_kind, with_cast=True)
        play(200, 50, same_again=False)
        print(database_kind, COUNTED, flush=True)  # noqa: T201 - it runs for hours


@pytest.mark.both_databases
def test_a_credit_that_only_filled_a_debt_has_no_lot_of_its_own(cast: Cast) -> None:
    """Taken back, it takes what ends first, as from anybody. Found by the long mode, in the model."""
    who = {"holder_id": cast.hanako.party_id, "programme_id": cast.programme.id}

    def credit(key: str, points: int, month: int) -> int:
        values = {"rule_version_id": None, "expires_on": None, "source": "import:1", "key": key}
        with write_turn():
            return services.credit(
                **who, **values, points=points, activity_on=date(2026, month, 2)
            ).id

    first = credit("first", 50, 9)
    with write_turn():
        services.hold(**who, points=50, hold_key="all", key="hold", source="cash_out:1")
        services.reverse(first, key="reverse:first", reason="entered_twice")
    into_debt = credit("into the debt", 50, 11)
    credit("october", 30, 10)
    credit("november", 30, 11)
    with write_turn():
        services.reverse(into_debt, key="reverse:debt", reason="entered_twice")
    found = queries.balances(**who)
    assert [(lot.month.month, lot.balance) for lot in found.lots] == [(11, 10)]
    assert agreement.findings() == []
