"""Messages about points: what ends soon."""

from datetime import date

from volunteer.core.db import db
from volunteer.core.outbox import queue
from volunteer.people.models import Person
from volunteer.users.queries import users_for


def expiry_key(holder_id: int, programme_id: int, expires_on: date, threshold: int) -> str:
    """The key of the one warning for a last day and a threshold."""
    return f"expiry:{holder_id}:{programme_id}:{expires_on}:{threshold}"


def warn_of_expiry(
    holder_id: int,
    programme_id: int,
    expires_on: date,
    points: int,
    threshold: int,
    *,
    days_left: int,
) -> bool:
    """Tell a holder, once for each threshold of days, that points end on their last valid day; whether it was new."""
    person = db.session.get(Person, holder_id)
    if person is None:
        return False
    users = users_for(holder_id)
    user = users[0] if users else None
    queued = queue(
        "points/earning/expiry",
        expiry_key(holder_id, programme_id, expires_on, threshold),
        person.email or (user.email if user else None),
        {"name": person.name, "points": points, "day": expires_on.isoformat(), "days": days_left},
        language=user.language if user else None,
        to_user_id=user.id if user else None,
        to_party_id=holder_id,
    )
    return queued is not None
