"""A generated town: all five frauds are found, and next to nothing honest is shown."""

from typing import Any

import pytest

from matching.anomalies.jobs import find_anomalies
from matching.anomalies.models import AnomalyAttendance, AnomalyFinding
from tests.cast import Cast
from tests.factories.odd_town import OddTown
from tests.matching.checkin.scenes import rows

pytestmark = pytest.mark.both_databases


def test_all_planted_frauds_are_found_and_hardly_anything_else(app: Any, cast: Cast) -> None:
    town = OddTown(seed=1)
    town.write()
    find_anomalies()
    found: dict[Any, set[int]] = {}
    kinds = {one.id: one.kind for one in rows(AnomalyFinding)}
    for link in rows(AnomalyAttendance):
        found.setdefault(kinds[link.finding_id], set()).add(link.attendance_id)
    assert set(town.planted) <= set(found)
    for kind, planted in town.planted.items():
        assert len(found[kind] & planted) >= len(planted) // 2, kind
    shown, bad = set().union(*found.values()), set().union(*town.planted.values())
    honest = len(town.rows) - len(bad)
    assert honest >= 2_000
    assert len(shown - bad) <= honest // 100


def test_a_second_night_repeats_nothing(app: Any, cast: Cast) -> None:
    OddTown(seed=2).write()
    assert "new=0" not in find_anomalies()
    before = len(rows(AnomalyFinding))
    assert find_anomalies().endswith("new=0")
    assert len(rows(AnomalyFinding)) == before
