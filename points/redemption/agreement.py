"""What `ledger verify` asks of cash-outs: every state agrees with the points held for it."""

from points.ledger.models import LedgerAccount
from points.redemption.models import CashOut, CashOutAct
from points.redemption.states import OPEN_STATES, CashOutState, Step
from volunteer.core.db import db
from volunteer.core.hooks import Finding


def findings() -> list[Finding]:
    """Cash-outs whose hold, acts or dates do not agree with their state."""
    return [*_holds(), *_holds_of_nobody(), *_acts(), *_actors()]


def _holds() -> list[Finding]:
    """An open cash-out holds exactly its points, a closed one none."""
    hold = db.func.coalesce(LedgerAccount.balance, 0)
    wanted = db.case((CashOut.state.in_(OPEN_STATES), CashOut.points), else_=0)
    statement = (
        db.select(CashOut.id, CashOut.number, CashOut.state, wanted, hold)
        .outerjoin(LedgerAccount, LedgerAccount.hold_key == "cash_out:" + CashOut.key)
        .where(hold != wanted)
        .order_by(CashOut.id)
    )
    return [
        Finding(
            "cash_out_hold",
            f"cash_out:{row.id}",
            f"{row.number} is {row.state.value}: {row[3]} points should be held, {row[4]} are",
        )
        for row in db.session.execute(statement)
    ]


def _holds_of_nobody() -> list[Finding]:
    """No points are held for a cash-out that does not exist."""
    statement = (
        db.select(LedgerAccount.id, LedgerAccount.hold_key)
        .outerjoin(CashOut, LedgerAccount.hold_key == "cash_out:" + CashOut.key)
        .where(
            LedgerAccount.hold_key.startswith("cash_out:"),
            LedgerAccount.balance != 0,
            CashOut.id.is_(None),
        )
    )
    return [
        Finding(
            "hold_without_cash_out", f"ledger_account:{row.id}", f"{row.hold_key} has no cash-out"
        )
        for row in db.session.execute(statement)
    ]


DECIDED_STATES = (CashOutState.APPROVED, CashOutState.BATCHED, CashOutState.PAID)


def _acts() -> list[Finding]:
    """Whatever was approved has a decision by somebody who is not the beneficiary."""
    decided = db.aliased(CashOutAct)
    statement = (
        db.select(CashOut.id, CashOut.number)
        .outerjoin(
            decided,
            (decided.cash_out_id == CashOut.id)
            & (decided.step == Step.DECIDED)
            & (decided.verdict == "approved")
            & (decided.person_id != CashOut.person_id),
        )
        .where(CashOut.state.in_(DECIDED_STATES), decided.id.is_(None))
        .order_by(CashOut.id)
    )
    return [
        Finding("cash_out_not_approved", f"cash_out:{row.id}", f"{row.number} has no second person")
        for row in db.session.execute(statement)
    ]


def _actors() -> list[Finding]:
    """Nobody acts twice on one cash-out, neither as user nor as human being (the unique rules say so too)."""
    found = []
    for column in (CashOutAct.user_id, CashOutAct.person_id):
        statement = (
            db.select(CashOutAct.cash_out_id, column, db.func.count())
            .group_by(CashOutAct.cash_out_id, column)
            .having(db.func.count() > 1)
            .order_by(CashOutAct.cash_out_id)
        )
        found += [
            Finding(
                "cash_out_same_actor",
                f"cash_out:{row[0]}",
                f"{column.key} {row[1]} acted {row[2]} times on it",
            )
            for row in db.session.execute(statement)
        ]
    return found
