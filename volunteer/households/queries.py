"""Reads of households."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import joinedload

from volunteer.core import typed
from volunteer.core.crypto import unseal_text
from volunteer.core.db import db
from volunteer.households.models import Household

PAGE = 30


@dataclass(frozen=True)
class Found:
    """One page of a list."""

    households: list[Household]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def household(party_id: int) -> Household | None:
    """A household with district and contacts."""
    options = [joinedload(Household.area), joinedload(Household.contacts)]
    return db.session.get(Household, party_id, options=options)


def households_page(words: str = "", area_id: int | None = None, number: int = 1) -> Found:
    """Households still helped, by number, name or reading and by district."""
    conditions: list[ColumnElement[bool]] = [Household.ended_at.is_(None)]
    if area_id is not None:
        conditions.append(Household.area_id == area_id)
    if words.strip():
        plain = words.strip()[:60]
        conditions.append(
            or_(
                Household.name.contains(plain, autoescape=True),
                Household.kana.contains(typed.to_katakana(plain), autoescape=True),
                Household.number == typed.half_width(words).upper(),
            )
        )
    total = db.session.execute(
        db.select(func.count()).select_from(Household).where(*conditions)
    ).scalar_one()
    statement = (
        db.select(Household)
        .options(joinedload(Household.area))
        .where(*conditions)
        .order_by(Household.kana, Household.party_id)
        .offset((max(1, number) - 1) * PAGE)
        .limit(PAGE)
    )
    return Found(list(db.session.execute(statement).scalars()), total, max(1, number))


def remarks_context(number: str) -> str:
    """What the sealed remarks of a household are bound to."""
    return f"household:{number}:remarks"


def remarks_of(found: Household) -> str:
    """The remarks in the clear; the caller has logged the view."""
    if not found.remarks_sealed:
        return ""
    return unseal_text(found.remarks_sealed, remarks_context(found.number))
