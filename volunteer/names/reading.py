"""Who reads names on pages of the desk, and what everybody else reads instead.

Coordinators, approvers and payers work with people and read their names. The auditor reads registration numbers.
A name opens for one person, asked for with a reason, for half an hour and only for the auditor who asked: a sign-in
that begins later starts with nothing open; one of the same auditor that runs beside it sees the name, too. What was
asked for is a line of the view log, which nobody can change: the line itself is what opens the name, so that an
open name and the proof of who opened it are never two things.

A page calls `names_of(viewer())`, hands the answer to its template as `names`, and writes `names.of(person)` (or the
macros of templates/components/called.html) wherever it would have written `person.name`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func

from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.i18n import _
from volunteer.core.models import ViewEntry
from volunteer.core.permissions import Role, Viewer
from volunteer.users.models import UserSession

NAME = "name"
"""What the view log calls a name that was asked for."""
NAME_AGAIN = "name:again"
"""The same name, read on a page while it stood open."""
OPEN_FOR = timedelta(minutes=30)
READ_NAMES = frozenset({Role.COORDINATOR, Role.APPROVER, Role.PAYER})
READ_ACCOUNTS = frozenset({Role.APPROVER, Role.PAYER})


class Called(Protocol):
    """Anybody who can be called by number or name; a `Person` is one."""

    @property
    def party_id(self) -> int:
        """Whose."""

    @property
    def number(self) -> str | None:
        """The registration number."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def kana(self) -> str:
        """Its reading."""


@dataclass(frozen=True)
class Names:
    """How people are called on a page for whoever looks at it."""

    everybody: bool = False
    """The viewer's work needs names."""
    accounts: bool = False
    """The viewer's work needs to know where money goes: bank, last digits, holder."""
    until: Mapping[int, datetime] = field(default_factory=dict)
    """Until when a name stands open, by person."""

    def shows(self, person: Called) -> bool:
        """Whether the name of this person is shown."""
        return self.everybody or person.party_id in self.until

    def of(self, person: Called) -> str:
        """The name where it may be read, else the registration number."""
        return person.name if self.shows(person) else numbered(person)

    def read(self, people: Iterable[Called]) -> list[int]:
        """Whose names are read on a page with these people: what its line in the view log is about."""
        return [one.party_id for one in people if self.shows(one)]

    def look(self, what: str) -> str:
        """What the view log calls reading a page: the page, or only the names that stood open on it."""
        return what if self.everybody else NAME_AGAIN


def numbered(person: Called) -> str:
    """The registration number; before registration the number of the record."""
    return person.number or str(_("登録前の人（記録%(id)s）", id=person.party_id))


def names_of(who: Viewer) -> Names:
    """How people are called for this viewer, now."""
    if who.roles & READ_NAMES:
        return Names(everybody=True, accounts=bool(who.roles & READ_ACCOUNTS))
    return Names(until=_open_until(who))


def _open_until(who: Viewer) -> dict[int, datetime]:
    """What this auditor has asked for in the last half hour, since this sign-in began."""
    began = db.select(UserSession.created_at).where(UserSession.id == who.session_id)
    statement = (
        db.select(ViewEntry.party_id, func.max(ViewEntry.at))
        .where(
            ViewEntry.user_id == who.user_id,
            ViewEntry.what == NAME,
            ViewEntry.at > clock.now() - OPEN_FOR,
            ViewEntry.at >= began.scalar_subquery(),
        )
        .group_by(ViewEntry.party_id)
    )
    return {party_id: at + OPEN_FOR for party_id, at in db.session.execute(statement)}
