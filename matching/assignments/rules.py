"""May this person do this shift? The rules in their order, without database or clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

OFFER_WAITS = timedelta(days=3)
"""How long an offer waits for an answer, unless the shift begins sooner."""

OFFER_LEAVES = timedelta(hours=2)
"""An answer must come at least this long before the shift begins."""


class Obstacle(StrEnum):
    """Why somebody cannot take part, in the order in which it is said."""

    NOT_REGISTERED = "not_registered"
    TOO_YOUNG = "too_young"
    NOT_STUDENT = "not_student"
    NOT_INSURED = "not_insured"
    NOT_QUALIFIED = "not_qualified"
    BY_CENTER = "by_center"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Fitness:
    """What is known of a person on the day of a shift. `age` in full years; `insured_until` is for the page."""

    is_registered: bool
    age: int
    age_min: int | None
    is_insured: bool
    is_qualified: bool
    overlaps: bool
    insured_until: date | None = None
    is_by_center: bool = False
    """Only the center decides who comes; why, nobody is told."""
    is_for_others: bool = False
    """Paid work, which is for students, and this is none."""


def obstacles(fitness: Fitness) -> list[Obstacle]:
    """Everything that stands in the way, the most fundamental first."""
    checks = {
        Obstacle.NOT_REGISTERED: not fitness.is_registered,
        Obstacle.TOO_YOUNG: fitness.age_min is not None and fitness.age < fitness.age_min,
        Obstacle.NOT_STUDENT: fitness.is_for_others,
        Obstacle.NOT_INSURED: not fitness.is_insured,
        Obstacle.NOT_QUALIFIED: not fitness.is_qualified,
        Obstacle.BY_CENTER: fitness.is_by_center,
        Obstacle.OVERLAP: fitness.overlaps,
    }
    return [obstacle for obstacle, stands in checks.items() if stands]


def answer_until(now: datetime, starts_at: datetime) -> datetime:
    """Until when an offer made now waits: three days, or until two hours before the start, or the start itself."""
    latest = starts_at - OFFER_LEAVES
    return min(now + OFFER_WAITS, latest if latest > now else starts_at)
