"""When work must be paid for: the sixtieth day, the warning before it, and which work of a month is still unpaid."""

from datetime import date, timedelta

import pytest

from points.billing.pay_days import Earned, is_due_soon, is_late, last_day, unpaid_parts

DONE = date(2026, 10, 1)
JOBS = [Earned(1, DONE, 1000), Earned(2, DONE + timedelta(days=3), 2000), Earned(3, DONE, 500)]


def test_the_day_of_the_work_is_the_first_of_the_sixty() -> None:
    assert last_day(DONE) == date(2026, 11, 29)
    assert not is_late(DONE, date(2026, 11, 29))
    assert is_late(DONE, date(2026, 11, 30))


def test_the_warning_begins_after_45_days() -> None:
    assert not is_due_soon(DONE, DONE + timedelta(days=44))
    assert is_due_soon(DONE, DONE + timedelta(days=45))


@pytest.mark.parametrize(
    ("unpaid", "parts"),
    [
        (0, {}),
        (700, {2: 700}),
        (2300, {2: 2000, 3: 300}),
        (3500, {2: 2000, 3: 500, 1: 1000}),
        (9999, {2: 2000, 3: 500, 1: 1000}),
    ],
)
def test_the_oldest_work_of_a_month_is_paid_first(unpaid: int, parts: dict[int, int]) -> None:
    assert unpaid_parts(unpaid, JOBS) == parts
