"""Reads of billing for the desk: the list of charges with its filters, one charge, a day's money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select, true

from points.billing.gateway import PaymentState
from points.billing.models import BillingPaper, Charge, DeskPayment, Payment, PaymentEvent
from points.billing.states import DecisionReason, Direction, PayMethod
from points.billing.steps import CAPTURE_AHEAD
from points.billing.unpaid import newest_decision
from volunteer.core import clock
from volunteer.core.db import db

PAGE = 30
TABS = ("look", "open", "all")
"""What a person has to look at, what has not come in (or gone back), everything."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which charges the list shows."""

    tab: str = "all"
    method: PayMethod | None = None
    first: date | None = None
    last: date | None = None
    """Days of the work, both included."""


@dataclass(frozen=True, slots=True)
class Row:
    """A charge as the list shows it."""

    charge: Charge
    payment: Payment
    decided_yen: int | None
    """What is finally due; None while nobody has decided."""
    reason: DecisionReason | None
    """Why so much."""

    @property
    def due_yen(self) -> int:
        """What the payer owes in all, as far as is known."""
        return self.charge.amount_yen if self.decided_yen is None else self.decided_yen

    @property
    def paid_yen(self) -> int:
        """What was taken and is not gone again."""
        row = self.payment
        return row.captured_yen - row.refunded_yen - row.lost_yen

    @property
    def missing_yen(self) -> int:
        """What has still to come in; negative when it has to go back."""
        return self.due_yen - self.paid_yen

    @property
    def age_days(self) -> int:
        """Days since the work."""
        return (clock.today() - self.charge.earned_on).days

    @property
    def hold_ends(self) -> bool:
        """Whether the hold ends within 48 hours and nobody has decided."""
        row = self.payment
        if row.state is not PaymentState.HELD or row.capture_before is None:
            return False
        return self.decided_yen is None and row.capture_before <= clock.now() + CAPTURE_AHEAD

    @property
    def is_replaced(self) -> bool:
        """Whether another charge is paid instead, in another way."""
        return self.reason is DecisionReason.OTHER_WAY and not self.missing_yen

    @property
    def is_disputed(self) -> bool:
        """Whether the payer's bank looks into it."""
        return self.payment.disputed_yen > self.payment.lost_yen


def charges(wanted: Wanted, page: int = 1) -> list[Row]:
    """One page of the list: what is open oldest first, everything newest first."""
    order = (Charge.id.desc(),) if wanted.tab == "all" else (Charge.earned_on, Charge.id)
    statement = _rows(wanted).order_by(*order).offset((page - 1) * PAGE).limit(PAGE)
    return [Row(*row) for row in db.session.execute(statement)]


def all_charges(wanted: Wanted) -> list[Row]:
    """Everything the list shows, for its file."""
    return [Row(*row) for row in db.session.execute(_rows(wanted).order_by(Charge.id))]


def counts() -> dict[str, int]:
    """How many charges each tab has, in one statement."""
    decided = newest_decision()
    tests = [func.count(Charge.id).filter(_in_tab(tab, decided)) for tab in TABS]
    found = db.session.execute(_joined(select(*tests), decided)).one()
    return dict(zip(TABS, (int(one) for one in found), strict=True))


def how_many(wanted: Wanted) -> tuple[int, int]:
    """(charges, yen due) of everything the list shows."""
    decided = newest_decision()
    due = func.coalesce(decided.c.total_yen, Charge.amount_yen)
    asked = select(func.count(Charge.id), func.coalesce(func.sum(due), 0))
    statement = _joined(asked, decided).where(*_tests(wanted, decided))
    count, yen = db.session.execute(statement).one()
    return int(count), int(yen)


def row_of(charge_id: int) -> Row | None:
    """One charge."""
    found = db.session.execute(_rows(Wanted()).where(Charge.id == charge_id)).one_or_none()
    return Row(*found) if found else None


def _rows(wanted: Wanted) -> Any:
    decided = newest_decision()
    asked = select(Charge, Payment, decided.c.total_yen, decided.c.reason)
    return _joined(asked, decided).where(*_tests(wanted, decided))


def _joined(asked: Any, decided: Subquery) -> Any:
    return (
        asked.select_from(Charge)
        .join(Payment, Payment.charge_id == Charge.id)
        .outerjoin(decided, decided.c.charge_id == Charge.id)
    )


def _tests(wanted: Wanted, decided: Subquery) -> list[ColumnElement[bool]]:
    found = [_in_tab(wanted.tab, decided)]
    if wanted.method:
        found.append(Charge.method == wanted.method)
    if wanted.first:
        found.append(Charge.earned_on >= wanted.first)
    if wanted.last:
        found.append(Charge.earned_on <= wanted.last)
    return found


def _in_tab(tab: str, decided: Subquery) -> ColumnElement[bool]:
    if tab == "look":
        return needs_person(decided)
    return is_open(decided) if tab == "open" else true()


def is_open(decided: Subquery) -> ColumnElement[bool]:
    """Money that has to come in for work done, or go back.

    By card only once it was decided: the worker takes it then, and does not where the hold was lost.
    """
    total = decided.c.total_yen
    kept = Payment.captured_yen - Payment.refunded_yen - Payment.lost_yen
    at_desk = and_(
        Payment.gateway == "desk",
        func.coalesce(total, Charge.amount_yen) != kept,
        or_(total.is_not(None), Charge.earned_on <= clock.today()),
    )
    by_card = and_(Payment.gateway != "desk", total > kept, Payment.lost_yen == 0)
    return or_(at_desk, by_card)


def needs_person(decided: Subquery) -> ColumnElement[bool]:
    """Troubles, disputes, holds that end within 48 hours with nothing decided."""
    ends = and_(
        Payment.state == PaymentState.HELD,
        Payment.capture_before <= clock.now() + CAPTURE_AHEAD,
        decided.c.total_yen.is_(None),
    )
    return or_(Payment.troubles != "", Payment.disputed_yen > Payment.lost_yen, ends)


def events_of(payment_id: int) -> list[PaymentEvent]:
    """Every change of a payment, the oldest first."""
    statement = select(PaymentEvent).filter_by(payment_id=payment_id).order_by(PaymentEvent.number)
    return list(db.session.execute(statement).scalars())


def papers_of(charge_id: int) -> list[BillingPaper]:
    """What was printed of a charge, the oldest first."""
    statement = select(BillingPaper).filter_by(charge_id=charge_id).order_by(BillingPaper.id)
    return list(db.session.execute(statement).scalars())


def followed_by(charge_id: int) -> int | None:
    """The charge that follows this one."""
    statement = select(Charge.id).filter_by(follows_charge_id=charge_id)
    return db.session.execute(statement).scalar()


def money_of_day(day: date) -> list[tuple[DeskPayment, Charge]]:
    """What came in and went back at the desk on a day, in the order of the receipts."""
    statement = (
        select(DeskPayment, Charge)
        .join(Charge, Charge.id == DeskPayment.charge_id)
        .where(DeskPayment.received_on == day)
        .order_by(DeskPayment.id)
    )
    return [(made, charge) for made, charge in db.session.execute(statement)]


def sums_of(rows: Iterable[DeskPayment]) -> dict[tuple[PayMethod, Direction], int]:
    """Yen by method and direction."""
    found: dict[tuple[PayMethod, Direction], int] = {}
    for one in rows:
        key = (one.method, one.direction)
        found[key] = found.get(key, 0) + one.amount_yen
    return found


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The day in Asia/Tokyo, half-open."""
    return clock.from_tokyo(day), clock.from_tokyo(day + timedelta(days=1))
