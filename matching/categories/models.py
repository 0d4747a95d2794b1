"""Activity categories."""

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from matching.categories.states import Priority
from volunteer.core.db import Model


class Category(Model):
    """A kind of activity. It knows which evidence it accepts and whether work is paid, never points (decision 4)."""

    __table_args__ = (
        CheckConstraint("yen_per_hour > 0", name="yen_per_hour"),
        CheckConstraint("usual_priority BETWEEN 0 AND 3", name="usual_priority"),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    summary: Mapped[str] = mapped_column(String(200), default="")
    icon: Mapped[str] = mapped_column(String(30), default="heart")
    """An id of static/icons.svg without the prefix `i-`."""
    is_paid: Mapped[bool] = mapped_column(default=False)
    yen_per_hour: Mapped[int | None]
    """What a paid hour costs; empty = agreed with each asker. A request keeps the price it was published with."""
    accepted_sources: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Which check-in sources count (values of matching.checkin.states.Source); empty = all."""
    qualification_kind: Mapped[str] = mapped_column(String(40), default="")
    """The training one needs on the day; empty = none."""
    qualification_label: Mapped[str] = mapped_column(String(80), default="")
    needs_insurance: Mapped[bool] = mapped_column(default=True)
    usual_priority: Mapped[int] = mapped_column(default=int(Priority.USUAL))
    """How pressing such help is as a rule: the center's word. A coordinator may give one request another."""
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)

    @property
    def priority(self) -> Priority:
        """The usual priority with its word."""
        return Priority(self.usual_priority)
