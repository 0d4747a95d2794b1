"""charges: what is due, how far it is paid, what a gateway was asked and said; programmes count points or yen"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLES = (
    "desk_payment",
    "gateway_notice",
    "gateway_call",
    "payment_event",
    "payment",
    "charge_decision",
    "charge",
)
METHODS = ("card", "cash", "bank_transfer")
STATES = ("open", "expired", "held", "released", "captured")
REASONS = ("done", "called_off", "no_show", "complaint", "corrected", "other_way")
ASKS = ("open", "capture", "release", "refund")


def _kinds(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40, create_constraint=True)


def _references(table: str, **targets: str) -> list[Any]:
    return [
        sa.ForeignKeyConstraint(
            [column], [target], name=op.f(f"fk_{table}_{column}_{target.partition('.')[0]}")
        )
        for column, target in targets.items()
    ]


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _yen(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _id(table: str) -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def upgrade() -> None:
    """Add what a programme counts, and the tables of billing."""
    op.execute(
        "ALTER TABLE programme ADD COLUMN unit VARCHAR(40) DEFAULT 'points' NOT NULL"
        " CONSTRAINT ck_programme_unit CHECK (unit IN ('points', 'yen'))"
    )
    for make in (_charge, _decision, _payment, _event, _call, _notice, _desk):
        make()
    install_guards(op.get_bind())


def _charge() -> None:
    table = "charge"
    op.create_table(
        table,
        *_id(table),
        _text("key", 64),
        _text("source", 60),
        sa.Column("payer_id", sa.Integer(), nullable=False),
        sa.Column("payee_id", sa.Integer(), nullable=False),
        *_yen("payee_yen", "fee_yen", "amount_yen"),
        sa.Column("method", _kinds("paymethod", *METHODS), nullable=False),
        sa.Column("follows_charge_id", sa.Integer(), nullable=True),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("made_by_user_id", sa.Integer(), nullable=True),
        _moment("made_at"),
        _check(table, "parts", "payee_yen >= 0 AND fee_yen >= 0"),
        _check(table, "sum", "amount_yen = payee_yen + fee_yen"),
        _check(table, "amount", "amount_yen BETWEEN 1 AND 500000"),
        _check(table, "two", "payer_id <> payee_id"),
        _check(table, "follows", "follows_charge_id <> id"),
        _once(table, "key"),
        _once(table, "follows_charge_id"),
        *_references(
            table,
            payer_id="party.id",
            payee_id="party.id",
            follows_charge_id="charge.id",
            made_by_user_id="user.id",
        ),
    )
    for column in ("source", "payer_id", "payee_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _decision() -> None:
    table = "charge_decision"
    op.create_table(
        table,
        *_id(table),
        _text("key", 64),
        sa.Column("charge_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *_yen("payee_yen", "fee_yen"),
        sa.Column("reason", _kinds("decisionreason", *REASONS), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        _moment("at"),
        _check(table, "parts", "payee_yen >= 0 AND fee_yen >= 0"),
        _check(table, "number", "number >= 1"),
        _once(table, "key"),
        sa.UniqueConstraint(
            "charge_id", "number", name=op.f("uq_charge_decision_charge_id_number")
        ),
        *_references(table, charge_id="charge.id", by_user_id="user.id"),
    )


def _payment() -> None:
    table = "payment"
    op.create_table(
        table,
        *_id(table),
        sa.Column("charge_id", sa.Integer(), nullable=False),
        *_yen("amount_yen"),
        _text("gateway", 20),
        _text("reference", 120, nullable=True),
        _text("intent", 120),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", _kinds("paymentstate", *STATES), nullable=False),
        *_yen("held_yen", "captured_yen", "refunded_yen", "disputed_yen", "lost_yen"),
        *_yen("earned_yen", "fee_kept_yen", "frozen_yen"),
        _moment("capture_before", nullable=True),
        sa.Column("needs_payer", sa.Boolean(), nullable=False),
        _text("troubles", 200),
        _moment("seen_at", nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        _moment("due_at", nullable=True),
        _moment("warned_at", nullable=True),
        _check(table, "held", "held_yen BETWEEN 0 AND amount_yen"),
        _check(table, "captured", "captured_yen BETWEEN 0 AND amount_yen"),
        _check(table, "taken", "(state = 'captured') = (captured_yen > 0)"),
        _check(table, "back", "refunded_yen >= 0 AND lost_yen BETWEEN 0 AND disputed_yen"),
        _check(table, "no_more_back", "refunded_yen + disputed_yen <= captured_yen"),
        _check(table, "booked_parts", "earned_yen >= 0 AND fee_kept_yen >= 0"),
        _check(
            table, "booked", "earned_yen + fee_kept_yen = captured_yen - refunded_yen - lost_yen"
        ),
        _check(table, "frozen", "frozen_yen BETWEEN 0 AND earned_yen"),
        _once(table, "charge_id"),
        _once(table, "reference"),
        *_references(table, charge_id="charge.id"),
    )
    op.create_index(op.f("ix_payment_intent"), table, ["intent"])
    is_due = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_payment_due", table, ["due_at"], sqlite_where=is_due, postgresql_where=is_due
    )


def _event() -> None:
    table = "payment_event"
    op.create_table(
        table,
        *_id(table),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cause", _kinds("cause", "gateway", "desk", "decision"), nullable=False),
        _moment("at"),
        sa.Column("state", _kinds("paymentstate", *STATES), nullable=False),
        *_yen("held_yen", "captured_yen", "refunded_yen", "disputed_yen", "lost_yen"),
        *_yen("earned_yen", "fee_kept_yen", "frozen_yen"),
        sa.UniqueConstraint(
            "payment_id", "number", name=op.f("uq_payment_event_payment_id_number")
        ),
        *_references(table, payment_id="payment.id"),
    )


def _call() -> None:
    table = "gateway_call"
    op.create_table(
        table,
        *_id(table),
        _text("key", 120),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("ask", _kinds("ask", *ASKS), nullable=False),
        *_yen("amount_yen"),
        _moment("made_at"),
        _moment("answered_at", nullable=True),
        sa.Column("outcome", _kinds("calloutcome", "answered", "refused"), nullable=True),
        _text("refusal", 80),
        _check(table, "amount", "amount_yen >= 0"),
        _check(table, "answered", "(outcome IS NULL) = (answered_at IS NULL)"),
        _once(table, "key"),
        *_references(table, payment_id="payment.id"),
    )
    op.create_index(op.f("ix_gateway_call_payment_id"), table, ["payment_id"])


def _notice() -> None:
    table = "gateway_notice"
    op.create_table(
        table,
        *_id(table),
        _text("event_id", 120),
        _text("kind", 80),
        _text("reference", 120),
        _text("intent", 120),
        _text("charge_key", 64),
        _moment("happened_at"),
        _moment("received_at"),
        _moment("handled_at", nullable=True),
        _once(table, "event_id"),
    )
    op.create_index(op.f("ix_gateway_notice_handled_at"), table, ["handled_at"])


def _desk() -> None:
    table = "desk_payment"
    op.create_table(
        table,
        *_id(table),
        _text("key", 64),
        sa.Column("charge_id", sa.Integer(), nullable=False),
        sa.Column("direction", _kinds("direction", "in", "back"), nullable=False),
        sa.Column("method", _kinds("paymethod", *METHODS), nullable=False),
        *_yen("amount_yen", "fiscal_year", "number"),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        _moment("at"),
        _check(table, "amount", "amount_yen > 0"),
        _check(table, "number", "number >= 1"),
        _check(table, "method", "method <> 'card'"),
        _once(table, "key"),
        sa.UniqueConstraint(
            "fiscal_year", "number", name=op.f("uq_desk_payment_fiscal_year_number")
        ),
        *_references(table, charge_id="charge.id", by_user_id="user.id"),
    )
    op.create_index(op.f("ix_desk_payment_charge_id"), table, ["charge_id"])


def downgrade() -> None:
    """Money that came in, and yen that were earned, stay."""
    raise RuntimeError("0020 cannot be undone without losing payments; restore a backup instead")
