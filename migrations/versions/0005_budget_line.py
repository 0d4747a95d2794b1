"""budget line: what a programme year has set aside for exchanged points"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table, frozen like the ledger's."""
    op.create_table(
        "budget_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("year_starts_on", sa.Date(), nullable=False),
        sa.Column("amount_yen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("entered_by_user_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_yen >= 0", name=op.f("ck_budget_line_yen")),
        sa.ForeignKeyConstraint(
            ["entered_by_user_id"],
            ["user.id"],
            name=op.f("fk_budget_line_entered_by_user_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_budget_line_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_line")),
        sa.UniqueConstraint("key", name=op.f("uq_budget_line_key")),
    )
    op.create_index("ix_budget_line_year", "budget_line", ["programme_id", "year_starts_on"])
    install_guards(op.get_bind())


def downgrade() -> None:
    """Dropping would lose decisions about money."""
    raise RuntimeError("0005 cannot be undone without losing budgets; restore a backup instead")
