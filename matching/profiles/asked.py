"""What whoever comes must have: what a request wishes and, where it helps at home, what its household always wishes."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Integer, String, cast, literal

from matching.help_requests.models import HelpRequest
from matching.profiles import models as m
from volunteer.core.db import db

OF_REQUESTS: tuple[tuple[str, Any, Any], ...] = (
    ("skill", m.RequestSkill, m.RequestSkill.skill_id),
    ("language", m.RequestLanguage, m.RequestLanguage.language),
    ("trait", m.RequestTrait, m.RequestTrait.trait),
)
OF_HOUSEHOLDS: tuple[tuple[str, Any, Any], ...] = (
    ("language", m.HouseholdLanguage, m.HouseholdLanguage.language),
    ("trait", m.HouseholdTrait, m.HouseholdTrait.trait),
)


def asked(help_request_ids: Collection[int]) -> list[Any]:
    """For a UNION ALL: (request, `skill`, `language` or `trait`, which). What both wish comes twice."""
    requests = [
        db.select(*_line(model.help_request_id, kind, what)).where(
            model.help_request_id.in_(help_request_ids)
        )
        for kind, model, what in OF_REQUESTS
    ]
    households = [
        db.select(*_line(HelpRequest.id, kind, what))
        .join(model, model.household_id == HelpRequest.requester_party_id)
        .where(HelpRequest.id.in_(help_request_ids))
        for kind, model, what in OF_HOUSEHOLDS
    ]
    return [*requests, *households]


def _line(request: Any, kind: str, what: Any) -> tuple[Any, ...]:
    return (
        cast(request, Integer).label("help_request_id"),
        literal(kind).label("kind"),
        cast(what, String).label("word"),
    )
