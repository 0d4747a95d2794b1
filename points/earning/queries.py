"""Reads of awards: the newest of an activity, what one would bring, what is due."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, or_, select

from points.earning.deciding import Choice, choose, decide, is_drawn_for_desk
from points.earning.facts import ActivityFacts, Grade
from points.earning.models import Award
from points.earning.rules import AwardReason, Preview
from points.earning.states import AwardState
from points.ledger.caps import caps_used
from points.ledger.models import LedgerAccount, Standing
from points.ledger.postings import Pots
from points.ledger.queries import Line
from points.ledger.states import CapPeriod, JournalKind, Unit
from points.programmes.calendar import ProgrammeYear, expires_on, programme_year_of
from points.programmes.models import Programme
from points.programmes.models import RuleVersion as RuleVersionRow
from points.programmes.queries import Applying, rules_known_by, rules_of
from points.programmes.rule_version import RuleVersion
from volunteer.core import clock
from volunteer.core.db import db, run_core
from volunteer.organizations.models import Organization

LOT = "lot:"
"""Begins the source of a journal that is about one lot; its id follows."""

# built once: every check-in asks this
_NEWEST = (
    select(Award.id)
    .where(Award.source_kind == bindparam("source_kind"), Award.source_id == bindparam("source_id"))
    .order_by(Award.revision.desc())
    .limit(1)
)


def newest_award(source_kind: str, source_id: int) -> Award | None:
    """The newest revision of the award of an activity."""
    newest = run_core(_NEWEST, source_kind=source_kind, source_id=source_id).scalar()
    if newest is None:
        return None
    return db.session.get(Award, newest, populate_existing=True)


def goes_to_desk(award: Award, facts: ActivityFacts) -> bool:
    """Whether the desk must look at the claim behind this award although the programme lets claims settle."""
    if facts.grade is not Grade.CLAIMED or award.rule_version_id is None or award.points == 0:
        return False
    return is_drawn_for_desk(facts, rules_of(award.rule_version_id))


def preview(person_id: int, facts: ActivityFacts) -> Preview:
    """What this activity would earn the person now: points, what is left of the caps, the last valid day.

    Nothing is written or locked. `facts.person_id` is ignored in favour of `person_id`.
    """
    if facts.person_id != person_id:
        facts = ActivityFacts.from_json({**facts.as_json(), "person_id": person_id})
    choice = choose(facts)
    if isinstance(choice, AwardReason):
        return Preview(0, choice, None, None, None)
    facts = _with_host(facts, choice)
    decision = decide(facts, choice, caps_used(choice.pots, choice.periods))
    return Preview(
        points=decision.points,
        reason=decision.reason,
        day_left=decision.day_left,
        year_left=decision.year_left,
        expires_on=_expiry(choice, facts.activity_on),
        lacks=decision.lacks,
    )


def _with_host(facts: ActivityFacts, choice: Choice) -> ActivityFacts:
    """The name of the place, where the rules ask for it and nobody gave it."""
    if facts.host or not choice.applying.version.names_hosts(facts.category_code):
        return facts
    name = select(Organization.name).where(Organization.party_id == facts.host_party_id)
    return replace(facts, host=db.session.execute(name).scalar() or "")


def _expiry(choice: Choice, activity_on: date) -> date | None:
    return expires_on(activity_on, choice.applying.version, choice.applying.person.enrolled_on)


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """How much of the yearly cap a person has used. `cap` None: there is no limit."""

    programme_id: int
    name: str
    year: ProgrammeYear
    used: int
    cap: int | None

    @property
    def left(self) -> int | None:
        """What may still be earned in this programme year."""
        return None if self.cap is None else max(0, self.cap - self.used)


def year_so_far(person_id: int, enrolled: Applying) -> YearSoFar:
    """The running programme year of a programme the person is enrolled in today."""
    year = programme_year_of(clock.today(), enrolled.version, enrolled.person.enrolled_on)
    period = (CapPeriod.YEAR, year.start)
    used = caps_used(Pots(person_id, enrolled.programme_id), [period])[period]
    cap = enrolled.version.caps_for(enrolled.class_code).yearly_points
    return YearSoFar(enrolled.programme_id, enrolled.version.programme_name, year, used, cap)


def due_awards(moment: datetime, limit: int = 500) -> list[tuple[int, AwardState]]:
    """(id, state) of awards that settle by themselves and whose time has come."""
    rows = db.session.execute(
        select(Award.id, Award.state)
        .where(
            Award.state.in_((AwardState.CREDITED, AwardState.PENDING)),
            Award.settles_at <= moment,
        )
        .order_by(Award.settles_at, Award.id)
        .limit(limit)
    )
    return [(row.id, row.state) for row in rows]


def awards_told(holder_id: int, programme_id: int) -> list[Award]:
    """The awards a passbook of this programme tells of, the newest activity first.

    Those with a journal, those that wait, and those of 0 points, also where no programme lists the activity.
    """
    is_empty = (Award.state == AwardState.SETTLED) & (Award.points == 0)
    statement = select(Award).where(
        Award.holder_id == holder_id,
        or_(
            (Award.programme_id == programme_id)
            & or_(Award.journal_id.is_not(None), Award.state == AwardState.PENDING, is_empty),
            Award.programme_id.is_(None) & is_empty,
        ),
    )
    ordered = statement.order_by(Award.activity_on.desc(), Award.id.desc())
    return list(db.session.execute(ordered).scalars())


def programmes_with(holder_id: int, enrolled: Iterable[int]) -> list[Programme]:
    """The programmes of these ids and those the holder has or had anything in, in the center's order."""
    statement = (
        select(Programme)
        .where(_is_with(holder_id, enrolled))
        .order_by(Programme.position, Programme.id)
    )
    return list(db.session.execute(statement).scalars())


def _is_with(holder_id: int, enrolled: Iterable[int]) -> ColumnElement[bool]:
    held = select(Standing.programme_id).where(Standing.holder_id == holder_id)
    is_theirs = or_(Programme.id.in_(tuple(enrolled)), Programme.id.in_(held))
    return is_theirs & (Programme.unit == Unit.POINTS)


@dataclass(frozen=True, slots=True)
class RuledProgramme:
    """A programme with the rules of all its versions, the oldest first, by their id."""

    programme: Programme
    versions: dict[int, RuleVersion]
    valid_from: dict[int, date]

    def rules_on(self, day: date) -> RuleVersion | None:
        """The rules of a day; after the programme has ended its last ones (no two versions are in force at once)."""
        begun = [number for number, first in self.valid_from.items() if first <= day]
        return self.versions[begun[-1]] if begun else None


def ruled_programmes_with(holder_id: int, enrolled: Iterable[int]) -> list[RuledProgramme]:
    """The same programmes with their rules, read at once."""
    statement = (
        select(Programme, RuleVersionRow.id, RuleVersionRow.sha256, RuleVersionRow.valid_from)
        .outerjoin(RuleVersionRow, RuleVersionRow.programme_id == Programme.id)
        .where(_is_with(holder_id, enrolled))
        .order_by(Programme.position, Programme.id, RuleVersionRow.valid_from)
    )
    found: dict[int, RuledProgramme] = {}
    for row in db.session.execute(statement):
        one = found.setdefault(row[0].id, RuledProgramme(row[0], {}, {}))
        if row.id is not None:
            one.versions[row.id] = rules_known_by(row.id, row.sha256)
            one.valid_from[row.id] = row.valid_from
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Ended:
    """Points that expired: of which month's activities they were, and until when they were good."""

    month: date
    expires_on: date


def lot_of(line: Line) -> int:
    """The lot a line of expiry is about; 0 for any other line."""
    is_expiry = line.kind is JournalKind.EXPIRE and line.source.startswith(LOT)
    return int(line.source.removeprefix(LOT)) if is_expiry else 0


def lots_ended(lines: Iterable[Line]) -> dict[int, Ended]:
    """The lots that lines of expiry are about; nothing is read where none of them is one."""
    ids = {lot_of(line) for line in lines} - {0}
    if not ids:
        return {}
    asked = select(LedgerAccount.id, LedgerAccount.month, LedgerAccount.expires_on)
    rows = db.session.execute(asked.where(LedgerAccount.id.in_(ids)))
    return {row.id: Ended(row.month, row.expires_on) for row in rows}
