"""Reads of batches, lines, receipts and the center's own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import joinedload

from points.bank_accounts.models import BankAccount
from points.bank_accounts.queries import held_back_until, live_account
from points.payouts.models import Originator, PayoutBatch, PayoutLine
from points.payouts.states import BatchState
from points.redemption.four_eyes import EXCLUSION_WORDS, Actor
from points.redemption.models import CashOut
from points.redemption.queries import approved_by_method, exclusion_for, hold_agrees
from volunteer.core.db import db
from volunteer.core.i18n import _, show

LINES_ON_PAGE = 50
"""Of a batch with its several hundred lines after a winter."""

TRANSFER, CASH = "bank_transfer", "desk_cash"


@dataclass(frozen=True)
class Candidate:
    """An approved cash-out that could go into a batch; `why_not` is empty when it can."""

    cash_out: CashOut
    account: BankAccount | None
    why_not: str


def originator_or_none() -> Originator | None:
    """The center's own account, once entered."""
    return db.session.get(Originator, 1)


def candidates(actor: Actor, moment: datetime, method: str = TRANSFER) -> list[Candidate]:
    """The approved cash-outs of a method with what holds each back for this payer, oldest first."""
    found = []
    for row in approved_by_method(method):
        account = live_account(row.person_id) if method == TRANSFER else None
        found.append(Candidate(row, account, why_held_back(row, account, actor, moment)))
    return found


def why_held_back(row: CashOut, account: BankAccount | None, actor: Actor, moment: datetime) -> str:
    """Why this cash-out is not paid now by this payer; "" when it can be."""
    excluded = exclusion_for(row, actor, moment)
    if excluded is not None:
        return str(EXCLUSION_WORDS[excluded])
    if not hold_agrees(row):
        return str(_("預かっているポイントが申請と合いません。監査に知らせてください。"))
    return _account_trouble(account, moment) if row.method == TRANSFER else ""


def _account_trouble(account: BankAccount | None, moment: datetime) -> str:
    if account is None:
        return str(_("お金を受けとる口座がありません。"))
    until = held_back_until(account, moment)
    if until is None:
        return ""
    shown = str(show("date", until))
    return str(_("口座が変わったばかりなので、%(until)sまで支払いません。", until=shown))


def batches(limit: int = 50) -> list[PayoutBatch]:
    """Batches for the bank, newest first."""
    return _batches(TRANSFER, limit)


def receipts(limit: int = 50) -> list[PayoutBatch]:
    """Payments in cash, newest first; each is a batch of one line whose number is the receipt's."""
    return _batches(CASH, limit)


def _batches(method: str, limit: int) -> list[PayoutBatch]:
    statement = (
        db.select(PayoutBatch)
        .where(PayoutBatch.method == method)
        .order_by(PayoutBatch.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def batch_or_none(batch_id: int) -> PayoutBatch | None:
    """One batch."""
    return db.session.get(PayoutBatch, batch_id)


def line_or_none(line_id: int) -> PayoutLine | None:
    """One line."""
    return db.session.get(PayoutLine, line_id)


def lines_on_page(batch: PayoutBatch, number: int) -> list[PayoutLine]:
    """One page of the lines of a batch, in the order of its file."""
    statement = (
        db.select(PayoutLine)
        .where(PayoutLine.batch_id == batch.id)
        .order_by(PayoutLine.seq)
        .offset((number - 1) * LINES_ON_PAGE)
        .limit(LINES_ON_PAGE)
    )
    return list(db.session.execute(statement).scalars())


def cash_outs_of(
    batch: PayoutBatch, lines: Sequence[PayoutLine] | None = None
) -> dict[int, CashOut]:
    """The cash-outs of a batch by id, with their people; of some `lines` only where given."""
    ids = [line.cash_out_id for line in (batch.lines if lines is None else lines)]
    statement = db.select(CashOut).where(CashOut.id.in_(ids)).options(joinedload(CashOut.person))
    return {row.id: row for row in db.session.execute(statement).scalars()}


def made_batches() -> list[PayoutBatch]:
    """Batches whose file may be at the bank but which nobody has marked as paid."""
    statement = (
        db.select(PayoutBatch)
        .where(PayoutBatch.state == BatchState.MADE)
        .order_by(PayoutBatch.pay_on)
    )
    return list(db.session.execute(statement).scalars())
