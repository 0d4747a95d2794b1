"""The price of paid work: of a category, and frozen on each request at its publication"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("category", "help_request")


def upgrade() -> None:
    """Add the column with its rule in one statement: a batch rebuild would take the triggers along."""
    for table in TABLES:
        op.execute(
            f'ALTER TABLE "{table}" ADD COLUMN yen_per_hour INTEGER'
            f" CONSTRAINT ck_{table}_yen_per_hour CHECK (yen_per_hour > 0)"
        )


def downgrade() -> None:
    """Dropping would lose agreed prices."""
    raise RuntimeError("0002 cannot be undone without losing prices; restore a backup instead")
