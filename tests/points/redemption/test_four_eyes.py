"""Who may decide, who wins when two decide at once, and what a withdrawal meets. On both databases."""

import contextvars
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from points.earning.models import Award
from points.earning.states import AwardState
from points.payouts import services as payouts
from points.redemption import agreement, services
from points.redemption.four_eyes import APPROVER_LIMIT_YEN
from points.redemption.states import CashOutState, Step
from tests.cast import Cast
from tests.factories.money import (
    PAY_ON,
    actor_of,
    approve,
    balances_of,
    batch_of,
    cash_out_of,
    make_batch,
    make_cash_out,
    set_originator,
)
from tests.factories.volunteer import make_staff
from tests.mail import Outbox
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import AlreadyDecided, DomainError, NotAllowed, Refused
from volunteer.core.permissions import Role

pytestmark = pytest.mark.both_databases


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that start together; each one's result or error, in order."""
    start = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                results[index] = run_turn(act)
            except DomainError as error:
                results[index] = error
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=contextvars.Context().run, args=(run, index, act))
        for index, act in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return results


def test_of_two_approvers_one_wins_and_the_other_is_told_who_and_when(
    app: Flask, cast: Cast
) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    with write_turn():
        other = make_staff(Role.APPROVER, name="審査 二子")
    actors = [actor_of(cast.approver), actor_of(other)]
    results = at_once(
        app, *(lambda actor=actor: services.approve(cash_out_id, actor) for actor in actors)
    )
    losers = [one for one in results if isinstance(one, DomainError)]
    assert len(losers) == 1
    assert isinstance(losers[0], AlreadyDecided)
    winner = cash_out_of(cash_out_id).acts[-1]
    assert winner.person.name in str(losers[0].message)
    assert "11月21日" in str(losers[0].message)
    assert agreement.findings() == []


def test_of_two_batches_with_the_same_cash_outs_one_is_made(app: Flask, cast: Cast) -> None:
    set_originator()
    ids = [make_cash_out(cast, cast.hanako), make_cash_out(cast, cast.ichiro)]
    approve(cast, *ids)
    with write_turn():
        other = make_staff(Role.PAYER, name="出納 三子")
    actors = [actor_of(cast.payer), actor_of(other)]
    results = at_once(
        app,
        *(
            lambda actor=actor, order=order: payouts.make_batch(
                cash_out_ids=order, pay_on=PAY_ON, typed_total_yen=2000, actor=actor
            )
            for actor, order in zip(actors, (ids, ids[::-1]), strict=True)
        ),
    )
    assert sorted(isinstance(one, AlreadyDecided) for one in results) == [False, True]
    lines = db.session.scalar(db.select(db.func.count()).select_from(payouts.PayoutLine))
    assert lines == 2


def test_a_withdrawal_and_an_approval_at_once_leave_one_truth(app: Flask, cast: Cast) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    approver, user_id = actor_of(cast.approver), cast.user("hanako@example.jp").id
    at_once(
        app,
        lambda: services.approve(cash_out_id, approver),
        lambda: services.withdraw(cash_out_id, user_id=user_id),
    )
    assert cash_out_of(cash_out_id).state is CashOutState.WITHDRAWN
    assert balances_of(cast, cast.hanako).available == 1000
    assert agreement.findings() == []


def test_many_requests_at_once_never_hold_more_than_there_is(app: Flask, cast: Cast) -> None:
    first = make_cash_out(cast, cast.hanako, 3000)
    user_id, person_id = cast.user("hanako@example.jp").id, cast.hanako.party_id
    programme_id = cast.programme.id
    with write_turn():
        services.withdraw(first, user_id=user_id)
    results = at_once(
        app,
        *(
            lambda number=number: services.request_cash_out(
                person_id=person_id,
                programme_id=programme_id,
                method="bank_transfer",
                points=1000,
                key=f"at-once-{number:012d}",
                user_id=user_id,
            )
            for number in range(6)
        ),
    )
    assert sum(isinstance(one, Refused) for one in results) == 3
    amounts = balances_of(cast, cast.hanako)
    assert (amounts.available, amounts.held) == (0, 3000)


def test_the_same_key_gives_the_first_cash_out(cast: Cast) -> None:
    first = make_cash_out(cast, cast.hanako, 2000)
    found = cash_out_of(first)
    values = {
        "person_id": found.person_id,
        "programme_id": found.programme_id,
        "method": "bank_transfer",
        "key": "the-same-key-twice",
        "user_id": found.requested_by_user_id,
    }
    with write_turn():
        services.withdraw(first, user_id=values["user_id"])
    with write_turn():
        one = services.request_cash_out(points=1000, **values).id
    with write_turn():
        two = services.request_cash_out(points=1000, **values).id
    assert one == two
    assert balances_of(cast, cast.hanako).held == 1000


def test_rejection_gives_the_points_back_and_tells_why(cast: Cast, outbox: Outbox) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    approver = actor_of(cast.approver)
    with pytest.raises(Refused), write_turn():
        services.reject(cash_out_id, approver, " ", Step.DECIDED)
    with write_turn():
        services.reject(cash_out_id, approver, "口座の名義がちがいます", Step.DECIDED)
    assert balances_of(cast, cast.hanako).available == 1000
    assert "口座の名義がちがいます" in outbox.last("hanako@example.jp").text
    with pytest.raises(AlreadyDecided), write_turn():
        services.approve(cash_out_id, approver)


def test_the_payer_can_turn_down_what_was_approved(cast: Cast) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    with pytest.raises(NotAllowed), write_turn():
        services.reject(cash_out_id, actor_of(cast.approver), "x", Step.BATCHED)
    with write_turn():
        services.reject(cash_out_id, actor_of(cast.payer), "口座が使えません", Step.BATCHED)
    assert cash_out_of(cash_out_id).state is CashOutState.REJECTED
    assert balances_of(cast, cast.hanako).available == 1000


def code_of_approval(cash_out_id: int, actor: services.Actor) -> str:
    with pytest.raises(NotAllowed) as caught, write_turn():
        services.approve(cash_out_id, actor)
    return caught.value.code


def test_the_maker_the_beneficiary_and_hand_enterers_stay_out(cast: Cast) -> None:
    by_proxy = make_cash_out(cast, cast.ichiro)
    assert code_of_approval(by_proxy, actor_of(cast.coordinator)) == "already_acted"
    own = make_cash_out(cast, cast.hanako)
    hanako_as_staff = services.Actor(cast.approver.id, cast.hanako.party_id)
    assert code_of_approval(own, hanako_as_staff) == "beneficiary"
    with write_turn():
        db.session.add(hand_entered(cast))
    assert code_of_approval(own, actor_of(cast.approver)) == "entered_award"
    clock.advance(timedelta(days=91))
    approve(cast, own)


def hand_entered(cast: Cast) -> Award:
    return Award(
        source_kind="attendance",
        source_id=1,
        holder_id=cast.hanako.party_id,
        category_code="meals",
        activity_on=clock.today(),
        grade="staff",
        facts={},
        points=0,
        reason="test",
        state=AwardState.SETTLED,
        entered_by_user_id=cast.approver.id,
        created_at=clock.now(),
    )


def test_beyond_the_limit_nobody_approves_alone(cast: Cast) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako, APPROVER_LIMIT_YEN + 100)
    assert code_of_approval(cash_out_id, actor_of(cast.approver)) == "over_limit"


def test_after_a_dropped_batch_another_payer_may_take_it_up(cast: Cast) -> None:
    set_originator()
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    batch_id = make_batch(cast, cash_out_id)
    with write_turn():
        payouts.drop_batch(batch_id, actor_of(cast.payer))
    with write_turn():
        other = make_staff(Role.PAYER, name="出納 三子")
    actor = actor_of(other)
    with write_turn():
        made = payouts.make_batch(
            cash_out_ids=[cash_out_id], pay_on=PAY_ON, typed_total_yen=1000, actor=actor
        ).id
    assert batch_of(made).count == 1
    assert [(act.step.value, act.round) for act in cash_out_of(cash_out_id).acts] == [
        ("requested", 1),
        ("decided", 1),
        ("batched", 1),
        ("batched", 2),
    ]
