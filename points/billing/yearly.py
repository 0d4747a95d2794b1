"""The yearly statement of paid work: what one calendar year brought, what was paid out, what is left.

A calendar year, because that is what a tax return is about. Every figure is made of the ledger's own lines, in the
year in which they were written; the money of cashed points is named beside them and counted apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from points.billing.earnings import programme_or_none
from points.billing.models import Charge
from points.billing.sources import told_of
from points.ledger.queries import Line, statement
from points.ledger.states import AccountKind, JournalKind, Unit
from points.programmes.models import Programme
from points.redemption.methods.method import PaidBy
from points.redemption.methods.registry import codes_paid
from points.redemption.models import CashOut
from points.redemption.states import CashOutState
from volunteer.core import clock
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db
from volunteer.people.models import Person

WITH_HOLDS = (AccountKind.LOT, AccountKind.OWED, AccountKind.HOLD)
"""What the center has of the student's: also while a payment is on its way."""
PAID = (JournalKind.SETTLE, JournalKind.RETURN)
YEARS_BACK = 10
NO_YEAR = 0


@dataclass(frozen=True, slots=True)
class Work:
    """What one piece of work brought in the year, less what went back of it."""

    done_on: date
    title: Any
    yen: int


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment to the student; below 0 where the bank sent it back."""

    on: date
    number: str
    yen: int


@dataclass(frozen=True, slots=True)
class YenYear:
    """One calendar year of one student."""

    person: Person
    year: int
    years: list[int]
    opening: int
    work: list[Work]
    paid: list[Paid]
    other_yen: int
    """Anything else that moved; nothing as a rule."""
    closing: int
    points_yen: int
    """Money for cashed points in the same year: counted apart."""

    @property
    def work_yen(self) -> int:
        """What the work brought."""
        return sum(one.yen for one in self.work)

    @property
    def paid_yen(self) -> int:
        """What was paid out."""
        return sum(one.yen for one in self.paid)


def asked_year(asked: Mapping[str, str]) -> int | None:
    """What `?year=2026` asks for; None for the running year. Nonsense asks for a year that nobody has."""
    text = asked.get("year", "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else NO_YEAR


def year_of(person_id: int, wanted: int | None) -> YenYear | None:
    """The statement of a year, the running one where none is named; None for a person or year that is not there."""
    person, programme_id = db.session.get(Person, person_id), programme_or_none()
    if person is None:
        return None
    lines = statement(person_id, programme_id, kinds=WITH_HOLDS) if programme_id else []
    now = clock.today().year
    first = min((_year(one) for one in lines), default=now)
    years = list(range(now, max(first, now - YEARS_BACK) - 1, -1))
    year = now if wanted is None else wanted
    if year not in years:
        return None
    return _told(person, year, years, lines)


def _year(line: Line) -> int:
    return clock.to_tokyo(line.recorded_at).year


def _told(person: Person, year: int, years: list[int], lines: list[Line]) -> YenYear:
    before = [one for one in lines if _year(one) < year]
    within = [one for one in lines if _year(one) == year]
    opening = before[-1].balance if before else 0
    of_work = [one for one in within if one.source.startswith("charge:")]
    of_pay = [one for one in within if one.kind in PAID]
    rest = sum(one.points for one in within) - sum(one.points for one in (*of_work, *of_pay))
    return YenYear(
        person=person,
        year=year,
        years=years,
        opening=opening,
        work=_work(of_work),
        paid=_paid(of_pay),
        other_yen=rest,
        closing=within[-1].balance if within else opening,
        points_yen=_points_yen(person.party_id, year),
    )


def _work(lines: Iterable[Line]) -> list[Work]:
    """The sum of each charge; one that came to nothing is left out."""
    sums: dict[int, int] = {}
    for one in lines:
        charge_id = int(one.source.partition(":")[2])
        sums[charge_id] = sums.get(charge_id, 0) + one.points
    statement_ = select(Charge).where(Charge.id.in_(sums)).order_by(Charge.earned_on, Charge.id)
    rows = [one for one in db.session.execute(statement_).scalars() if sums[one.id]]
    words = told_of(one.source for one in rows)
    return [Work(one.earned_on, words[one.source].title, sums[one.id]) for one in rows]


def _paid(lines: Iterable[Line]) -> list[Paid]:
    found = list(lines)
    ids = {int(one.source.partition(":")[2]) for one in found}
    numbers = dict(
        db.session.execute(select(CashOut.id, CashOut.number).where(CashOut.id.in_(ids))).all()
    )
    return [
        Paid(
            clock.to_tokyo(one.recorded_at).date(),
            numbers.get(int(one.source.partition(":")[2]), ""),
            -one.points,
        )
        for one in found
    ]


def _points_yen(person_id: int, year: int) -> int:
    """What was paid for points in the year; donations went to others."""
    statement_ = (
        select(func.coalesce(func.sum(CashOut.amount_yen), 0))
        .join(Programme, Programme.id == CashOut.programme_id)
        .where(
            CashOut.person_id == person_id,
            Programme.unit == Unit.POINTS,
            CashOut.state == CashOutState.PAID,
            CashOut.method.not_in(codes_paid(PaidBy.DONATION)),
            CashOut.paid_at >= from_tokyo(date(year, 1, 1)),
            CashOut.paid_at < from_tokyo(date(year + 1, 1, 1)),
        )
    )
    return int(db.session.execute(statement_).scalar_one())
