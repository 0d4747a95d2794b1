"""The statements of the hot path, built once: building them anew took more time than the database did."""

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Executable,
    bindparam,
    column,
    func,
    insert,
    or_,
    select,
    table,
    update,
)

from points.ledger.models import Journal, LedgerAccount, Posting, Standing
from points.ledger.states import AccountKind
from volunteer.core.db import insert_into, run_core

Side = int | AccountKind
"""One side of a posting: the id of an account, or the kind of a system account."""

_standing: Any = Standing.__table__
_account: Any = LedgerAccount.__table__
_journal: Any = Journal.__table__
_posting: Any = Posting.__table__

_programme = table("programme", column("id"), column("unit"))
UNIT = (
    select(_programme.c.unit).where(_programme.c.id == bindparam("of_programme")).scalar_subquery()
)
"""What a programme counts. Whatever is of a programme is in its unit (guards); only new rows have to ask."""

LOCK = (
    update(_standing)
    .where(
        _standing.c.holder_id == bindparam("holder"),
        _standing.c.programme_id == bindparam("programme"),
    )
    .values(turns=_standing.c.turns + 1, unsettled=_standing.c.unsettled + bindparam("more"))
    .returning(_standing.c.in_lots, _standing.c.unsettled)
)


@cache
def open_standing(_dialect: str) -> Any:
    """LOCK for a holder who may have no row yet: it is made, or somebody who was faster is waited for."""
    first = insert_into(_standing).values(
        holder_id=bindparam("holder"),
        programme_id=bindparam("programme"),
        unit=UNIT,
        in_lots=0,
        unsettled=bindparam("more"),
        turns=1,
    )
    return first.on_conflict_do_update(
        index_elements=["holder_id", "programme_id", "unit"],
        set_={
            "turns": _standing.c.turns + 1,
            "unsettled": _standing.c.unsettled + first.excluded.unsettled,
        },
    ).returning(_standing.c.in_lots, _standing.c.unsettled)


_POTS = (
    select(
        _account.c.id, _account.c.kind, _account.c.expires_on, _account.c.balance, _account.c.month
    )
    .where(
        _account.c.holder_id == bindparam("holder"),
        _account.c.programme_id == bindparam("programme"),
    )
    .order_by(_account.c.id)
    .with_for_update(key_share=True)
)
_IS_DEBT = (_account.c.kind == AccountKind.OWED) & (_account.c.balance < 0)
_IS_LOT = _account.c.kind == AccountKind.LOT
LOTS = _POTS.where(_IS_LOT, _account.c.balance > 0)
DEBT = _POTS.where(_IS_DEBT)
SINGLE = _POTS.where(_account.c.kind == bindparam("kind"))
LOT_AND_DEBT = _POTS.where(
    or_(
        _IS_LOT
        & (_account.c.month == bindparam("month"))
        & (_account.c.expires_on == bindparam("expires_on")),
        _IS_DEBT,
    )
)


_of_journal = select(_journal.c.unit).where(_journal.c.id == bindparam("journal")).scalar_subquery()


def _side(name: str) -> Any:
    """The id that is given, or the system account of the kind that is given."""
    is_system = (
        (_account.c.unit == _of_journal)
        & (_account.c.kind == bindparam(f"{name}_kind"))
        & _account.c.holder_id.is_(None)
    )
    own = bindparam(f"{name}_id", type_=BigInteger)
    return func.coalesce(own, select(_account.c.id).where(is_system).scalar_subquery())


OPEN = insert(_account).values(unit=UNIT).returning(_account.c.id)
POST = insert(_posting).values(
    journal_id=bindparam("journal"),
    seq=bindparam("number"),
    from_account_id=_side("from"),
    to_account_id=_side("to"),
    amount=bindparam("points"),
)


@cache
def insert_journal(_dialect: str) -> Any:
    """INSERT of a journal unless a unique rule holds such a one; built once for each kind of database."""
    return insert_into(_journal).values(unit=UNIT).on_conflict_do_nothing().returning(_journal.c.id)


def run(statement: Executable, **params: Any) -> Any:
    """A Core statement in the session's transaction, without the ORM around it."""
    return run_core(statement, **params)


def given(name: str, side: Side) -> dict[str, Any]:
    """The parameters of POST for one side."""
    is_kind = isinstance(side, AccountKind)
    return {f"{name}_id": None if is_kind else side, f"{name}_kind": side if is_kind else None}
