"""print runs of cards: which cards, in which portions, and which portions have been printed"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CHOICES = ("unprinted", "since", "chosen", "all")


def _references(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
        )
        for column, target in targets.items()
    ]


def upgrade() -> None:
    """Three tables to which rows are only added."""
    choice = sa.Enum(
        *CHOICES, name="cardchoice", native_enum=False, length=40, create_constraint=True
    )
    op.create_table(
        "card_print_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("choice", choice, nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_user_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("cards > 0", name=op.f("ck_card_print_run_cards")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_print_run")),
        sa.UniqueConstraint("key", name=op.f("uq_card_print_run_key")),
        *_references("card_print_run", made_by_user_id="user"),
    )
    op.create_table(
        "card_in_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("portion", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_in_run")),
        sa.UniqueConstraint("run_id", "position", name=op.f("uq_card_in_run_run_id_position")),
        sa.UniqueConstraint("run_id", "card_id", name=op.f("uq_card_in_run_run_id_card_id")),
        *_references("card_in_run", run_id="card_print_run", card_id="card"),
    )
    op.create_index(op.f("ix_card_in_run_card_id"), "card_in_run", ["card_id"])
    op.create_table(
        "card_print_portion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by_user_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_print_portion")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_card_print_portion_run_id_number")),
        *_references("card_print_portion", run_id="card_print_run", printed_by_user_id="user"),
    )


def downgrade() -> None:
    """Who was printed when is history: only empty tables go."""
    bind = op.get_bind()
    if bind.execute(sa.text("SELECT count(*) FROM card_print_run")).scalar():
        raise RuntimeError("cards have been printed; their history is kept")
    op.drop_table("card_print_portion")
    op.drop_index(op.f("ix_card_in_run_card_id"), table_name="card_in_run")
    op.drop_table("card_in_run")
    op.drop_table("card_print_run")
