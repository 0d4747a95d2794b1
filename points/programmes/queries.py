"""Which rules apply: the version in force on a day, and the programmes a person is enrolled in on it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from points.ledger.states import Unit
from points.programmes.eligibility import GROUP_MEMBER, HIGH_SCHOOL, Held, PersonFacts, class_on
from points.programmes.models import Enrolment, Programme
from points.programmes.models import RuleVersion as RuleVersionRow
from points.programmes.requirements import asks_for_records
from points.programmes.rule_version import RuleVersion, parse_rule_version
from points.programmes.terms import YearKind
from volunteer.core.db import db, run_core
from volunteer.core.hooks import hooks
from volunteer.core.i18n import _
from volunteer.credentials.queries import is_insured, qualifications_of
from volunteer.people.models import Person


@dataclass(frozen=True, slots=True)
class Applying:
    """A programme a person is enrolled in on a day, with the rule version of that day."""

    programme_id: int
    rule_version_id: int
    version: RuleVersion
    person: PersonFacts

    @property
    def class_code(self) -> str | None:
        """The class of the enrolment, in programmes that have classes."""
        return self.person.class_code


@lru_cache(maxsize=64)
def parsed(source: str) -> RuleVersion:
    """The rule version of a TOML text; read once a process, because award rows are made from it all day."""
    return parse_rule_version(source)


_by_hash: dict[str, RuleVersion] = {}
"""Parsed versions by the hash of their text, so that check-in does not fetch the text again."""


def rules_of(rule_version_id: int) -> RuleVersion:
    """The rules of a stored version."""
    return parsed(db.session.get_one(RuleVersionRow, rule_version_id).source)


def rules_known_by(rule_version_id: int, sha256: str) -> RuleVersion:
    """The same, read only where this process has not yet seen the text of this hash."""
    if sha256 not in _by_hash:
        _by_hash[sha256] = rules_of(rule_version_id)
    return _by_hash[sha256]


def rules_by_id(ids: Iterable[int]) -> dict[int, RuleVersion]:
    """The rules of several stored versions, read at once."""
    statement = select(RuleVersionRow.id, RuleVersionRow.source).where(
        RuleVersionRow.id.in_(sorted(set(ids)))
    )
    return {row.id: parsed(row.source) for row in db.session.execute(statement)}


def rules_of_programme(programme_id: int) -> dict[int, RuleVersion]:
    """The rules of every version of a programme, by its id."""
    statement = select(RuleVersionRow).filter_by(programme_id=programme_id)
    return {row.id: parsed(row.source) for row in db.session.execute(statement).scalars()}


def covers(
    day: date | BindParameter[date],
    first: InstrumentedAttribute[date],
    end: InstrumentedAttribute[date | None],
) -> ColumnElement[bool]:
    """Whether the half-open period [first, end) holds `day`."""
    return (first <= day) & or_(end.is_(None), end > day)


_DAY = bindparam("day", type_=Date)
# built once: every check-in asks this
_APPLYING = (
    select(
        RuleVersionRow.programme_id,
        RuleVersionRow.id,
        RuleVersionRow.sha256,
        Enrolment.class_code,
        Person.birth_on,
        Person.tie,
        Person.guardian_agreed_on,
        Person.address,
    )
    .join(Programme, Programme.id == RuleVersionRow.programme_id)
    .join(Enrolment, Enrolment.programme_id == Programme.id)
    .join(Person, Person.party_id == Enrolment.person_id)
    .where(
        Enrolment.person_id == bindparam("person"),
        covers(_DAY, Enrolment.starts_on, Enrolment.ends_on),
        covers(_DAY, RuleVersionRow.valid_from, RuleVersionRow.valid_to),
    )
    .order_by(Programme.position, Programme.id)
)


def applying(person_id: int, day: date) -> list[Applying]:
    """The programmes a person is enrolled in on `day` with their rules of that day, in the center's order."""
    rows = run_core(_APPLYING, person=person_id, day=day).all()
    return [_applying(person_id, day, row, rules_known_by(row.id, row.sha256)) for row in rows]


def _applying(person_id: int, day: date, row: Any, version: RuleVersion) -> Applying:
    base = PersonFacts(
        birth_date=row.birth_on,
        ties=frozenset({row.tie}),
        has_guardian_consent=row.guardian_agreed_on is not None,
        class_code=row.class_code or None,
        address=row.address,
    )
    facts = with_records(base, person_id, row.programme_id, version, day)
    return Applying(row.programme_id, row.id, version, facts)


def with_records(
    base: PersonFacts, person_id: int, programme_id: int, version: RuleVersion, day: date
) -> PersonFacts:
    """The facts with what the desk has on record, the first enrolment and the class, where the rules ask for them."""
    found = replace(base, enrolled_on=anchor_of(person_id, programme_id, version))
    if version.classes:
        found = replace(found, class_code=class_on(base, version, day))
    if asks_for_records(version):
        held = tuple(
            Held(one.kind, one.valid_from, one.valid_until)
            for one in qualifications_of(person_id)
            if one.cancelled_at is None
        )
        found = replace(found, held=held, is_insured=is_insured(person_id, day))
    return found


def anchor_of(person_id: int, programme_id: int, version: RuleVersion) -> date | None:
    """The day from whose anniversaries the person's years are counted; None where one day is for everybody."""
    if version.year_kind is not YearKind.ANNIVERSARY:
        return None
    return db.session.execute(
        select(func.min(Enrolment.starts_on)).where(
            Enrolment.person_id == person_id, Enrolment.programme_id == programme_id
        )
    ).scalar()


def left_on(person_id: int, programme_id: int, version: RuleVersion, day: date) -> date | None:
    """The day on which the person's taking part ended, where the rules care; None while it goes on."""
    rules = version.registration
    if rules.exchange_lapses_after_days is None and rules.exchange_lapses_after_months is None:
        return None
    rows = db.session.execute(
        select(Enrolment.starts_on, Enrolment.ends_on).where(
            Enrolment.person_id == person_id,
            Enrolment.programme_id == programme_id,
            Enrolment.starts_on <= day,
        )
    ).all()
    if any(row.ends_on is None or row.ends_on > day for row in rows):
        return None
    return max((row.ends_on for row in rows), default=None)


def version_in_force(programme_id: int, day: date) -> RuleVersionRow | None:
    """The stored version that applies to a programme on `day`."""
    return db.session.execute(
        select(RuleVersionRow).where(
            RuleVersionRow.programme_id == programme_id,
            covers(day, RuleVersionRow.valid_from, RuleVersionRow.valid_to),
        )
    ).scalar_one_or_none()


def rules_at(programme_id: int, day: date) -> RuleVersion | None:
    """The rules of a day; after a programme has ended its last ones, because its points live on."""
    row = version_in_force(programme_id, day)
    if row is None:
        earlier = (one for one in versions_of(programme_id) if one.valid_from <= day)
        row = next(earlier, None)
    return parsed(row.source) if row else None


def programmes() -> list[Programme]:
    """Every programme that counts points, in the center's order; those of paid work are billing's own."""
    statement = (
        select(Programme).filter_by(unit=Unit.POINTS).order_by(Programme.position, Programme.id)
    )
    return list(db.session.execute(statement).scalars())


def versions_of(programme_id: int) -> list[RuleVersionRow]:
    """The versions of a programme, the newest first."""
    return list(
        db.session.execute(
            select(RuleVersionRow)
            .where(RuleVersionRow.programme_id == programme_id)
            .order_by(RuleVersionRow.valid_from.desc())
        ).scalars()
    )


def category_names() -> dict[str, str]:
    """Code → name of every kind of activity that another package has told."""
    return {code: name for provide in hooks.category_names for code, name in provide().items()}


def requirement_kinds() -> dict[str, str]:
    """Code → name of every training, document and condition a programme asks for, for the desk's records."""
    found: dict[str, str] = {}
    for source in db.session.execute(select(RuleVersionRow.source)).scalars():
        rules = parsed(source)
        found |= {one.code: one.name for one in rules.requirements}
        for conditions in (rules.may_collect, rules.may_exchange):
            if conditions.group_members:
                found[GROUP_MEMBER] = _("登録した団体のメンバー")
            if conditions.exclude_high_school:
                found[HIGH_SCHOOL] = _("高校生")
    return found


def enrolments_of(person_id: int) -> list[Enrolment]:
    """The enrolments of a person, the open ones first."""
    return list(
        db.session.execute(
            select(Enrolment)
            .where(Enrolment.person_id == person_id)
            .order_by(Enrolment.ends_on.is_not(None), Enrolment.starts_on.desc(), Enrolment.id)
        ).scalars()
    )


def person_or_none(person_id: int) -> Person | None:
    """The person of an address of the desk."""
    return db.session.get(Person, person_id)
