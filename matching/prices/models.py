"""The center's price rule, one row for each time it was written."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from points.billing.states import Collects
from volunteer.core.db import Model, one_of

CARD_DAYS_MAX = 20
"""A Japanese account holds a card for 30 days at most; work, 72 hours of waiting and two days of grace come off."""


class PriceSetting(Model):
    """How an hour is priced and for whom the money is taken. Added only; the newest row counts.

    What was published before keeps the rule it was published with.
    """

    __table_args__ = (
        CheckConstraint("yen_per_hour BETWEEN 1 AND 20000", name="yen_per_hour"),
        CheckConstraint("first_minutes BETWEEN 0 AND 720", name="first_minutes"),
        CheckConstraint("step_minutes BETWEEN 1 AND 240", name="step_minutes"),
        CheckConstraint("travel_yen BETWEEN 0 AND 20000", name="travel_yen"),
        CheckConstraint("fee_percent BETWEEN 0 AND 50", name="fee_percent"),
        CheckConstraint("floor_yen_per_hour BETWEEN 0 AND 20000", name="floor_yen_per_hour"),
        CheckConstraint("same_day_minutes BETWEEN 0 AND 720", name="same_day_minutes"),
        CheckConstraint("unannounced_percent BETWEEN 0 AND 100", name="unannounced_percent"),
        CheckConstraint(f"card_days BETWEEN 1 AND {CARD_DAYS_MAX}", name="card_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    yen_per_hour: Mapped[int]
    """For categories that have no price of their own."""
    first_minutes: Mapped[int]
    step_minutes: Mapped[int]
    travel_yen: Mapped[int]
    fee_percent: Mapped[int]
    floor_yen_per_hour: Mapped[int]
    same_day_minutes: Mapped[int]
    unannounced_percent: Mapped[int]
    collects: Mapped[Collects] = mapped_column(one_of(Collects))
    card_days: Mapped[int]
    """A card is asked for at most so many days before the work, so that the hold lasts until it is settled."""
    cover: Mapped[str] = mapped_column(String(200), default="")
    """The insurance of paid help, in words for everybody; empty = there is none."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    made_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
