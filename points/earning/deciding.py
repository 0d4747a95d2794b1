"""Which programme an activity earns in, what the caps leave, when it settles. Reads and locks; writes no award."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from points.earning.facts import ActivityFacts, Grade
from points.earning.rules import AwardDecision, AwardReason, award_for
from points.ledger.caps import Period, Use
from points.ledger.postings import Pots
from points.ledger.states import CapPeriod
from points.programmes.calendar import programme_year_of
from points.programmes.queries import Applying, applying
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import Caps, ClaimedPolicy
from volunteer.core import clock
from volunteer.core.crypto import purpose_key


@dataclass(frozen=True, slots=True)
class Choice:
    """The programme an activity earns in, as seen by the caps."""

    applying: Applying
    caps: Caps
    day: Period
    year: Period
    pots: Pots

    @property
    def periods(self) -> list[Period]:
        """The cap rows of this activity, in the order in which they are locked."""
        return [self.day, self.year]


def choose(facts: ActivityFacts) -> Choice | AwardReason:
    """The one programme of this person that lists the category, or why there is none (decision 4)."""
    enrolled = applying(facts.person_id, facts.activity_on)
    if not enrolled:
        return AwardReason.NOT_ENROLLED
    listing = [one for one in enrolled if one.version.lists(facts.category_code)]
    return choice_of((listing or enrolled)[0], facts)


def choice_of(found: Applying, facts: ActivityFacts) -> Choice:
    """The caps and cap rows of an activity in a programme."""
    year = programme_year_of(facts.activity_on, found.version, found.person.enrolled_on)
    return Choice(
        found,
        found.version.caps_for(found.class_code),
        (CapPeriod.DAY, facts.activity_on),
        (CapPeriod.YEAR, year.start),
        Pots(facts.person_id, found.programme_id),
    )


def decide(facts: ActivityFacts, choice: Choice, used: dict[Period, int]) -> AwardDecision:
    """What the activity earns when so much of its caps is used."""
    caps = choice.caps
    return award_for(
        facts,
        choice.applying.version,
        None if caps.daily_points is None else caps.daily_points - used[choice.day],
        None if caps.yearly_points is None else caps.yearly_points - used[choice.year],
        choice.applying.person,
    )


def uses(choice: Choice, day_points: int, year_points: int) -> list[Use]:
    """What an award counts against its caps."""
    return [
        Use(*choice.day, day_points, choice.caps.daily_points if day_points else None),
        Use(*choice.year, year_points, choice.caps.yearly_points if year_points else None),
    ]


def counted(
    activity_on: date,
    version: RuleVersion,
    day_points: int,
    year_points: int,
    enrolled_on: date | None = None,
) -> list[Use]:
    """The same cap rows, to be given back."""
    year = programme_year_of(activity_on, version, enrolled_on)
    return [
        Use(CapPeriod.DAY, activity_on, day_points, None),
        Use(CapPeriod.YEAR, year.start, year_points, None),
    ]


def settles_at(facts: ActivityFacts, version: RuleVersion) -> datetime | None:
    """When an award of this evidence is final by itself; None when somebody has to say so.

    Claimed attendance settles itself only where the programme says so, for a seat that had been accepted, and
    never the share that goes to the desk (design: check-in).
    """
    evidence, end = version.evidence, facts.ends_at or clock.now()
    if facts.grade is not Grade.CLAIMED:
        return end + timedelta(hours=evidence.on_site_settles_after_hours)
    if evidence.claimed is ClaimedPolicy.HOST_CONFIRMS or not facts.was_accepted:
        return None
    if is_drawn_for_desk(facts, version):
        return None
    return end + timedelta(hours=evidence.claimed_settles_after_hours)


def is_drawn_for_desk(facts: ActivityFacts, version: RuleVersion) -> bool:
    """Whether this claim would settle by itself but belongs to the share that the desk looks at."""
    evidence = version.evidence
    return (
        facts.grade is Grade.CLAIMED
        and facts.was_accepted
        and evidence.claimed is ClaimedPolicy.SETTLES_ITSELF
        and _lot_drawn(facts) < evidence.claimed_sample_percent
    )


def _lot_drawn(facts: ActivityFacts) -> int:
    """0–99, the same for the same attendance, not to be foreseen without our key."""
    name = f"{facts.source_kind}:{facts.source_id}".encode()
    digest = hmac.digest(purpose_key("sample of claimed attendance"), name, "sha256")
    return int.from_bytes(digest[:4], "big") % 100
