"""A version is ended while somebody earns by it: never both, whoever comes first."""

import time
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from points.earning.services import award_activity
from points.ledger.models import Journal
from points.ledger.services import credit
from points.ledger.verifying import verify_all
from points.programmes.models import RuleVersion
from points.programmes.services import load_rule_version
from tests.cast import Cast
from tests.factories.points import OTARU
from tests.points.earning.test_awards import facts
from tests.races.scene import BOTH_WAYS, HELD_OPEN, Act, race
from volunteer.core.db import db, run_turn
from volunteer.core.errors import Refused

pytestmark = pytest.mark.both_databases

DAY = date(2026, 11, 21)
"""On which somebody helps, and before which the old version shall end."""
OF_THE_WORK = {"award_has_attendance"}
"""The award is of an activity that nobody did."""
NEW = OTARU.replace("valid_from = 2021-04-01", f"valid_from = {DAY}").replace("= 500", "= 600")


def loading() -> Act:
    """Loading a version that ends the old one, held open a moment; "" or why not."""

    def load() -> str:
        load_rule_version(NEW)
        time.sleep(HELD_OPEN)
        return ""

    def act() -> str:
        try:
            return run_turn(load)
        except Refused as error:
            return error.code

    return act


def earning(cast: Cast) -> Act:
    """An award for that day, held open a moment; the points."""
    done = facts(cast)

    def earn() -> int:
        points = award_activity(done).points
        time.sleep(HELD_OPEN)
        return points

    return lambda: run_turn(earn)


@BOTH_WAYS
def test_who_earns_has_the_old_rules_or_the_new_ones(app: Flask, cast: Cast, first: int) -> None:
    refused, points = race(app, first, loading(), earning(cast))
    ((valid_from, valid_to),) = db.session.execute(
        db.select(RuleVersion.valid_from, RuleVersion.valid_to)
        .join(Journal, Journal.rule_version_id == RuleVersion.id)
        .where(Journal.effective_on == DAY)
    ).all()
    is_new = valid_from == DAY
    assert valid_to is None
    assert (refused, points > 0) == ("" if is_new else "version_used", True)
    assert is_new == (first == 0)
    assert [one for one in verify_all() if one.rule not in OF_THE_WORK] == []


@BOTH_WAYS
def test_the_database_itself_lets_only_one_of_both_through(
    app: Flask, cast: Cast, first: int
) -> None:
    """Somebody who asks nobody: no service looks, the triggers do."""
    version_id = db.session.scalars(db.select(RuleVersion.id)).one()
    who = {"holder_id": cast.hanako.party_id, "programme_id": cast.programme.id}

    def attempt(act: Act) -> Act:
        def in_turn() -> bool:
            act()
            time.sleep(HELD_OPEN)
            return True

        def tell() -> bool:
            try:
                return run_turn(in_turn)
            except DBAPIError:
                return False

        return tell

    def end() -> None:
        statement = text("UPDATE rule_version SET valid_to = :day WHERE id = :id")
        db.session.execute(statement, {"day": DAY.isoformat(), "id": version_id})

    def earn() -> None:
        rest = {"points": 10, "activity_on": DAY, "expires_on": None, "source": "import:1"}
        credit(**who, **rest, rule_version_id=version_id, key="race")

    done = race(app, first, attempt(end), attempt(earn))
    assert done == [first == 0, first == 1]
