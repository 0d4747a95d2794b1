"""groups: a visit with its head count and leader, the persons named of it, what happened to it"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SIDES = ("host", "staff", "leader", "program")
EVENTS = (
    "recorded", "heads_corrected", "name_taken_out", "left", "link_opened", "link_closed",
    "settled", "withdrawn",
)


def _kinds(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40, create_constraint=True)


def _references(table: str, **targets: str) -> list[Any]:
    return [
        sa.ForeignKeyConstraint(
            [column], [target], name=op.f(f"fk_{table}_{column}_{target.partition('.')[0]}")
        )
        for column, target in targets.items()
    ]


def _visits() -> None:
    table = "group_visit"
    stands = sa.text("state <> 'withdrawn'")
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("organization_party_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("leader_name", sa.String(length=60), nullable=False),
        sa.Column("leader_telephone", sa.String(length=20), nullable=False),
        sa.Column("leader_person_id", sa.Integer(), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("names_count", sa.Integer(), nullable=False),
        sa.Column("state", _kinds("visitstate", "open", "settled", "withdrawn"), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_user_id", sa.Integer(), nullable=False),
        sa.Column("names_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("link_is_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("heads BETWEEN 1 AND 999", name=op.f("ck_group_visit_heads")),
        sa.CheckConstraint("names_count BETWEEN 0 AND heads", name=op.f("ck_group_visit_names")),
        sa.CheckConstraint(
            "left_at IS NULL OR left_at >= came_at", name=op.f("ck_group_visit_order")
        ),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR names_count = 0", name=op.f("ck_group_visit_withdrawn")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_visit")),
        sa.UniqueConstraint("key", name=op.f("uq_group_visit_key")),
        *_references(
            table,
            shift_id="shift.id",
            organization_party_id="organization.party_id",
            leader_person_id="person.party_id",
            recorded_by_user_id="user.id",
        ),
    )
    op.create_index(op.f("ix_group_visit_shift_id"), table, ["shift_id"])
    op.create_index(op.f("ix_group_visit_leader_person_id"), table, ["leader_person_id"])
    op.create_index("ix_group_visit_due", table, ["state", "names_until"])
    op.create_index(
        "uq_group_visit_name", table, ["shift_id", "name"], unique=True,
        sqlite_where=stands, postgresql_where=stands,
    )


def _names() -> None:
    table = "group_name"
    live = sa.text("taken_out_at IS NULL")
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("side", _kinds("side", *SIDES), nullable=False),
        sa.Column("was_in_before", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_user_id", sa.Integer(), nullable=True),
        sa.Column("taken_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_out_by_user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "taken_out_by_user_id IS NULL OR taken_out_at IS NOT NULL",
            name=op.f("ck_group_name_taken_out"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_name")),
        *_references(
            table,
            visit_id="group_visit.id",
            shift_id="shift.id",
            person_id="person.party_id",
            attendance_id="attendance.id",
            added_by_user_id="user.id",
            taken_out_by_user_id="user.id",
        ),
    )
    op.create_index(op.f("ix_group_name_visit_id"), table, ["visit_id"])
    op.create_index(op.f("ix_group_name_person_id"), table, ["person_id"])
    op.create_index(
        "uq_group_name_live", table, ["shift_id", "person_id"], unique=True,
        sqlite_where=live, postgresql_where=live,
    )


def _events() -> None:
    table = "group_event"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("kind", _kinds("visiteventkind", *EVENTS), nullable=False),
        sa.Column("side", _kinds("side", *SIDES), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_event")),
        sa.UniqueConstraint("key", name=op.f("uq_group_event_key")),
        *_references(table, visit_id="group_visit.id", user_id="user.id"),
    )
    op.create_index(op.f("ix_group_event_visit_id"), table, ["visit_id"])


def upgrade() -> None:
    """Three tables; names are counted by a trigger, events only added."""
    _visits()
    _names()
    _events()
    install_guards(op.get_bind())


def downgrade() -> None:
    """Who was with which group stays: only empty tables go."""
    bind = op.get_bind()
    if bind.execute(sa.text("SELECT count(*) FROM group_visit")).scalar():
        raise RuntimeError("there are visits of groups; they are kept")
    for table in ("group_event", "group_name", "group_visit"):
        op.drop_table(table)
    install_guards(bind)
