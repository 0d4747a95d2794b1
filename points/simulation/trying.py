"""Rules over the center's own history, in portions of people, each in a short read of its own."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from points.earning.facts import ActivityFacts
from points.programmes.queries import rules_of
from points.programmes.requirements import asks_for_records
from points.programmes.rule_version import parse_rule_version
from points.simulation.columns import SIDES
from points.simulation.history import PEOPLE_AT_ONCE, extent, holders_after, participants, portion
from points.simulation.models import Simulation
from points.simulation.people import Participant
from points.simulation.scheme import always, compare_worth
from points.simulation.tally import Tally
from volunteer.core.db import db


class Trial:
    """One simulation: the version in force and the rules that are tried, person by person."""

    def __init__(self, simulation_id: int, until: date) -> None:
        row = db.session.get_one(Simulation, simulation_id)
        self.programme_id, self.until = row.programme_id, until
        self.schemes = always(rules_of(row.rule_version_id)), always(parse_rule_version(row.source))
        found = extent(self.programme_id)
        self.activities, self.people = found.activities, found.people
        first = min(found.first or until, until)
        self.tallies = [Tally(one, first, until) for one in self.schemes]
        self.affected: Counter[str] = Counter()

    def run(self, tell: Callable[[int], None]) -> dict[str, Any]:
        """Everybody's activities through both; what the page shows of it. `tell` may end the reading transaction."""
        after, done = 0, 0
        while holders := holders_after(self.programme_id, after, PEOPLE_AT_ONCE):
            known = participants(self.programme_id, holders)
            for holder, activities in portion(self.programme_id, holders):
                if holder in known:
                    self._person(known[holder], activities)
            after, done = holders[-1], done + len(holders)
            tell(min(100 * done // max(self.people, 1), 99))
        return self._result()

    def _person(self, who: Participant, activities: list[ActivityFacts]) -> None:
        before, after = (one.person(who, activities).points for one in self.tallies)
        self.affected[compare_worth(self.schemes, (before, after))] += 1

    def _result(self) -> dict[str, Any]:
        return {
            "until": self.until.isoformat(),
            "activities": self.activities,
            "asks_for_records": asks_for_records(self.schemes[1].newest),
            "sides": {side: one.summary() for side, one in zip(SIDES, self.tallies, strict=True)},
            "affected": {one: self.affected[one] for one in ("more", "fewer", "same")},
            "months": {
                side: one.months_as_rows() for side, one in zip(SIDES, self.tallies, strict=True)
            },
        }
