"""Whoever did not set their PIN themselves learns that it was set; the digits are in no message."""

from hashlib import sha256

from sqlalchemy import select

from volunteer.core.db import db
from volunteer.core.outbox import queue
from volunteer.people.models import Person
from volunteer.users.models import Acting, User
from volunteer.users.states import ActingAs

TEMPLATE = "volunteer/pins/set_by_staff"
TOLD = (ActingAs.SELF, ActingAs.GUARDIAN)


def set_by_staff(person: Person, sealed: str, *, is_first: bool) -> None:
    """Tell the person and their guardians; where nobody has an address the notice is kept for the desk."""
    receivers: dict[str | None, User | None] = {person.email: None} if person.email else {}
    receivers |= {user.email: user for user in _users(person.party_id)}
    occasion = f"pin_set:{person.party_id}:{sha256(sealed.encode()).hexdigest()[:16]}"
    for number, (address, user) in enumerate((receivers or {None: None}).items()):
        queue(
            TEMPLATE,
            f"{occasion}:{number}",
            address,
            {"name": person.name, "is_first": is_first},
            language=user.language if user else None,
            to_user_id=user.id if user else None,
            to_party_id=person.party_id,
        )


def _users(person_id: int) -> list[User]:
    """Who signs in as this person or as their guardian."""
    statement = (
        select(User)
        .join(Acting, Acting.user_id == User.id)
        .where(
            Acting.party_id == person_id,
            Acting.capacity.in_(TOLD),
            Acting.ended_at.is_(None),
            User.disabled_at.is_(None),
        )
        .order_by(User.id)
    )
    return list(db.session.execute(statement).scalars())
