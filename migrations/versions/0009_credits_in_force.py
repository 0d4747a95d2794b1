"""credits follow a version in force, unsettled points are not given away: guards only"""

from alembic import op

from migrations.guards import install_guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The guards as they are now."""
    install_guards(op.get_bind())


def downgrade() -> None:
    """Guards may stay: an older version of the program keeps to them too."""
