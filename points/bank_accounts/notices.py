"""Messages about bank accounts; also the way every message about money reaches a person."""

from typing import Any

from points.bank_accounts.models import BankAccount
from volunteer.core import clock, outbox
from volunteer.people.models import Person
from volunteer.users.queries import users_for


def write_to(person: Person, template: str, key: str, params: dict[str, Any]) -> None:
    """Queue one message to a person in their language; without e-mail it is kept for the desk to tell."""
    user = next(iter(users_for(person.party_id)), None)
    outbox.queue(
        template,
        key,
        person.email,
        {"name": person.name, **params},
        language=user.language if user else None,
        to_user_id=user.id if user else None,
        to_party_id=person.party_id,
    )


def tell_changed(person: Person, account: BankAccount, *, is_change: bool) -> None:
    """Tell the person that money now goes to another account, so that they can object in time."""
    params = {
        "bank": account.bank_name or account.bank_code,
        "tail": account.number_tail,
        "at": clock.to_tokyo(account.entered_at).isoformat(),
        "is_change": is_change,
    }
    write_to(person, "points/bank_accounts/changed", f"bank_account:{account.id}:changed", params)
