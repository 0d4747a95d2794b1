"""Messages about points: what ends soon."""

from datetime import date

from volunteer.core.db import db
from volunteer.core.outbox import queue
from volunteer.people.models import Person
from volunteer.users.queries import users_for


def warn_of_expiry(
    holder_id: int, programme_id: int, expires_on: date, points: int, days: int
) -> bool:
    """Tell a holder once, `days` before, that points end on their last valid day; whether it was new."""
    person = db.session.get(Person, holder_id)
    if person is None:
        return False
    users = users_for(holder_id)
    user = users[0] if users else None
    queued = queue(
        "points/earning/expiry",
        f"expiry:{holder_id}:{programme_id}:{expires_on}:{days}",
        person.email or (user.email if user else None),
        {"name": person.name, "points": points, "day": expires_on.isoformat(), "days": days},
        language=user.language if user else None,
        to_user_id=user.id if user else None,
        to_party_id=holder_id,
    )
    return queued is not None
