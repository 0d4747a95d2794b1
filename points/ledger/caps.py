"""Caps as rows: what was used of a limit in a period. The row is the lock; nothing is ever counted (C1–C4)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from points.ledger.models import CapUsage
from points.ledger.postings import Pots
from points.ledger.states import CapPeriod
from volunteer.core.db import db, guarded_update, insert_into
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l

Period = tuple[CapPeriod, date]
"""Over which time, beginning on which day."""


@dataclass(frozen=True, slots=True)
class Use:
    """`points` of a period's limit; `cap` None means that they are only counted."""

    period: CapPeriod
    starts_on: date
    points: int
    cap: int | None


def lock_caps(pots: Pots, periods: list[Period]) -> dict[Period, int]:
    """What is used of each period, its row locked until the turn ends (made if need be). In one statement."""
    rows = [
        {
            "holder_id": pots.holder_id,
            "programme_id": pots.programme_id,
            "period": period,
            "starts_on": starts_on,
            "used": 0,
        }
        for period, starts_on in sorted(periods)
    ]
    statement = insert_into(CapUsage).values(rows)
    key = ("holder_id", "programme_id", "period", "starts_on")
    statement = statement.on_conflict_do_update(index_elements=key, set_={"used": CapUsage.used})
    found = db.session.execute(
        statement.returning(CapUsage.period, CapUsage.starts_on, CapUsage.used)
    )
    return {(row.period, row.starts_on): row.used for row in found}


def caps_used(pots: Pots, periods: list[Period]) -> dict[Period, int]:
    """What is used of each period, without a lock; 0 where there is no row."""
    found = db.session.execute(
        select(CapUsage.period, CapUsage.starts_on, CapUsage.used).where(
            CapUsage.holder_id == pots.holder_id,
            CapUsage.programme_id == pots.programme_id,
            or_(*(_is(period, starts_on) for period, starts_on in periods)),
        )
    )
    used = dict.fromkeys(periods, 0)
    return {**used, **{(row.period, row.starts_on): row.used for row in found}}


def _is(period: CapPeriod, starts_on: date) -> ColumnElement[bool]:
    return and_(CapUsage.period == period, CapUsage.starts_on == starts_on)


def use_caps(pots: Pots, uses: list[Use]) -> None:
    """Count points against limits, all or none. Raises Refused(code="over_cap") beyond a limit.

    The limit stands in the WHERE of the one UPDATE, so no number of simultaneous callers can pass it.
    """
    fits = [
        and_(_is(use.period, use.starts_on), CapUsage.used + use.points <= use.cap)
        if use.cap is not None
        else _is(use.period, use.starts_on)
        for use in uses
    ]
    if _change(pots, uses, fits, 1) != len(uses):
        raise Refused(
            _l("ポイントの上限に達しています。画面を開きなおして、残りをたしかめてください。"),
            code="over_cap",
        )


def free_caps(pots: Pots, uses: list[Use]) -> None:
    """Give back what was counted; nobody gets more by it until somebody re-runs an award."""
    uses = [use for use in uses if use.points]
    if uses and _change(pots, uses, [_is(use.period, use.starts_on) for use in uses], -1) != len(
        uses
    ):
        raise RuntimeError(f"cap rows are missing for {pots}")


def _change(pots: Pots, uses: list[Use], fits: list[ColumnElement[bool]], sign: int) -> int:
    by = case(*((_is(use.period, use.starts_on), sign * use.points) for use in uses), else_=0)
    return guarded_update(
        update(CapUsage)
        .where(
            CapUsage.holder_id == pots.holder_id,
            CapUsage.programme_id == pots.programme_id,
            or_(*fits),
        )
        .values(used=CapUsage.used + by)
    )
