"""Points are given while they are asked for as cash, and two members give to each other at once."""

import pytest
from flask import Flask

from points.ledger.queries import balances
from points.transfers.services import Wish, give
from tests.cast import Cast
from tests.factories.money import give_points
from tests.points.transfers.test_give import ALLOWED, say
from tests.races.scene import BOTH_WAYS, Act, all_is_well, browser, posting, race, slow
from volunteer.core.db import run_turn
from volunteer.core.errors import Refused
from volunteer.people.models import Person

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]


def giving(cast: Cast, giver: Person, receiver: Person, points: int, key: str) -> Act:
    """Giving points; "" or why not."""
    assert receiver.number
    wish = Wish(giver.party_id, cast.programme.id, receiver.number, receiver.kana, points)
    user_id = cast.coordinator.id

    def act() -> str:
        try:
            run_turn(give, wish, key, user_id)
        except Refused as error:
            return error.code
        return ""

    return act


@BOTH_WAYS
def test_points_are_given_or_exchanged_never_both(app: Flask, cast: Cast, first: int) -> None:
    say(cast, ALLOWED)
    give_points(cast, cast.hanako, 1500)
    answers = race(
        app,
        first,
        giving(cast, cast.hanako, cast.student, 1000, "race-gift-1"),
        posting(
            browser(app, cast.hanako),
            f"/points/cash-out?programme={cast.programme.id}",
            points="1000",
            method="bank_transfer",
        ),
    )
    is_given = answers[0] == ""
    assert (answers[1].status_code == 303) != is_given
    found = balances(cast.hanako.party_id, cast.programme.id)
    assert (found.in_lots, found.held) == (500, 0 if is_given else 1000)
    all_is_well()


@BOTH_WAYS
def test_two_give_to_each_other(app: Flask, cast: Cast, first: int) -> None:
    say(cast, ALLOWED)
    for person in (cast.hanako, cast.student):
        give_points(cast, person, 1000)
    answers = race(
        app,
        first,
        giving(cast, cast.hanako, cast.student, 300, "race-gift-1"),
        giving(cast, cast.student, cast.hanako, 200, "race-gift-2"),
    )
    assert answers == ["", ""]
    left = [
        balances(one.party_id, cast.programme.id).in_lots for one in (cast.hanako, cast.student)
    ]
    assert left == [900, 1100]
    all_is_well()
