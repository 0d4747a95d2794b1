"""The towns in which plans are measured: the same for a seed, and as they are said to be."""

from collections import Counter

import pytest

from bench.plan_towns import KINDS, make_snow_day, make_town
from matching.engine.files import write_problem
from matching.engine.insight import open_heads
from matching.engine.model import DAY, WEEK, Assignment, Season

TOWN = make_town(1_000, 300, seed=1)


def test_the_same_seed_gives_the_same_town_and_another_another() -> None:
    assert make_town(50, 20, seed=7) == make_town(50, 20, seed=7)
    assert make_town(50, 20, seed=7).shifts != make_town(50, 20, seed=8).shifts


def test_a_large_town_is_as_it_is_said_to_be() -> None:
    people = TOWN.volunteers
    resting = sum(not who.is_active or who.paused_until_day is not None for who in people)
    assert 430 < resting < 570
    assert 200 < sum(who.is_student for who in people) < 300
    assert {shift.category for shift in TOWN.shifts} == {kind.code for kind in KINDS}
    assert {shift.priority for shift in TOWN.shifts} == {0, 1, 2, 3}
    assert all(shift.start >= 0 and shift.end <= WEEK for shift in TOWN.shifts)
    assert TOWN.no_go
    assert TOWN.apart
    assert TOWN.policy.season is Season.WINTER


def test_a_small_town_has_hardly_anybody_dormant() -> None:
    people = make_town(300, 100).volunteers
    assert sum(not who.is_active or who.paused_until_day is not None for who in people) < 40


@pytest.mark.parametrize("size", [(0, 0), (0, 4), (4, 0), (1, 1)])
def test_tiny_towns_can_be_made_and_written(
    tmp_path_factory: pytest.TempPathFactory, size: tuple[int, int]
) -> None:
    town = make_town(*size, season=Season.SUMMER)
    assert (len(town.volunteers), len(town.shifts)) == size
    write_problem(tmp_path_factory.mktemp("town") / "p.json", town)


def test_a_snow_day_drops_a_seventh_of_the_roster_and_brings_snow() -> None:
    rows = [Assignment(number + 1, shift.id) for number, shift in enumerate(TOWN.shifts)]
    morning = make_snow_day(TOWN, rows, day=2)
    today = [shift for shift in TOWN.shifts if shift.start // DAY == 2]
    assert len(morning.dropped) == round(len(today) * 0.15)
    assert len(morning.published) + len(morning.dropped) == len(today)
    new = [shift for shift in morning.shifts if shift.id > 300]
    assert {shift.category for shift in new} == {"snow"}
    assert len(new) == round(len(today) * 0.09)
    assert {shift.start // DAY for shift in morning.shifts} == {2}
    away = {volunteer for volunteer, _ in morning.dropped}
    assert all(who.busy for who in morning.volunteers if who.id in away)
    booked = Counter(one.start // DAY for who in morning.volunteers for one in who.booked)
    assert booked
    assert 2 not in booked
    assert set(open_heads(morning, morning.published)) >= {shift.id for shift in new}
