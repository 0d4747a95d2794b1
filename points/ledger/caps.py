"""Caps as rows: what was used of a limit in a period. The row is the lock; nothing is ever counted (C1–C4)."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Executable,
    String,
    and_,
    bindparam,
    or_,
    select,
    text,
)

from points.ledger.models import CapUsage
from points.ledger.postings import Pots
from points.ledger.states import CapPeriod
from volunteer.core.db import db, run_core
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
    params: dict[str, Any] = {"holder": pots.holder_id, "programme": pots.programme_id}
    for number, (period, starts_on) in enumerate(sorted(periods)):
        params |= {f"period{number}": period.value, f"start{number}": starts_on}
    found = run_core(_lock_statement(len(periods)), **params)
    return {(CapPeriod(row.period), row.starts_on): row.used for row in found}


@cache
def _lock_statement(count: int) -> Executable:
    """The upsert of so many rows. As text, because SQLAlchemy does not cache an INSERT of several rows."""
    rows = ", ".join(f"(:holder, :programme, :period{n}, :start{n}, 0)" for n in range(count))
    key = "holder_id, programme_id, period, starts_on"
    statement = text(
        f"INSERT INTO cap_usage ({key}, used) VALUES {rows} ON CONFLICT ({key})"  # noqa: S608
        " DO UPDATE SET used = cap_usage.used RETURNING period, starts_on, used"
    )
    typed = [bindparam(f"start{n}", type_=Date) for n in range(count)]
    return statement.bindparams(*typed).columns(period=String, starts_on=Date, used=BigInteger)


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
    if _change(pots, uses) != len(uses):
        raise Refused(
            _l(
                "ポイントが、もう上限までついています。画面を開きなおして、残りを確かめてください。"
            ),
            code="over_cap",
        )


def free_caps(pots: Pots, uses: list[Use]) -> None:
    """Give back what was counted; nobody gets more by it until somebody re-runs an award."""
    back = [Use(use.period, use.starts_on, -use.points, None) for use in uses if use.points]
    if back and _change(pots, back) != len(back):
        raise RuntimeError(f"cap rows are missing for {pots}")


NO_CAP = 2**62


@cache
def _change_statement(count: int) -> Executable:
    rows = [f"(period = :period{n} AND starts_on = :start{n}" for n in range(count)]
    sums = " ".join(f"WHEN {row}) THEN :points{n}" for n, row in enumerate(rows))
    fits = " OR ".join(f"{row} AND used + :points{n} <= :cap{n})" for n, row in enumerate(rows))
    statement = text(
        f"UPDATE cap_usage SET used = used + CASE {sums} END"  # noqa: S608 - our own words only
        f" WHERE holder_id = :holder AND programme_id = :programme AND ({fits})"
    )
    typed: list[Any] = [bindparam(f"start{n}", type_=Date) for n in range(count)]
    typed += [
        bindparam(f"{one}{n}", type_=BigInteger) for n in range(count) for one in ("points", "cap")
    ]
    return statement.bindparams(*typed)


def _change(pots: Pots, uses: list[Use]) -> int:
    params: dict[str, Any] = {"holder": pots.holder_id, "programme": pots.programme_id}
    for n, use in enumerate(uses):
        params |= {f"period{n}": use.period.value, f"start{n}": use.starts_on}
        params |= {f"points{n}": use.points, f"cap{n}": NO_CAP if use.cap is None else use.cap}
    return int(run_core(_change_statement(len(uses)), **params).rowcount)
