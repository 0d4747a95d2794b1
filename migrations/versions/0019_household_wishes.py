"""what households wish of whoever comes to any of their requests"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("household_trait", "household_language")
TRAITS = ("woman", "man", "non_smoking", "fine_with_dogs", "fine_with_cats")


def upgrade() -> None:
    """Two tables; nothing that is there changes."""
    _wishes("household_trait", "trait", _trait())
    _wishes("household_language", "language", sa.String(length=8))


def _trait() -> sa.Enum:
    return sa.Enum(*TRAITS, name="trait", native_enum=False, length=40, create_constraint=True)


def _wishes(name: str, what: str, kind: sa.types.TypeEngine) -> None:
    op.create_table(
        name,
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column(what, kind, nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.party_id"],
            name=op.f(f"fk_{name}_household_id_household"),
        ),
        sa.PrimaryKeyConstraint("household_id", what, name=op.f(f"pk_{name}")),
    )


def downgrade() -> None:
    """Refused while a table has rows: what was wished would be lost."""
    connection = op.get_bind()
    for table in TABLES:
        if connection.execute(sa.select(sa.literal(1)).select_from(sa.table(table))).first():
            raise RuntimeError(f"{table} is not empty")
    for table in TABLES:
        op.drop_table(table)
