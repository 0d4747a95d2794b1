"""Somebody whose activities are simulated: what the rules may ask about a person, on any day. Pure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from points.programmes.eligibility import Held, PersonFacts, class_on
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import YearKind
from volunteer.people.states import Tie


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included; no last day: until further notice."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the period contains the day."""
        return self.first <= day and (self.last is None or day <= self.last)


ALWAYS = (Period(date.min),)


@dataclass(frozen=True, slots=True)
class Participant:
    """A person with the periods of taking part and of insurance. Empty periods: never.

    `anchor` is the first day of taking part, from whose anniversaries years may be counted; unknown without dates.
    """

    birth_date: date
    ties: frozenset[Tie] = frozenset()
    has_guardian_consent: bool = False
    class_code: str | None = None
    address: str = ""
    held: tuple[Held, ...] = ()
    insured: tuple[Period, ...] = ()
    registered: tuple[Period, ...] = ALWAYS

    def takes_part(self, day: date) -> bool:
        """Whether the person was registered on the day."""
        return any(one.holds(day) for one in self.registered)

    def anchor(self, version: RuleVersion) -> date | None:
        """The day whose anniversaries begin this person's years; None where one day is for everybody."""
        if version.year_kind is not YearKind.ANNIVERSARY or self.registered == ALWAYS:
            return None
        return min((one.first for one in self.registered), default=None)

    def left_on(self, day: date) -> date | None:
        """The first day of no longer taking part, None while it goes on."""
        known = [one for one in self.registered if one.first <= day]
        if any(one.holds(day) for one in known):
            return None
        lasts = [one.last for one in known if one.last]
        return max(lasts) + timedelta(days=1) if lasts else None

    def base_facts(self, version: RuleVersion, left_on: date | None = None) -> PersonFacts:
        """What does not change from day to day; for an exchange with the day on which taking part ended."""
        return PersonFacts(
            birth_date=self.birth_date,
            ties=self.ties,
            has_guardian_consent=self.has_guardian_consent,
            class_code=self.class_code if version.classes else None,
            address=self.address,
            held=self.held,
            enrolled_on=self.anchor(version),
            left_on=left_on,
        )

    def facts_on(self, base: PersonFacts, version: RuleVersion, day: date) -> PersonFacts:
        """`base` with what depends on the day, where the rules of the version ask for it."""
        if version.classes:
            base = replace(base, class_code=class_on(base, version, day))
        if version.insurance.must_cover:
            base = replace(base, is_insured=any(one.holds(day) for one in self.insured))
        return base


ANYBODY = Participant(birth_date=date(1900, 1, 1))
"""Stands for everybody where nothing is known of people; the scheme then asks nothing of them either."""
