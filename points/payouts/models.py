"""The center's own account as the bank's customer, payout batches and their lines."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from points.payouts.states import BatchState, LineState
from volunteer.core.db import Model, one_of


class Originator(Model):
    """The center towards its bank (振込依頼人); one row, its number sealed."""

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10))
    name_kana: Mapped[str] = mapped_column(String(40))
    bank_code: Mapped[str] = mapped_column(String(4))
    branch_code: Mapped[str] = mapped_column(String(3))
    account_type: Mapped[str] = mapped_column(String(1))
    number_sealed: Mapped[str] = mapped_column(String(200))
    separator: Mapped[str] = mapped_column(String(8), default="CRLF")
    clearing_house: Mapped[str] = mapped_column(String(8), default="zeros")
    wo_to_o: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]


class PayoutBatch(Model):
    """Cash-outs sent to the bank together; frozen when made. Regenerating the file gives identical bytes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    method: Mapped[str] = mapped_column(String(30))
    pay_on: Mapped[date]
    """A bank business day."""
    count: Mapped[int]
    total_yen: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    originator_sealed: Mapped[str] = mapped_column(String(2000), default="")
    """The originator as it was when the batch was made (sealed JSON)."""
    target: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Who was given the sum of a donation; "" for money that went to the people themselves."""
    proof: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """The paper that shows that a donation arrived, and where it lies."""
    state: Mapped[BatchState] = mapped_column(one_of(BatchState), index=True)
    made_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    paid_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    paid_at: Mapped[datetime | None]
    lines: Mapped[list["PayoutLine"]] = relationship(order_by="PayoutLine.seq")


class PayoutLine(Model):
    """One payment of a batch with the bank account as it was; a cash-out is in at most one live line."""

    __table_args__ = (
        UniqueConstraint("batch_id", "seq"),
        CheckConstraint("amount_yen > 0", name="yen"),
        Index(
            "uq_payout_line_live",
            "cash_out_id",
            unique=True,
            sqlite_where=text("state IN ('in_file', 'paid')"),
            postgresql_where=text("state IN ('in_file', 'paid')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"))
    seq: Mapped[int]
    cash_out_id: Mapped[int] = mapped_column(ForeignKey("cash_out.id"), index=True)
    amount_yen: Mapped[int]
    bank_code: Mapped[str] = mapped_column(String(4), default="")
    branch_code: Mapped[str] = mapped_column(String(3), default="")
    account_type: Mapped[str] = mapped_column(String(1), default="")
    number_sealed: Mapped[str] = mapped_column(String(200), default="")
    number_tail: Mapped[str] = mapped_column(String(3), default="")
    holder_kana: Mapped[str] = mapped_column(String(30), default="")
    state: Mapped[LineState] = mapped_column(one_of(LineState))
    closed_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    closed_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(String(200), default="")


class Repayment(Model):
    """Money somebody brought to the desk to make up for points they owe; one receipt each. Frozen."""

    __table_args__ = (
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("amount_yen > 0", name="yen"),
        CheckConstraint("received_by_person_id <> person_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    """That of the receipt."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), unique=True)
    points: Mapped[int]
    amount_yen: Mapped[int]
    received_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    received_by_person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"))
    received_at: Mapped[datetime]
