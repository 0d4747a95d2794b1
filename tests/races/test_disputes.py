"""A time is disputed: two clerks decide at once, the host corrects meanwhile, two browsers complain."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.checkin.duties import verify
from matching.checkin.states import Direction
from matching.disputes.states import DisputeState
from tests.cast import Cast
from tests.factories.volunteer import make_staff
from tests.matching.checkin.scenes import attendances, events
from tests.matching.disputes.scenes import complain, desk_path, disputes, forgotten_day, path
from tests.races.scene import BOTH_WAYS, all_is_well, browser, posting, race, slow, statuses
from volunteer.core.db import write_turn
from volunteer.core.permissions import Role

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]

CORRECTED = {"outcome": "corrected", "came": "10:00", "left": "11:00", "reason": "1時間でした"}
STANDS = {"outcome": "stands", "reason": "記録のとおりです"}


def _sound() -> None:
    all_is_well()
    assert verify() == []


@BOTH_WAYS
def test_two_clerks_decide_at_once(app: Flask, cast: Cast, clock: Any, first: int) -> None:
    complain(forgotten_day(app, cast, clock), cast)
    with write_turn():
        other = make_staff(Role.COORDINATOR, name="相談 次子")
    one, two = browser(app, cast.coordinator), browser(app, other)
    answers = race(
        app,
        first,
        posting(one, desk_path(), **CORRECTED),
        posting(two, desk_path(), **STANDS),
    )
    assert sorted(statuses(answers)) == [303, 422]
    is_corrected = answers[0].status_code == 303
    wanted = DisputeState.CORRECTED if is_corrected else DisputeState.STANDS
    assert disputes()[0].state is wanted
    assert attendances()[0].minutes_counted == (60 if is_corrected else 120)
    _sound()


@BOTH_WAYS
def test_the_host_corrects_while_the_desk_decides(
    app: Flask, cast: Cast, clock: Any, first: int
) -> None:
    complain(forgotten_day(app, cast, clock), cast)
    host, desk = browser(app, cast.cook), browser(app, cast.coordinator)
    times = f"/o/shifts/{cast.shift_today.id}/attendances/{attendances()[0].id}/times"
    shown = host.get(times)
    typed = {"came": "10:00", "left": "11:30", "reason": "11時半まで"}
    answers = race(
        app,
        first,
        lambda: host.resubmit(shown, typed, page=times),
        posting(desk, desk_path(), **CORRECTED),
    )
    assert answers[1].status_code == 303
    assert answers[0].status_code in (303, 422)
    assert disputes()[0].state is DisputeState.CORRECTED
    told = [one for one in events() if one.direction is Direction.CORRECTION]
    assert len(told) == (2 if answers[0].status_code == 303 else 1)
    assert attendances()[0].minutes_counted == told[-1].detail["after"][0]
    _sound()


def test_one_person_complains_in_two_browsers(app: Flask, cast: Cast, clock: Any) -> None:
    forgotten_day(app, cast, clock)
    clock.advance(timedelta(minutes=1))
    data = {"kind": "other_time", "came": "10:00", "left": "11:00", "words": "1時間でした"}
    acts = [posting(browser(app, cast.hanako), path(cast), **data) for _n in range(2)]
    answers = race(app, 0, *acts)
    assert sorted(statuses(answers)) == [303, 422]
    assert len(disputes()) == 1
    _sound()
