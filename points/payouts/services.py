"""Paying approved cash-outs: a frozen batch with its bank file, the bank's answer, cash at the desk."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date

from points.bank_accounts.queries import live_account
from points.bank_accounts.services import open_number
from points.ledger import services as ledger
from points.payouts import bank_file, notices
from points.payouts.bank_file import ORIGINATOR_CONTEXT, Sender, line_context
from points.payouts.business_days import is_bank_business_day, next_business_day
from points.payouts.models import Originator, PayoutBatch, PayoutLine
from points.payouts.queries import TRANSFER, originator_or_none, why_held_back
from points.payouts.states import BatchState, LineState
from points.payouts.zengin import Payment, zengin_file
from points.redemption.claims import check_kept_back
from points.redemption.four_eyes import Actor
from points.redemption.methods.method import PaidBy
from points.redemption.methods.registry import codes_paid
from points.redemption.models import CashOut
from points.redemption.services import (
    add_payment_act,
    already_decided,
    cash_out_or_404,
    check_actor,
    check_hold,
    extended_to,
    free_points,
    hold_key,
    move_on,
)
from points.redemption.states import CashOutState
from volunteer.core import clock, wareki
from volunteer.core.center import next_number, the_center
from volunteer.core.crypto import seal
from volunteer.core.db import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import _, _l
from volunteer.core.transitions import move

ID_MAX = 2**31 - 1
"""The largest row number the database holds; a larger one is nobody's."""


def make_batch(
    *, cash_out_ids: Sequence[int], pay_on: date, typed_total_yen: int, actor: Actor
) -> PayoutBatch:
    """The chosen cash-outs are frozen into one batch with its bank file.

    Each line keeps the account as it is now, its number sealed for this line; the SHA-256 of the file is
    stored. Two batches at once with the same cash-out: the second is refused by the guarded state.

    Args:
        cash_out_ids: approved cash-outs by bank transfer.
        pay_on: 振込指定日, a bank business day after today.
        typed_total_yen: the sum the payer typed, to show that they looked at it.
        actor: the payer.

    Raises `Refused`, `NotAllowed`, `AlreadyDecided`, `BankDataRefused`.
    """
    rows = chosen_rows(cash_out_ids, PaidBy.BANK_FILE)
    _check_day(pay_on)
    total = sum(row.amount_yen for row in rows)
    if total != typed_total_yen:
        raise Refused(
            _("えらんだ換金の合計は%(total)s円です。打った金額とちがいます。", total=f"{total:,}"),
            code="other_total",
        )
    number = next_number("payout_batch", "P-")
    sender = _sender()
    batch = PayoutBatch(
        number=number,
        method=TRANSFER,
        pay_on=pay_on,
        count=len(rows),
        total_yen=total,
        sha256="",
        originator_sealed=bank_file.freeze(sender, number),
        state=BatchState.MADE,
        made_by_user_id=actor.user_id,
        made_at=clock.now(),
    )
    db.session.add(batch)
    db.session.flush()
    lines = [_take_into(batch, row, seq, actor) for seq, row in enumerate(rows, start=1)]
    db.session.flush()
    batch.sha256 = hashlib.sha256(bank_file.make_file(batch, sender, lines)).hexdigest()
    return batch


def chosen_rows(cash_out_ids: Sequence[int], way: PaidBy) -> list[CashOut]:
    """The approved rows in the order of their ids, locked, so that two batches never wait for each other in a ring.

    Raises `Refused` (none_chosen), `NotFound` for what is not paid this way, `AlreadyDecided`.
    """
    if not cash_out_ids:
        raise Refused(_l("換金を1つ以上えらんでください。"), code="none_chosen")
    if not all(0 < one <= ID_MAX for one in cash_out_ids):
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    statement = (
        db.select(CashOut)
        .where(CashOut.id.in_(set(cash_out_ids)))
        .order_by(CashOut.id)
        .with_for_update(key_share=True, of=CashOut)
        .execution_options(populate_existing=True)
    )
    rows = list(db.session.execute(statement).scalars())
    codes = codes_paid(way)
    if len(rows) != len(set(cash_out_ids)) or any(row.method not in codes for row in rows):
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    for row in rows:
        if row.state is not CashOutState.APPROVED:
            raise already_decided(row)
    return rows


def _check_day(pay_on: date) -> None:
    if not is_bank_business_day(pay_on):
        raise Refused(
            _l("その日は銀行の休みの日です。営業日を入れてください。"), code="bank_closed"
        )
    if pay_on < next_business_day(clock.today()):
        raise Refused(_l("振込の日は、次の銀行営業日より後にしてください。"), code="too_soon")


def _sender() -> Sender:
    row = originator_or_none()
    if row is None:
        raise Refused(
            _l("センターの口座がまだありません。先に、振込依頼人の設定をしてください。"),
            code="no_originator",
        )
    return bank_file.sender_of(row)


def _take_into(batch: PayoutBatch, row: CashOut, seq: int, actor: Actor) -> PayoutLine:
    check_actor(row, actor)
    account = live_account(row.person_id)
    held_back = why_held_back(row, account, actor, clock.now())
    if held_back or account is None:
        raise Refused(
            _("%(number)s：%(reason)s", number=row.number, reason=held_back), code="held_back"
        )
    add_payment_act(row, actor, "paid")
    move_on(row, CashOutState.APPROVED, CashOutState.BATCHED)
    uid = secrets.token_hex(16)
    line = PayoutLine(
        uid=uid,
        batch_id=batch.id,
        seq=seq,
        cash_out_id=row.id,
        amount_yen=row.amount_yen,
        bank_code=account.bank_code,
        branch_code=account.branch_code,
        account_type=account.account_type,
        number_sealed=seal(open_number(account), line_context(uid)),
        number_tail=account.number_tail,
        holder_kana=account.holder_kana,
        state=LineState.IN_FILE,
    )
    db.session.add(line)
    return line


def drop_batch(batch_id: int, actor: Actor) -> PayoutBatch:
    """A batch that was not sent is given up: its cash-outs wait for payment again, its file is no longer given out.

    Their acts of payment stay (acts are never changed); the next batch adds a round where another payer makes it.
    Raises `NotFound`, `AlreadyDecided`.
    """
    batch = batch_or_404(batch_id)
    _only_transfer(batch)
    move(PayoutBatch, batch.id, BatchState.MADE, BatchState.DROPPED)
    for line in _lines(batch.id, LineState.IN_FILE):
        row = cash_out_or_404(line.cash_out_id)
        move_on(row, CashOutState.BATCHED, CashOutState.APPROVED)
        _close_line(line.id, LineState.IN_FILE, LineState.DROPPED, actor)
    return batch_or_404(batch_id)


def hand_out_file(batch_id: int) -> PayoutBatch:
    """The file goes out to the payer, unless the batch was given up meanwhile. Raises `NotFound`, `Refused`."""
    batch = batch_or_404(batch_id)
    db.session.refresh(batch, with_for_update={"key_share": True})
    _only_transfer(batch)
    if batch.state is BatchState.DROPPED:
        raise Refused(
            _l("この振込データは取りやめになったので、出せません。"),
            code="dropped",
        )
    return batch


def pay_batch(batch_id: int, actor: Actor) -> PayoutBatch:
    """The bank has carried the batch out: points are paid for good, everybody is told.

    Raises `NotFound`, `AlreadyDecided`, `Refused` before the transfer date.
    """
    batch = batch_or_404(batch_id)
    _only_transfer(batch)
    if clock.today() < batch.pay_on:
        raise Refused(
            _l("振込の日になってから、銀行の結果を確かめて「支払ずみ」にしてください。"),
            code="too_early",
        )
    move(
        PayoutBatch,
        batch.id,
        BatchState.MADE,
        BatchState.PAID,
        paid_by_user_id=actor.user_id,
        paid_at=clock.now(),
    )
    for line in _lines(batch.id, LineState.IN_FILE):
        _close_line(line.id, LineState.IN_FILE, LineState.PAID, actor)
        settle(cash_out_or_404(line.cash_out_id), line, actor)
    return batch_or_404(batch_id)


def settle(row: CashOut, line: PayoutLine, actor: Actor, told: str = "paid", **words: str) -> None:
    """The held points are paid for good, and the person reads the message `told` with these words."""
    moment = clock.now()
    move_on(row, CashOutState.BATCHED, CashOutState.PAID, paid_at=moment, closed_at=moment)
    ledger.settle(
        hold_key(row),
        key=f"cash_out:{row.key}:settle",
        source=f"cash_out:{row.id}",
        actor_user_id=actor.user_id,
    )
    notices.tell(cash_out_or_404(row.id), line, told, **words)


def return_line(line_id: int, actor: Actor, reason: str) -> PayoutLine:
    """The bank did not pay a line, or the money came back (組戻し; a donation): the points are the person's again.

    Raises `NotFound`, `AlreadyDecided`, `Refused` without a reason.
    """
    if not reason.strip():
        raise Refused(_l("理由を入れてください。本人に届きます。"), code="no_reason")
    line = _line_or_404(line_id)
    batch = batch_or_404(line.batch_id)
    is_donation = batch.method in codes_paid(PaidBy.DONATION)
    if not is_donation:
        _only_transfer(batch)
    row = cash_out_or_404(line.cash_out_id)
    was = line.state
    if was not in (LineState.IN_FILE, LineState.PAID):
        raise already_decided(row)
    _close_line(line.id, was, LineState.RETURNED, actor, reason)
    before = CashOutState.PAID if was is LineState.PAID else CashOutState.BATCHED
    move_on(row, before, CashOutState.RETURNED, closed_at=clock.now(), closed_reason=reason)
    if was is LineState.IN_FILE:
        free_points(row, actor.user_id)
    else:
        ledger.return_paid(
            hold_key(row),
            key=f"cash_out:{row.key}:return",
            source=f"cash_out:{row.id}",
            actor_user_id=actor.user_id,
            extended_to=extended_to(row),
        )
    told = "donation_returned" if is_donation else "returned"
    words = {"reason": reason, "target": batch.target}
    notices.tell(cash_out_or_404(row.id), _line_or_404(line_id), told, **words)
    return _line_or_404(line_id)


def pay_at_desk(cash_out_id: int, actor: Actor, identity_seen: str) -> PayoutBatch:
    """Cash, a voucher, a gift is handed over at the desk; the batch of one line carries the number of the receipt.

    `identity_seen` says by which paper the person was recognised; it is printed and kept with the act.
    Raises `NotFound`, `NotAllowed`, `AlreadyDecided`, `Refused`.
    """
    row = cash_out_or_404(cash_out_id)
    if row.method not in codes_paid(PaidBy.DESK):
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    if row.state is not CashOutState.APPROVED:
        raise already_decided(row)
    check_actor(row, actor)
    check_hold(row)
    add_payment_act(row, actor, "paid", identity_seen)
    move_on(row, CashOutState.APPROVED, CashOutState.BATCHED)
    check_kept_back(row)  # after the row is locked: records may be looked into from now on
    batch = paid_batch([row], receipt_number(), actor)
    line = PayoutLine(
        uid=secrets.token_hex(16),
        batch_id=batch.id,
        seq=1,
        cash_out_id=row.id,
        amount_yen=row.amount_yen,
        state=LineState.PAID,
        closed_by_user_id=actor.user_id,
        closed_at=clock.now(),
    )
    db.session.add(line)
    db.session.flush()
    settle(row, line, actor)
    return batch_or_404(batch.id)


def paid_batch(
    rows: Sequence[CashOut], number: str, actor: Actor, *, target: str = "", proof: str = ""
) -> PayoutBatch:
    """The record of what was handed over at once, without a bank file; its lines are the caller's to add."""
    moment = clock.now()
    batch = PayoutBatch(
        number=number,
        method=rows[0].method,
        pay_on=clock.today(),
        count=len(rows),
        total_yen=sum(row.amount_yen for row in rows),
        sha256="",
        target=target,
        proof=proof,
        state=BatchState.PAID,
        made_by_user_id=actor.user_id,
        made_at=moment,
        paid_by_user_id=actor.user_id,
        paid_at=moment,
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def receipt_number(series: str = "receipt", before: str = "") -> str:
    """R8-0042: one series a fiscal year, named by its era year; other papers have their own `series`."""
    start, _end = clock.year_bounds(clock.today(), the_center().fiscal_year_start)
    year = wareki.to_era(start)
    return next_number(f"{series}-{start.year}", f"{before}{year.era.letter}{year.year}-")


def save_originator(sender: Sender) -> None:
    """The center's own account towards its bank; a trial file shows that the bank's letters can hold it.

    Batches that exist keep the sender they were made with. Raises `BankDataRefused`.
    """
    trial = Payment(1, "0001", "001", "1", "0000001", "ﾀﾒｼ", 1)
    zengin_file(sender.originator, clock.today(), [trial], sender.profile)
    values = {
        "code": sender.code,
        "name_kana": sender.name,
        "bank_code": sender.bank,
        "branch_code": sender.branch,
        "account_type": sender.account_type,
        "number_sealed": seal(sender.account_number, ORIGINATOR_CONTEXT),
        "separator": sender.separator,
        "clearing_house": sender.clearing_house,
        "wo_to_o": sender.wo_to_o,
        "changed_at": clock.now(),
    }
    row = originator_or_none()
    if row is None:
        db.session.add(Originator(id=1, **values))
    else:
        for name, value in values.items():
            setattr(row, name, value)


def batch_or_404(batch_id: int) -> PayoutBatch:
    """The batch as it is now; raises `NotFound`."""
    batch = db.session.get(PayoutBatch, batch_id, populate_existing=True)
    if batch is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return batch


def _line_or_404(line_id: int) -> PayoutLine:
    line = db.session.get(PayoutLine, line_id, populate_existing=True)
    if line is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return line


def _only_transfer(batch: PayoutBatch) -> None:
    if batch.method != TRANSFER:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))


def _lines(batch_id: int, state: LineState) -> list[PayoutLine]:
    statement = (
        db.select(PayoutLine).filter_by(batch_id=batch_id, state=state).order_by(PayoutLine.seq)
    )
    return list(db.session.execute(statement).scalars())


def _close_line(
    line_id: int, from_: LineState, to: LineState, actor: Actor, reason: str = ""
) -> None:
    move(
        PayoutLine,
        line_id,
        from_,
        to,
        closed_by_user_id=actor.user_id,
        closed_at=clock.now(),
        return_reason=reason,
    )
