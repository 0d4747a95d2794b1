"""Records are held to be false while somebody pays, and two people decide at once."""

import pytest
from flask import Flask

from matching.false_records.models import FalseRecordCase
from matching.false_records.states import CaseState
from points.ledger.queries import balances
from points.payouts.models import PayoutBatch
from points.redemption.services import request_cash_out
from points.redemption.states import CashOutState
from tests.cast import Cast
from tests.factories.money import (
    approve,
    cash_out_of,
    give_points,
    make_cash_out,
    set_originator,
)
from tests.factories.volunteer import make_staff
from tests.matching.false_records.scenes import case_of, help_today, propose, say_in_rules
from tests.races.scene import BOTH_WAYS, all_is_well, browser, posting, race, slow, statuses
from volunteer.core.db import db, write_turn
from volunteer.core.permissions import Role

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]


@BOTH_WAYS
def test_a_claim_is_held_or_paid_never_both(
    app: Flask, cast: Cast, clock: object, first: int
) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    set_originator()
    person_id = cast.hanako.party_id
    answers = race(
        app,
        first,
        posting(
            browser(app, cast.coordinator),
            f"/desk/people/{person_id}/false-records/new",
            attendance=str(one),
            reason="not_there",
            note="日誌に名前がない",
        ),
        posting(
            browser(app, cast.payer),
            "/desk/payouts/new",
            chosen=str(cash_out_id),
            pay_on="2026-12-25",
            total="1000",
        ),
    )
    assert answers[0].status_code == 303
    batches = db.session.scalars(db.select(PayoutBatch.id)).all()
    state = cash_out_of(cash_out_id).state
    assert state is (CashOutState.BATCHED if batches else CashOutState.APPROVED)
    assert (answers[1].status_code == 303) == bool(batches)
    assert len(db.session.scalars(db.select(FalseRecordCase.id)).all()) == 1
    all_is_well()


@BOTH_WAYS
def test_two_decide_the_same_case(app: Flask, cast: Cast, clock: object, first: int) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    case_id = propose(cast, cast.hanako, one)
    address = f"/desk/false-records/{case_id}"
    with write_turn():
        other = make_staff(Role.APPROVER, name="承認 次男")
    answers = race(
        app,
        first,
        posting(browser(app, cast.approver), f"{address}/decision", reason="確かめました"),
        posting(browser(app, other), f"{address}/dismissal", reason="正しい記録でした"),
    )
    assert sorted(statuses(answers)) == [303, 409]
    is_decided = answers[0].status_code == 303
    assert case_of(case_id).state is (CaseState.DECIDED if is_decided else CaseState.DROPPED)
    left = balances(cast.hanako.party_id, cast.programme.id).in_lots
    assert left == (0 if is_decided else 200)
    all_is_well()


@BOTH_WAYS
def test_a_void_meets_a_batch(app: Flask, cast: Cast, clock: object, first: int) -> None:
    """The points come out of the cash-out or, when that was taken into a payment first, become a debt."""
    say_in_rules(cast, "\n[false_records]\nhold_claims = false\n")
    one = help_today(app, cast, clock, cast.hanako)
    give_points(cast, cast.hanako, 1000)
    person_id, user_id = cast.hanako.party_id, cast.user("hanako@example.jp").id
    with write_turn():
        cash_out_id = request_cash_out(
            person_id=person_id,
            programme_id=cast.programme.id,
            method="bank_transfer",
            points=1200,
            key="test-race-void",
            user_id=user_id,
        ).id
    approve(cast, cash_out_id)
    set_originator()
    case_id = propose(cast, cast.hanako, one)
    answers = race(
        app,
        first,
        posting(
            browser(app, cast.approver), f"/desk/false-records/{case_id}/decision", reason="確認"
        ),
        posting(
            browser(app, cast.payer),
            "/desk/payouts/new",
            chosen=str(cash_out_id),
            pay_on="2026-12-25",
            total="1200",
        ),
    )
    is_paid = answers[1].status_code == 303
    assert case_of(case_id).state is (
        CaseState.DECIDED if answers[0].status_code == 303 else CaseState.PROPOSED
    )
    found = balances(person_id, cast.programme.id)
    state = cash_out_of(cash_out_id).state
    if is_paid:
        assert state is CashOutState.BATCHED
        assert (found.in_lots, found.held) == (0, 1200)
        assert found.owed == (200 if answers[0].status_code == 303 else 0)
    else:
        assert state is CashOutState.WITHDRAWN
        assert (found.in_lots, found.held, found.owed) == (1000, 0, 0)
    all_is_well()
