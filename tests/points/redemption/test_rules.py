"""From points to yen: amounts and refusals."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.programmes.rule_version import RuleVersion
from points.redemption.reasons import explain
from points.redemption.rules import ExchangeRefusal, most_exchangeable, refusal_for, yen_for
from tests.factories.rules import person, position, preset, version

BANK = "bank_transfer"
OPEN = date(2026, 8, 15)  # in the window of the August example

INAGI = version(
    exchange="[exchange]\nminimum_points = 10\nunit_points = 10\n"
    '[[exchange.methods]]\ncode = "bank_transfer"\npoints = 10\nyen = 1000\n',
    more="[caps]\nyearly_exchange_points = 50\nyearly_exchange_yen = 5000\n",
)
YOKOHAMA = version(
    exchange="[exchange]\nminimum_points = 1000\n"
    '[[exchange.methods]]\ncode = "bank_transfer"\nyen = 1\n',
    more="[caps]\nyearly_exchange_points = 8000\n",
)
OTARU = preset("otaru-example")
AUGUST = preset("example-august-year")


@pytest.mark.parametrize(
    ("rules", "available", "points", "yen"),
    [
        (INAGI, 9, 0, 0),
        (INAGI, 10, 10, 1000),
        (INAGI, 19, 10, 1000),
        (INAGI, 50, 50, 5000),
        (INAGI, 120, 50, 5000),
        (YOKOHAMA, 999, 0, 0),
        (YOKOHAMA, 1001, 1001, 1001),
        (YOKOHAMA, 9000, 8000, 8000),
        (OTARU, 999, 0, 0),
        (OTARU, 1099, 1000, 1000),
        (OTARU, 5230, 5200, 5200),
        (OTARU, -300, 0, 0),
    ],
)
def test_the_most_that_can_be_exchanged(
    rules: RuleVersion, available: int, points: int, yen: int
) -> None:
    found = most_exchangeable(position(available), rules, BANK)
    assert (found.points, found.yen) == (points, yen)
    assert (found.refusal is None) == (points > 0)


def test_a_method_has_its_own_rate() -> None:
    mine = position(27, on=OPEN)
    assert most_exchangeable(mine, AUGUST, BANK).yen == 1000
    assert most_exchangeable(mine, AUGUST, "voucher").yen == 1100


def test_what_was_exchanged_this_year_is_taken_off() -> None:
    mine = position(60, exchanged_points=30, exchanged_yen=3000)
    assert most_exchangeable(mine, INAGI, BANK).points == 20
    assert refusal_for(30, mine, INAGI, BANK) == ExchangeRefusal.OVER_YEAR_POINTS
    used_up = position(60, exchanged_points=50, exchanged_yen=5000)
    assert most_exchangeable(used_up, INAGI, BANK).refusal == ExchangeRefusal.OVER_YEAR_POINTS


def test_a_cap_in_yen_alone_is_enough() -> None:
    rules = version(more="[caps]\nyearly_exchange_yen = 5000\n")
    assert most_exchangeable(position(9000), rules, BANK).points == 5000
    assert refusal_for(5001, position(9000), rules, BANK) == ExchangeRefusal.OVER_YEAR_YEN


@pytest.mark.parametrize(
    ("points", "refusal"),
    [
        (-1000, ExchangeRefusal.BELOW_MINIMUM),
        (0, ExchangeRefusal.BELOW_MINIMUM),
        (900, ExchangeRefusal.BELOW_MINIMUM),
        (1000, None),
        (1050, ExchangeRefusal.NOT_A_MULTIPLE),
        (2300, None),
        (2400, ExchangeRefusal.OVER_AVAILABLE),
    ],
)
def test_an_amount_is_refused_with_its_reason(points: int, refusal: ExchangeRefusal | None) -> None:
    assert refusal_for(points, position(2350), OTARU, BANK) == refusal


def test_an_unknown_method_is_refused() -> None:
    assert refusal_for(1000, position(2000), OTARU, "gold") == ExchangeRefusal.UNKNOWN_METHOD
    found = most_exchangeable(position(2000), OTARU, "gold")
    assert (found.points, found.refusal) == (0, ExchangeRefusal.UNKNOWN_METHOD)


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 7, 31), False),
        (date(2026, 8, 1), True),
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
    ],
)
def test_outside_the_window_nothing_can_be_exchanged(day: date, is_open: bool) -> None:
    found = refusal_for(10, position(10, on=day), AUGUST, BANK)
    assert found == (None if is_open else ExchangeRefusal.WINDOW_CLOSED)


def test_somebody_may_collect_and_yet_not_exchange() -> None:
    """Adachi U29: only people up to 29 exchange."""
    rules = version(more="[may_exchange]\nage_max = 29\n")
    young, old = date(1996, 11, 22), date(1996, 11, 21)
    assert refusal_for(1, position(5, person=person(birth_date=young)), rules, BANK) is None
    found = refusal_for(1, position(5, person=person(birth_date=old)), rules, BANK)
    assert found == ExchangeRefusal.TOO_OLD


def test_the_yen_of_points_are_whole() -> None:
    method = AUGUST.method(BANK)
    assert method is not None
    assert yen_for(30, method) == 1500
    third = version(
        exchange="[exchange]\nunit_points = 3\n"
        '[[exchange.methods]]\ncode = "bank_transfer"\npoints = 3\nyen = 100\n'
    ).method(BANK)
    assert third is not None
    for points in (1, 2, 4, -3):
        with pytest.raises(ValueError, match="whole number of yen"):
            yen_for(points, third)


@pytest.mark.parametrize("refusal", ExchangeRefusal)
@pytest.mark.parametrize("method", [BANK, "gold"])
def test_every_refusal_has_words(refusal: ExchangeRefusal, method: str) -> None:
    words = str(explain(refusal, position(500), AUGUST, method))
    assert words
    assert "%(" not in words


def test_the_words_name_the_numbers() -> None:
    below = explain(ExchangeRefusal.BELOW_MINIMUM, position(850), OTARU, BANK)
    assert str(below) == "交換は1,000ポイントからです。今は850ポイント使えます"
    closed = explain(ExchangeRefusal.WINDOW_CLOSED, position(20), AUGUST, BANK)
    assert "8月1日から" in str(closed)


POSITIONS = st.builds(
    position,
    st.integers(-500, 20_000),
    exchanged_points=st.integers(0, 9000),
    exchanged_yen=st.integers(0, 9000),
)
RULES = st.sampled_from([INAGI, YOKOHAMA, OTARU])


@given(POSITIONS, RULES)
def test_the_most_is_allowed_and_one_unit_more_is_not(mine: object, rules: RuleVersion) -> None:
    found = most_exchangeable(mine, rules, BANK)
    assert found.points >= 0
    if found.points:
        assert refusal_for(found.points, mine, rules, BANK) is None
    more = max(found.points + rules.exchange.unit_points, rules.exchange.minimum_points)
    assert refusal_for(more, mine, rules, BANK) is not None


@given(st.integers(-100, 20_000), POSITIONS, RULES)
def test_what_is_allowed_stays_under_every_limit(
    points: int, mine: object, rules: RuleVersion
) -> None:
    if refusal_for(points, mine, rules, BANK) is None:
        assert 0 < points <= most_exchangeable(mine, rules, BANK).points <= mine.available


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_two_exchanges_give_the_yen_of_one(first: int, second: int) -> None:
    method = AUGUST.method(BANK)
    apart = yen_for(first * 10, method) + yen_for(second * 10, method)
    assert apart == yen_for((first + second) * 10, method)
