"""Charges, what is finally due of them, their payments, and everything that was asked of and heard from a gateway.

Charges, decisions, events and desk payments are only added to. A payment moves forward only; the guards that keep it
so are in migrations/guards.py. Money is in whole yen.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from points.billing.gateway import PaymentState
from points.billing.states import (
    CHARGE_YEN_MAX,
    CallOutcome,
    Cause,
    Collects,
    DecisionReason,
    Direction,
    PaperKind,
    PayMethod,
)
from points.billing.steps import Ask
from volunteer.core.db import Model, one_of

KEY_LENGTH = 64
NOTE_LENGTH = 500


class Charge(Model):
    """What one party is asked to pay to another through the center. Frozen: a change is a decision or a new charge."""

    __table_args__ = (
        CheckConstraint("payee_yen >= 0 AND fee_yen >= 0", name="parts"),
        CheckConstraint("amount_yen = payee_yen + fee_yen", name="sum"),
        CheckConstraint(f"amount_yen BETWEEN 1 AND {CHARGE_YEN_MAX}", name="amount"),
        CheckConstraint("payer_id <> payee_id", name="two"),
        CheckConstraint("follows_charge_id <> id", name="follows"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    source: Mapped[str] = mapped_column(String(60), index=True)
    """What it is for, such as `paid_task:12`."""
    payer_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    payee_yen: Mapped[int]
    fee_yen: Mapped[int]
    amount_yen: Mapped[int]
    method: Mapped[PayMethod] = mapped_column(one_of(PayMethod))
    follows_charge_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"), unique=True)
    """The charge before it, when work took longer or the first way of paying came to nothing."""
    earned_on: Mapped[date]
    """The day of the work (Asia/Tokyo): the month under which the payee's earnings stand."""
    made_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]


class ChargeDecision(Model):
    """What is finally due of a charge, numbered; 0 and 0 means nothing. Frozen; the highest number counts."""

    __table_args__ = (
        UniqueConstraint("charge_id", "number"),
        CheckConstraint("payee_yen >= 0 AND fee_yen >= 0", name="parts"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"))
    number: Mapped[int]
    payee_yen: Mapped[int]
    fee_yen: Mapped[int]
    reason: Mapped[DecisionReason] = mapped_column(one_of(DecisionReason))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    @property
    def total_yen(self) -> int:
        """What the payer owes in all."""
        return self.payee_yen + self.fee_yen


class Payment(Model):
    """How far the payment of a charge is, as it was last seen, and what of it was booked. Moves forward only."""

    __table_args__ = (
        CheckConstraint("held_yen BETWEEN 0 AND amount_yen", name="held"),
        CheckConstraint("captured_yen BETWEEN 0 AND amount_yen", name="captured"),
        CheckConstraint("(state = 'captured') = (captured_yen > 0)", name="taken"),
        CheckConstraint("refunded_yen >= 0 AND lost_yen BETWEEN 0 AND disputed_yen", name="back"),
        CheckConstraint("refunded_yen + disputed_yen <= captured_yen", name="no_more_back"),
        CheckConstraint("earned_yen >= 0 AND fee_kept_yen >= 0", name="booked_parts"),
        CheckConstraint(
            "earned_yen + fee_kept_yen = captured_yen - refunded_yen - lost_yen", name="booked"
        ),
        CheckConstraint("frozen_yen BETWEEN 0 AND earned_yen", name="frozen"),
        Index(
            "ix_payment_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), unique=True)
    amount_yen: Mapped[int]
    """The charge's, again, so that the rules of this table can see it."""
    gateway: Mapped[str] = mapped_column(String(20))
    """`desk`, or the name of the gateway that holds it."""
    reference: Mapped[str | None] = mapped_column(String(120), unique=True)
    intent: Mapped[str] = mapped_column(String(120), default="", index=True)
    url: Mapped[str] = mapped_column(Text, default="")
    """The page where the payer pays, while it is open."""
    state: Mapped[PaymentState] = mapped_column(one_of(PaymentState))
    held_yen: Mapped[int] = mapped_column(default=0)
    captured_yen: Mapped[int] = mapped_column(default=0)
    refunded_yen: Mapped[int] = mapped_column(default=0)
    disputed_yen: Mapped[int] = mapped_column(default=0)
    """Under dispute at the payer's bank, or lost there."""
    lost_yen: Mapped[int] = mapped_column(default=0)
    """Of the disputed: gone for good."""
    earned_yen: Mapped[int] = mapped_column(default=0)
    """What the ledger credits to the payee now."""
    fee_kept_yen: Mapped[int] = mapped_column(default=0)
    """What the center keeps now."""
    frozen_yen: Mapped[int] = mapped_column(default=0)
    """Of the earned: not to be exchanged while it is disputed or on its way back."""
    capture_before: Mapped[datetime | None]
    needs_payer: Mapped[bool] = mapped_column(default=False)
    troubles: Mapped[str] = mapped_column(String(200), default="")
    """What staff has to mend, as codes separated by spaces."""
    seen_at: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(default=0)
    """How often something was stored; whoever looked before the last time has to look again."""
    due_at: Mapped[datetime | None]
    """When the worker is to look next; empty when nothing is expected."""
    warned_at: Mapped[datetime | None]
    """When staff were told that the hold ends."""
    charge: Mapped[Charge] = relationship()


class PaymentEvent(Model):
    """One change of a payment: everything as it was afterwards. Frozen."""

    __table_args__ = (UniqueConstraint("payment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    number: Mapped[int]
    cause: Mapped[Cause] = mapped_column(one_of(Cause))
    at: Mapped[datetime]
    state: Mapped[PaymentState] = mapped_column(one_of(PaymentState))
    held_yen: Mapped[int]
    captured_yen: Mapped[int]
    refunded_yen: Mapped[int]
    disputed_yen: Mapped[int]
    lost_yen: Mapped[int]
    earned_yen: Mapped[int]
    fee_kept_yen: Mapped[int]
    frozen_yen: Mapped[int]


class GatewayCall(Model):
    """A call that is intended: written before it is made, with the key that makes a repeat harmless."""

    __table_args__ = (
        CheckConstraint("amount_yen >= 0", name="amount"),
        CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    ask: Mapped[Ask] = mapped_column(one_of(Ask))
    amount_yen: Mapped[int]
    made_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    outcome: Mapped[CallOutcome | None] = mapped_column(one_of(CallOutcome))
    refusal: Mapped[str] = mapped_column(String(80), default="")
    """The gateway's own word for why not."""


class GatewayNotice(Model):
    """A webhook that was believed: a reason to look, once for each event. Its body is not kept."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(80))
    reference: Mapped[str] = mapped_column(String(120), default="")
    intent: Mapped[str] = mapped_column(String(120), default="")
    charge_key: Mapped[str] = mapped_column(String(KEY_LENGTH), default="")
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None] = mapped_column(index=True)


class DeskPayment(Model):
    """Cash or a transfer that staff recorded, in or back, with its receipt's number. Frozen."""

    __table_args__ = (
        UniqueConstraint("fiscal_year", "number"),
        CheckConstraint("amount_yen > 0", name="amount"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("method <> 'card'", name="method"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), index=True)
    direction: Mapped[Direction] = mapped_column(one_of(Direction))
    method: Mapped[PayMethod] = mapped_column(one_of(PayMethod))
    amount_yen: Mapped[int]
    fiscal_year: Mapped[int]
    number: Mapped[int]
    """Without a gap in each fiscal year, money in and back in one row of numbers."""
    received_on: Mapped[date]
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    @property
    def receipt(self) -> str:
        """The number on the receipt, such as 2026-0007."""
        return f"{self.fiscal_year}-{self.number:04d}"


class BillingPaper(Model):
    """One print of a receipt, an invoice or a reminder: what it said, who printed it. Frozen.

    `copy` counts the prints of the same paper: from the second on it says 再発行.
    """

    __table_args__ = (
        UniqueConstraint("kind", "fiscal_year", "number", "copy"),
        CheckConstraint("(kind = 'reminder') = (number IS NULL)", name="numbered"),
        CheckConstraint("(kind = 'receipt') = (desk_payment_id IS NOT NULL)", name="receipt"),
        CheckConstraint("copy >= 1", name="copy"),
        CheckConstraint("amount_yen > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    kind: Mapped[PaperKind] = mapped_column(one_of(PaperKind))
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), index=True)
    desk_payment_id: Mapped[int | None] = mapped_column(ForeignKey("desk_payment.id"))
    fiscal_year: Mapped[int]
    number: Mapped[int | None]
    copy: Mapped[int]
    amount_yen: Mapped[int]
    collects: Mapped[Collects] = mapped_column(one_of(Collects))
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    @property
    def shown_number(self) -> str:
        """What stands on it, such as 2026-0007; "" on a reminder."""
        return f"{self.fiscal_year}-{self.number:04d}" if self.number else ""


class DecisionNote(Model):
    """Why staff decided a charge anew, in their words; emptied when the payer or the payee is erased."""

    id: Mapped[int] = mapped_column(primary_key=True)
    charge_decision_id: Mapped[int] = mapped_column(ForeignKey("charge_decision.id"), unique=True)
    words: Mapped[str] = mapped_column(String(NOTE_LENGTH))


class PaperSetting(Model):
    """What stands on papers beside the sum: the account for transfers, the 登録番号. Added only; the newest counts.

    The number of the account is not sealed: it is printed on every invoice.
    """

    __table_args__ = (
        CheckConstraint(
            "(bank_code = '' AND branch_code = '' AND account_type = '' AND account_number = ''"
            " AND holder_kana = '') OR (length(bank_code) = 4 AND length(branch_code) = 3"
            " AND account_type IN ('1', '2', '4') AND length(account_number) = 7"
            " AND holder_kana <> '')",
            name="account",
        ),
        CheckConstraint(
            "registration_number = '' OR (length(registration_number) = 14"
            " AND substr(registration_number, 1, 1) = 'T')",
            name="registration",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_code: Mapped[str] = mapped_column(String(4), default="")
    """"" = transfers are not taken; so are the other parts of the account."""
    bank_name: Mapped[str] = mapped_column(String(40), default="")
    branch_code: Mapped[str] = mapped_column(String(3), default="")
    branch_name: Mapped[str] = mapped_column(String(40), default="")
    account_type: Mapped[str] = mapped_column(String(1), default="")
    account_number: Mapped[str] = mapped_column(String(7), default="")
    holder_kana: Mapped[str] = mapped_column(String(30), default="")
    """Half-width kana, as payers type it at their bank."""
    registration_number: Mapped[str] = mapped_column(String(14), default="")
    """Of the center as an issuer of qualified invoices, T and thirteen digits; "" = it has none."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    made_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
