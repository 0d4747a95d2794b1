"""From the request to the bank file and back, through the services, on both databases."""

import json
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from points.bank_accounts.details import read_yucho
from points.payouts import agreement, bank_file, services
from points.payouts.queries import candidates
from points.payouts.states import BatchState, LineState
from points.redemption import agreement as redemption_agreement
from points.redemption.models import CashOutAct
from points.redemption.states import CashOutState
from tests.cast import Cast
from tests.factories.money import (
    PAY_ON,
    SENDER,
    actor_of,
    approve,
    balances_of,
    batch_of,
    cash_out_of,
    details_of,
    make_batch,
    make_cash_out,
    set_account,
    set_originator,
)
from tests.factories.points import OTARU, make_programme
from tests.mail import Outbox
from tests.points.payouts.zengin_checker import Expected, errors, read_payments
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.core.errors import AlreadyDecided, NotAllowed, Refused

GOLDEN = Path(__file__).parents[2] / "golden/zengin"
pytestmark = pytest.mark.both_databases


def assert_all_agrees() -> None:
    db.session.rollback()
    assert [*redemption_agreement.findings(), *agreement.findings()] == []


def test_a_cash_out_goes_from_the_request_to_paid(cast: Cast, outbox: Outbox) -> None:
    set_originator()
    cash_out_id = make_cash_out(cast, cast.hanako)
    assert balances_of(cast, cast.hanako).held == 1000
    approve(cast, cash_out_id)
    batch_id = make_batch(cast, cash_out_id)
    assert_all_agrees()
    clock.set(clock.from_tokyo(PAY_ON))
    payer = actor_of(cast.payer)
    with write_turn():
        services.pay_batch(batch_id, payer)
    found = cash_out_of(cash_out_id)
    assert (found.state, batch_of(batch_id).state) == (CashOutState.PAID, BatchState.PAID)
    amounts = balances_of(cast, cast.hanako)
    assert (amounts.held, amounts.available) == (0, 0)
    assert [act.step.value for act in found.acts] == ["requested", "decided", "batched"]
    assert len({act.user_id for act in found.acts}) == len({a.person_id for a in found.acts}) == 3
    assert [one.template.rpartition("/")[2] for one in outbox.letters("hanako@example.jp")] == [
        "requested",
        "paid",
    ]
    assert_all_agrees()


def test_the_golden_file_comes_out_of_the_whole_service(cast: Cast) -> None:
    set_originator()
    small = OTARU.replace("minimum_points = 1000", "minimum_points = 500")
    programme = cast.programme.id
    with write_turn():
        small_id = make_programme("small", source=small).id
    golden = json.loads((GOLDEN / "vectors.json").read_text(encoding="utf-8"))["golden"]
    hanako, student = cast.hanako, cast.student
    yamada = read_yucho("10530", "12345671", golden["payments"][0]["name"])
    sato = details_of("12", account_type="4", holder=golden["payments"][1]["name"])
    set_account(hanako, cast.user("hanako@example.jp"), yamada)
    set_account(student, cast.user("student@example.jp"), sato)
    clock.advance(timedelta(days=8))
    ids = [
        make_cash_out(cast, hanako, 5000, programme_id=programme),
        make_cash_out(cast, student, 500, programme_id=small_id),
    ]
    approve(cast, *ids)
    batch = batch_of(make_batch(cast, *ids))
    data = bank_file.bytes_of(batch)
    assert ids == [1, 2]
    assert data == (GOLDEN / "golden.txt").read_bytes()
    assert sha256(data).hexdigest() == batch.sha256 == golden["sha256"]


def test_a_batch_passes_the_independent_checker_and_gives_the_same_bytes_again(cast: Cast) -> None:
    set_originator()
    ids = [make_cash_out(cast, cast.hanako, 1200), make_cash_out(cast, cast.ichiro, 3000)]
    approve(cast, *ids)
    batch_id = make_batch(cast, *ids)
    first = bank_file.bytes_of(batch_of(batch_id))
    set_account(cast.hanako, cast.user("hanako@example.jp"), details_of("9999999"))
    with write_turn():
        services.save_originator(replace(SENDER, account_number="7777777"))
    assert bank_file.bytes_of(batch_of(batch_id)) == first
    wanted = Expected(transfer_date=PAY_ON, today=clock.today(), count=2, total_yen=4200)
    assert errors(first, wanted) == []
    assert [(one["id"], one["amount_yen"]) for one in read_payments(first)] == [
        (ids[0], 1200),
        (ids[1], 3000),
    ]


def test_money_the_bank_sends_back_is_points_again(cast: Cast, outbox: Outbox) -> None:
    set_originator()
    ids = [make_cash_out(cast, cast.hanako), make_cash_out(cast, cast.ichiro)]
    approve(cast, *ids)
    batch_id = make_batch(cast, *ids)
    payer = actor_of(cast.payer)
    lines = [line.id for line in batch_of(batch_id).lines]
    with write_turn():
        services.return_line(lines[1], payer, "口座がない")
    assert cash_out_of(ids[1]).state is CashOutState.RETURNED
    clock.set(clock.from_tokyo(PAY_ON))
    with write_turn():
        services.pay_batch(batch_id, payer)
    with write_turn():
        services.return_line(lines[0], payer, "口座名義がちがう")
    for person in (cast.hanako, cast.ichiro):
        amounts = balances_of(cast, person)
        assert (amounts.available, amounts.held) == (1000, 0)
    assert "口座名義がちがう" in outbox.last("hanako@example.jp").text
    assert cash_out_of(ids[0]).state is CashOutState.RETURNED
    assert_all_agrees()
    with pytest.raises(AlreadyDecided), write_turn():
        services.return_line(lines[0], payer, "もう一度")


def test_a_dropped_batch_lets_its_cash_outs_be_paid_by_another(cast: Cast) -> None:
    set_originator()
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    first = make_batch(cast, cash_out_id)
    payer = actor_of(cast.payer)
    with write_turn():
        services.drop_batch(first, payer)
    assert cash_out_of(cash_out_id).state is CashOutState.APPROVED
    assert_all_agrees()
    second = make_batch(cast, cash_out_id)
    assert [line.state for line in batch_of(first).lines] == [LineState.DROPPED]
    assert [line.state for line in batch_of(second).lines] == [LineState.IN_FILE]
    assert_all_agrees()
    clock.set(clock.from_tokyo(PAY_ON))
    with pytest.raises(AlreadyDecided), write_turn():
        services.pay_batch(first, payer)


def test_cash_at_the_desk_gets_a_numbered_receipt(cast: Cast) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako, method="desk_cash")
    approve(cast, cash_out_id)
    payer = actor_of(cast.payer)
    with write_turn():
        number = services.pay_at_desk(cash_out_id, payer, "運転免許証").number
    assert number == "R8-0001"
    found = cash_out_of(cash_out_id)
    assert (found.state, found.acts[-1].reason) == (CashOutState.PAID, "運転免許証")
    assert balances_of(cast, cast.hanako).held == 0
    assert_all_agrees()
    with pytest.raises(AlreadyDecided), write_turn():
        services.pay_at_desk(cash_out_id, payer, "運転免許証")


def test_a_batch_refuses_what_the_payer_did_not_mean(cast: Cast) -> None:
    set_originator()
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    payer = actor_of(cast.payer)

    def refusal(total: int = 1000, pay_on: date = PAY_ON, ids: tuple[int, ...] = ()) -> str:
        with pytest.raises(Refused) as caught, write_turn():
            services.make_batch(
                cash_out_ids=ids or (cash_out_id,),
                pay_on=pay_on,
                typed_total_yen=total,
                actor=payer,
            )
        return caught.value.code

    assert refusal(total=999) == "other_total"
    assert refusal(pay_on=date(2026, 12, 26)) == "bank_closed"
    assert refusal(pay_on=date(2026, 11, 20)) == "too_soon"
    set_account(cast.hanako, cast.user("hanako@example.jp"), details_of())
    assert refusal() == "held_back"
    assert "まで支払いません" in candidates(payer, clock.now())[0].why_not
    clock.advance(timedelta(days=7))
    assert candidates(payer, clock.now())[0].why_not == ""
    assert cash_out_of(cash_out_id).state is CashOutState.APPROVED


def test_the_one_who_approved_cannot_pay(cast: Cast) -> None:
    set_originator()
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    approver = actor_of(cast.approver)
    with pytest.raises(NotAllowed) as caught, write_turn():
        services.make_batch(
            cash_out_ids=[cash_out_id], pay_on=PAY_ON, typed_total_yen=1000, actor=approver
        )
    assert caught.value.code == "already_acted"
    acts = db.session.execute(db.select(CashOutAct.step).order_by(CashOutAct.id)).scalars()
    assert [step.value for step in acts] == ["requested", "decided"]
