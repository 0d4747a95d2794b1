"""What `ledger verify` asks of cash-outs: every state agrees with the points held for it."""

from points.ledger.models import LedgerAccount
from points.programmes.models import RuleVersion
from points.programmes.queries import rules_of
from points.redemption.models import CashOut, CashOutAct
from points.redemption.rules import yen_for
from points.redemption.states import OPEN_STATES, CashOutState, Step
from volunteer.core.db import db
from volunteer.core.hooks import Finding


def findings() -> list[Finding]:
    """Cash-outs whose hold, acts or dates do not agree with their state."""
    return [*_holds(), *_holders(), *_holds_of_nobody(), *_yen(), *_acts(), *_actors()]


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


def _holders() -> list[Finding]:
    """The points are held of the person and in the programme of the cash-out, whose rules it follows."""
    statement = (
        db.select(CashOut.id, CashOut.number)
        .join(LedgerAccount, LedgerAccount.hold_key == "cash_out:" + CashOut.key)
        .join(RuleVersion, RuleVersion.id == CashOut.rule_version_id)
        .where(
            (LedgerAccount.holder_id != CashOut.person_id)
            | (LedgerAccount.programme_id != CashOut.programme_id)
            | (RuleVersion.programme_id != CashOut.programme_id)
        )
        .order_by(CashOut.id)
    )
    return [
        Finding(
            "cash_out_holder",
            f"cash_out:{row.id}",
            f"{row.number} is for another person or programme than its points",
        )
        for row in db.session.execute(statement)
    ]


def _yen() -> list[Finding]:
    """The yen are what the rules give for the points; equal cash-outs are computed once."""
    facts = (CashOut.rule_version_id, CashOut.method, CashOut.points, CashOut.amount_yen)
    statement = db.select(*facts, db.func.min(CashOut.id)).group_by(*facts).order_by(*facts)
    return [
        Finding(
            "cash_out_yen",
            f"cash_out:{cash_out_id}",
            f"{points} points by {method} are not {yen} yen",
        )
        for version_id, method, points, yen, cash_out_id in db.session.execute(statement)
        if not _is_worth(version_id, method, points, yen)
    ]


def _is_worth(version_id: int, method: str, points: int, yen: int) -> bool:
    terms = rules_of(version_id).method(method)
    try:
        return terms is not None and yen_for(points, terms) == yen
    except ValueError:  # a fraction of a yen, or points that the table of the method does not have
        return False


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
