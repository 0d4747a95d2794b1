"""A student accepts, the orderer agrees: what is frozen, what is asked for, who is too late."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.assignments.changes import Change, change_shift
from matching.assignments.services import apply, withdraw
from matching.paid_tasks import queries, services
from matching.paid_tasks.calling_off import call_off
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.paying import place_charge
from matching.paid_tasks.states import AgreedBy, By, PaidTaskState
from points.billing.queries import decisions_of, payment_of
from points.billing.states import PayMethod
from tests.cast import Cast
from tests.matching.paid_tasks.scene import agree, agreed, fresh, paid_shift, quoted, taken
from tests.races.scene import BOTH_WAYS, race
from volunteer.core import clock
from volunteer.core.config import settings
from volunteer.core.db import db, run_turn
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotAllowed, Refused


def test_who_accepts_paid_work_has_a_quote_with_its_terms(cast: Cast) -> None:
    task = quoted(cast)
    assert task.number == "P2026-0001"
    assert (task.amount_yen, task.payee_yen, task.fee_yen) == (2000, 2000, 0)
    assert task.terms["orderer"] == "みなと食堂"
    assert task.terms["student"] == cast.student.name
    assert task.terms["pay_until"] == "2027-01-26"  # the day of the work is the first of sixty
    assert task.orderer_id == cast.minato.party_id
    assert [one.to_state for one in task.events] == [PaidTaskState.QUOTED]


def test_unpaid_work_has_none(cast: Cast) -> None:
    place = run_turn(apply, cast.hanako.party_id, cast.shift.id, None)
    assert queries.task_of(place.id) is None


def test_who_agrees_is_asked_for_what_they_saw(cast: Cast) -> None:
    task = agreed(cast, PayMethod.BANK_TRANSFER)
    assert task.state is PaidTaskState.AGREED
    assert task.charge_id is not None
    [(charge, payment)] = queries.charges_of(task)
    assert (charge.amount_yen, charge.payee_id) == (2000, cast.student.party_id)
    assert charge.earned_on == clock.activity_date(task.participation.shift.starts_at)
    assert payment.gateway == "desk"


def test_the_same_agreement_again_is_the_same(cast: Cast) -> None:
    task = agreed(cast)
    again = agree(task)
    assert again.charge_id == task.charge_id
    assert len(queries.charges_of(task)) == 1
    with pytest.raises(AlreadyDecided):
        agree(task, key="another")


def test_a_key_stands_for_one_task_only(cast: Cast) -> None:
    agreed(cast)
    other = taken(cast, paid_shift(cast, after=timedelta(days=9)))
    with pytest.raises(AlreadySent):
        run_turn(
            services.agree,
            other.id,
            other.quote_hash,
            PayMethod.CASH,
            AgreedBy.ORGANIZATION,
            None,
            f"agree:{other.id - 1}",
        )


def test_a_quote_that_changed_in_between_is_not_agreed_to(cast: Cast) -> None:
    task = quoted(cast)
    shift = task.participation.shift
    starts = clock.to_tokyo(shift.starts_at)
    change = Change(
        starts.date(),
        starts.time(),
        (starts + timedelta(hours=3)).time(),
        1,
        shift.help_request.public_place,
        shift.help_request.exact_place,
        "長くなります",
    )
    run_turn(change_shift, shift.id, change, cast.cook.id)
    assert fresh(task).amount_yen == 3000
    agree_to_old = (task.id, "0" * 64, PayMethod.CASH, AgreedBy.ORGANIZATION, None, "k")
    with pytest.raises(Refused) as refusal:
        run_turn(services.agree, *agree_to_old)
    assert refusal.value.code == "quote_changed"
    assert fresh(task).state is PaidTaskState.QUOTED
    agree(fresh(task))
    with pytest.raises(Refused) as refusal:
        run_turn(change_shift, shift.id, _back(change), cast.cook.id)
    assert refusal.value.code == "agreed"


def _back(change: Change) -> Change:
    return Change(**{**change.__dict__, "public_place": "手宮公園"})


def test_a_member_who_is_the_student_decides_nothing_for_the_organization(cast: Cast) -> None:
    task, own = quoted(cast), cast.user("student@example.jp").id
    by = (AgreedBy.ORGANIZATION, own, "own")
    with pytest.raises(NotAllowed, match="own"):
        run_turn(services.agree, task.id, task.quote_hash, PayMethod.CASH, *by)
    with pytest.raises(NotAllowed, match="own"):
        run_turn(call_off, agree(task).id, By.ORDERER, "いりません", own, "off", 1000)


def test_cards_are_refused_where_the_center_takes_none(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        agreed(cast, PayMethod.CARD)
    assert refusal.value.code == "no_cards"


def test_a_card_is_not_asked_for_before_its_hold_can_last(
    cast: Cast, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "cards", "fake", raising=False)
    task = agreed(cast, PayMethod.CARD)
    assert task.charge_id is None
    assert run_turn(place_charge, task.id) is None
    clock.advance(timedelta(days=5, minutes=1))
    charge = run_turn(place_charge, task.id)
    assert charge is not None
    assert payment_of(charge.id).gateway == "fake"
    assert run_turn(place_charge, task.id) is None


@pytest.mark.both_databases
@BOTH_WAYS
def test_two_members_agree_at_once(app: Flask, cast: Cast, first: int) -> None:
    task = quoted(cast)
    task_id, quote_hash = task.id, task.quote_hash

    def act(method: PayMethod) -> Any:
        def agreeing() -> str:
            by = (AgreedBy.ORGANIZATION, None, f"key:{method}")
            try:
                run_turn(services.agree, task_id, quote_hash, method, *by)
            except AlreadyDecided:
                return "late"
            return "agreed"

        return agreeing

    results = race(app, first, act(PayMethod.CASH), act(PayMethod.BANK_TRANSFER))
    assert sorted(results) == ["agreed", "late"]
    assert len(queries.charges_of(fresh(task))) == 1


@pytest.mark.both_databases
@BOTH_WAYS
def test_a_student_leaves_while_the_orderer_agrees(app: Flask, cast: Cast, first: int) -> None:
    """Whoever comes first, nothing is owed in the end and no charge stays open."""
    task = quoted(cast)
    task_id, quote_hash, place_id = task.id, task.quote_hash, task.participation_id

    def agreeing() -> str:
        try:
            by = (AgreedBy.ORGANIZATION, None, "agreeing")
            run_turn(services.agree, task_id, quote_hash, PayMethod.CASH, *by)
        except AlreadyDecided:
            return "late"
        return "agreed"

    def leaving() -> str:
        run_turn(withdraw, place_id, None, "")
        return "left"

    results = race(app, first, agreeing, leaving)
    assert results[1] == "left"
    assert fresh(task).state is PaidTaskState.CALLED_OFF
    for charge, _payment in queries.charges_of(fresh(task)):
        assert decisions_of(charge.id)[-1].total_yen == 0


@pytest.mark.both_databases
def test_a_place_has_one_living_task_and_a_new_one_after_leaving(app: Flask, cast: Cast) -> None:
    task = quoted(cast)
    again = run_turn(services.open_task, task.participation_id)
    assert again is not None
    assert again.id == task.id
    run_turn(withdraw, task.participation_id, None, "")
    assert fresh(task).state is PaidTaskState.CALLED_OFF
    second = taken(cast, task.participation.shift)
    assert second.id != task.id
    assert second.number == "P2026-0002"
    assert db.session.execute(db.select(db.func.count()).select_from(PaidTask)).scalar() == 2
