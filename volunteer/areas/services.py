"""The verbs of districts."""

from dataclasses import asdict

from sqlalchemy import update

from volunteer.areas.area_file import AreaLine
from volunteer.areas.models import Area
from volunteer.core.db import db
from volunteer.core.models import Center


def add_areas(lines: list[AreaLine]) -> int:
    """These districts exist afterwards, in the order of the file; how many were added.

    A district is known by its code and takes its other values from the file. Districts the file no longer names
    stay, because people and requests may lie in them, and come last.
    """
    known = {area.code: area for area in db.session.execute(db.select(Area)).scalars()}
    for position, line in enumerate(lines):
        area = known.pop(line.code, None)
        if area is None:
            area = Area(code=line.code)
            db.session.add(area)
        for name, value in asdict(line).items():
            setattr(area, name, value)
        area.position = position
    left = sorted(known.values(), key=lambda area: area.position)
    for position, area in enumerate(left, start=len(lines)):
        area.position = position
    added = sum(1 for row in db.session.new if isinstance(row, Area))
    db.session.flush()
    return added


def load_areas(comment: str, lines: list[AreaLine]) -> int:
    """As `add_areas`, and the comment of the file stands on the settings page."""
    db.session.execute(update(Center).values(areas_comment=comment))
    return add_areas(lines)
