"""The written terms of a paid task (取引条件): the eight items of the law on freelance work, as values. Pure.

The page makes words of them in the reader's language; the Japanese ones count. The items: who, when it was agreed (the
task itself knows), what, when, where, how it is checked, how much and until when, by what means.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.paid_tasks.rules import CONFIRM_HOURS
from points.billing.pay_days import last_day
from volunteer.core.clock import to_tokyo

TEXT = 1
"""The number of the words on the page; a change of their sense gets a new one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the terms are made of."""

    orderer: str
    is_business: bool
    """An organization orders: then the law asks for the terms; a household gets the same."""
    student: str
    center: str
    title: str
    description: str
    place: str
    starts_at: datetime
    ends_at: datetime
    cover: str


def terms_of(facts: Facts) -> dict[str, Any]:
    """The terms as they are kept with the task."""
    worked_on = to_tokyo(facts.starts_at).date()
    return {
        "text": TEXT,
        "orderer": facts.orderer,
        "is_business": facts.is_business,
        "student": facts.student,
        "center": facts.center,
        "title": facts.title,
        "description": facts.description,
        "place": facts.place,
        "starts_at": facts.starts_at.isoformat(),
        "ends_at": facts.ends_at.isoformat(),
        "confirm_hours": CONFIRM_HOURS,
        "pay_until": last_day(worked_on).isoformat(),
        "cover": facts.cover,
    }
