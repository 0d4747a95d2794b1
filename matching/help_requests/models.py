"""Help request, shift, decisions, change notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.categories.models import Category
from matching.categories.states import Priority
from matching.help_requests.states import (
    ChangeAnswerKind,
    Effort,
    HelpRequestState,
    ShiftState,
)
from volunteer.areas.models import Area
from volunteer.core.db import Model, one_of
from volunteer.users.models import Party


class HelpRequest(Model):
    """What somebody asks for. Publishing freezes category, place, pay; dates and headcount live on the shifts."""

    __table_args__ = (
        CheckConstraint("yen_per_hour > 0", name="yen_per_hour"),
        CheckConstraint("own_priority BETWEEN 0 AND 3", name="own_priority"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    requester_party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    """Who asks: an organization, or a household (entered by staff)."""
    host_party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    """The organization that is there on the day; NULL = the center hosts (household visits)."""
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    description: Mapped[str] = mapped_column(Text, default="")
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    public_place: Mapped[str] = mapped_column(String(80))
    """What everybody may read: a street block or a public building."""
    exact_place: Mapped[str] = mapped_column(String(200))
    """Address and how to find it; only for accepted people around the day, the host and staff."""
    bring: Mapped[str] = mapped_column(String(200), default="")
    dangers: Mapped[str] = mapped_column(String(200), default="")
    bad_weather: Mapped[str] = mapped_column(String(200), default="")
    effort: Mapped[Effort] = mapped_column(one_of(Effort), default=Effort.MEDIUM)
    needs_car: Mapped[bool] = mapped_column(default=False)
    age_min: Mapped[int | None]
    households_count: Mapped[int] = mapped_column(default=1)
    """Households served by one visit (per-household awards)."""
    contact_name: Mapped[str] = mapped_column(String(60))
    contact_telephone: Mapped[str] = mapped_column(String(20))
    accepts_at_once: Mapped[bool] = mapped_column(default=True)
    """An application takes the seat at once; otherwise the host or staff accept it."""
    walk_in_allowed: Mapped[bool] = mapped_column(default=False)
    yen_per_hour: Mapped[int | None]
    """The price of paid work as it was when the request was published."""
    price: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The whole price rule at that moment (`matching.prices`)."""
    is_employment: Mapped[bool | None]
    """Whether somebody is to be employed: asked for paid work only, and yes is refused."""
    own_priority: Mapped[int | None]
    """What a coordinator decided for this one (`HelpRequestPriority`); NULL = as its category says."""
    state: Mapped[HelpRequestState] = mapped_column(one_of(HelpRequestState), index=True)
    created_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    category: Mapped[Category] = relationship()
    area: Mapped[Area] = relationship()
    requester: Mapped[Party] = relationship(foreign_keys=[requester_party_id])
    host: Mapped[Party | None] = relationship(foreign_keys=[host_party_id])
    shifts: Mapped[list["Shift"]] = relationship(
        back_populates="help_request", order_by="Shift.starts_at"
    )

    @property
    def priority(self) -> Priority:
        """How pressing it is: for the desk and for plans, never for those who ask or help."""
        own = self.own_priority
        return self.category.priority if own is None else Priority(own)


class HelpRequestDecision(Model):
    """Published, sent back or cancelled by somebody, with the reason. Added only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"), index=True)
    to_state: Mapped[HelpRequestState] = mapped_column(one_of(HelpRequestState))
    reason: Mapped[str] = mapped_column(String(400), default="")
    decided_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime]


class HelpRequestPriority(Model):
    """The priority a coordinator gave to a request, with the reason. Added only; the newest is `own_priority`."""

    __table_args__ = (
        CheckConstraint("priority BETWEEN 0 AND 3", name="priority"),
        CheckConstraint("usual_priority BETWEEN 0 AND 3", name="usual_priority"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"), index=True)
    priority: Mapped[int | None]
    """NULL = again as the category says."""
    usual_priority: Mapped[int]
    """What the category said at that moment."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    @property
    def given(self) -> Priority:
        """How pressing the request was from then on."""
        return Priority(self.usual_priority if self.priority is None else self.priority)


class Shift(Model):
    """A dated piece of work with seats (活動枠). Seats are taken by a guarded update, never counted."""

    __table_args__ = (
        CheckConstraint("seats >= 0", name="seats"),
        CheckConstraint("seats_taken >= 0 AND seats_taken <= seats", name="seats_taken"),
        CheckConstraint("ends_at > starts_at", name="order"),
        Index("ix_shift_board", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    seats: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)
    state: Mapped[ShiftState] = mapped_column(one_of(ShiftState))
    code: Mapped[str | None] = mapped_column(String(12), unique=True)
    """Shift code: shown on the venue screen and poster, typed by the volunteer."""
    cancelled_because: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None]
    help_request: Mapped[HelpRequest] = relationship(back_populates="shifts")

    @property
    def free_seats(self) -> int:
        """How many more people are wanted."""
        return self.seats - self.seats_taken

    @property
    def planned_minutes(self) -> int:
        """From planned start to planned end."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class ChangeNotice(Model):
    """A change after publication; each accepted person confirms it or leaves without loss."""

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200))
    made_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]


class ChangeAnswer(Model):
    """What one person answered to a change notice."""

    __table_args__ = (UniqueConstraint("change_notice_id", "participation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    change_notice_id: Mapped[int] = mapped_column(ForeignKey("change_notice.id"), index=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"), index=True)
    answer: Mapped[ChangeAnswerKind] = mapped_column(one_of(ChangeAnswerKind))
    answered_at: Mapped[datetime | None]
    change_notice: Mapped[ChangeNotice] = relationship()
