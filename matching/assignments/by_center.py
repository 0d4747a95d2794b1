"""Whether a shift is one for which only the center decides who comes, as far as one person is concerned.

Households wish for a trait, a language or a skill; staff keep two apart. Which of these it is, nobody is told: all of
it is one obstacle with one text (docs/profiles.md).
"""

from typing import Any

from sqlalchemy import String, cast, exists, or_, union_all

from matching.assignments.models import Participation
from matching.assignments.states import HOLDS_SEAT
from matching.help_requests.models import Shift
from matching.profiles import models as m
from matching.profiles.asked import asked
from matching.profiles.queries import no_go_partners
from volunteer.core.db import db

SAID = (
    ("trait", m.PersonTrait, m.PersonTrait.trait),
    ("language", m.PersonLanguage, m.PersonLanguage.language),
    ("skill", m.PersonSkill, m.PersonSkill.skill_id),
)


def is_by_center(person_id: int, shift: Shift) -> bool:
    """In one statement: something is wished that the person has not said of themselves, or they are kept apart."""
    request = shift.help_request
    parties = [one for one in (request.requester_party_id, request.host_party_id) if one]
    partners = no_go_partners(person_id)
    wished = union_all(*asked([request.id])).subquery()
    statement = db.select(
        or_(
            *(_misses(person_id, wished, *one) for one in SAID),
            exists().where(m.NoGoPair.person_id == person_id)
            .where(m.NoGoPair.other_party_id.in_(parties), m.NoGoPair.ended_at.is_(None)),
            exists().where(Participation.shift_id == shift.id)
            .where(Participation.state.in_(HOLDS_SEAT), Participation.person_id.in_(partners)),
        )
    )  # fmt: skip
    return bool(db.session.execute(statement).scalar())


def _misses(person_id: int, wished: Any, kind: str, said: Any, has: Any) -> Any:
    mine = db.select(cast(has, String)).where(said.person_id == person_id)
    return exists().where(wished.c.kind == kind).where(wished.c.word.not_in(mine))
