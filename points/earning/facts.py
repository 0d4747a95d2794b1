"""What the work tells the points about one activity. The award row keeps these facts, also at 0 points."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Grade(StrEnum):
    """How well an attendance is proved (design: check-in)."""

    ON_SITE = "on_site"
    HOST_SIGNED = "host_signed"
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """One person's part in one activity.

    `source_kind` and `source_id` point back to the attendance. `activity_on` is the planned start in
    Asia/Tokyo and never moves. `counted_minutes` stays None until the real time is known.
    `people_sharing` people served the `households` together (for awards that are divided).
    `title` and `place` are what the passbook says of it. `ends_at` is the planned end, from which the time until
    it settles is counted. `was_accepted`: the person had a seat before coming (no walk-in). `host` is the name of the
    organization at whose place it was; `is_introduced`: the center brought the person there; `proof` says what
    proves it (programmes/terms.py, Proof), empty where nobody knows.
    """

    source_kind: str
    source_id: int
    person_id: int
    category_code: str
    host_party_id: int | None
    role: str
    activity_on: date
    planned_minutes: int
    counted_minutes: int | None
    households: int
    is_paid: bool
    is_own_family: bool
    is_client_here: bool
    grade: Grade
    people_sharing: int = 1
    title: str = ""
    place: str = ""
    ends_at: datetime | None = None
    was_accepted: bool = True
    host: str = ""
    is_introduced: bool = True
    proof: str = ""

    def __post_init__(self) -> None:
        if min(self.planned_minutes, self.counted_minutes or 0, self.households) < 0:
            raise ValueError("minutes and households cannot be negative")
        if self.people_sharing < 1:
            raise ValueError("an activity is shared by at least one person")

    def as_json(self) -> dict[str, Any]:
        """The facts as the award row keeps them."""
        return {
            **{name: getattr(self, name) for name in _NAMES},
            "activity_on": self.activity_on.isoformat(),
            "grade": str(self.grade),
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "ActivityFacts":
        """The facts out of an award row."""
        activity_on, grade = date.fromisoformat(kept["activity_on"]), Grade(kept["grade"])
        ends_at = datetime.fromisoformat(kept["ends_at"]) if kept.get("ends_at") else None
        changed = {"activity_on": activity_on, "grade": grade, "ends_at": ends_at}
        return cls(**{**kept, **changed})

    @property
    def minutes(self) -> int:
        """The minutes that count: the real ones, or the planned ones until those are known."""
        return self.planned_minutes if self.counted_minutes is None else self.counted_minutes


_NAMES = tuple(one.name for one in fields(ActivityFacts))
