"""Who may collect and who may exchange."""

from datetime import date

import pytest

from points.programmes.eligibility import Obstacle, age_on, explain_obstacle, obstacle_for
from points.programmes.terms import AgeBasis, Conditions
from tests.factories.rules import person, preset
from volunteer.people.states import Tie


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 4, 2), date(2018, 4, 1), 17),
        (date(2000, 4, 2), date(2018, 4, 2), 18),
        (date(2008, 2, 29), date(2023, 2, 28), 14),
        (date(2008, 2, 29), date(2023, 3, 1), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
    ],
)
def test_age_grows_on_the_birthday(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_both_ends_of_an_age_range_are_included() -> None:
    conditions = Conditions(age_min=15, age_max=29)
    day = date(2026, 11, 21)
    ages = {
        date(2011, 11, 22): Obstacle.TOO_YOUNG,
        date(2011, 11, 21): None,
        date(1996, 11, 22): None,
        date(1996, 11, 21): Obstacle.TOO_OLD,
    }
    for born, obstacle in ages.items():
        assert obstacle_for(person(birth_date=born), conditions, day) == obstacle


def test_the_age_may_be_that_of_the_last_first_of_april() -> None:
    conditions = Conditions(age_min=18, age_basis=AgeBasis.APRIL_1)
    born_in_may = person(birth_date=date(2008, 5, 1))
    assert obstacle_for(born_in_may, conditions, date(2026, 11, 21)) == Obstacle.TOO_YOUNG
    assert obstacle_for(born_in_may, conditions, date(2027, 3, 31)) == Obstacle.TOO_YOUNG
    assert obstacle_for(born_in_may, conditions, date(2027, 4, 1)) is None


def test_one_of_the_ties_is_enough() -> None:
    conditions = preset("otaru-example").may_collect
    day = date(2026, 11, 21)
    assert obstacle_for(person(ties=frozenset({Tie.STUDIES})), conditions, day) is None
    assert obstacle_for(person(ties=frozenset({Tie.OTHER})), conditions, day) == Obstacle.NO_TIE
    assert obstacle_for(person(ties=frozenset()), Conditions(), day) is None


def test_a_minor_needs_consent_until_the_day_of_coming_of_age() -> None:
    conditions = preset("otaru-example").may_collect
    pupil = person(birth_date=date(2009, 1, 10))
    signed = person(birth_date=date(2009, 1, 10), has_guardian_consent=True)
    assert obstacle_for(pupil, conditions, date(2027, 1, 9)) == Obstacle.NO_GUARDIAN_CONSENT
    assert obstacle_for(signed, conditions, date(2027, 1, 9)) is None
    assert obstacle_for(pupil, conditions, date(2027, 1, 10)) is None


@pytest.mark.parametrize("obstacle", Obstacle)
def test_every_obstacle_has_words(obstacle: Obstacle) -> None:
    words = str(explain_obstacle(obstacle, Conditions(15, 29, guardian_consent_under=18)))
    assert words
    assert "%" not in words
