"""what a ranking asks of everybody, side by side in one narrow row a person"""

import sqlalchemy as sa
from alembic import op

from migrations.guards import install_guards

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLE = "person_brief"
ALWAYS = {
    "birth_on": sa.Date(),
    "mode": sa.SmallInteger(),
    "is_registered": sa.Boolean(),
    "is_student": sa.Boolean(),
    "has_guardian": sa.Boolean(),
    "has_windows": sa.Boolean(),
}
MAYBE = {
    "area_id": sa.Integer(),
    "travel_minutes_max": sa.Integer(),
    "times_per_week_max": sa.Integer(),
    "minutes_per_week_max": sa.Integer(),
    "paused_until": sa.Date(),
}
FILL = """
INSERT INTO person_brief (
    person_id, birth_on, mode, is_registered, is_student, has_guardian, has_windows,
    area_id, travel_minutes_max, times_per_week_max, minutes_per_week_max, paused_until
)
SELECT
    person.party_id, birth_on,
    CASE travel_mode WHEN 'walk' THEN 0 WHEN 'bicycle' THEN 1 WHEN 'car' THEN 3 ELSE 2 END,
    state = 'registered', tie = 'studies', guardian_agreed_on IS NOT NULL,
    coalesce(has_windows, FALSE),
    area_id, travel_minutes_max, times_per_week_max, minutes_per_week_max, paused_until
FROM person LEFT JOIN profile ON profile.person_id = person.party_id
ORDER BY person.party_id
"""


def upgrade() -> None:
    """One table, filled from people and profiles; triggers keep it from then on."""
    op.create_table(
        TABLE,
        sa.Column("person_id", sa.Integer(), nullable=False),
        *(sa.Column(name, kind, nullable=False) for name, kind in ALWAYS.items()),
        *(sa.Column(name, kind, nullable=True) for name, kind in MAYBE.items()),
        sa.PrimaryKeyConstraint("person_id", name=op.f(f"pk_{TABLE}")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.party_id"], name=op.f(f"fk_{TABLE}_person_id_person")
        ),
    )
    op.execute(FILL)
    install_guards(op.get_bind())


def downgrade() -> None:
    """Nothing is lost: the rows say what people and profiles say."""
    for name in ("begins", "person", "said", "changed", "unsaid", "identity", "no_delete"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER guard_person_brief_{name}")
        else:
            op.execute(f"DROP FUNCTION guard_person_brief_{name}() CASCADE")
    op.drop_table(TABLE)
