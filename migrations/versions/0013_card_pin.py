"""the PIN of a card: a sealed slow hash, and how often it was tried"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

REASONS = ("first", "forgotten", "locked", "seen", "owner")


def upgrade() -> None:
    """One table."""
    reason = sa.Enum(
        *REASONS, name="pinreason", native_enum=False, length=40, create_constraint=True
    )
    op.create_table(
        "card_pin",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("pin_sealed", sa.String(length=400), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", reason, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_user_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_card_pin_tries")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_card_pin")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.party_id"], name=op.f("fk_card_pin_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_user_id"], ["user.id"], name=op.f("fk_card_pin_set_by_user_id_user")
        ),
    )


def downgrade() -> None:
    """PINs would be forgotten: refuse while there are any."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM card_pin LIMIT 1")).first():
        raise RuntimeError("card_pin holds rows; going back would drop them")
    op.drop_table("card_pin")
