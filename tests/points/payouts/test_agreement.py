"""`verify` names planted damage between cash-outs, holds, lines and batches."""

# ruff: noqa: S608 - the damage is put together from our own words only

from collections.abc import Callable

import pytest

from points.payouts import agreement
from points.redemption import agreement as redemption_agreement
from tests.cast import Cast
from tests.factories.money import approve, make_batch, make_cash_out, set_originator
from tests.points.ledger.damage import plant
from volunteer.core.db import db

pytestmark = pytest.mark.both_databases


def rules_found() -> set[str]:
    db.session.rollback()
    return {one.rule for one in [*redemption_agreement.findings(), *agreement.findings()]}


@pytest.fixture
def paid_town(cast: Cast) -> Callable[[str], set[str]]:
    """A batch with one line, an open request; damages it with SQL and says what verify finds."""
    set_originator()
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    make_batch(cast, cash_out_id)
    make_cash_out(cast, cast.ichiro)
    assert rules_found() == set()

    def damage(statement: str) -> set[str]:
        plant(statement)
        return rules_found()

    return damage


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE cash_out SET state = 'rejected' WHERE id = 2", "cash_out_hold"),
        ("UPDATE cash_out SET points = 999 WHERE id = 2", "cash_out_hold"),
        ("UPDATE cash_out SET key = 'x' WHERE id = 2", "hold_without_cash_out"),
        ("UPDATE cash_out SET state = 'approved' WHERE id = 2", "cash_out_not_approved"),
        ("UPDATE cash_out SET amount_yen = 9000 WHERE id = 2", "cash_out_yen"),
        ("UPDATE cash_out SET amount_yen = 1001 WHERE id = 2", "cash_out_yen"),
        ("UPDATE cash_out SET method = 'coins' WHERE id = 2", "cash_out_yen"),
        ("UPDATE cash_out SET person_id = 1 WHERE id = 2", "cash_out_holder"),
        ("UPDATE cash_out SET programme_id = 99 WHERE id = 2", "cash_out_holder"),
        ("UPDATE payout_batch SET total_yen = 999", "batch_total"),
        ("UPDATE payout_batch SET count = 2", "batch_total"),
        ("UPDATE payout_line SET amount_yen = 999", "line_amount"),
        ("UPDATE cash_out SET state = 'approved' WHERE id = 1", "cash_out_line"),
        ("UPDATE payout_line SET state = 'paid'", "line_state"),
        ("UPDATE payout_batch SET state = 'dropped'", "line_state"),
    ],
)
def test_damage_is_named(paid_town: Callable[[str], set[str]], statement: str, rule: str) -> None:
    assert rule in paid_town(statement)


@pytest.mark.parametrize("column", ["user_id", "person_id"])
def test_somebody_who_acted_twice_is_named(
    paid_town: Callable[[str], set[str]], column: str
) -> None:
    plant(
        f"UPDATE cash_out_act SET {column} = (SELECT a.{column} FROM cash_out_act a"
        " WHERE a.cash_out_id = 1 AND a.step = 'requested') WHERE cash_out_id = 1",
        "cash_out_act",
    )
    assert "cash_out_same_actor" in rules_found()
