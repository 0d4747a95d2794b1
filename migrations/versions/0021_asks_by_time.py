"""asks by time, and who was ever asked: the center's reports read no whole history"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two indexes; no row is touched."""
    columns = ["to_state", "at", "participation_id"]
    op.create_index("ix_participation_event_state", "participation_event", columns)
    asked = sa.text("offered_by_user_id IS NOT NULL")
    op.create_index(
        "ix_participation_asked",
        "participation",
        ["person_id"],
        sqlite_where=asked,
        postgresql_where=asked,
    )


def downgrade() -> None:
    """No row is touched."""
    op.drop_index("ix_participation_asked", table_name="participation")
    op.drop_index("ix_participation_event_state", table_name="participation_event")
