"""Reads of gifts: to whom points may go, and which went."""

from sqlalchemy import or_

from points.programmes.queries import applying
from points.transfers.models import PointTransfer
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.typed import Unreadable, read_kana
from volunteer.people.models import Person
from volunteer.people.states import PersonState


def receiver_of(number: str, kana: str, giver_id: int, programme_id: int) -> Person | None:
    """The registered member of this number whose reading is this one and who takes part in the programme."""
    statement = db.select(Person).where(
        Person.number == number.strip().upper(), Person.state == PersonState.REGISTERED
    )
    person = db.session.execute(statement).scalar()
    if person is None or person.party_id == giver_id or plain(person.kana) != plain(kana):
        return None
    takes_part = {one.programme_id for one in applying(person.party_id, clock.today())}
    return person if programme_id in takes_part else None


def plain(kana: str) -> str:
    """A reading without spaces, in katakana, for comparing."""
    try:
        return read_kana(kana).replace(" ", "").replace("\u3000", "")
    except Unreadable:
        return ""


def gifts_of(person_id: int) -> list[PointTransfer]:
    """What somebody gave and received, the oldest first."""
    statement = (
        db.select(PointTransfer)
        .where(or_(PointTransfer.giver_id == person_id, PointTransfer.receiver_id == person_id))
        .order_by(PointTransfer.id)
    )
    return list(db.session.execute(statement).scalars())
