"""asking in waves: an asking of a shift, and the people asked in it"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("ask", "asking")
ENDED = ("filled", "nobody_left", "called_off", "begun", "stopped", "lapsed")


def _kinds(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40, create_constraint=True)


def _reference(table: str, column: str, target: str) -> Any:
    name = op.f(f"fk_{table}_{column}_{target.partition('.')[0]}")
    return sa.ForeignKeyConstraint([column], [target], name=name)


def upgrade() -> None:
    """Two tables; nothing that is there changes."""
    _asking()
    _ask()
    install_guards(op.get_bind())


def _asking() -> None:
    name = "asking"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("target_permille", sa.Integer(), nullable=False),
        sa.Column("answer_hours", sa.Integer(), nullable=False),
        sa.Column("goes_on", sa.Boolean(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("next_wave_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _kinds("askingstate", "running", "ended"), nullable=False),
        sa.Column("started_by_user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", _kinds("endedbecause", *ENDED), nullable=True),
        sa.CheckConstraint("target_permille BETWEEN 1 AND 1000", name=op.f("ck_asking_target")),
        sa.CheckConstraint("answer_hours > 0", name=op.f("ck_asking_answer_hours")),
        sa.CheckConstraint("wave > 0", name=op.f("ck_asking_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking")),
        _reference(name, "shift_id", "shift.id"),
        _reference(name, "started_by_user_id", "user.id"),
    )
    op.create_index(op.f("ix_asking_shift_id"), name, ["shift_id"])
    op.create_index("ix_asking_next_wave", name, ["state", "next_wave_at"])
    running = sa.text("state = 'running'")
    op.create_index(
        "uq_asking_running",
        name,
        ["shift_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )


def _ask() -> None:
    name = "ask"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asking_id", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("permille", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", _kinds("endedbecause", *ENDED), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
        sa.UniqueConstraint("asking_id", "person_id", name=op.f("uq_ask_asking_id_person_id")),
        _reference(name, "asking_id", "asking.id"),
        _reference(name, "person_id", "person.party_id"),
        _reference(name, "participation_id", "participation.id"),
    )
    op.create_index(op.f("ix_ask_person_id"), name, ["person_id"])
    op.create_index(op.f("ix_ask_participation_id"), name, ["participation_id"])


def downgrade() -> None:
    """Refused while a table has rows: who was asked, and why, would be lost."""
    connection = op.get_bind()
    for table in TABLES:
        if connection.execute(sa.select(sa.literal(1)).select_from(sa.table(table))).first():
            raise RuntimeError(f"{table} is not empty")
    for table in TABLES:
        op.drop_table(table)
    install_guards(connection)
