"""priority: how pressing a kind of activity is as a rule, and a single request with who said so and why"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE = "help_request_priority"
RANGE = "BETWEEN 0 AND 3"
TARGETS = {"help_request_id": "help_request", "by_user_id": "user"}


def upgrade() -> None:
    """Columns with their rule in one statement, so that nothing is rebuilt; one table.

    Every category is the usual: which is more pressing is for each center to say.
    """
    op.execute(
        "ALTER TABLE category ADD COLUMN usual_priority INTEGER NOT NULL DEFAULT 2"
        f" CONSTRAINT ck_category_usual_priority CHECK (usual_priority {RANGE})"
    )
    op.execute(
        "ALTER TABLE help_request ADD COLUMN own_priority INTEGER"
        f" CONSTRAINT ck_help_request_own_priority CHECK (own_priority {RANGE})"
    )
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("usual_priority", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.CheckConstraint(f"{one} {RANGE}", name=op.f(f"ck_{TABLE}_{one}"))
            for one in ("priority", "usual_priority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}_{target}")
            )
            for column, target in TARGETS.items()
        ),
    )
    op.create_index(op.f(f"ix_{TABLE}_help_request_id"), TABLE, ["help_request_id"])
    install_guards(op.get_bind())


def downgrade() -> None:
    """Dropping would lose what the center decided and why."""
    raise RuntimeError("0025 cannot be undone without losing decisions; restore a backup instead")
