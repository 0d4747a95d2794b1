"""Reads about a person's own data: all that is stored, what stands against erasing it, what was erased."""

from dataclasses import dataclass
from datetime import datetime

from volunteer.core.db import db
from volunteer.core.hooks import ErasureHindrance, OwnRecords, hooks
from volunteer.privacy.models import Erasure
from volunteer.users.models import Party


def own_records(person_id: int, *, with_bank_data: bool = True) -> list[OwnRecords]:
    """Everything that is stored about a person, part by part, empty values left out."""
    found = [part for provide in hooks.own_data for part in provide(person_id)]
    return [
        OwnRecords(
            part.name,
            part.title,
            [[(label, value) for label, value in row if value != ""] for row in part.rows],
        )
        for part in found
        if with_bank_data or not part.is_bank_data
    ]


def as_json(parts: list[OwnRecords]) -> list[dict[str, object]]:
    """The same for a file: words of the reader's language, in the order of the page."""
    return [
        {
            "part": part.name,
            "title": str(part.title),
            "records": [{str(label): str(value) for label, value in row} for row in part.rows],
        }
        for part in parts
    ]


def hindrances(person_id: int) -> list[ErasureHindrance]:
    """What stands against erasing this person, and what would be lost by it."""
    return [one for ask in hooks.before_erasing for one in ask(person_id)]


def is_erased(person_id: int) -> bool:
    """Whether this person was erased."""
    statement = db.select(Erasure.id).where(Erasure.party_id == person_id)
    return db.session.execute(statement).scalar() is not None


@dataclass(frozen=True)
class ErasureLine:
    """What must be known outside the database to erase somebody again."""

    party_id: int
    created_at: datetime
    """When the party was made: after a restore the same number may be somebody else."""
    erased_at: datetime


def erasure_lines() -> list[ErasureLine]:
    """All erasures, the oldest first."""
    statement = (
        db.select(Erasure.party_id, Party.created_at, Erasure.erased_at)
        .join(Party, Party.id == Erasure.party_id)
        .order_by(Erasure.id)
    )
    return [ErasureLine(*row) for row in db.session.execute(statement)]
