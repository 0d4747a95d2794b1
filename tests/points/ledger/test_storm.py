"""Several processes at once on one person's points: never more than there is, never twice, always the right sum."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from points.earning import services as earning
from points.earning.facts import ActivityFacts
from points.ledger import agreement, queries, services
from points.ledger.models import CapUsage
from tests.cast import Cast
from tests.factories import rules
from tests.points.ledger.callers import (
    attempt,
    churn,
    drain,
    drain_blindly,
    together,
    watch,
    watch_everything,
)
from volunteer.core.db import db, write_turn

pytestmark = pytest.mark.both_databases

LOTS = 4
IN_EACH = 500
PROCESSES = 8


@pytest.fixture
def rich(cast: Cast) -> dict[str, int]:
    """Somebody with 2,000 points in four lots."""
    who = {"holder_id": cast.hanako.party_id, "programme_id": cast.programme.id}
    with write_turn():
        for month in range(8, 8 + LOTS):
            services.credit(
                **who,
                rule_version_id=None,
                points=IN_EACH,
                activity_on=date(2026, month, 2),
                expires_on=date(2028, 3, 31),
                key=f"credit:{month}",
                source="import:1",
            )
    return who


def test_eight_processes_drain_one_person_and_readers_see_the_right_sum(
    app: Flask, rich: dict[str, int], pytestconfig: pytest.Config
) -> None:
    is_long = pytestconfig.getoption("--long")
    rounds, seconds = (400, 60.0) if is_long else (12, 3.0)
    calls: list[Any] = [
        (
            drain,
            {
                "who": rich,
                "name": f"caller{number}",
                "amounts": [50 + 37 * (number + turn) % 250 for turn in range(rounds)],
            },
        )
        for number in range(PROCESSES)
    ]
    calls += [(watch, {"who": rich, "total": LOTS * IN_EACH, "seconds": seconds})] * 2
    calls += [(watch_everything, {"seconds": seconds})] * 2
    answers = together(app, calls)
    assert answers[PROCESSES:] == [""] * 4
    held = [points for one in answers[:PROCESSES] for points in one]
    found = queries.balances(**rich)
    assert found.held == sum(held) <= LOTS * IN_EACH
    assert found.in_lots == LOTS * IN_EACH - sum(held)
    assert found.in_lots < 300
    assert agreement.findings() == []


def test_eight_processes_do_everything_and_every_read_is_right(
    app: Flask, cast: Cast, pytestconfig: pytest.Config
) -> None:
    people = [cast.hanako.party_id, cast.ichiro.party_id, cast.student.party_id]
    seconds = 120.0 if pytestconfig.getoption("--long") else 4.0
    calls: list[Any] = [
        (
            churn,
            {
                "people": people,
                "programme_id": cast.programme.id,
                "seed": number,
                "seconds": seconds,
            },
        )
        for number in range(PROCESSES)
    ]
    calls += [(watch_everything, {"seconds": seconds})] * 2
    answers = together(app, calls)
    assert answers[PROCESSES:] == ["", ""]
    assert min(answers[:PROCESSES]) > 0, "everybody had a turn"
    assert agreement.findings() == []


def test_the_database_stops_what_python_forgot(app: Flask, cast: Cast) -> None:
    who = {"holder_id": cast.hanako.party_id, "programme_id": cast.programme.id}
    with write_turn():
        services.credit(
            **who,
            rule_version_id=None,
            points=500,
            activity_on=date(2026, 11, 2),
            expires_on=None,
            key="credit",
            source="import:1",
        )
    calls: list[Any] = [
        (drain_blindly, {"who": who, "name": f"careless{number}", "times": 20, "points": 60})
        for number in range(4)
    ]
    assert sum(together(app, calls)) == 500 // 60
    assert queries.balances(**who).in_lots == 500 % 60


def test_the_same_request_from_several_processes_is_one_hold(
    app: Flask, rich: dict[str, int]
) -> None:
    request = {"points": 700, "hold_key": "one", "key": "hold:one", "source": "cash_out:1"}
    calls: list[Any] = [(attempt, {"service": services.hold, "values": {**rich, **request}})] * 4
    answers = together(app, calls)
    assert len(set(answers)) == 1, answers
    assert answers[0].startswith("id:")
    assert queries.balances(**rich).held == 700


def test_simultaneous_awards_never_pass_a_cap(app: Flask, cast: Cast) -> None:
    calls: list[Any] = [
        (award_many, {"person_id": cast.hanako.party_id, "first": 10 * number})
        for number in range(PROCESSES)
    ]
    points = [one for some in together(app, calls) for one in some]
    rows = db.session.execute(db.select(CapUsage.period, CapUsage.used))
    used = {str(row.period): row.used for row in rows}
    assert sum(points) == 5000 == used["year"]
    assert max(points) <= 1000
    assert queries.balances(cast.hanako.party_id, cast.programme.id).in_lots == 5000


def award_many(person_id: int, first: int) -> list[int]:
    """Snow for one or two households and meals on one day, again and again."""
    points = []
    for number in range(first, first + 6):
        given = _facts(person_id, number)
        with write_turn():
            points.append(earning.award_activity(given).points)
    return points


def _facts(person_id: int, number: int) -> ActivityFacts:
    changes: dict[str, Any] = {"category_code": "meals", "planned_minutes": 60}
    if number % 3:
        changes = {"category_code": "snow", "households": number % 3}
    return rules.facts(source_id=number + 1, person_id=person_id, source_kind="import", **changes)


def test_two_at_once_with_the_same_activity_are_one_award(app: Flask, cast: Cast) -> None:
    values = {"facts": _facts(cast.hanako.party_id, 1)}
    calls: list[Any] = [(attempt, {"service": earning.award_activity, "values": values})] * 4
    assert len(set(together(app, calls))) == 1
    assert queries.balances(cast.hanako.party_id, cast.programme.id).in_lots == 500
