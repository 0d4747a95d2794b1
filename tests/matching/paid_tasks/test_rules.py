"""What is owed, by whom, and what stands for a quote."""

from datetime import UTC, datetime, timedelta

import pytest

from matching.paid_tasks.rules import (
    card_opens_at,
    final_quote,
    fingerprint,
    kept_quote,
    quote_of,
    quote_of_no_show,
    quote_when_called_off,
)
from matching.paid_tasks.states import OVER, PAID_TASK_MOVES, By, PaidTaskState, Whose
from points.billing.pricing import PriceRule

STARTS = datetime(2026, 11, 28, 1, tzinfo=UTC)
"""10:00 in Tokyo."""
RULE = PriceRule(1000, travel_yen=200, fee_percent=10)


def test_a_kept_quote_says_what_it_said() -> None:
    kept = kept_quote(RULE, 150)
    assert quote_of(kept).amount_yen == 2500 + 200 + 250
    assert quote_of(kept).payee_yen == 2700


def test_the_time_that_was_confirmed_is_priced_by_the_rule_that_was_agreed() -> None:
    kept = kept_quote(RULE, 120)
    assert final_quote(kept, 61).payee_yen == 1500 + 200
    assert final_quote(kept, 0).amount_yen == 0


def test_another_price_another_place_or_another_time_is_another_fingerprint() -> None:
    kept, terms = kept_quote(RULE, 120), {"place": "花園", "starts_at": "a"}
    seen = {
        fingerprint(kept, terms),
        fingerprint(kept_quote(RULE, 150), terms),
        fingerprint(kept_quote(PriceRule(1100), 120), terms),
        fingerprint(kept, {**terms, "place": "手宮"}),
        fingerprint(kept, {**terms, "starts_at": "b"}),
    }
    assert len(seen) == 5
    assert fingerprint(kept, {"starts_at": "a", "place": "花園"}) in seen


@pytest.mark.parametrize(
    ("by", "before", "was_agreed", "yen"),
    [
        (By.ORDERER, timedelta(days=1), True, 0),
        (By.ORDERER, timedelta(hours=3), True, 1100),
        (By.ORDERER, timedelta(minutes=-10), True, 2200),
        (By.ORDERER, timedelta(hours=3), False, 0),
        (By.STUDENT, timedelta(hours=3), True, 0),
        (By.STAFF, timedelta(minutes=-10), True, 0),
    ],
)
def test_only_the_orderer_owes_and_only_what_they_had_agreed_to(
    by: By, before: timedelta, was_agreed: bool, yen: int
) -> None:
    kept = kept_quote(RULE, 120)
    found = quote_when_called_off(kept, by, STARTS - before, STARTS, was_agreed=was_agreed)
    assert found.amount_yen == yen


def test_nobody_pays_for_a_student_who_did_not_come() -> None:
    kept = kept_quote(RULE, 120)
    assert quote_of_no_show(kept, Whose.STUDENT, was_agreed=True).amount_yen == 0
    assert quote_of_no_show(kept, Whose.ORDERER, was_agreed=True).amount_yen == 2200
    assert quote_of_no_show(kept, Whose.ORDERER, was_agreed=False).amount_yen == 0


def test_a_card_is_asked_for_so_late_that_its_hold_lasts() -> None:
    assert card_opens_at(STARTS, 2) == STARTS - timedelta(days=2)


def test_what_is_over_stays_over() -> None:
    assert set(PAID_TASK_MOVES) == set(PaidTaskState)
    assert all(not PAID_TASK_MOVES[state] for state in OVER)
