"""the target of a donation on its cash-out and its batch, letters of thanks that were handed over"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TARGETS = {
    "person_id": "person.party_id",
    "programme_id": "programme.id",
    "rule_version_id": "rule_version.id",
    "given_by_user_id": "user.id",
    "given_by_person_id": "person.party_id",
}


def _words(name: str, length: int) -> Any:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def upgrade() -> None:
    """Three columns, which are added and not rebuilt, so that no trigger is lost; one table."""
    op.add_column("cash_out", _words("target", 200))
    op.add_column("payout_batch", _words("target", 200))
    op.add_column("payout_batch", _words("proof", 200))
    _given_recognition()
    install_guards(op.get_bind())


def _given_recognition() -> None:
    name = "given_recognition"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(one, sa.Integer(), nullable=False) for one in TARGETS),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("given_by_person_id <> person_id", name=op.f(f"ck_{name}_two_people")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(
            "person_id",
            "programme_id",
            "name",
            name=op.f(f"uq_{name}_person_id_programme_id_name"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_{name}_{column}_{target.split('.')[0]}")
            )
            for column, target in TARGETS.items()
        ),
    )


def downgrade() -> None:
    """Dropping would lose where donations went and which letters were handed over."""
    raise RuntimeError("0008 cannot be undone without losing donations; restore a backup instead")
