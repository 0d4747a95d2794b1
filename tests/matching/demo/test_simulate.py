"""The history of a whole town, checked in by the real services, simulated: every award comes out as it was made."""

import pytest
from flask import Flask

from matching.demo.cli import fill
from matching.demo.plan import SCALES, Scale
from points.earning.models import Award
from points.earning.states import LIVE
from points.programmes.queries import programmes, rules_of_programme
from points.simulation.awarding import Awarding
from points.simulation.history import extent, holders_after, participants, portion
from points.simulation.scheme import in_time
from volunteer.core import clock
from volunteer.core.db import db


def test_every_award_of_a_town_is_simulated_as_it_was_made(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCALES, "tiny", Scale(40, 8, 3))
    fill("tiny", 3)
    clock.reset()
    programme_id = programmes()[0].id
    awarding = Awarding(in_time(rules_of_programme(programme_id).values()))
    holders = holders_after(programme_id, 0, 1000)
    people = participants(programme_id, holders)
    simulated = {
        (facts.source_kind, facts.source_id): (decision.points, str(decision.reason), ends)
        for holder, activities in portion(programme_id, holders)
        for facts, decision, ends in awarding.decide(people[holder], activities)
    }
    rows = db.session.execute(db.select(Award).where(Award.state.in_(LIVE))).scalars()
    awarded = {
        (one.source_kind, one.source_id): (one.points, one.reason, one.expires_on) for one in rows
    }
    assert simulated == awarded
    assert len(awarded) == extent(programme_id).activities > 10
