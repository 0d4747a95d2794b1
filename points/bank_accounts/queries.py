"""Reads of bank accounts. No number is opened here."""

from datetime import datetime

from points.bank_accounts.models import BankAccount
from points.bank_accounts.states import HELD_BACK
from volunteer.core.db import db
from volunteer.people.models import Person
from volunteer.users.models import Acting


def live_account(party_id: int) -> BankAccount | None:
    """Where money of this party goes now."""
    statement = db.select(BankAccount).where(
        BankAccount.party_id == party_id, BankAccount.ended_at.is_(None)
    )
    return db.session.execute(statement).scalar()


def person_or_none(person_id: int) -> Person | None:
    """The person of this id."""
    return db.session.get(Person, person_id)


def has_own_user(party_id: int) -> bool:
    """Whether somebody signs in for this party, who then enters the bank account themselves."""
    statement = db.select(Acting.id).where(Acting.party_id == party_id, Acting.ended_at.is_(None))
    return db.session.execute(statement.limit(1)).scalar() is not None


def changed_at(account: BankAccount) -> datetime | None:
    """When this account took the place of another one; None for a first account, which is no change."""
    statement = (
        db.select(BankAccount.id)
        .where(BankAccount.party_id == account.party_id, BankAccount.id < account.id)
        .limit(1)
    )
    return account.entered_at if db.session.execute(statement).scalar() is not None else None


def held_back_until(account: BankAccount, moment: datetime) -> datetime | None:
    """Until when a recently changed account is not paid to; None when it may be."""
    changed = changed_at(account)
    if changed is None or changed + HELD_BACK <= moment:
        return None
    return changed + HELD_BACK


def people_sharing(account: BankAccount) -> list[Person]:
    """Others whose live account is the same one."""
    statement = (
        db.select(Person)
        .join(BankAccount, BankAccount.party_id == Person.party_id)
        .where(
            BankAccount.blind_index == account.blind_index,
            BankAccount.ended_at.is_(None),
            BankAccount.party_id != account.party_id,
        )
        .order_by(Person.party_id)
    )
    return list(db.session.execute(statement).scalars())
