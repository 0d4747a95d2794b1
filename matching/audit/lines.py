"""Rows of the two logs as lines to read: staff by name, people by number unless their name stands open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.audit import queries
from matching.audit.reasons import reason_words
from matching.audit.words import SUBJECTS, act_words, view_words
from volunteer.core.i18n import _
from volunteer.core.models import AuditEntry, Outcome, ViewEntry
from volunteer.names.queries import PartyLine, parties_by_id
from volunteer.names.reading import Names
from volunteer.users.states import PartyKind

PARTIES = ("person", "household", "organization")
"""Subjects whose number is the number of a party."""
OF_PEOPLE = "profile_"
"""What parts of a person's profile begin with: their number is the person's."""


@dataclass(frozen=True)
class Line:
    """One row of a log in words. `person` is set where the row is about somebody whose name can be asked for."""

    id: int
    at: datetime
    who: str
    what: str
    about: str
    person: Any = None
    subject: str = ""
    note: str = ""
    code: str = ""
    why: str = ""
    """The code of a refusal in words."""
    refused: bool = False


class Callings:
    """What users and parties of some rows are called, read for all of them at once."""

    def __init__(
        self, names: Names, users: Iterable[int | None], parties: Iterable[int | None]
    ) -> None:
        wanted = {user_id for user_id in users if user_id is not None}
        self.names = names
        self.staff = queries.staff_names()
        self.party_of = queries.parties_of(wanted - self.staff.keys())
        self.parties = parties_by_id({*parties, *self.party_of.values()})

    def party(self, party_id: int | None) -> str:
        """A person by number or open name, a household by number, an organization by name."""
        line = self.parties.get(party_id or 0)
        if line is None:
            return f"#{party_id}"
        return self.names.of(line.person) if line.person else _kind_and(line)

    def person(self, party_id: int | None) -> Any:
        """The person, where the party is one."""
        line = self.parties.get(party_id or 0)
        return line.person if line else None

    def user(self, user_id: int | None, party_id: int | None = None) -> str:
        """A member of staff by name, anybody else by whom they act for."""
        if user_id in self.staff:
            return self.staff[user_id or 0]
        party_id = party_id or self.party_of.get(user_id or 0)
        return self.party(party_id) if party_id else str(_("使う人 %(id)s", id=user_id))


def _kind_and(line: PartyLine) -> str:
    kinds = {
        PartyKind.HOUSEHOLD: _("世帯 %(number)s", number=line.words),
        PartyKind.ORGANIZATION: _("団体 %(name)s", name=line.words),
    }
    return str(kinds.get(line.kind) or _("使う人 %(id)s", id=line.party_id))


def act_lines(rows: Sequence[AuditEntry], names: Names) -> list[Line]:
    """Acts as lines."""
    about = [_party_in(row.subject) for row in rows]
    users = [row.actor_user_id for row in rows] + [_user_in(row.subject) for row in rows]
    callings = Callings(names, users, [*(row.actor_party_id for row in rows), *about])
    return [
        Line(
            id=row.id,
            at=row.at,
            who=_actor(row, callings),
            what=str(act_words(row.act)),
            about=_about(row.subject, callings),
            person=callings.person(party_id),
            subject=row.subject,
            note=row.correlation,
            code=row.code,
            why=str(reason_words(row.code)) if row.code else "",
            refused=row.outcome is Outcome.REFUSED,
        )
        for row, party_id in zip(rows, about, strict=True)
    ]


def view_lines(rows: Sequence[ViewEntry], names: Names) -> list[Line]:
    """Looks as lines."""
    callings = Callings(names, [row.user_id for row in rows], [row.party_id for row in rows])
    return [
        Line(
            id=row.id,
            at=row.at,
            who=callings.user(row.user_id),
            what=str(view_words(row.what)),
            about=callings.party(row.party_id),
            person=callings.person(row.party_id),
            note=row.reason,
        )
        for row in rows
    ]


def _actor(row: AuditEntry, callings: Callings) -> str:
    if row.actor_user_id is not None:
        return callings.user(row.actor_user_id, row.actor_party_id)
    if row.act.startswith("command:"):
        return str(_("サーバーの操作"))
    if row.act.startswith("job:"):
        return str(_("自動の作業"))
    return str(_("サインインの前の人"))


def _split(subject: str) -> tuple[str, int | None]:
    table, _colon, number = subject.partition(":")
    return table, int(number) if number.isdigit() else None


def _party_in(subject: str) -> int | None:
    table, number = _split(subject)
    return number if table in PARTIES or table.startswith(OF_PEOPLE) else None


def _user_in(subject: str) -> int | None:
    table, number = _split(subject)
    return number if table == "user" else None


def _about(subject: str, callings: Callings) -> str:
    """What the act was about: a party as it is called, anything else by its kind and the number of its row."""
    table, number = _split(subject)
    if not subject:
        return ""
    if table in PARTIES and number in callings.parties:
        return callings.party(number)
    if table == "user" and number in callings.staff:
        return callings.staff[number or 0]
    if table.startswith(OF_PEOPLE) and number in callings.parties:
        return f"{callings.party(number)} {SUBJECTS.get(table, table)}"
    return f"{SUBJECTS.get(table, table)} {'' if number is None else number}".strip()
