"""How long somebody is under way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.model import Mode, Place, Season
from matching.engine.travel import minutes, minutes_between, street_metres

S, W = Season.SUMMER, Season.WINTER
HOME = Place(0, 0, 0)


@pytest.mark.parametrize(
    ("to", "mode", "season", "expected"),
    [
        (Place(800, 0, 0), Mode.WALK, S, 13),
        (Place(800, 0, 0), Mode.WALK, W, 19),
        (Place(800, 0, 95), Mode.WALK, S, 23),
        (Place(800, 0, -95), Mode.WALK, S, 13),
        (Place(4_000, 0, 50), Mode.BICYCLE, S, 31),
        (Place(4_000, 0, 50), Mode.BICYCLE, W, 40),
        (Place(4_000, 0, 50), Mode.BUS, S, 31),
        (Place(300, 400, 0), Mode.BUS, S, 9),
        (Place(4_000, 0, 50), Mode.CAR, S, 18),
        (Place(4_000, 0, 50), Mode.CAR, W, 25),
        (HOME, Mode.CAR, W, 0),
    ],
)
def test_the_way_by_hand(to: Place, mode: Mode, season: Season, expected: int) -> None:
    assert minutes(HOME, to, mode, season) == expected


def test_streets_are_longer_than_the_straight_line() -> None:
    assert street_metres(HOME, Place(300, 400)) == 650


def test_an_unknown_place_is_no_way() -> None:
    assert minutes_between(None, HOME, Mode.WALK, S) == 0
    assert minutes_between(HOME, None, Mode.WALK, S) == 0


places = st.builds(
    Place, st.integers(-20_000, 20_000), st.integers(-20_000, 20_000), st.integers(0, 300)
)


@given(a=places, b=places, mode=st.sampled_from((Mode.CAR, Mode.BUS, Mode.WALK)))
def test_winter_is_never_quicker_and_no_bus_is_slower_than_feet(
    a: Place, b: Place, mode: Mode
) -> None:
    assert minutes(a, b, mode, W) >= minutes(a, b, mode, S) >= 0
    for season in Season:
        assert minutes(a, b, Mode.BUS, season) <= minutes(a, b, Mode.WALK, season)


@given(a=places, b=places, mode=st.sampled_from((Mode.CAR, Mode.BUS, Mode.WALK)))
def test_the_way_back_differs_only_by_the_hill(a: Place, b: Place, mode: Mode) -> None:
    flat_a, flat_b = Place(a.x_m, a.y_m), Place(b.x_m, b.y_m)
    assert minutes(flat_a, flat_b, mode, S) == minutes(flat_b, flat_a, mode, S)
