"""what differs from what is usual: findings, their attendances, what was said by who looked"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = ("shared_device", "by_hand", "exact_cap", "at_night", "same_pair", "two_places")


def _kinds(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40, create_constraint=True)


def _reference(table: str, column: str, target: str) -> Any:
    name = op.f(f"fk_{table}_{column}_{target.partition('.')[0]}")
    return sa.ForeignKeyConstraint([column], [target], name=name)


def upgrade() -> None:
    """Three tables to which rows are only added."""
    finding = "anomaly_finding"
    op.create_table(
        finding,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", _kinds("anomalykind", *KINDS), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_party_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomaly_finding")),
        sa.UniqueConstraint("key", name=op.f("uq_anomaly_finding_key")),
        _reference(finding, "person_id", "person.party_id"),
        _reference(finding, "organization_party_id", "organization.party_id"),
        _reference(finding, "user_id", "user.id"),
    )
    op.create_index(op.f("ix_anomaly_finding_person_id"), finding, ["person_id"])
    op.create_index(op.f("ix_anomaly_finding_subject"), finding, ["subject"])
    link = "anomaly_attendance"
    op.create_table(
        link,
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("finding_id", "attendance_id", name=op.f("pk_anomaly_attendance")),
        _reference(link, "finding_id", "anomaly_finding.id"),
        _reference(link, "attendance_id", "attendance.id"),
    )
    op.create_index(op.f("ix_anomaly_attendance_attendance_id"), link, ["attendance_id"])
    answer = "anomaly_answer"
    op.create_table(
        answer,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("outcome", _kinds("lookedat", "fine", "passed_on"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomaly_answer")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_anomaly_answer_finding_id")),
        _reference(answer, "finding_id", "anomaly_finding.id"),
        _reference(answer, "user_id", "user.id"),
    )
    install_guards(op.get_bind())


def downgrade() -> None:
    """What was noticed and answered stays: only empty tables go."""
    bind = op.get_bind()
    if bind.execute(sa.text("SELECT count(*) FROM anomaly_finding")).scalar():
        raise RuntimeError("there are findings; they are kept")
    for table in ("anomaly_answer", "anomaly_attendance", "anomaly_finding"):
        op.drop_table(table)
    install_guards(bind)
