"""What a person said about themselves, no-go pairs, and what requests and households wish of those who come."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.profiles.states import Trait, TravelMode, WishKind
from volunteer.core.db import Model, one_of
from volunteer.users.models import Party


class Profile(Model):
    """Single values of a person; every one may be missing, and a person without a row has said nothing yet."""

    __table_args__ = (
        CheckConstraint("travel_minutes_max > 0", name="travel_minutes_max"),
        CheckConstraint("times_per_week_max > 0", name="times_per_week_max"),
        CheckConstraint("minutes_per_week_max > 0", name="minutes_per_week_max"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), primary_key=True)
    travel_mode: Mapped[TravelMode | None] = mapped_column(one_of(TravelMode))
    travel_minutes_max: Mapped[int | None]
    """The longest way one is willing to go, in one direction."""
    times_per_week_max: Mapped[int | None]
    minutes_per_week_max: Mapped[int | None]
    """Of a week from Monday to Sunday, by planned times."""
    paused_until: Mapped[date | None]
    """No activity before this day: on it the person begins again."""
    has_windows: Mapped[bool] = mapped_column(server_default=false())
    """Whether there is any window. Kept by triggers where windows are written, never written here."""
    changed_at: Mapped[datetime]


class Wish(Model):
    """A kind of activity wanted, rather not, or never; what was not mentioned has no row."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), primary_key=True)
    category_code: Mapped[str] = mapped_column(
        ForeignKey("category.code"), primary_key=True, index=True
    )
    kind: Mapped[WishKind] = mapped_column(one_of(WishKind))


class Skill(Model):
    """Something a person can be good at; the list is the center's. Switched off, never deleted."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)


class PersonSkill(Model):
    """A person can do this."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True, index=True)


class PersonLanguage(Model):
    """A person speaks this besides Japanese (codes of states.LANGUAGES)."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)


class PersonTrait(Model):
    """Something about a person that a household may wish for."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), primary_key=True)
    trait: Mapped[Trait] = mapped_column(one_of(Trait), primary_key=True)


class AvailabilityWindow(Model):
    """Free every week: weekday (0 = Monday), minutes of the Japanese day, half-open; 1440 is the end of the day.

    Windows of a day neither touch nor overlap (the service merges them). Without any window the person has not
    said when; that is not the same as never.
    """

    __table_args__ = (
        CheckConstraint("weekday >= 0 AND weekday <= 6", name="weekday"),
        CheckConstraint("from_minute >= 0 AND until_minute <= 1440", name="day"),
        CheckConstraint("until_minute > from_minute", name="order"),
        Index(
            "ix_availability_window_when",
            "weekday",
            "from_minute",
            "until_minute",
            postgresql_include=["person_id"],
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    from_minute: Mapped[int] = mapped_column(primary_key=True)
    until_minute: Mapped[int]


class AvailabilityException(Model):
    """Days that differ from the week: not free (`is_free` false), or free besides. Both days belong to it."""

    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="days"),
        CheckConstraint("from_minute >= 0 AND until_minute <= 1440", name="day"),
        CheckConstraint("until_minute > from_minute", name="order"),
        Index("ix_availability_exception_person_to", "person_id", "to_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    from_minute: Mapped[int] = mapped_column(default=0)
    until_minute: Mapped[int] = mapped_column(default=1440)
    is_free: Mapped[bool]


class NoGoPair(Model):
    """These two are never brought together. Only staff know; neither side is ever told, also not by a refusal.

    Of two persons the smaller id stands first. Ended, never deleted; the reason is sealed.
    """

    __table_args__ = (
        CheckConstraint("person_id <> other_party_id", name="two"),
        Index(
            "uq_no_go_pair_live",
            "person_id",
            "other_party_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"))
    other_party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    reason_sealed: Mapped[str] = mapped_column(Text, default="")
    made_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    ended_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    other: Mapped[Party] = relationship(foreign_keys=[other_party_id])


class RequestTrait(Model):
    """What those who are helped wish of whoever comes. Only staff see and edit it."""

    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"), primary_key=True)
    trait: Mapped[Trait] = mapped_column(one_of(Trait), primary_key=True)


class RequestLanguage(Model):
    """A language besides Japanese which whoever comes must speak (codes of states.LANGUAGES)."""

    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)


class RequestSkill(Model):
    """A skill which whoever comes must have."""

    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True, index=True)


class HouseholdTrait(Model):
    """What a household wishes of whoever comes to any of its requests. Only staff see and edit it."""

    household_id: Mapped[int] = mapped_column(ForeignKey("household.party_id"), primary_key=True)
    trait: Mapped[Trait] = mapped_column(one_of(Trait), primary_key=True)


class HouseholdLanguage(Model):
    """A language besides Japanese which whoever comes to a household must speak (codes of states.LANGUAGES)."""

    household_id: Mapped[int] = mapped_column(ForeignKey("household.party_id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
