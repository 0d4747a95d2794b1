"""Mails about signing up and being registered."""

from typing import Any

from volunteer.core.outbox import queue
from volunteer.people.models import Person
from volunteer.users.queries import users_for

SIGN_UP_CODE = "volunteer/people/sign_up_code"
ALREADY_KNOWN = "volunteer/people/already_known"


def applied(person: Person) -> None:
    """Thank for the application and say what happens next."""
    _tell("applied", f"applied:{person.party_id}", person, {})


def registered(person: Person, decision_id: int) -> None:
    """The number, and what one can do now."""
    _tell("registered", f"registered:{decision_id}", person, {"number": person.number})


def refused(person: Person, decision_id: int, reason: str) -> None:
    """Why, and whom to ask."""
    _tell("refused", f"refused:{decision_id}", person, {"reason": reason})


def suspended(person: Person, decision_id: int, reason: str) -> None:
    """That taking part rests, and why."""
    _tell("suspended", f"suspended:{decision_id}", person, {"reason": reason})


def resumed(person: Person, decision_id: int) -> None:
    """That taking part is possible again."""
    _tell("resumed", f"resumed:{decision_id}", person, {})


def left(person: Person, decision_id: int) -> None:
    """That the registration has ended; thanks."""
    _tell("left", f"left:{decision_id}", person, {})


def _tell(template: str, key: str, person: Person, params: dict[str, Any]) -> None:
    users = users_for(person.party_id)
    user = users[0] if users else None
    address = person.email or (user.email if user else None)
    queue(
        f"volunteer/people/{template}",
        key,
        address,
        {"name": person.name, **params},
        language=user.language if user else None,
        to_user_id=user.id if user else None,
        to_party_id=person.party_id,
    )
