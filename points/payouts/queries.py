"""Reads of batches, lines, receipts and the center's own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlalchemy.orm import joinedload

from points.bank_accounts.models import BankAccount
from points.bank_accounts.queries import held_back_until
from points.payouts.models import Originator, PayoutBatch, PayoutLine
from points.payouts.states import BatchState
from points.redemption.checking import person_refusal
from points.redemption.claims import HELD_WORDS, is_kept_back
from points.redemption.four_eyes import EXCLUSION_WORDS, Actor, Exclusion
from points.redemption.methods.method import PaidBy
from points.redemption.methods.registry import codes_paid
from points.redemption.models import CashOut
from points.redemption.position import first_pay_days
from points.redemption.queries import (
    approved_by_methods,
    exclusion_for,
    exclusion_shown,
    hold_agrees,
    signs_of,
)
from volunteer.core.clock import from_tokyo, to_tokyo
from volunteer.core.db import db
from volunteer.core.i18n import _, show

LINES_ON_PAGE = 50
"""Of a batch with its several hundred lines after a winter."""

CASH = "desk_cash"
TRANSFER = "bank_transfer"
"""What a batch with a bank file says it is; a batch of one at the desk says the method of its cash-out."""


@dataclass(frozen=True)
class Candidate:
    """An approved cash-out that could go into a batch; `why_not` is empty when it can."""

    cash_out: CashOut
    account: BankAccount | None
    why_not: str


def originator_or_none() -> Originator | None:
    """The center's own account, once entered."""
    return db.session.get(Originator, 1)


def candidates(actor: Actor, moment: datetime, way: PaidBy = PaidBy.BANK_FILE) -> list[Candidate]:
    """The approved cash-outs that are paid this way with what holds each back for this payer, oldest first."""
    rows = approved_by_methods(codes_paid(way))
    signs, days = signs_of(rows), first_pay_days(rows)
    found = []
    for row in rows:
        account, until = signs.accounts.get(row.person_id, (None, None))
        why = _why(exclusion_shown(row, actor, signs), signs.holds(row))
        why = why or (str(HELD_WORDS) if row.is_held_back else "")
        why = why or _why_not_yet(days.get(row.id), moment)
        if way is PaidBy.BANK_FILE:
            found.append(Candidate(row, account, why or _account_trouble(account, until)))
        else:
            found.append(Candidate(row, None, why))
    return found


def why_held_back(row: CashOut, account: BankAccount | None, actor: Actor, moment: datetime) -> str:
    """Why this cash-out is not paid now by this payer; "" when it can be."""
    why = _why(exclusion_for(row, actor, moment), hold_agrees(row))
    why = why or (str(HELD_WORDS) if is_kept_back(row) else "")
    why = why or _why_not_yet(first_pay_days([row]).get(row.id), moment)
    refused = None if why else person_refusal(row)
    why = why or (str(refused.message) if refused else "")
    if why or row.method not in codes_paid(PaidBy.BANK_FILE):
        return why
    return _account_trouble(account, held_back_until(account, moment) if account else None)


def _why(excluded: Exclusion | None, holds: bool) -> str:
    if excluded is not None:
        return str(EXCLUSION_WORDS[excluded])
    if not holds:
        return str(_("預かっている分が申請と合いません。監査に知らせてください。"))
    return ""


def _why_not_yet(day: date | None, moment: datetime) -> str:
    """The programme may pay on certain days only (X4)."""
    if day is None or to_tokyo(moment).date() >= day:
        return ""
    return str(_("この制度の支払は%(day)sからです。", day=str(show("date_plain", day))))


def _account_trouble(account: BankAccount | None, until: datetime | None) -> str:
    if account is None:
        return str(_("お金を受けとる口座がありません。"))
    if until is None:
        return ""
    shown = str(show("date", until))
    return str(_("口座が変わったばかりなので、%(until)sまで支払いません。", until=shown))


def batches(limit: int = 50) -> list[PayoutBatch]:
    """Batches for the bank, newest first."""
    statement = (
        db.select(PayoutBatch)
        .where(PayoutBatch.method == TRANSFER)
        .order_by(PayoutBatch.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def receipts(limit: int = 50) -> list[tuple[PayoutBatch, CashOut]]:
    """Payments at the desk, newest first, each with what it paid: a batch of one line whose number is the receipt's."""
    statement = (
        db.select(PayoutBatch, CashOut)
        .join(PayoutLine, PayoutLine.batch_id == PayoutBatch.id)
        .join(CashOut, CashOut.id == PayoutLine.cash_out_id)
        .where(PayoutBatch.method != TRANSFER, PayoutBatch.target == "")
        .options(joinedload(CashOut.person))
        .order_by(PayoutBatch.id.desc())
        .limit(limit)
    )
    return [(batch, cash_out) for batch, cash_out in db.session.execute(statement)]


def cash_handed_over(day: date) -> int:
    """Yen in cash that were handed over at the desk on a day, for points and for paid work."""
    statement = db.select(func.coalesce(func.sum(PayoutBatch.total_yen), 0)).where(
        PayoutBatch.method == CASH,
        PayoutBatch.paid_at >= from_tokyo(day),
        PayoutBatch.paid_at < from_tokyo(day + timedelta(days=1)),
    )
    return int(db.session.execute(statement).scalar_one())


def donations(limit: int = 50) -> list[PayoutBatch]:
    """Donations that were passed on, newest first; each names to whom."""
    statement = (
        db.select(PayoutBatch)
        .where(PayoutBatch.target != "")
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
