"""Reads about the PIN of a card."""

from volunteer.core.db import db
from volunteer.pins.models import CardPin


def pin_of(person_id: int) -> CardPin | None:
    """The PIN of a person, as it stands now."""
    return db.session.get(CardPin, person_id, populate_existing=True)


def sealed_for(person_id: int) -> str:
    """What the sealed hash of a person is bound to."""
    return f"card_pin:{person_id}:pin_sealed"
