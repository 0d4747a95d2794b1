"""Reads of bank accounts. No number is opened here."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from points.bank_accounts.models import BankAccount
from points.bank_accounts.states import HELD_BACK
from volunteer.core.db import db
from volunteer.people.models import Person
from volunteer.users.models import Acting


class Live(NamedTuple):
    """An account that money goes to, and until when it is not paid to because it was changed."""

    account: BankAccount
    held_back_until: datetime | None


def live_account(party_id: int) -> BankAccount | None:
    """Where money of this party goes now."""
    statement = db.select(BankAccount).where(
        BankAccount.party_id == party_id, BankAccount.ended_at.is_(None)
    )
    return db.session.execute(statement).scalar()


def live_accounts(party_ids: Iterable[int], moment: datetime) -> dict[int, Live]:
    """Where money of each of these parties goes now, with `held_back_until`, in one statement."""
    earlier = db.aliased(BankAccount)
    is_change = db.exists().where(
        earlier.party_id == BankAccount.party_id, earlier.id < BankAccount.id
    )
    statement = db.select(BankAccount, is_change).where(
        BankAccount.party_id.in_(set(party_ids)), BankAccount.ended_at.is_(None)
    )
    return {
        account.party_id: Live(account, _until(account.entered_at if changed else None, moment))
        for account, changed in db.session.execute(statement)
    }


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
    return _until(changed_at(account), moment)


def _until(changed: datetime | None, moment: datetime) -> datetime | None:
    if changed is None or changed + HELD_BACK <= moment:
        return None
    return changed + HELD_BACK


def names_sharing(accounts: Iterable[BankAccount]) -> dict[int, list[str]]:
    """By account, the names of others whose live account is the same one."""
    other = db.aliased(BankAccount)
    statement = (
        db.select(BankAccount.id, Person.name)
        .join(other, other.blind_index == BankAccount.blind_index)
        .join(Person, Person.party_id == other.party_id)
        .where(
            BankAccount.id.in_({one.id for one in accounts}),
            other.ended_at.is_(None),
            other.party_id != BankAccount.party_id,
        )
        .order_by(Person.party_id)
    )
    found: dict[int, list[str]] = {}
    for number, name in db.session.execute(statement):
        found.setdefault(number, []).append(name)
    return found
