"""The verbs of districts."""

from volunteer.areas.area_file import AreaLine
from volunteer.areas.models import Area
from volunteer.core.db import db


def add_areas(lines: list[AreaLine]) -> int:
    """These districts exist afterwards, in the order of the file; how many were added."""
    for position, line in enumerate(lines):
        db.session.add(
            Area(
                code=line.code,
                name=line.name,
                kana=line.kana,
                latitude=line.latitude,
                longitude=line.longitude,
                height_m=line.height_m,
                share=line.share,
                position=position,
            )
        )
    db.session.flush()
    return len(lines)
