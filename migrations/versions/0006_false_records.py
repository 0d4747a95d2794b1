"""false records, money paid back, points given to another member"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _integers(*names: str, null: tuple[str, ...] = ()) -> list[Any]:
    return [sa.Column(name, sa.Integer(), nullable=name in null) for name in names]


def _journals(*names: str) -> list[Any]:
    return [
        sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)
        for name in names
    ]


def _moment(name: str, *, nullable: bool = False) -> Any:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str, length: int) -> Any:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _kinds(column: str, name: str, *values: str) -> Any:
    kinds = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kinds, nullable=False)


def _points_to(table: str, **columns: str) -> list[Any]:
    """Foreign keys of `table`: column = other table and column."""
    return [
        sa.ForeignKeyConstraint(
            [column], [target], name=op.f(f"fk_{table}_{column}_{target.split('.')[0]}")
        )
        for column, target in columns.items()
    ]


def _keys(table: str, *unique: str) -> list[Any]:
    found: list[Any] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
    return found + [sa.UniqueConstraint(one, name=op.f(f"uq_{table}_{one}")) for one in unique]


def _check(table: str, name: str, rule: str) -> Any:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    """Five tables; what moves money or points is frozen like the ledger's."""
    _claim_hold()
    _case()
    _items()
    _repayment()
    _transfer()
    install_guards(op.get_bind())


def _claim_hold() -> None:
    name = "claim_hold"
    op.create_table(
        name,
        *_integers("id", "person_id"),
        _words("source", 60),
        _moment("since"),
        _moment("until", nullable=True),
        *_points_to(name, person_id="person.party_id"),
        *_keys(name, "source"),
    )
    op.create_index("ix_claim_hold_person_id", name, ["person_id"])


def _case() -> None:
    name = "false_record_case"
    op.create_table(
        name,
        *_integers("id", "person_id", "programme_id", null=("programme_id",)),
        _words("key", 64),
        _kinds(
            "reason", "falsereason",
            "not_there", "other_person", "other_time", "other_work", "two_places",
        ),
        _words("note", 400),
        *_integers("suspend_days"),
        _kinds("state", "casestate", "proposed", "decided", "dropped", "undone"),
        *_integers("proposed_by_user_id", "proposed_by_person_id"),
        _moment("proposed_at"),
        *_integers(*DECIDERS, null=DECIDERS),
        _moment("decided_at", nullable=True),
        _words("answer", 400),
        *_integers("points_taken", "points_owed", "points_waived"),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        *_integers("suspension_id", "undone_by_user_id", null=("suspension_id", "undone_by_user_id")),
        _moment("undone_at", nullable=True),
        _check(name, "proposer", "proposed_by_person_id <> person_id"),
        _check(
            name, "two_people",
            "decided_by_person_id IS NULL OR (decided_by_person_id <> person_id"
            " AND decided_by_person_id <> proposed_by_person_id"
            " AND decided_by_user_id <> proposed_by_user_id)",
        ),
        _check(
            name, "decided_by_somebody", "(state = 'proposed') = (decided_by_person_id IS NULL)"
        ),
        _check(name, "suspend_days", "suspend_days >= 0"),
        *_points_to(
            name,
            person_id="person.party_id",
            programme_id="programme.id",
            proposed_by_user_id="user.id",
            proposed_by_person_id="person.party_id",
            decided_by_user_id="user.id",
            decided_by_person_id="person.party_id",
            suspension_id="person_decision.id",
            undone_by_user_id="user.id",
        ),
        *_keys(name, "key"),
    )  # fmt: skip
    op.create_index("ix_false_record_case_person_id", name, ["person_id"])
    op.create_index("ix_false_record_case_state", name, ["state"])
    is_open = sa.text("state = 'proposed'")
    op.create_index(
        "uq_false_record_case_open",
        name,
        ["person_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


DECIDERS = ("decided_by_user_id", "decided_by_person_id")


def _items() -> None:
    name = "false_record_item"
    op.create_table(
        name,
        *_integers("id", "case_id", "attendance_id", "points", "minutes", "households"),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        *_points_to(name, case_id="false_record_case.id", attendance_id="attendance.id"),
        sa.UniqueConstraint(
            "case_id", "attendance_id", name=op.f("uq_false_record_item_case_id_attendance_id")
        ),
        *_keys(name),
    )
    op.create_index("ix_false_record_item_attendance_id", name, ["attendance_id"])


def _repayment() -> None:
    name = "repayment"
    op.create_table(
        name,
        *_integers("id", "person_id", "programme_id", "points", "amount_yen"),
        *_journals("journal_id"),
        _words("key", 64),
        _words("number", 20),
        *_integers("received_by_user_id", "received_by_person_id"),
        _moment("received_at"),
        _check(name, "points", "points > 0"),
        _check(name, "yen", "amount_yen > 0"),
        _check(name, "two_people", "received_by_person_id <> person_id"),
        *_points_to(
            name,
            person_id="person.party_id",
            programme_id="programme.id",
            journal_id="journal.id",
            received_by_user_id="user.id",
            received_by_person_id="person.party_id",
        ),
        *_keys(name, "key", "number", "journal_id"),
    )
    op.create_index("ix_repayment_person_id", name, ["person_id"])


def _transfer() -> None:
    name = "point_transfer"
    op.create_table(
        name,
        *_integers("id", "programme_id", "rule_version_id", "giver_id", "receiver_id", "points"),
        _words("key", 64),
        *_journals("given_journal_id", "received_journal_id"),
        *_integers("given_by_user_id"),
        _moment("given_at"),
        _check(name, "points", "points > 0"),
        _check(name, "two_people", "giver_id <> receiver_id"),
        *_points_to(
            name,
            programme_id="programme.id",
            rule_version_id="rule_version.id",
            giver_id="person.party_id",
            receiver_id="person.party_id",
            given_journal_id="journal.id",
            received_journal_id="journal.id",
            given_by_user_id="user.id",
        ),
        *_keys(name, "key", "given_journal_id", "received_journal_id"),
    )
    op.create_index("ix_point_transfer_giver_id", name, ["giver_id"])
    op.create_index("ix_point_transfer_receiver_id", name, ["receiver_id"])


def downgrade() -> None:
    """Dropping would lose decisions and receipts."""
    raise RuntimeError("0006 cannot be undone without losing receipts; restore a backup instead")
