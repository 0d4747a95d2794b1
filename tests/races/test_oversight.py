"""Ticked differences and findings: two confirm at once, one refuses meanwhile, two look, the search runs twice."""

from typing import Any

import pytest
from flask import Flask

from matching.anomalies.models import AnomalyAnswer, AnomalyFinding
from matching.anomalies.rules import Fact, Noticed
from matching.anomalies.services import keep
from matching.anomalies.states import AnomalyKind
from matching.checkin.duties import verify
from matching.checkin.states import AttendanceState, Direction
from tests.cast import Cast
from tests.factories.anomalies import make_finding
from tests.factories.volunteer import make_staff
from tests.matching.checkin import scenes
from tests.races.scene import BOTH_WAYS, all_is_well, browser, posting, race, slow, statuses
from volunteer.core import clock
from volunteer.core.db import run_turn, write_turn
from volunteer.core.permissions import Role

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]


def _claim(app: Flask, cast: Cast) -> int:
    scenes.accept(cast.hanako, cast.shift_today)
    code = {"code": cast.shift_today.code}
    client = scenes.browser(app, cast.hanako)
    client.submit(f"/shifts/{cast.shift_today.id}/code", code, action="/code")
    (one,) = scenes.attendances()
    return one.id


@BOTH_WAYS
def test_two_members_confirm_the_same_at_once(app: Flask, cast: Cast, first: int) -> None:
    ticks = {"attendance": _claim(app, cast)}
    address = f"/o/shifts/{cast.shift_today.id}/confirmation"
    answers = race(
        app,
        first,
        posting(browser(app, cast.cook), address, **ticks),
        posting(browser(app, cast.helper), address, **ticks),
    )
    assert sorted(statuses(answers)) == [303, 409]
    assert [one.direction for one in scenes.events()].count(Direction.CONFIRMATION) == 1
    assert scenes.in_lots(cast, cast.hanako) == 200
    all_is_well()
    assert verify() == []


@BOTH_WAYS
def test_one_confirms_while_the_other_refuses(app: Flask, cast: Cast, first: int) -> None:
    number = _claim(app, cast)
    of_shift = f"/o/shifts/{cast.shift_today.id}"
    answers = race(
        app,
        first,
        posting(browser(app, cast.cook), f"{of_shift}/confirmation", attendance=number),
        posting(
            browser(app, cast.helper),
            f"{of_shift}/attendances/{number}/refusal",
            reason="来ていません",
        ),
    )
    assert sorted(statuses(answers)) == [303, 409]
    refused = scenes.attendances()[0].state is AttendanceState.REFUSED
    assert refused is (answers[1].status_code == 303)
    assert scenes.in_lots(cast, cast.hanako) == (0 if refused else 200)
    all_is_well()
    assert verify() == []


@BOTH_WAYS
def test_two_look_at_the_same_finding(app: Flask, cast: Cast, first: int) -> None:
    number = _claim(app, cast)
    with write_turn():
        address = f"/desk/anomalies/{make_finding(cast.hanako.party_id, number).id}"
        other = make_staff(Role.COORDINATOR, name="相談 次子")
    answers = race(
        app,
        first,
        posting(browser(app, cast.coordinator), address, outcome="fine", reason="聞きました"),
        posting(browser(app, other), address, outcome="passed_on", reason="調べます"),
    )
    assert sorted(statuses(answers)) == [303, 409]
    assert len(scenes.rows(AnomalyAnswer)) == 1


def test_the_search_runs_twice_at_once(app: Flask, cast: Cast) -> None:
    number = _claim(app, cast)
    moment = clock.to_tokyo(clock.now())
    fact = Fact(number, 1, 1, "", None, "", moment, moment, moment, None)
    found = Noticed(
        AnomalyKind.TWO_PLACES,
        "person:1",
        {"times": 2},
        (number,),
        person_id=cast.hanako.party_id,
    )

    def keeping() -> Any:
        return run_turn(keep, found, {number: fact})

    assert sorted(race(app, 0, keeping, keeping)) == [False, True]
    assert len(scenes.rows(AnomalyFinding)) == 1
