"""proposals for many shifts at once: runs, pairs, marks, what was decided"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("plan_decision", "plan_mark", "plan_pair", "plan_run")


def _kinds(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40, create_constraint=True)


def _reference(table: str, column: str, target: str) -> Any:
    name = op.f(f"fk_{table}_{column}_{target.partition('.')[0]}")
    return sa.ForeignKeyConstraint([column], [target], name=name)


def upgrade() -> None:
    """Four tables; nothing that is there changes."""
    _run()
    _pair()
    _mark()
    _decision()
    install_guards(op.get_bind())


def _run() -> None:
    name = "plan_run"
    states = ("waiting", "running", "ready", "decided", "discarded", "cancelled", "failed")
    stages = ("reading", "solving", "checking", "writing")
    failures = ("lost", "nothing", "disk", "file", "solver", "late", "wrong", "start")
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", _kinds("purpose", "week", "anew"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("seconds_max", sa.Integer(), nullable=False),
        sa.Column("state", _kinds("runstate", *states), nullable=False),
        sa.Column("live_slot", sa.Integer(), nullable=True),
        sa.Column("stage", _kinds("stage", *stages), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=40), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_user_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", _kinds("failure", *failures), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_plan_run_percent")),
        sa.CheckConstraint("until_on > from_on", name=op.f("ck_plan_run_days")),
        sa.CheckConstraint("live_slot = 1", name=op.f("ck_plan_run_live_slot")),
        sa.CheckConstraint("seconds_max > 0", name=op.f("ck_plan_run_seconds_max")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_run")),
        sa.UniqueConstraint("live_slot", name=op.f("uq_plan_run_live_slot")),
        _reference(name, "asked_by_user_id", "user.id"),
    )
    op.create_index(op.f("ix_plan_run_state"), name, ["state"])


def _pair() -> None:
    name = "plan_pair"
    states = ("proposed", "chosen", "asked", "refused", "dropped")
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("from_shift_id", sa.Integer(), nullable=True),
        sa.Column("kind", _kinds("pairkind", "new", "kept", "move"), nullable=False),
        sa.Column("state", _kinds("pairstate", *states), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=False),
        sa.Column("decided_by_user_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'move') = (from_shift_id IS NOT NULL)", name=op.f("ck_plan_pair_move")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_pair")),
        sa.UniqueConstraint(
            "run_id", "shift_id", "person_id", name=op.f("uq_plan_pair_run_id_shift_id_person_id")
        ),
        _reference(name, "run_id", "plan_run.id"),
        _reference(name, "person_id", "person.party_id"),
        _reference(name, "shift_id", "shift.id"),
        _reference(name, "from_shift_id", "shift.id"),
        _reference(name, "decided_by_user_id", "user.id"),
    )
    op.create_index("ix_plan_pair_state", name, ["state", "run_id"])
    op.create_index(op.f("ix_plan_pair_person_id"), name, ["person_id"])
    op.create_index(op.f("ix_plan_pair_shift_id"), name, ["shift_id"])


def _mark() -> None:
    name = "plan_mark"
    op.create_table(
        name,
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("kind", _kinds("markkind", "pinned", "dropped"), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "shift_id", name=op.f("pk_plan_mark")),
        _reference(name, "person_id", "person.party_id"),
        _reference(name, "shift_id", "shift.id"),
        _reference(name, "by_user_id", "user.id"),
    )
    op.create_index(op.f("ix_plan_mark_shift_id"), name, ["shift_id"])


def _decision() -> None:
    name = "plan_decision"
    decisions = ("asked", "moved", "refused", "pinned", "dropped", "released")
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("decision", _kinds("decision", *decisions), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_decision")),
        _reference(name, "run_id", "plan_run.id"),
        _reference(name, "person_id", "person.party_id"),
        _reference(name, "shift_id", "shift.id"),
        _reference(name, "by_user_id", "user.id"),
    )
    for column in ("run_id", "person_id", "shift_id"):
        op.create_index(op.f(f"ix_plan_decision_{column}"), name, [column])


def downgrade() -> None:
    """What was decided about people stays: only empty tables go."""
    bind = op.get_bind()
    if bind.execute(sa.text("SELECT count(*) FROM plan_decision")).scalar():
        raise RuntimeError("there are decisions; they are kept")
    for table in TABLES:
        op.drop_table(table)
    install_guards(bind)
