"""What `ledger verify` asks of payments: batches add up, cash-outs and lines agree, one live line each."""

from points.ledger.debts import REPAID
from points.ledger.models import Journal, Posting
from points.ledger.states import JournalKind
from points.payouts.models import PayoutBatch, PayoutLine, Repayment
from points.payouts.states import BatchState, LineState
from points.redemption.methods.method import PaidBy
from points.redemption.methods.registry import codes_paid
from points.redemption.models import CashOut
from points.redemption.states import CashOutState
from volunteer.core.db import db
from volunteer.core.hooks import Finding

LIVE = (LineState.IN_FILE, LineState.PAID)
IN_PAYMENT = {
    CashOutState.BATCHED: LineState.IN_FILE,
    CashOutState.PAID: LineState.PAID,
}


def findings() -> list[Finding]:
    """Whatever does not agree between batches, lines and cash-outs."""
    return [*_totals(), *_amounts(), *_live_lines(), *_states(), *_donations(), *_repayments()]


def _totals() -> list[Finding]:
    """Count and total of a batch are those of its lines."""
    lines = db.func.count(PayoutLine.id)
    yen = db.func.coalesce(db.func.sum(PayoutLine.amount_yen), 0)
    statement = (
        db.select(PayoutBatch.id, PayoutBatch.number, lines, yen)
        .outerjoin(PayoutLine, PayoutLine.batch_id == PayoutBatch.id)
        .group_by(PayoutBatch.id, PayoutBatch.number, PayoutBatch.count, PayoutBatch.total_yen)
        .having((lines != PayoutBatch.count) | (yen != PayoutBatch.total_yen))
        .order_by(PayoutBatch.id)
    )
    return [
        Finding(
            "batch_total",
            f"payout_batch:{row[0]}",
            f"{row[1]} has {row[2]} lines of {row[3]} yen, which is not what it says",
        )
        for row in db.session.execute(statement)
    ]


def _amounts() -> list[Finding]:
    """A line pays what was approved."""
    statement = (
        db.select(PayoutLine.id, CashOut.number)
        .join(CashOut, CashOut.id == PayoutLine.cash_out_id)
        .where(PayoutLine.amount_yen != CashOut.amount_yen)
        .order_by(PayoutLine.id)
    )
    return [
        Finding("line_amount", f"payout_line:{row[0]}", f"{row[1]} is paid another amount")
        for row in db.session.execute(statement)
    ]


def _live_lines() -> list[Finding]:
    """A cash-out is in at most one live line (the unique index says so; here in case it was dropped)."""
    statement = (
        db.select(PayoutLine.cash_out_id, db.func.count())
        .where(PayoutLine.state.in_(LIVE))
        .group_by(PayoutLine.cash_out_id)
        .having(db.func.count() > 1)
    )
    return [
        Finding("live_lines", f"cash_out:{row[0]}", f"it is in {row[1]} live lines")
        for row in db.session.execute(statement)
    ]


def _states() -> list[Finding]:
    """In payment means one line in the file, paid means one paid line, anything else no live line."""
    live = db.select(PayoutLine).where(PayoutLine.state.in_(LIVE)).subquery()
    wanted = db.case(
        *((CashOut.state == state, line.value) for state, line in IN_PAYMENT.items()), else_=""
    )
    has = db.func.coalesce(db.cast(live.c.state, db.String), "")
    statement = (
        db.select(CashOut.id, CashOut.number, CashOut.state, has)
        .outerjoin(live, live.c.cash_out_id == CashOut.id)
        .where(has != wanted)
        .order_by(CashOut.id)
    )
    found = [
        Finding(
            "cash_out_line",
            f"cash_out:{row[0]}",
            f"{row[1]} is {row[2].value} and its live line is {row[3] or 'missing'}",
        )
        for row in db.session.execute(statement)
    ]
    return found + _batch_states()


def _batch_states() -> list[Finding]:
    """No line waits in a batch that is paid or dropped, none is paid in one that is not."""
    wrong = ((PayoutBatch.state != BatchState.MADE) & (PayoutLine.state == LineState.IN_FILE)) | (
        (PayoutBatch.state != BatchState.PAID) & (PayoutLine.state == LineState.PAID)
    )
    statement = (
        db.select(PayoutLine.id, PayoutBatch.number)
        .join(PayoutBatch, PayoutBatch.id == PayoutLine.batch_id)
        .where(wrong)
        .order_by(PayoutLine.id)
    )
    return [
        Finding("line_state", f"payout_line:{row[0]}", f"it does not agree with batch {row[1]}")
        for row in db.session.execute(statement)
    ]


def _donations() -> list[Finding]:
    """A donation went to whom its person chose, named in its record; nothing else has a target."""
    codes = codes_paid(PaidBy.DONATION)
    is_wrong = (
        (CashOut.method != PayoutBatch.method)
        | (PayoutBatch.target == "")
        | (PayoutBatch.proof == "")
        | (CashOut.target != PayoutBatch.target)
    )
    passed_on = (
        db.select(CashOut.id, CashOut.number)
        .join(PayoutLine, PayoutLine.cash_out_id == CashOut.id)
        .join(PayoutBatch, PayoutBatch.id == PayoutLine.batch_id)
        .where(is_wrong, CashOut.method.in_(codes) | (PayoutBatch.target != ""))
        .order_by(CashOut.id)
    )
    not_given = (
        db.select(CashOut.id, CashOut.number)
        .where(CashOut.target != "", CashOut.method.not_in(codes))
        .order_by(CashOut.id)
    )
    words = ((passed_on, "its record names somebody else"), (not_given, "has a target, is none"))
    return [
        Finding("donation", f"cash_out:{row.id}", f"{row.number}: {why}")
        for statement, why in words
        for row in db.session.execute(statement)
    ]


def _repayments() -> list[Finding]:
    """Each repayment made a debt smaller by its points, and each such journal has its repayment."""
    moved = (
        db.select(Journal.id, db.func.sum(Posting.amount).label("points"))
        .join(Posting, Posting.journal_id == Journal.id)
        .where(Journal.kind == JournalKind.ADJUST, Journal.reason == REPAID)
        .group_by(Journal.id)
        .subquery()
    )
    statement = (
        db.select(Repayment.id, moved.c.id)
        .join(moved, moved.c.id == Repayment.journal_id, full=True)
        .where(
            Repayment.id.is_(None)
            | moved.c.id.is_(None)
            | (db.func.coalesce(moved.c.points, 0) != db.func.coalesce(Repayment.points, 0))
        )
    )
    return [
        Finding(
            "repayment",
            f"repayment:{row[0]}" if row[0] else f"journal:{row[1]}",
            "money paid back and the ledger do not agree",
        )
        for row in db.session.execute(statement)
    ]
