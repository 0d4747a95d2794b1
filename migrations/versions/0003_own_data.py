"""own data: erasures, changes of address; the words of an act on a cash-out can be emptied"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BECAUSE = ("own_wish", "by_telephone", "on_paper", "died", "double", "replayed")


def upgrade() -> None:
    """Two tables; `cash_out_act` becomes a history whose words go with the person."""
    op.create_table(
        "email_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("old_sealed", sa.String(length=600), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user.id"], name="fk_email_change_by_user_id_user"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_email_change_user_id_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_change")),
    )
    op.create_index(op.f("ix_email_change_user_id"), "email_change", ["user_id"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column(
            "because",
            sa.Enum(*BECAUSE, name="because", native_enum=False, length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["user.id"], name="fk_erasure_by_user_id_user"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_erasure_party_id_party"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("party_id", name=op.f("uq_erasure_party_id")),
    )
    install_guards(op.get_bind())


def downgrade() -> None:
    """Refuses while anybody was erased: forgetting that would bring people back with the next restore."""
    if op.get_bind().execute(sa.text("SELECT count(*) FROM erasure")).scalar():
        raise RuntimeError("erasures are recorded; they must not be forgotten")
    op.drop_table("erasure")
    op.drop_index(op.f("ix_email_change_user_id"), table_name="email_change")
    op.drop_table("email_change")
