"""a profile says whether its person told when they are free: rankings ask it of everybody"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column, true where there are windows; who told them without anything else gets a profile. The index of windows
    brings the person along, so that PostgreSQL need not look at the rows."""
    column = sa.Column("has_windows", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("profile", column)
    told = sa.table("availability_window", sa.column("person_id", sa.Integer))
    moment = sa.column("changed_at", sa.DateTime(timezone=True))
    profile = sa.table("profile", sa.column("person_id"), moment, sa.column("has_windows"))
    missing = (
        sa.select(told.c.person_id, sa.func.current_timestamp(), sa.false())
        .where(told.c.person_id.not_in(sa.select(profile.c.person_id)))
        .distinct()
    )
    columns = ["person_id", "changed_at", "has_windows"]
    op.execute(profile.insert().from_select(columns, missing))
    has = profile.c.person_id.in_(sa.select(told.c.person_id))
    op.execute(profile.update().where(has).values(has_windows=sa.true()))
    _index(postgresql_include=["person_id"])
    install_guards(op.get_bind())


def _index(**options: Any) -> None:
    name, table = "ix_availability_window_when", "availability_window"
    op.drop_index(name, table_name=table)
    op.create_index(name, table, ["weekday", "from_minute", "until_minute"], **options)


def downgrade() -> None:
    """Nothing is lost: the column says what the windows say."""
    connection = op.get_bind()
    names = [
        *(f"guard_availability_window_{name}" for name in ("told", "untold", "identity")),
        *(f"guard_profile_{name}" for name in ("begins", "windows", "kept")),
    ]
    for name in names:
        if connection.dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP FUNCTION {name}() CASCADE")
    op.drop_column("profile", "has_windows")
    _index()
