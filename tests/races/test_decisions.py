"""Two decisions about one person or one cash-out at the same moment."""

import pytest
from flask import Flask

from points.ledger.queries import balances
from points.payouts.models import PayoutBatch
from points.redemption.models import CashOut
from points.redemption.states import CashOutState
from tests.cast import Cast
from tests.factories.money import (
    approve,
    cash_out_of,
    give_points,
    make_batch,
    make_cash_out,
    set_originator,
)
from tests.factories.volunteer import make_staff
from tests.races.scene import BOTH_WAYS, all_is_well, browser, posting, race, slow, statuses
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.permissions import Role
from volunteer.people.models import Card, Person
from volunteer.people.states import PersonState
from volunteer.users.sessions import end_sessions

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]


@BOTH_WAYS
def test_one_registers_while_the_other_refuses(app: Flask, cast: Cast, first: int) -> None:
    person_id = cast.applicant.party_id
    with write_turn():
        other = make_staff(Role.COORDINATOR, name="相談 次子")
        row = db.session.get_one(Person, person_id)
        row.telephone, row.address = "0134000000", "みなと市花園1"
        row.emergency_name, row.emergency_telephone = "田中 一", "0134000001"
    base = f"/desk/people/{person_id}"
    answers = race(
        app,
        first,
        posting(browser(app, cast.coordinator), f"{base}/registration"),
        posting(browser(app, other), f"{base}/refusal", reason="町とのつながりがありません"),
    )
    assert statuses(answers) in ([303, 422], [409, 303])
    loser = next(one for one in answers if one.status_code != 303)
    assert ("相談 次子" if loser is answers[0] else "相談 員子") in loser.text
    assert "11月21日（土）9時" in loser.text
    person = db.session.get_one(Person, person_id)
    card = db.session.scalar(db.select(Card.id).filter_by(person_id=person_id))
    is_registered = loser is answers[1]
    assert person.state is (PersonState.REGISTERED if is_registered else PersonState.REFUSED)
    assert (person.number is not None) == (card is not None) == is_registered
    all_is_well()


def test_one_person_asks_twice_for_all_points(app: Flask, cast: Cast) -> None:
    give_points(cast, cast.hanako, 3000)
    here, there = browser(app, cast.hanako), browser(app, cast.hanako)
    address = f"/points/cash-out?programme={cast.programme.id}"
    data = {"points": "3000", "method": "bank_transfer"}
    answers = race(app, 0, posting(here, address, **data), posting(there, address, **data))
    assert sorted(statuses(answers)) == [303, 422]
    found = balances(cast.hanako.party_id, cast.programme.id)
    assert (found.in_lots, found.held) == (0, 3000)
    assert len(db.session.scalars(db.select(CashOut.id)).all()) == 1
    all_is_well()


@BOTH_WAYS
def test_a_batch_is_made_while_its_owner_takes_the_cash_out_back(
    app: Flask, cast: Cast, first: int
) -> None:
    set_originator()
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    amount = cash_out_of(cash_out_id).amount_yen
    answers = race(
        app,
        first,
        posting(
            browser(app, cast.payer),
            "/desk/payouts/new",
            chosen=str(cash_out_id),
            pay_on="2026-12-01",
            total=str(amount),
        ),
        posting(browser(app, cast.hanako), f"/points/cash-outs/{cash_out_id}/withdrawal"),
    )
    made, taken = statuses(answers)
    assert (made, taken) in {(303, 409), (409, 303), (422, 303)}, answers[0].text
    batches = db.session.scalars(db.select(PayoutBatch.id)).all()
    state = cash_out_of(cash_out_id).state
    assert (state is CashOutState.BATCHED) == bool(batches) == (made == 303)
    assert (state is CashOutState.WITHDRAWN) == (taken == 303)
    all_is_well()


@pytest.mark.parametrize("first", [0, 1, 2])
def test_approved_rejected_and_withdrawn_at_once(app: Flask, cast: Cast, first: int) -> None:
    with write_turn():
        other = make_staff(Role.APPROVER, name="審査 二子")
    cash_out_id = make_cash_out(cast, cast.hanako)
    base = f"/desk/cash-outs/{cash_out_id}"
    answers = race(
        app,
        first,
        posting(browser(app, cast.approver), f"{base}/approval"),
        posting(browser(app, other), f"{base}/rejection", reason="書類がたりません"),
        posting(browser(app, cast.hanako), f"/points/cash-outs/{cash_out_id}/withdrawal"),
    )
    assert max(statuses(answers)) < 500
    # an approved cash-out may still be taken back by its owner
    assert statuses(answers).count(303) == (2 if statuses(answers)[::2] == [303, 303] else 1)
    found = balances(cast.hanako.party_id, cast.programme.id)
    state = cash_out_of(cash_out_id).state
    assert (found.held > 0) == (state is CashOutState.APPROVED)
    all_is_well()


@BOTH_WAYS
def test_an_approver_is_stopped_while_approving(app: Flask, cast: Cast, first: int) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    approver = browser(app, cast.approver)
    approved, stopped = race(
        app,
        first,
        posting(approver, f"/desk/cash-outs/{cash_out_id}/approval"),
        posting(browser(app, cast.administrator), f"/desk/staff/{cast.approver.id}/disabling"),
    )
    assert stopped.status_code == 303
    assert approved.status_code in (303, 401)
    is_approved = cash_out_of(cash_out_id).state is CashOutState.APPROVED
    assert is_approved == (approved.status_code == 303)
    assert approver.get("/desk/cash-outs").status_code in (303, 401)
    all_is_well()


def test_a_right_that_ends_while_the_act_waits_for_its_turn(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard had let the request in; before its turn came, the approver was stopped."""
    cash_out_id = make_cash_out(cast, cast.hanako)
    approver, user_id = browser(app, cast.approver), cast.approver.id

    def stop() -> None:
        run_turn(end_sessions, user_id, "disabled")

    after_the_guard = [*app.before_request_funcs[None], stop]
    monkeypatch.setitem(app.before_request_funcs, None, after_the_guard)
    answer = approver.post(f"/desk/cash-outs/{cash_out_id}/approval")
    assert answer.status_code == 401
    assert cash_out_of(cash_out_id).state is CashOutState.REQUESTED


@BOTH_WAYS
def test_the_file_goes_out_while_the_batch_is_given_up(app: Flask, cast: Cast, first: int) -> None:
    set_originator()
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    batch_id = make_batch(cast, cash_out_id)
    with write_turn():
        other = make_staff(Role.PAYER, name="支払 次子")
    file, dropped = race(
        app,
        first,
        posting(browser(app, cast.payer), f"/desk/payouts/{batch_id}/file"),
        posting(browser(app, other), f"/desk/payouts/{batch_id}/drop"),
    )
    assert dropped.status_code == 303
    assert file.status_code in (200, 422)
    all_is_well()
