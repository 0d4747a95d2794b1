"""One step after another a payment becomes what was decided, whatever the network does meanwhile."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from points.billing.adapters.fake.chaos import Chaos
from points.billing.adapters.fake.machine import given_back
from points.billing.gateway import (
    Gateway,
    GatewayRefused,
    GatewayUnreachable,
    Payment,
    PaymentOrder,
    PaymentState,
)
from points.billing.steps import Ask, Step, Trouble, Wanted, next_step, troubles
from tests.points.billing.account import START, Account

HELD = Payment(
    reference="cs_1",
    intent="pi_1",
    charge_key="charge:7",
    state=PaymentState.HELD,
    currency="jpy",
    amount_yen=3000,
    held_yen=3000,
    captured_yen=0,
    refunded_yen=0,
    disputed_yen=0,
    capture_before=START + timedelta(days=30),
    url="",
    needs_payer=False,
)
TAKEN = replace(
    HELD, state=PaymentState.CAPTURED, held_yen=0, captured_yen=3000, capture_before=None
)
UNDECIDED = Wanted("charge:7", 3000)


def step(wanted: Wanted, payment: Payment | None, later: timedelta = timedelta()) -> Step | None:
    return next_step(wanted, payment, START, START + later)


def test_a_page_is_opened_first_and_waits_for_the_payer() -> None:
    assert step(UNDECIDED, None) == Step(Ask.OPEN, 3000, "charge:7:open:3000:0")
    assert step(UNDECIDED, replace(HELD, state=PaymentState.OPEN, held_yen=0)) is None
    assert step(UNDECIDED, HELD) is None


def test_what_was_worked_is_taken_and_the_rest_released_with_it() -> None:
    assert step(Wanted("charge:7", 3000, 2000), HELD) == Step(
        Ask.CAPTURE, 2000, "charge:7:capture:2000:0"
    )


def test_a_task_called_off_releases_the_hold_and_closes_the_page() -> None:
    nothing = Wanted("charge:7", 3000, 0)
    for state in (PaymentState.OPEN, PaymentState.HELD):
        wish = step(nothing, replace(HELD, state=state))
        assert wish is not None
        assert wish.ask is Ask.RELEASE
    assert step(nothing, None) is None
    assert step(nothing, replace(HELD, state=PaymentState.RELEASED)) is None


def test_what_goes_back_is_named_by_where_it_leads_from_and_to() -> None:
    half = Wanted("charge:7", 3000, 3000, 1000)
    assert step(half, TAKEN) == Step(Ask.REFUND, 1000, "charge:7:refund:0-1000:0")
    more = replace(half, refunded_yen=2500)
    assert step(more, replace(TAKEN, refunded_yen=1000)) == Step(
        Ask.REFUND, 1500, "charge:7:refund:1000-2500:0"
    )
    assert step(half, replace(TAKEN, refunded_yen=1000)) is None


def test_nothing_goes_back_of_what_the_bank_took() -> None:
    assert step(Wanted("charge:7", 3000, 3000, 3000), replace(TAKEN, disputed_yen=3000)) is None


def test_a_key_changes_only_when_the_gateway_has_certainly_forgotten_it() -> None:
    wanted = Wanted("charge:7", 3000, 2000)
    keys = {later: step(wanted, HELD, timedelta(hours=later)) for later in (0, 24, 25, 50)}
    assert [one.key[-1] for one in keys.values() if one] == ["0", "0", "1", "2"]


@pytest.mark.parametrize(
    ("wanted", "payment", "trouble"),
    [
        (UNDECIDED, replace(HELD, currency="usd"), Trouble.WRONG_MONEY),
        (UNDECIDED, replace(HELD, amount_yen=1), Trouble.WRONG_MONEY),
        (
            Wanted("charge:7", 3000, 2000),
            replace(HELD, state=PaymentState.RELEASED),
            Trouble.HOLD_LOST,
        ),
        (Wanted("charge:7", 3000, 3000), replace(TAKEN, captured_yen=2000), Trouble.TOOK_LESS),
        (Wanted("charge:7", 3000, 2000), TAKEN, Trouble.TOOK_MORE),
        (UNDECIDED, TAKEN, Trouble.TOOK_MORE),
        (Wanted("charge:7", 3000, 3000), replace(TAKEN, refunded_yen=1), Trouble.GAVE_MORE),
        (Wanted("charge:7", 3000, 3000), replace(TAKEN, disputed_yen=3000), Trouble.DISPUTED),
    ],
)
def test_what_no_call_mends_is_named(wanted: Wanted, payment: Payment, trouble: Trouble) -> None:
    assert troubles(wanted, payment) == [trouble]


@pytest.mark.parametrize(
    "values",
    [
        (0, None, 0),
        (-1, None, 0),
        (3000, 3001, 0),
        (3000, -1, 0),
        (3000, 2000, 2001),
        (3000, None, 1),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(values: tuple[int, int | None, int]) -> None:
    with pytest.raises(ValueError, match="at most"):
        Wanted("charge:7", *values)


# histories of faults


class Desk:
    """A platform that remembers only what it decided and what it last saw; several workers may take steps."""

    def __init__(self, account: Account, charge: str, amount_yen: int) -> None:
        self.account, self.wanted = account, Wanted(charge, amount_yen)
        self.reference, self.decided_at = "", account.now
        self.workers = 1
        """How many see the same at the same time and act on it."""

    def decide(self, **values: int) -> None:
        self.wanted, self.decided_at = replace(self.wanted, **values), self.account.now

    def seen(self) -> Payment | None:
        if self.reference:
            return self.account.cards.payment(self.reference)
        found = self.account.cards.find(self.wanted.charge_key, START)
        self.reference = found.reference if found else ""
        return found

    def work(self) -> None:
        """Take one step, each worker by what all of them saw."""
        wanted = self.wanted
        try:
            payment = self.seen()
            order = self.account.order(wanted.charge_key, wanted.amount_yen)
            wishes = [
                next_step(wanted, payment, self.decided_at, self.account.now)
                for _ in range(self.workers)
            ]
            for wish in filter(None, wishes):
                carry_out(self.account.cards, wish, payment, order)
        except (GatewayUnreachable, GatewayRefused):
            return


def carry_out(cards: Gateway, wish: Step, payment: Payment | None, order: PaymentOrder) -> None:
    if payment is None:
        cards.open_payment(order, wish.key)
    elif wish.ask is Ask.CAPTURE:
        cards.capture(payment.reference, wish.amount_yen, wish.key)
    elif wish.ask is Ask.RELEASE:
        cards.release(payment.reference, wish.key)
    else:
        cards.refund(payment.reference, wish.amount_yen, wish.key)


def one_history(seed: int) -> str:
    """A charge through a bad day: opened, paid, decided, given back, with faults all the way; then the truth."""
    chance = random.Random(seed)
    account = Account(Chaos(rate=chance.choice([0.1, 0.3, 0.6]), seed=seed))
    amount = chance.randrange(50, 20_000)
    desk = Desk(account, f"charge:{seed}", amount)
    desk.workers = chance.choice([1, 1, 2])
    account.fake.keys_kept = timedelta(days=chance.choice([1, 365]))
    for _ in range(chance.randrange(1, 4)):
        desk.work()
    pages = account.fake.machine.all("cs")
    if pages and pages[0]["status"] == "open" and chance.random() < 0.9:
        account.fake.machine.pay(pages[0]["id"], chance.choice(["visa", "amex", "jcb"]))
    busy(desk, chance, chance.randrange(0, 4))
    desk.decide(captured_yen=chance.choice([0, amount, chance.randrange(1, amount + 1)]))
    busy(desk, chance, chance.randrange(0, 4))
    if desk.wanted.captured_yen and chance.random() < 0.5:
        desk.decide(refunded_yen=chance.randrange(1, desk.wanted.captured_yen + 1))
        busy(desk, chance, chance.randrange(0, 3))
    account.chaos.rate = 0.0
    busy(desk, chance, 14)
    return check(desk)


def busy(desk: Desk, chance: random.Random, times: int) -> None:
    """Some steps, minutes to hours apart."""
    for _ in range(times):
        desk.work()
        desk.account.now += timedelta(minutes=chance.randrange(1, 600))


def check(desk: Desk) -> str:
    """What was taken and given back is what was decided, once; how it ended, in a word."""
    machine, wanted = desk.account.fake.machine, desk.wanted
    charges, pages = machine.all("ch"), machine.all("cs")
    taken = sum(one["amount_captured"] for one in charges)
    back = sum(given_back(one) for one in charges)
    assert len(pages) <= 1
    assert sum(one["captured"] for one in charges) <= 1
    payment = desk.seen()
    if payment is None:
        assert not charges
        assert wanted.captured_yen == 0
        return "nothing"
    assert (payment.captured_yen, payment.refunded_yen) == (taken, back)
    if payment.state is PaymentState.CAPTURED:
        assert (taken, back) == (wanted.captured_yen, wanted.refunded_yen)
        assert troubles(wanted, payment) == []
        return "given back" if back else "taken"
    assert payment.state in (PaymentState.EXPIRED, PaymentState.RELEASED)
    assert (taken, back) == (0, 0)
    assert troubles(wanted, payment) == ([Trouble.HOLD_LOST] if wanted.captured_yen else [])
    return str(payment.state)


@pytest.mark.parametrize("part", range(4))
def test_through_any_history_of_faults_money_is_taken_once_and_as_decided(
    part: int, pytestconfig: pytest.Config
) -> None:
    many = 3000 if pytestconfig.getoption("--long") else 100
    ends = {one_history(seed) for seed in range(part * many, (part + 1) * many)}
    assert ends >= {"taken", "given back", "released", "expired"}


def test_the_clock_of_a_decision_starts_anew_with_each_decision() -> None:
    desk = Desk(Account(), "charge:1", 1000)
    desk.account.now += timedelta(days=3)
    desk.decide(captured_yen=500)
    assert desk.decided_at == datetime.fromisoformat("2026-11-24T00:00:00+00:00")
