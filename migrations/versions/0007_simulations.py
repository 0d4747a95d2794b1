"""simulations of programmes over the center's history: what was asked for and the sums that came out"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = ("waiting", "running", "done", "failed")
TARGETS = {
    "programme_id": "programme",
    "rule_version_id": "rule_version",
    "asked_by_user_id": "user",
}


def upgrade() -> None:
    """One table, which no rule of the ledger looks at."""
    state = sa.Enum(
        *STATES, name="simulationstate", native_enum=False, length=40, create_constraint=True
    )
    op.create_table(
        "simulation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("rule_version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("asked_by_user_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_simulation_percent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_simulation_{column}_{table}")
            )
            for column, table in TARGETS.items()
        ),
    )
    op.create_index(op.f("ix_simulation_state"), "simulation", ["state"])


def downgrade() -> None:
    """What was asked for can be asked for again."""
    op.drop_index(op.f("ix_simulation_state"), table_name="simulation")
    op.drop_table("simulation")
