"""devices that receive people, the codes that enrol them, what they uploaded and what the desk made of it"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ASKED = ("auto", "in", "out")
HOW = ("camera", "typed", "photo", "reader", "list")
STATUS = ("accepted", "again", "offer_out", "refused", "quarantined")


def _one_of(name: str, *values: str) -> Any:
    return sa.Enum(*values, name=name, native_enum=False, length=40, create_constraint=True)


def _number(name: str, *, nullable: bool = False) -> Any:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> Any:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> Any:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _to(table: str, column: str, target: str) -> Any:
    name = op.f(f"fk_{table}_{column}_{target.split('.')[0]}")
    return sa.ForeignKeyConstraint([column], [target], name=name)


def upgrade() -> None:
    """Four tables; what was uploaded and decided is added to and never changed."""
    _device()
    _device_enrolment()
    _device_scan()
    _device_scan_decision()
    install_guards(op.get_bind())


def _device() -> None:
    op.create_table(
        "device",
        _number("id"),
        sa.Column("kind", _one_of("devicekind", "kiosk", "leader"), nullable=False),
        _text("name", 60),
        _text("token_hash", 64, nullable=True),
        _number("host_party_id", nullable=True),
        _text("place", 80),
        sa.Column("shift_ids", sa.JSON(), nullable=False),
        _number("user_id", nullable=True),
        _moment("valid_from"),
        _moment("valid_until"),
        _text("pin_salt", 44),
        _text("pin_hash", 64),
        _number("made_by_user_id"),
        _moment("made_at"),
        _moment("enrolled_at", nullable=True),
        _moment("last_seen_at", nullable=True),
        _moment("revoked_at", nullable=True),
        _number("revoked_by_user_id", nullable=True),
        sa.CheckConstraint("valid_until > valid_from", name=op.f("ck_device_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
        _to("device", "host_party_id", "party.id"),
        _to("device", "user_id", "user.id"),
        _to("device", "made_by_user_id", "user.id"),
        _to("device", "revoked_by_user_id", "user.id"),
    )
    op.create_index(op.f("ix_device_host_party_id"), "device", ["host_party_id"])
    op.create_index(op.f("ix_device_user_id"), "device", ["user_id"])


def _device_enrolment() -> None:
    op.create_table(
        "device_enrolment",
        _number("id"),
        _number("device_id"),
        _text("nonce", 32),
        _text("code_hash", 64),
        _moment("expires_at"),
        _number("made_by_user_id"),
        _moment("made_at"),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_enrolment")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_device_enrolment_code_hash")),
        _to("device_enrolment", "device_id", "device.id"),
        _to("device_enrolment", "made_by_user_id", "user.id"),
    )
    op.create_index(op.f("ix_device_enrolment_device_id"), "device_enrolment", ["device_id"])


def _device_scan() -> None:
    op.create_table(
        "device_scan",
        _number("id"),
        _number("device_id"),
        _text("uuid", 36),
        _number("counter", nullable=True),
        _moment("device_time", nullable=True),
        _moment("at"),
        _moment("received_at"),
        _number("shift_id", nullable=True),
        _number("person_id", nullable=True),
        sa.Column("how", _one_of("how", *HOW), nullable=False),
        sa.Column("asked", _one_of("asked", *ASKED), nullable=False),
        sa.Column("is_out", sa.Boolean(), nullable=False),
        sa.Column("status", _one_of("scanstatus", *STATUS), nullable=False),
        _text("outcome", 40),
        _number("attendance_id", nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("for_desk", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_scan")),
        sa.UniqueConstraint("device_id", "uuid", name=op.f("uq_device_scan_device_id_uuid")),
        _to("device_scan", "device_id", "device.id"),
        _to("device_scan", "shift_id", "shift.id"),
        _to("device_scan", "person_id", "person.party_id"),
        _to("device_scan", "attendance_id", "attendance.id"),
    )
    op.create_index("ix_device_scan_order", "device_scan", ["device_id", "counter"])
    op.create_index("ix_device_scan_waiting", "device_scan", ["for_desk", "received_at"])
    op.create_index(op.f("ix_device_scan_person_id"), "device_scan", ["person_id"])
    op.create_index(op.f("ix_device_scan_shift_id"), "device_scan", ["shift_id"])


def _device_scan_decision() -> None:
    op.create_table(
        "device_scan_decision",
        _number("id"),
        _number("device_scan_id"),
        sa.Column("decision", _one_of("decision", "accepted", "dismissed"), nullable=False),
        _text("reason", 400),
        _number("attendance_id", nullable=True),
        _number("decided_by_user_id"),
        _moment("decided_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_scan_decision")),
        sa.UniqueConstraint("device_scan_id", name=op.f("uq_device_scan_decision_device_scan_id")),
        _to("device_scan_decision", "device_scan_id", "device_scan.id"),
        _to("device_scan_decision", "attendance_id", "attendance.id"),
        _to("device_scan_decision", "decided_by_user_id", "user.id"),
    )


def downgrade() -> None:
    """Only while no device has uploaded anything: what was received is never thrown away."""
    count = op.get_bind().execute(sa.text("SELECT count(*) FROM device_scan")).scalar()
    if count:
        raise RuntimeError("there are uploads of devices: this cannot be undone")
    for table in ("device_scan_decision", "device_scan", "device_enrolment", "device"):
        op.drop_table(table)
    install_guards(op.get_bind())
