"""The awards of one person's activities, decided by the rules that decide real ones. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from points.earning.facts import ActivityFacts
from points.earning.rules import AwardDecision, AwardReason, award_for, nothing_to_earn
from points.programmes.calendar import expires_on, programme_year_of
from points.programmes.eligibility import PersonFacts
from points.programmes.rule_version import RuleVersion
from points.simulation.people import Participant
from points.simulation.scheme import Scheme

OUTSIDE = nothing_to_earn(AwardReason.NOT_ENROLLED)

MOST_DAYS = 100_000

Decided = tuple[ActivityFacts, AwardDecision, date | None]
"""An activity, what it earns, the last valid day of its points."""


class Awarding:
    """Decides activities under one scheme. Days and years of a version are looked up once."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self._days: dict[tuple[int, date, date | None], tuple[date, date | None]] = {}

    def decide(self, person: Participant, activities: Iterable[ActivityFacts]) -> Iterator[Decided]:
        """The awards of all activities of one person, in the order in which they are awarded."""
        used_days: dict[date, int] = defaultdict(int)
        used_years: dict[date, int] = defaultdict(int)
        bases: dict[int, PersonFacts] = {}
        for facts in activities:
            day = facts.activity_on
            version = self.scheme.at(day)
            if version is None or not person.takes_part(day):
                yield facts, OUTSIDE, None
                continue
            key = id(version)
            if key not in bases:
                bases[key] = person.base_facts(version)
            who = person.facts_on(bases[key], version, day)
            year, last_day = self._year(version, day, who.enrolled_on)
            caps = version.caps_for(who.class_code)
            decision = award_for(
                facts,
                version,
                None if caps.daily_points is None else caps.daily_points - used_days[day],
                None if caps.yearly_points is None else caps.yearly_points - used_years[year],
                who,
            )
            used_days[day] += decision.counts_against_day
            used_years[year] += decision.counts_against_year
            yield facts, decision, last_day if decision.points else None

    def _year(
        self, version: RuleVersion, day: date, anchor: date | None
    ) -> tuple[date, date | None]:
        """The first day of the programme year of a day, and the last valid day of its points."""
        key = (id(version), day, anchor)
        found = self._days.get(key)
        if found is None:
            if len(self._days) > MOST_DAYS:  # every person has years of their own
                self._days.clear()
            year = programme_year_of(day, version, anchor).start
            found = self._days[key] = (year, expires_on(day, version, anchor))
        return found
