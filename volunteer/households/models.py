"""Household and its contacts. Health remarks are sealed; every look at them is logged."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.areas.models import Area
from volunteer.core.db import Model
from volunteer.users.models import Party


class Household(Model):
    """A helped household; the row's id is the party's id. We store that somebody checked, not the papers."""

    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    kana: Mapped[str] = mapped_column(String(80))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    address: Mapped[str] = mapped_column(String(200))
    telephone: Mapped[str] = mapped_column(String(20), default="")
    remarks_sealed: Mapped[str] = mapped_column(Text, default="")
    checked_by: Mapped[str] = mapped_column(String(60))
    """Who checked that the household may be helped (民生委員, staff …)."""
    checked_on: Mapped[date]
    entered_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    party: Mapped[Party] = relationship()
    area: Mapped[Area] = relationship()
    contacts: Mapped[list["HouseholdContact"]] = relationship(order_by="HouseholdContact.id")


class HouseholdContact(Model):
    """Whom to call about a household, in this order."""

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.party_id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    relation: Mapped[str] = mapped_column(String(20))
    telephone: Mapped[str] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]
