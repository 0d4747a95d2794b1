"""Every award read once, holder by holder: computed again from its facts (I8), its cap rows added up again (I9).

Rows come from two open cursors and nothing is kept beyond a holder, so that a million awards need no more memory
than a thousand. Awards of the same kind of activity are computed once.
"""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from math import inf
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select

from points.earning.facts import ActivityFacts
from points.earning.models import Award
from points.earning.rules import points_before_caps, points_under_caps
from points.earning.states import LIVE
from points.ledger.models import CapUsage
from points.ledger.scope import TELL_EVERY, scope
from points.ledger.states import CapPeriod
from points.ledger.walk import streamed
from points.programmes.calendar import programme_year_of
from points.programmes.queries import anchor_of, rules_of
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import AwardRule
from volunteer.core.db import db
from volunteer.core.hooks import Finding

CapKey = tuple[int, CapPeriod, date]
"""Programme, period and its first day, of one holder."""
_NOBODY = inf
WITHOUT_WEIGHT = {"source_kind", "source_id", "person_id", "title", "place", "ends_at"}
"""Facts that no rule looks at: awards that differ in nothing else have the same points."""

AWARDS = (
    select(
        Award.id, Award.holder_id, Award.programme_id, Award.rule_version_id, Award.state,
        Award.facts, Award.points, Award.activity_on, Award.day_cap_left, Award.year_cap_left,
        Award.day_cap_counted,
    )
    .where(Award.points > 0, Award.rule_version_id.is_not(None))
    .order_by(Award.holder_id, Award.activity_on, Award.id)
)  # fmt: skip
CAPS = (
    select(
        CapUsage.id, CapUsage.holder_id, CapUsage.programme_id, CapUsage.period,
        CapUsage.starts_on, CapUsage.used,
    )
    .where(CapUsage.period.in_((CapPeriod.DAY, CapPeriod.YEAR)), CapUsage.used != 0)
    .order_by(CapUsage.holder_id, CapUsage.id)
)  # fmt: skip


class _Rules:
    """Versions and what came out of them, kept while the awards are read."""

    def __init__(self) -> None:
        self.versions: dict[int, RuleVersion] = {}
        self.rules: dict[Any, tuple[AwardRule | None, int]] = {}
        self.years: dict[Any, date] = {}
        self.anchors: dict[tuple[int, int], date | None] = {}
        """Of the holder whose awards are being read: the day their years begin on, by programme and version."""

    def version(self, row: Any) -> RuleVersion:
        """The version an award was made under."""
        found = self.versions.get(row.rule_version_id)
        if found is None:
            found = self.versions[row.rule_version_id] = rules_of(row.rule_version_id)
        return found

    def rule(self, row: Any) -> tuple[AwardRule | None, int]:
        """The rule for the facts of an award, and what it gives when no cap is in the way."""
        weighing = [value for name, value in row.facts.items() if name not in WITHOUT_WEIGHT]
        key = (row.rule_version_id, repr(weighing))
        found = self.rules.get(key)
        if found is None:
            facts = ActivityFacts.from_json(row.facts)
            rule = self.version(row).award_rule(facts.category_code, facts.role, facts.host)
            found = (rule, points_before_caps(rule, facts) if rule else 0)
            self.rules[key] = found
        return found

    def year(self, row: Any) -> date:
        """The first day of the programme year of an award."""
        pots = (row.programme_id, row.rule_version_id)
        if pots not in self.anchors:
            version = self.version(row)
            self.anchors[pots] = anchor_of(row.holder_id, row.programme_id, version)
        key = (row.rule_version_id, row.activity_on, self.anchors[pots])
        found = self.years.get(key)
        if found is None:
            year = programme_year_of(row.activity_on, self.version(row), self.anchors[pots])
            found = self.years[key] = year.start
        return found


def findings() -> list[Finding]:
    """What is wrong with the first bad row of each rule, lowest ids first."""
    first: dict[str, tuple[int, Finding]] = {}
    for number, found in _all():
        if found.rule not in first or number < first[found.rule][0]:
            first[found.rule] = (number, found)
    return [found for _number, found in first.values()]


def _all() -> Iterator[tuple[int, Finding]]:
    """Holders in order, each with its awards and its cap rows."""
    rules, awards = _Rules(), _Grouped(_awards())
    caps = _Grouped(streamed(CAPS.where(scope().holders(CapUsage.holder_id))))
    while (holder := min(awards.holder, caps.holder)) < _NOBODY:
        rules.anchors.clear()
        used: dict[CapKey, int] = {}
        for row in awards.rows_of(holder):
            rule, due = rules.rule(row)
            yield from _computed_again(row, rules.version(row), rule, due)
            if row.state in LIVE:
                counts = rule is None or rule.counts_against_yearly_cap
                _add_up(used, row, rules.year(row) if counts else None)
        yield from _caps(used, caps.rows_of(holder))
        yield from _missing(holder, used)


class _Grouped:
    """Rows that come holder by holder; `holder` is whose rows come next."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self.groups = groupby(rows, attrgetter("holder_id"))
        self.holder: float = 0
        self.rows: Iterator[Any] = iter(())
        self._turn()

    def _turn(self) -> None:
        self.holder, self.rows = next(self.groups, (_NOBODY, iter(())))

    def rows_of(self, holder: float) -> Iterator[Any]:
        """The rows of a holder, none when others come next."""
        if holder == self.holder:
            yield from self.rows
            self._turn()


def _awards() -> Iterator[Any]:
    """Awards in the order of their holders; whoever waits is told how far it has come."""
    tell, total = scope().tell, db.session.execute(select(func.count(Award.id))).scalar_one()
    chosen = AWARDS.where(scope().holders(Award.holder_id))
    for number, row in enumerate(streamed(chosen), start=1):
        if not number % TELL_EVERY:
            tell("awards", number, total)
        yield row
    tell("awards", total, total)


def _computed_again(
    row: Any, version: RuleVersion, rule: AwardRule | None, due: int
) -> Iterator[tuple[int, Finding]]:
    if not version.is_in_force(row.activity_on):
        words = "was made under a version of another time"
        yield row.id, Finding("I8 version", f"award:{row.id}", words)
    if rule is not None:
        due = points_under_caps(due, rule, version, row.day_cap_left, row.year_cap_left)
    if due != row.points:
        words = f"gave {row.points} points; its facts and rules come to {due}"
        yield row.id, Finding("I8 points", f"award:{row.id}", words)


def _add_up(used: dict[CapKey, int], row: Any, year: date | None) -> None:
    """`year` is None where an award does not count against the year's cap."""
    day_key = (row.programme_id, CapPeriod.DAY, row.activity_on)
    used[day_key] = used.get(day_key, 0) + row.day_cap_counted
    if year is not None:
        year_key = (row.programme_id, CapPeriod.YEAR, year)
        used[year_key] = used.get(year_key, 0) + row.points


def _caps(used: dict[CapKey, int], rows: Any) -> Iterator[tuple[int, Finding]]:
    for row in rows:
        total = used.pop((row.programme_id, row.period, row.starts_on), 0)
        if row.used != total:
            words = f"{row.used} are counted, live awards come to {total}"
            yield row.id, Finding("I9 used", f"cap_usage:{row.id}", words)


def _missing(holder: float, used: dict[CapKey, int]) -> Iterator[tuple[int, Finding]]:
    for total in used.values():
        if total:
            words = f"{total} points are counted nowhere"
            yield int(holder), Finding("I9 missing", f"party:{holder}", words)
