"""Reads of the audit trail and the view log, a page at a time, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_

from volunteer.core.clock import day_bounds
from volunteer.core.db import db
from volunteer.core.models import AuditEntry, ViewEntry
from volunteer.users.models import Acting, User
from volunteer.users.queries import own_name_of

PAGE = 50
SLICE = 1000

Entry = TypeVar("Entry", AuditEntry, ViewEntry)


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is left out does not narrow the list."""

    since: date | None = None
    until: date | None = None
    """Both days belong to the period."""
    user_id: int | None = None
    nobody: bool = False
    """Only what nobody who is signed in did: jobs, commands, visitors."""
    act: str = ""
    subject: str = ""
    """`cash_out:12`, or `cash_out:` for every one of them."""
    party_id: int | None = None


def acts(wanted: Wanted, before: int | None = None, limit: int = PAGE) -> list[AuditEntry]:
    """Acts, the newest first; those that come after the line `before` in this order."""
    where = _period(AuditEntry.at, wanted)
    if wanted.nobody:
        where.append(AuditEntry.actor_user_id.is_(None))
    if wanted.user_id is not None:
        where.append(AuditEntry.actor_user_id == wanted.user_id)
    if wanted.act:
        where.append(AuditEntry.act == wanted.act)
    if wanted.subject.endswith(":"):
        where.append(AuditEntry.subject.startswith(wanted.subject, autoescape=True))
    elif wanted.subject:
        where.append(AuditEntry.subject == wanted.subject)
    return _newest(AuditEntry, where, before, limit)


def views(wanted: Wanted, before: int | None = None, limit: int = PAGE) -> list[ViewEntry]:
    """Looks at sensitive data, the newest first; those that come after the line `before` in this order."""
    where = _period(ViewEntry.at, wanted)
    if wanted.user_id is not None:
        where.append(ViewEntry.user_id == wanted.user_id)
    if wanted.party_id is not None:
        where.append(ViewEntry.party_id == wanted.party_id)
    return _newest(ViewEntry, where, before, limit)


def _period(at: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.since:
        where.append(at >= day_bounds(wanted.since)[0])
    if wanted.until:
        where.append(at < day_bounds(wanted.until)[1])
    return where


def _newest(
    table: type[Entry], where: list[ColumnElement[bool]], before: int | None, limit: int
) -> list[Entry]:
    """By time and then number, which the index on the time gives without sorting."""
    last = db.session.get(table, before) if before is not None else None
    if last is not None:
        tie = and_(table.at == last.at, table.id < last.id)
        where = [*where, table.at <= last.at, or_(table.at < last.at, tie)]
    statement = db.select(table).where(*where).order_by(table.at.desc(), table.id.desc())
    return list(db.session.execute(statement.limit(limit)).scalars())


def all_of(read: Any, wanted: Wanted) -> Iterator[list[Any]]:
    """Everything that `read` (`acts` or `views`) finds, slice by slice, each in a read transaction of its own."""
    before = None
    while rows := read(wanted, before, SLICE):
        before = rows[-1].id
        yield rows
        db.session.rollback()


def staff_names() -> dict[int, str]:
    """Every member of staff, also former ones, by their name; without one by number."""
    statement = db.select(User.id, own_name_of(User.id)).where(User.is_staff.is_(True))
    return {user_id: name or f"#{user_id}" for user_id, name in db.session.execute(statement)}


def parties_of(user_ids: Iterable[int | None]) -> dict[int, int]:
    """For whom each of these users acts or acted first."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    statement = (
        db.select(Acting.user_id, Acting.party_id)
        .where(Acting.user_id.in_(wanted))
        .order_by(Acting.id.desc())
    )
    return {user_id: party_id for user_id, party_id in db.session.execute(statement)}  # noqa: C416 - typed rows
