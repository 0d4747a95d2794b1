"""paid tasks: quote, terms and agreement, their history, the household's link; the price rule and its history"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STATES = ("quoted", "agreed", "reported", "disputed", "confirmed", "called_off", "no_show")
METHODS = ("card", "cash", "bank_transfer")
COLLECTS = ("agent", "seller")
LIMITS = {
    "yen_per_hour": (1, 20_000),
    "first_minutes": (0, 720),
    "step_minutes": (1, 240),
    "travel_yen": (0, 20_000),
    "fee_percent": (0, 50),
    "floor_yen_per_hour": (0, 20_000),
    "same_day_minutes": (0, 720),
    "unannounced_percent": (0, 100),
    "card_days": (1, 20),
}


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


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _id(table: str) -> list[Any]:
    return [*_numbers("id"), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def upgrade() -> None:
    """Two columns of a request, four tables."""
    op.add_column("help_request", sa.Column("price", sa.JSON(), nullable=True))
    op.add_column("help_request", sa.Column("is_employment", sa.Boolean(), nullable=True))
    for make in (_prices, _task, _event, _link):
        make()
    install_guards(op.get_bind())


def _prices() -> None:
    table = "price_setting"
    op.create_table(
        table,
        *_id(table),
        *_numbers(*LIMITS),
        sa.Column("collects", _kinds("collects", *COLLECTS), nullable=False),
        _text("cover", 200),
        _text("reason", 200),
        *_numbers("made_by_user_id"),
        _moment("made_at"),
        *(
            _check(table, name, f"{name} BETWEEN {low} AND {high}")
            for name, (low, high) in LIMITS.items()
        ),
        *_references(table, made_by_user_id="user.id"),
    )


def _task() -> None:
    table = "paid_task"
    op.create_table(
        table,
        *_id(table),
        _text("number", 20),
        *_numbers("participation_id", "orderer_id", "student_id", "planned_minutes"),
        sa.Column("quote", sa.JSON(), nullable=False),
        _text("quote_hash", 64),
        *_numbers("payee_yen", "fee_yen", "amount_yen"),
        sa.Column("collects", _kinds("collects", *COLLECTS), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("state", _kinds("paidtaskstate", *STATES), nullable=False),
        sa.Column("method", _kinds("paymethod", *METHODS), nullable=True),
        _moment("agreed_at", nullable=True),
        sa.Column(
            "agreed_by", _kinds("agreedby", "organization", "link", "telephone"), nullable=True
        ),
        *_numbers("agreed_by_user_id", "charge_id", "confirmed_minutes", nullable=True),
        _moment("made_at"),
        *_rules_of_tasks(table),
        _once(table, "number"),
        *_references(
            table,
            participation_id="participation.id",
            orderer_id="party.id",
            student_id="person.party_id",
            agreed_by_user_id="user.id",
            charge_id="charge.id",
        ),
    )
    for column in ("participation_id", "orderer_id", "student_id", "state"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    is_live = sa.text("state <> 'called_off'")
    op.create_index(
        "uq_paid_task_live",
        table,
        ["participation_id"],
        unique=True,
        sqlite_where=is_live,
        postgresql_where=is_live,
    )


def _rules_of_tasks(table: str) -> list[sa.CheckConstraint]:
    rules = {
        "planned_minutes": "planned_minutes BETWEEN 1 AND 720",
        "confirmed_minutes": "confirmed_minutes BETWEEN 0 AND 720",
        "parts": "payee_yen >= 0 AND fee_yen >= 0",
        "sum": "amount_yen = payee_yen + fee_yen",
        "amount": "amount_yen BETWEEN 1 AND 500000",
        "two": "orderer_id <> student_id",
        "agreed": "(agreed_at IS NULL) = (agreed_by IS NULL)"
        " AND (agreed_at IS NULL) = (method IS NULL)",
        "quoted": "state <> 'quoted' OR agreed_at IS NULL",
        "bound": "state NOT IN ('agreed', 'reported', 'disputed', 'confirmed')"
        " OR agreed_at IS NOT NULL",
        "confirmed": "(state = 'confirmed') = (confirmed_minutes IS NOT NULL)",
    }
    return [_check(table, name, rule) for name, rule in rules.items()]


def _event() -> None:
    table = "paid_task_event"
    op.create_table(
        table,
        *_id(table),
        _text("key", 64),
        *_numbers("paid_task_id"),
        sa.Column("to_state", _kinds("paidtaskstate", *STATES), nullable=False),
        sa.Column("side", _kinds("by", "student", "orderer", "staff", "system"), nullable=False),
        *_numbers("by_user_id", nullable=True),
        _text("note", 200),
        *_numbers("minutes", nullable=True),
        _moment("at"),
        _once(table, "key"),
        *_references(table, paid_task_id="paid_task.id", by_user_id="user.id"),
    )
    op.create_index(op.f("ix_paid_task_event_paid_task_id"), table, ["paid_task_id"])


def _link() -> None:
    table = "orderer_link"
    op.create_table(
        table,
        *_id(table),
        *_numbers("paid_task_id", "number"),
        _text("token_hash", 64),
        _moment("valid_until"),
        _moment("revoked_at", nullable=True),
        *_numbers("made_by_user_id"),
        _moment("made_at"),
        _check(table, "valid", "valid_until > made_at"),
        _once(table, "token_hash"),
        _once(table, "paid_task_id", "number"),
        *_references(table, paid_task_id="paid_task.id", made_by_user_id="user.id"),
    )
    op.create_index("ix_orderer_link_valid_until", table, ["valid_until"])


def downgrade() -> None:
    """What people agreed to stays."""
    raise RuntimeError("0022 cannot be undone without losing agreements; restore a backup instead")
