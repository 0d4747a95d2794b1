"""The rows of a shift's paper name list: who stands on it with which short code, and what was typed back."""

from sqlalchemy import select

from matching.assignments.models import Participation
from matching.checkin.short_codes import short_codes
from volunteer.core.db import db


def codes_of(shift_id: int) -> dict[int, str]:
    """participation → short code, of everybody who ever applied to a shift (the printed list shows some of them)."""
    statement = select(Participation.id).where(Participation.shift_id == shift_id)
    return short_codes(shift_id, db.session.execute(statement).scalars())
