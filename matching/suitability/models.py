"""What a ranking asks of everybody, side by side: one narrow row a person, read whole for every ranking."""

from datetime import date

from sqlalchemy import ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from matching.profiles.states import TravelMode
from volunteer.core.db import Model

MODE_NUMBERS = {
    TravelMode.WALK: 0,
    TravelMode.BICYCLE: 1,
    TravelMode.BUS: 2,
    TravelMode.CAR: 3,
}
"""How somebody travels as a number; the triggers know these numbers too."""


class PersonBrief(Model):
    """The values of person and profile that the filter of a ranking looks at. Kept by triggers where those are written
    (migrations/brief_guards.py), never written here; everybody has one.

    Looking at 30,000 people takes as long as their rows are wide, and longer still in two tables. What always has a
    value stands first: PostgreSQL finds it without reading what comes before.
    """

    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), primary_key=True)
    birth_on: Mapped[date]
    mode: Mapped[int] = mapped_column(SmallInteger)
    """`MODE_NUMBERS`; who has not said how they come takes the bus."""
    is_registered: Mapped[bool]
    """Whether the person may take part and earn now."""
    is_student: Mapped[bool]
    """Whether they are tied to the town by a school."""
    has_guardian: Mapped[bool]
    """Whether a guardian has agreed."""
    has_windows: Mapped[bool]
    """Whether they said when in the week they are free."""
    area_id: Mapped[int | None]
    """Where they live, as far as known."""
    travel_minutes_max: Mapped[int | None]
    times_per_week_max: Mapped[int | None]
    minutes_per_week_max: Mapped[int | None]
    paused_until: Mapped[date | None]
