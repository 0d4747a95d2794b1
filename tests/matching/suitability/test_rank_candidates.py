"""Who suits a shift: the database's filter is the engine's rules, and the best come first."""

import pytest

from bench.ranking import agrees
from bench.suiting_town import fill
from matching.suitability.ranking import scene_of, stopped, suiting
from tests.cast import Cast
from volunteer.core.db import write_turn


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", [1, 2])
def test_the_database_finds_the_same_people_as_the_rules(cast: Cast, seed: int) -> None:
    with write_turn():
        shifts = fill(250, 25, cast.coordinator.id, seed, done=60)
    found = sum(agrees(shift_id) for shift_id in shifts)
    assert found > 50
    scene = scene_of(shifts[0])
    assert scene
    counted = stopped(scene)
    assert counted.suiting == len(suiting(scene))
    assert all(number <= counted.counts[rule] for rule, number in counted.sole.items())
