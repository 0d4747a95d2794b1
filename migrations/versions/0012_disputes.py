"""disputes about recorded times: what is held to be wrong, and what each side says"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _kinds(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40, create_constraint=True)


def _references(table: str, **targets: str) -> list[Any]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
        )
        for column, target in targets.items()
    ]


def _check(name: str, rule: str) -> Any:
    return sa.CheckConstraint(rule, name=op.f(f"ck_time_dispute_{name}"))


def upgrade() -> None:
    """Two tables; messages are only added."""
    op.create_table(
        "time_dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", _kinds("disputekind", "other_time", "was_there", "not_there"), nullable=False
        ),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            _kinds("disputestate", "open", "corrected", "stands", "withdrawn"),
            nullable=False,
        ),
        sa.Column("opened_by_user_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_user_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        _check("closed", "(state = 'open') = (closed_at IS NULL)"),
        _check(
            "decided", "(state IN ('corrected', 'stands')) = (decided_by_user_id IS NOT NULL)"
        ),
        _check("times", "(came_at IS NULL) = (left_at IS NULL)"),
        _check(
            "not_by_oneself",
            "decided_by_user_id IS NULL OR decided_by_user_id <> opened_by_user_id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_dispute")),
        sa.UniqueConstraint("key", name=op.f("uq_time_dispute_key")),
        *_references(
            "time_dispute",
            participation_id="participation",
            opened_by_user_id="user",
            decided_by_user_id="user",
        ),
    )
    op.create_index(op.f("ix_time_dispute_participation_id"), "time_dispute", ["participation_id"])
    op.create_index(op.f("ix_time_dispute_state"), "time_dispute", ["state"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_time_dispute_open",
        "time_dispute",
        ["participation_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "dispute_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("dispute_id", sa.Integer(), nullable=False),
        sa.Column("side", _kinds("side", "volunteer", "host", "staff"), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_message")),
        sa.UniqueConstraint("key", name=op.f("uq_dispute_message_key")),
        *_references("dispute_message", dispute_id="time_dispute", user_id="user"),
    )
    op.create_index(op.f("ix_dispute_message_dispute_id"), "dispute_message", ["dispute_id"])
    install_guards(op.get_bind())


def downgrade() -> None:
    """What people have said stays: only empty tables go."""
    bind = op.get_bind()
    if bind.execute(sa.text("SELECT count(*) FROM time_dispute")).scalar():
        raise RuntimeError("there are disputes; they are kept")
    op.drop_table("dispute_message")
    op.drop_table("time_dispute")
    install_guards(bind)
