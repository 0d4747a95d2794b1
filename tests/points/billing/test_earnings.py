"""Pay for work through the same cash-outs and bank file as points, watched for 60 days, told on a page and a sheet."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from points.billing.earnings import yen_programme
from points.billing.gateway import PaymentState
from points.billing.jobs import PayIsLate, watch_pay_days, work_through
from points.billing.models import Charge
from points.billing.own import Stand, earnings_of
from points.billing.own_data import hindrances
from points.billing.services import AtDesk, record_desk_payment
from points.billing.states import Direction, PayMethod
from points.billing.unpaid import due_soon, unpaid_work
from points.billing.yearly import year_of
from points.ledger.holds import hold, void
from points.ledger.queries import balances
from points.payouts import agreement as payouts_agreement
from points.payouts import services as payouts
from points.redemption import agreement as redemption_agreement
from points.redemption import services as redemption
from points.redemption.claims import hold_claims
from points.redemption.models import CashOut
from points.redemption.states import CashOutState
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import (
    PAY_ON,
    actor_of,
    approve,
    make_batch,
    make_cash_out,
    set_originator,
)
from tests.mail import Outbox
from tests.points.billing.town import Town
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import NotAllowed, Refused


@pytest.fixture
def town(cast: Cast) -> Town:
    return Town(cast)


def earned(town: Town, yen: int = 3000, **values: Any) -> Charge:
    """Work paid in cash, in full."""
    charge = town.charge(yen, method=PayMethod.CASH, **values)
    take(town, charge, yen)
    return charge


def take(town: Town, charge: Charge, yen: int, direction: Direction = Direction.IN) -> None:
    """Cash in, or back, at the desk."""
    money = AtDesk(direction, PayMethod.CASH, yen, clock.today())
    by, number = town.cast.payer.id, charge.id
    key = f"{number}:{direction}:{yen}"
    db.session.rollback()
    run_turn(record_desk_payment, number, money, key=key, by_user_id=by)


def ask(town: Town, yen: int, method: str = "bank_transfer", key: str = "") -> int:
    """Hanako asks for her pay. The id of the cash-out."""
    user = town.cast.user("hanako@example.jp").id
    programme, person = town.programme_id, town.payee_id
    db.session.rollback()
    with write_turn():
        made = redemption.request_cash_out(
            person_id=person,
            programme_id=programme,
            method=method,
            points=yen,
            key=key or f"ask:{yen}:{clock.now()}",
            user_id=user,
        )
        return made.id


def pay_out(town: Town, yen: int, key: str = "") -> None:
    """Asked for, approved, handed over in cash."""
    cash_out_id = ask(town, yen, "desk_cash", key)
    approve(town.cast, cash_out_id)
    payer = actor_of(town.cast.payer)
    with write_turn():
        payouts.pay_at_desk(cash_out_id, payer, "学生証")


def agrees(town: Town) -> None:
    town.check()
    db.session.rollback()
    assert [*redemption_agreement.findings(), *payouts_agreement.findings()] == []


@pytest.mark.both_databases
def test_points_and_pay_go_in_one_bank_file_as_two_requests(
    town: Town, cast: Cast, outbox: Outbox
) -> None:
    set_originator()
    earned(town)
    of_points, of_work = make_cash_out(cast, cast.hanako, 1000), ask(town, 2500)
    approve(cast, of_points, of_work)
    batch_id = make_batch(cast, of_points, of_work)
    clock.set(clock.from_tokyo(PAY_ON))
    payer = actor_of(cast.payer)
    with write_turn():
        batch = payouts.pay_batch(batch_id, payer)
        assert (batch.count, batch.total_yen) == (2, 3500)
    assert balances(town.payee_id, town.programme_id).available == 500
    agrees(town)
    told = [one.text for one in outbox.letters("hanako@example.jp") if "2,500円" in one.text]
    assert len(told) == 2
    assert not any("ポイント" in body for body in told)


def test_more_than_is_there_and_what_is_frozen_cannot_be_asked_for(town: Town) -> None:
    charge = earned(town)
    town.decide(charge, 1000)
    with pytest.raises(Refused, match="over_available") as refused:
        ask(town, 1001)
    assert "ポイント" not in str(refused.value.message)
    ask(town, 1000)
    agrees(town)


def test_who_took_the_money_in_may_pay_it_out_but_not_approve_it(town: Town, cast: Cast) -> None:
    earned(town)
    cash_out_id = ask(town, 3000, "desk_cash")
    payer = actor_of(cast.payer)
    with pytest.raises(NotAllowed, match="entered_money"), write_turn():
        redemption.approve(cash_out_id, payer)
    approve(cast, cash_out_id)
    with write_turn():
        payouts.pay_at_desk(cash_out_id, payer, "学生証")
    agrees(town)


def test_pay_is_not_kept_back_while_records_of_points_are_looked_into(
    town: Town, cast: Cast
) -> None:
    earned(town)
    run_turn(hold_claims, town.payee_id, "false_record:1")
    pay_out(town, 3000)
    with pytest.raises(Refused, match="claims_held"):
        make_cash_out(cast, cast.hanako)


def test_work_of_45_days_ago_is_told_of_weekly_and_after_60_the_job_fails(
    town: Town, cast: Cast, outbox: Outbox
) -> None:
    earned(town, 1000, earned_on=clock.today())
    unpaid = town.charge(2000, method=PayMethod.CASH)
    town.decide(unpaid, 2000)
    assert watch_pay_days() == "nobody waits"
    town.wait(days=45)
    assert [(one.missing_yen, one.kept_yen) for one in due_soon()] == [(0, 1000), (2000, 0)]
    assert watch_pay_days() == "2 wait"
    watch_pay_days()
    names = [one.template for one in outbox.letters("hanako@example.jp")]
    assert names == ["points/billing/pay_due"]
    town.wait(days=15)
    with pytest.raises(PayIsLate, match="2 pieces of work"):
        watch_pay_days()
    pay_out(town, 1000)
    assert [one.charge.id for one in due_soon()] == [unpaid.id]


def test_work_whose_hold_was_lost_is_watched_until_nothing_is_due(town: Town) -> None:
    charge = town.held()
    town.decide(charge, 3000)
    town.wait(days=31)
    town.turn(charge)
    assert earnings_of(town.payee_id).pieces[0].stand is Stand.TO_COME
    town.wait(days=30)
    with pytest.raises(PayIsLate, match="3000 yen"):
        watch_pay_days()
    town.decide(charge, 0)
    assert watch_pay_days() == "nobody waits"


def test_the_oldest_work_is_paid_for_first_and_what_the_bank_returns_waits_again(
    town: Town, cast: Cast
) -> None:
    set_originator()
    day = clock.today()
    for number, yen in enumerate((1000, 2000, 3000)):
        earned(town, yen, earned_on=day - timedelta(days=40 * number))
    cash_out_id = ask(town, 3500)
    approve(cast, cash_out_id)
    batch = make_batch(cast, cash_out_id)
    clock.set(clock.from_tokyo(PAY_ON))
    payer = actor_of(cast.payer)
    with write_turn():
        payouts.pay_batch(batch, payer)
    assert [one.kept_yen for one in unpaid_work()] == [1500, 1000]
    line = db.session.query(CashOut).one()
    line_id = db.session.execute(db.text("SELECT id FROM payout_line")).scalar_one()
    assert line.is_earnings
    with write_turn():
        payouts.return_line(line_id, payer, "口座がない")
    assert [one.kept_yen for one in unpaid_work()] == [3000, 2000, 1000]


@pytest.mark.parametrize("seed", range(4))
def test_the_sheets_of_all_years_come_to_what_the_ledger_says(town: Town, seed: int) -> None:
    """Work, less, back, paid out, over three years: each year opens where the last ended, and ends at the ledger."""
    play = random.Random(seed)  # noqa: S311
    clock.set(clock.from_tokyo(date(2026, 10, 1)))
    charges: list[Charge] = []
    for step in range(24):
        town.wait(days=play.randrange(1, 70))
        choice = play.random()
        if choice < 0.5 or not charges:
            charges.append(earned(town, play.randrange(1, 40) * 100, earned_on=clock.today()))
        elif choice < 0.7:
            charge = charges.pop(play.randrange(len(charges)))
            less = play.randrange(0, charge.payee_yen)
            town.decide(charge, less)
            take(town, charge, charge.payee_yen - less, Direction.BACK)
        else:
            there = balances(town.payee_id, town.programme_id).available
            if there:
                pay_out(town, play.randrange(1, there + 1), key=f"pay-out-number-{step:04d}")
    agrees(town)
    now = clock.today().year
    sheets = [year_of(town.payee_id, year) for year in range(2026, now + 1)]
    closing = 0
    for sheet in sheets:
        assert sheet is not None
        assert sheet.opening == closing
        assert sheet.other_yen == 0
        closing = sheet.opening + sheet.work_yen - sheet.paid_yen
        assert sheet.closing == closing
    has = balances(town.payee_id, town.programme_id)
    assert closing == has.in_lots + has.held - has.owed
    assert year_of(town.payee_id, 2019) is None


def test_the_pages_of_a_student_say_yen_and_never_points(
    town: Town, cast: Cast, client: Client
) -> None:
    charge = earned(town)
    frozen = earned(town, 2000)
    town.decide(frozen, 500)
    sign_in_as(client, cast.hanako)
    page = main_of(client.get("/earnings").text)
    for words in ("3,500", "1,500円", "一部が止まっています", "受けとりを申し込む"):
        assert words in page, words
    assert "ポイント" not in page
    page = main_of(client.get("/earnings/cash-out?points=3000&method=desk_cash").text)
    assert "3,000円" in page
    assert "ポイント" not in page
    answer = client.submit(
        "/earnings/cash-out?points=3000&method=desk_cash", action="/earnings/cash-out"
    )
    assert answer.status_code == 303
    page = main_of(client.get(answer.headers["Location"]).text)
    assert "3,000円" in page
    assert "ポイント" not in page
    assert charge.id
    sheet = client.get("/earnings/year").text
    assert "5,000円" in sheet
    assert client.get("/earnings/year?year=x").status_code == 404
    assert "この方" not in client.get("/points").text
    own = client.get("/points/cash-outs").text
    assert "3,000円" not in own


def main_of(text: str) -> str:
    """The page without its menus."""
    return text.partition("<main")[2].partition("</main>")[0]


def test_the_programme_is_one_of_yen(town: Town) -> None:
    earned(town)
    assert run_turn(yen_programme) == town.programme_id


def test_nobody_is_erased_while_pay_is_still_to_come(town: Town) -> None:
    by_halves = town.charge(2000, method=PayMethod.CASH)
    take(town, by_halves, 1000)
    pay_out(town, 1000)
    assert [one.is_final for one in hindrances(town.payee_id)] == [True]
    take(town, by_halves, 999)
    take(town, by_halves, 1)
    pay_out(town, 1000, "rest")
    assert hindrances(town.payee_id) == []
    page = town.charge()
    town.turn(page)
    clock.advance(timedelta(hours=24))
    town.turn(page)
    assert town.payment(page).state is PaymentState.EXPIRED
    assert [one.is_final for one in hindrances(town.payee_id)] == [True], "it is asked for anew"


def test_what_a_cash_out_gives_back_during_a_dispute_is_frozen_within_the_hour(town: Town) -> None:
    charge = town.captured()
    pots = {"holder_id": town.cast.hanako.party_id, "programme_id": town.programme_id}
    run_turn(hold, **pots, points=2500, hold_key="h", key="h", source="")
    town.fake.machine.dispute(town.payment(charge).intent)
    town.turn(charge)
    assert town.payment(charge).frozen_yen == 500
    run_turn(void, "h", key="v", source="")
    clock.advance(timedelta(hours=1))
    work_through(town.cards)
    assert town.payment(charge).frozen_yen == 3000
    town.check()


def test_a_dispute_takes_back_what_was_asked_for_and_freezes_it(town: Town) -> None:
    disputed = town.captured()
    town.captured()
    asked = ask(town, 5000)
    approve(town.cast, asked)
    town.fake.machine.dispute(town.payment(disputed).intent)
    town.turn(disputed)
    assert db.session.get_one(CashOut, asked).state is CashOutState.WITHDRAWN
    assert town.payment(disputed).frozen_yen == 3000
    assert balances(town.payee_id, town.programme_id).available == 3000
    ask(town, 3000)
    agrees(town)


def test_pay_that_a_bank_took_back_is_not_paid_out(town: Town) -> None:
    """Nobody of the staff decided the work: the orderer, by a link, or silence."""
    charge = town.captured()
    approved = ask(town, 3000)
    approve(town.cast, approved)
    dispute = town.fake.machine.dispute(town.payment(charge).intent)
    town.fake.machine.close_dispute(dispute["id"], won=False)
    town.turn(charge)
    assert db.session.get_one(CashOut, approved).state is CashOutState.WITHDRAWN
    assert (town.credited(charge), balances(town.payee_id, town.programme_id).available) == (0, 0)
    agrees(town)
