"""Reads of districts."""

from volunteer.areas.models import Area
from volunteer.core.db import db


def areas() -> list[Area]:
    """All districts in the center's order."""
    return list(db.session.execute(db.select(Area).order_by(Area.position, Area.id)).scalars())
