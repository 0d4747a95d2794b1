"""Donations are passed on by two payers at once, while one is turned down, taken back, or its records looked into."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from points.payouts.donating import pass_on
from points.payouts.models import PayoutBatch
from points.redemption import services as redemption
from points.redemption.claims import hold_claims
from points.redemption.states import Step
from tests.cast import Cast
from tests.factories.money import actor_of, cash_out_of
from tests.factories.volunteer import make_staff
from tests.points.payouts.test_donations import SCHOOL, donate, town_with_donations
from tests.races.scene import BOTH_WAYS, HELD_OPEN, Act, all_is_well, race
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import DomainError
from volunteer.core.permissions import Role
from volunteer.users.models import User

pytestmark = pytest.mark.both_databases


def turn(service: Callable[..., Any], *args: Any, **kwargs: Any) -> Act:
    """A write turn that stays open a moment; "" or why not."""

    def slowly() -> None:
        service(*args, **kwargs)
        time.sleep(HELD_OPEN)

    def act() -> str:
        try:
            run_turn(slowly)
        except DomainError as error:
            return error.code or type(error).__name__
        return ""

    return act


def passing(ids: list[int], user: User) -> Act:
    """This payer hands these donations over."""
    return turn(
        pass_on,
        cash_out_ids=ids,
        recipient=SCHOOL,
        proof="領収書",
        typed_total_yen=1000 * sum(ids.index(one) + 1 for one in ids),
        actor=actor_of(user),
    )


def records() -> list[int]:
    """The sums that were passed on."""
    db.session.rollback()
    return [one.total_yen for one in db.session.scalars(db.select(PayoutBatch))]


@BOTH_WAYS
def test_two_payers_pass_the_same_donations_on(app: Flask, cast: Cast, first: int) -> None:
    ids = donate(cast, town_with_donations(cast))
    with write_turn():
        other = make_staff(Role.PAYER, name="支払 次郎")
    answers = race(app, first, passing(ids, cast.payer), passing(ids[:1], other))
    assert answers.count("") == 1, answers
    assert len(records()) == 1
    all_is_well()


@BOTH_WAYS
def test_a_donation_is_passed_on_or_turned_down(app: Flask, cast: Cast, first: int) -> None:
    ids = donate(cast, town_with_donations(cast))
    with write_turn():
        other = make_staff(Role.PAYER, name="支払 次郎")
    reject = turn(redemption.reject, ids[0], actor_of(other), "まちがい", Step.BATCHED)
    answers = race(app, first, passing(ids, cast.payer), reject)
    assert answers.count("") == 1, answers
    assert cash_out_of(ids[0]).state.value == ("paid" if answers[0] == "" else "rejected")
    assert len(records()) == (1 if answers[0] == "" else 0)
    all_is_well()


@BOTH_WAYS
def test_a_donation_is_passed_on_or_taken_back(app: Flask, cast: Cast, first: int) -> None:
    ids = donate(cast, town_with_donations(cast))
    hanako = cast.user("hanako@example.jp")
    take_back = turn(redemption.withdraw, ids[0], user_id=hanako.id, person_id=cast.hanako.party_id)
    answers = race(app, first, passing(ids, cast.payer), take_back)
    assert answers.count("") == 1, answers
    assert cash_out_of(ids[0]).state.value == ("paid" if answers[0] == "" else "withdrawn")
    all_is_well()


@BOTH_WAYS
def test_nothing_is_passed_on_once_records_are_looked_into(
    app: Flask, cast: Cast, first: int
) -> None:
    ids = donate(cast, town_with_donations(cast))
    look = turn(hold_claims, cast.hanako.party_id, "false_record:1")
    answers = race(app, first, passing(ids, cast.payer), look)
    assert answers[1] == "", answers
    assert answers[0] == ("" if first == 0 else "held_back")
    assert cash_out_of(ids[0]).state.value == ("paid" if first == 0 else "approved")
    all_is_well()
