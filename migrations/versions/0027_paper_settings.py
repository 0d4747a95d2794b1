"""what stands on papers beside the sum (account for transfers, registration number); why a charge was decided anew"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SETTING, NOTE = "paper_setting", "decision_note"
LENGTHS = {
    "bank_code": 4,
    "bank_name": 40,
    "branch_code": 3,
    "branch_name": 40,
    "account_type": 1,
    "account_number": 7,
    "holder_kana": 30,
    "registration_number": 14,
    "reason": 200,
}
CHECKS = {
    "account": (
        "(bank_code = '' AND branch_code = '' AND account_type = '' AND account_number = ''"
        " AND holder_kana = '') OR (length(bank_code) = 4 AND length(branch_code) = 3"
        " AND account_type IN ('1', '2', '4') AND length(account_number) = 7"
        " AND holder_kana <> '')"
    ),
    "registration": (
        "registration_number = '' OR (length(registration_number) = 14"
        " AND substr(registration_number, 1, 1) = 'T')"
    ),
}


def upgrade() -> None:
    """Two tables; no row is touched."""
    op.create_table(
        SETTING,
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in LENGTHS.items()),
        sa.Column("made_by_user_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_{SETTING}_{one}"))
            for one, rule in CHECKS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SETTING}")),
        sa.ForeignKeyConstraint(
            ["made_by_user_id"], ["user.id"], name=op.f(f"fk_{SETTING}_made_by_user_id_user")
        ),
    )
    op.create_table(
        NOTE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("charge_decision_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NOTE}")),
        sa.UniqueConstraint("charge_decision_id", name=op.f(f"uq_{NOTE}_charge_decision_id")),
        sa.ForeignKeyConstraint(
            ["charge_decision_id"],
            ["charge_decision.id"],
            name=op.f(f"fk_{NOTE}_charge_decision_id_charge_decision"),
        ),
    )
    install_guards(op.get_bind())


def downgrade() -> None:
    """What papers said and why money moved stays."""
    raise RuntimeError("0027 cannot be undone without losing settings; restore a backup instead")
