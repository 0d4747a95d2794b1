"""billing papers: every print of a receipt, an invoice or a reminder, with numbers that have no gap"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "billing_paper"
CHECKS = {
    "numbered": "(kind = 'reminder') = (number IS NULL)",
    "receipt": "(kind = 'receipt') = (desk_payment_id IS NOT NULL)",
    "copy": "copy >= 1",
    "amount": "amount_yen > 0",
}
TARGETS = {"charge_id": "charge", "desk_payment_id": "desk_payment", "by_user_id": "user"}


def _kinds(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40, create_constraint=True)


def upgrade() -> None:
    """One table; no row is touched."""
    kinds = ("receipt", "card_receipt", "invoice", "reminder")
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", _kinds("paperkind", *kinds), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=False),
        sa.Column("desk_payment_id", sa.Integer(), nullable=True),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("amount_yen", sa.Integer(), nullable=False),
        sa.Column("collects", _kinds("collects", "agent", "seller"), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{one}")) for one, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{TABLE}_key")),
        sa.UniqueConstraint(
            "kind", "fiscal_year", "number", "copy",
            name=op.f(f"uq_{TABLE}_kind_fiscal_year_number_copy"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}_{target}")
            )
            for column, target in TARGETS.items()
        ),
    )  # fmt: skip
    op.create_index(op.f(f"ix_{TABLE}_charge_id"), TABLE, ["charge_id"])
    install_guards(op.get_bind())


def downgrade() -> None:
    """Papers that were handed out stay."""
    raise RuntimeError("0024 cannot be undone without losing papers; restore a backup instead")
