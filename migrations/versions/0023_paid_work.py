"""paid work: slips, signatures, call-backs, reported times, objections, what a family reads"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = (
    "family_report",
    "family_consent",
    "work_message",
    "work_dispute",
    "work_report",
    "call_back",
    "work_signature",
    "work_slip",
)
BY = ("student", "orderer", "staff", "system")
CALLS = ("waiting", "confirmed", "differs", "not_reached", "needless")


def _kinds(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40, create_constraint=True)


def _references(table: str, **targets: str) -> list[Any]:
    return [
        sa.ForeignKeyConstraint(
            [column], [target], name=op.f(f"fk_{table}_{column}_{target.partition('.')[0]}")
        )
        for column, target in targets.items()
    ]


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _id(table: str) -> list[Any]:
    return [_number("id"), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _indexed(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _one_live(table: str, column: str) -> None:
    is_live = sa.text("revoked_at IS NULL")
    op.create_index(
        f"uq_{table}_live",
        table,
        [column],
        unique=True,
        sqlite_where=is_live,
        postgresql_where=is_live,
    )


def upgrade() -> None:
    """Add the tables."""
    for make in (_slip, _signature, _call, _report, _dispute, _message, _consent, _family):
        make()


def _slip() -> None:
    table = "work_slip"
    op.create_table(
        table,
        *_id(table),
        _number("paid_task_id"),
        _number("made_by_user_id"),
        _moment("made_at"),
        _moment("revoked_at", nullable=True),
        *_references(table, paid_task_id="paid_task.id", made_by_user_id="user.id"),
    )
    _indexed(table, "paid_task_id")
    _one_live(table, "paid_task_id")


def _signature() -> None:
    table = "work_signature"
    op.create_table(
        table,
        *_id(table),
        _text("key", 64),
        _number("paid_task_id"),
        sa.Column("strokes", sa.Text(), nullable=False),
        _text("signer", 40),
        _moment("came_at"),
        _moment("left_at"),
        _number("by_user_id"),
        _moment("at"),
        _moment("forgotten_at", nullable=True),
        _check(table, "signed", "strokes <> '' OR signer <> '' OR forgotten_at IS NOT NULL"),
        _check(table, "small", "length(strokes) <= 8000"),
        _check(table, "order", "left_at >= came_at"),
        _once(table, "key"),
        _once(table, "paid_task_id"),
        *_references(table, paid_task_id="paid_task.id", by_user_id="user.id"),
    )
    _indexed(table, "at")


def _call() -> None:
    table = "call_back"
    op.create_table(
        table,
        *_id(table),
        _number("paid_task_id"),
        sa.Column("is_typed", sa.Boolean(), nullable=False),
        sa.Column("state", _kinds("callstate", *CALLS), nullable=False),
        _moment("made_at"),
        _moment("closed_at", nullable=True),
        _number("by_user_id", nullable=True),
        _text("note", 200),
        _check(table, "closed", "(state = 'waiting') = (closed_at IS NULL)"),
        _check(table, "by", "state IN ('waiting', 'needless') OR by_user_id IS NOT NULL"),
        _once(table, "paid_task_id"),
        *_references(table, paid_task_id="paid_task.id", by_user_id="user.id"),
    )
    _indexed(table, "state")


def _report() -> None:
    table = "work_report"
    op.create_table(
        table,
        *_id(table),
        _text("key", 64),
        _number("paid_task_id"),
        _number("number"),
        _number("minutes"),
        _text("words", 400),
        _number("by_user_id"),
        _moment("at"),
        _moment("due_at"),
        _check(table, "minutes", "minutes BETWEEN 1 AND 720"),
        _check(table, "number", "number BETWEEN 1 AND 20"),
        _once(table, "key"),
        _once(table, "paid_task_id", "number"),
        *_references(table, paid_task_id="paid_task.id", by_user_id="user.id"),
    )
    _indexed(table, "due_at")


def _dispute() -> None:
    table = "work_dispute"
    op.create_table(
        table,
        *_id(table),
        _text("key", 64),
        _number("paid_task_id"),
        _number("minutes"),
        sa.Column("state", _kinds("workdisputestate", "open", "decided"), nullable=False),
        sa.Column("opened_by", _kinds("by", *BY), nullable=False),
        _number("opened_by_user_id", nullable=True),
        _moment("opened_at"),
        _number("decided_minutes", nullable=True),
        _number("decided_by_user_id", nullable=True),
        _moment("closed_at", nullable=True),
        _check(table, "minutes", "minutes BETWEEN 0 AND 720"),
        _check(table, "decided_minutes", "decided_minutes BETWEEN 0 AND 720"),
        _check(table, "closed", "(state = 'open') = (closed_at IS NULL)"),
        _check(
            table,
            "decided",
            "(state = 'decided') = (decided_by_user_id IS NOT NULL)"
            " AND (state = 'decided') = (decided_minutes IS NOT NULL)",
        ),
        _once(table, "key"),
        _once(table, "paid_task_id"),
        *_references(
            table,
            paid_task_id="paid_task.id",
            opened_by_user_id="user.id",
            decided_by_user_id="user.id",
        ),
    )
    _indexed(table, "state")


def _message() -> None:
    table = "work_message"
    op.create_table(
        table,
        *_id(table),
        _text("key", 64),
        _number("dispute_id"),
        sa.Column("side", _kinds("by", *BY), nullable=False),
        _number("user_id", nullable=True),
        _moment("at"),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        _text("words", 400),
        _once(table, "key"),
        *_references(table, dispute_id="work_dispute.id", user_id="user.id"),
    )
    _indexed(table, "dispute_id")


def _consent() -> None:
    table = "family_consent"
    op.create_table(
        table,
        *_id(table),
        _text("key", 64),
        _number("household_id"),
        _text("name", 40),
        _text("relation", 20),
        _text("email", 254),
        sa.Column("way", _kinds("consentway", "link", "telephone", "paper"), nullable=False),
        _number("given_by_user_id", nullable=True),
        _moment("given_at"),
        _moment("revoked_at", nullable=True),
        _number("revoked_by_user_id", nullable=True),
        _check(table, "revoked", "revoked_at IS NULL OR (name = '' AND email = '')"),
        _once(table, "key"),
        *_references(
            table,
            household_id="household.party_id",
            given_by_user_id="user.id",
            revoked_by_user_id="user.id",
        ),
    )
    _indexed(table, "household_id")
    _one_live(table, "household_id")


def _family() -> None:
    table = "family_report"
    op.create_table(
        table,
        *_id(table),
        _number("paid_task_id"),
        _number("consent_id"),
        _number("minutes"),
        _text("words", 400),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        _moment("at"),
        _once(table, "paid_task_id"),
        *_references(table, paid_task_id="paid_task.id", consent_id="family_consent.id"),
    )
    _indexed(table, "consent_id")


def downgrade() -> None:
    """Take it away again; refuses while there is anything in it."""
    connection = op.get_bind()
    for table in TABLES:
        if connection.execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).first():  # noqa: S608
            raise RuntimeError(f"{table} is not empty")
    for table in TABLES:
        op.drop_table(table)
