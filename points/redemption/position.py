"""Where a person stands in a programme on the day of an exchange: the rule in force, the points, what was exchanged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_

from points.ledger.gifts import given_between
from points.ledger.models import Standing
from points.ledger.queries import Balances, balances
from points.ledger.states import Unit
from points.programmes.calendar import ProgrammeYear, earned_until, pays_on, programme_year_of
from points.programmes.eligibility import PersonFacts
from points.programmes.models import Enrolment, Programme
from points.programmes.queries import (
    anchor_of,
    left_on,
    rules_by_id,
    rules_of,
    version_in_force,
    with_records,
)
from points.programmes.rule_version import RuleVersion
from points.redemption.methods.method import Method
from points.redemption.methods.registry import METHODS
from points.redemption.models import CashOut, ClaimHold
from points.redemption.rules import ExchangeFacts, worth_at_most
from points.redemption.states import CashOutState
from volunteer.core import clock
from volunteer.core.clock import from_tokyo, to_tokyo
from volunteer.core.db import db
from volunteer.people.models import Person

NOT_EXCHANGED = (CashOutState.WITHDRAWN, CashOutState.REJECTED, CashOutState.RETURNED)


@dataclass(frozen=True)
class Position:
    """Everything an exchange is decided by."""

    person: Person
    programme: Programme
    version_id: int
    version: RuleVersion
    balances: Balances
    facts: ExchangeFacts
    is_held_back: bool = False
    """Whether nothing is paid to this person now (R1)."""

    @property
    def methods(self) -> list[Method]:
        """The ways this programme offers and we have."""
        offered = [one.code for one in self.version.exchange.methods]
        return [METHODS[code] for code in offered if code in METHODS]


def programmes_of(person_id: int, unit: Unit = Unit.POINTS) -> list[Programme]:
    """Programmes of a unit in which the person is or was enrolled or has any of it, in the center's order."""
    enrolled = db.select(Enrolment.programme_id).where(Enrolment.person_id == person_id)
    holding = db.select(Standing.programme_id).where(Standing.holder_id == person_id)
    statement = (
        db.select(Programme)
        .where(Programme.id.in_(enrolled.union(holding)), Programme.unit == unit)
        .order_by(Programme.position, Programme.id)
    )
    return list(db.session.execute(statement).scalars())


def position_of(person_id: int, programme_id: int, day: date) -> Position | None:
    """Where the person stands; None when there is no such person, programme or rule for the day."""
    person, programme = db.session.get(Person, person_id), db.session.get(Programme, programme_id)
    row = version_in_force(programme_id, day)
    if person is None or programme is None or row is None:
        return None
    version = rules_of(row.id)
    amounts = balances(person_id, programme_id)
    year = programme_year_of(day, version, anchor_of(person_id, programme_id, version))
    points, yen, class_code, is_held = _history(person_id, programme_id, year, day)
    if version.may_transfer:  # what was given to others counts like what was exchanged
        bounds = from_tokyo(year.start), from_tokyo(year.end)
        given = given_between(person_id, programme_id, *bounds)
        points, yen = points + given, yen + worth_at_most(given, version)
    base = PersonFacts(
        birth_date=person.birth_on,
        ties=frozenset({person.tie}),
        has_guardian_consent=person.guardian_agreed_on is not None,
        class_code=class_code,
        address=person.address,
        left_on=left_on(person_id, programme_id, version, day),
    )
    facts = ExchangeFacts(
        on=day,
        person=with_records(base, person_id, programme_id, version, day),
        available=_available(amounts, version, day),
        exchanged_points=points,
        exchanged_yen=yen,
    )
    is_held = is_held and programme.unit is Unit.POINTS  # pay for work done is never kept back
    return Position(person, programme, row.id, version, amounts, facts, is_held)


def _available(amounts: Balances, version: RuleVersion, day: date) -> int:
    """What can be exchanged, of activities up to the day the programme says (X3)."""
    until = earned_until(day, version)
    if until is None:
        return amounts.available
    old_enough = [lot for lot in amounts.lots if lot.month <= until and lot.expires_on >= day]
    return min(amounts.available, sum(lot.balance for lot in old_enough))


def _history(
    person_id: int, programme_id: int, year: ProgrammeYear, day: date
) -> tuple[int, int, str | None, bool]:
    """Points and yen asked for in a programme year and not given back (one person's few rows), the class of the day."""
    statement = db.select(
        func.coalesce(func.sum(CashOut.points), 0),
        func.coalesce(func.sum(CashOut.amount_yen), 0),
        _class_of(person_id, programme_id, day),
        _is_held_back(person_id),
    ).where(
        CashOut.person_id == person_id,
        CashOut.programme_id == programme_id,
        CashOut.state.not_in(NOT_EXCHANGED),
        CashOut.requested_at >= from_tokyo(year.start),
        CashOut.requested_at < from_tokyo(year.end),
    )
    points, yen, class_code, is_held = db.session.execute(statement).one()
    return int(points), int(yen), class_code or None, bool(is_held)


def _is_held_back(person_id: int) -> ColumnElement[bool]:
    lasts = or_(ClaimHold.until.is_(None), ClaimHold.until > clock.now())
    held: ColumnElement[bool] = db.exists().where(ClaimHold.person_id == person_id, lasts)
    return held


def _class_of(person_id: int, programme_id: int, day: date) -> ScalarSelect[str]:
    newest: Select[str] = (
        db.select(Enrolment.class_code)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.programme_id == programme_id,
            Enrolment.starts_on <= day,
            (Enrolment.ends_on.is_(None)) | (Enrolment.ends_on > day),
        )
        .order_by(Enrolment.id.desc())
        .limit(1)
    )
    return newest.scalar_subquery()


def first_pay_days(rows: Sequence[CashOut]) -> dict[int, date]:
    """The first day on which the programme pays, by the cash-out's id; those that are paid when ready are left out."""
    rules = rules_by_id({row.rule_version_id for row in rows})
    found = {}
    for row in rows:
        version = rules[row.rule_version_id]
        enrolled_on = anchor_of(row.person_id, row.programme_id, version)
        day = pays_on(to_tokyo(row.requested_at).date(), version, enrolled_on)
        if day is not None:
            found[row.id] = day
    return found
