"""Reads about a person's own data: all that is stored, what stands against erasing it, what was erased."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from volunteer.core.db import db
from volunteer.core.hooks import ErasureHindrance, OwnRecords, hooks
from volunteer.privacy.models import Erasure
from volunteer.users.models import Party


def tabs() -> dict[str, Any]:
    """The pages of the records with their words, in order."""
    return {source.tab: source.label for source in hooks.own_data}


def own_records(
    person_id: int, tab: str | None = None, *, with_bank_data: bool = True
) -> list[OwnRecords]:
    """What is stored about a person, part by part, empty values left out; on one tab, or everything."""
    return [
        OwnRecords(
            part.name,
            part.title,
            [[(label, value) for label, value in row if value != ""] for row in part.rows],
        )
        for source in hooks.own_data
        if tab in (None, source.tab) and (with_bank_data or not source.is_bank_data)
        for part in source.provide(person_id)
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
