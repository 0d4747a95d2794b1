"""what volunteers say about themselves, no-go pairs, wishes of requests, saved searches"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = (
    "skill",
    "availability_exception",
    "availability_window",
    "no_go_pair",
    "person_language",
    "person_skill",
    "person_trait",
    "profile",
    "request_language",
    "request_skill",
    "request_trait",
    "saved_search",
    "wish",
)


def upgrade() -> None:
    """Thirteen tables; nothing that is there changes."""
    _skill()
    _availability_exception()
    _availability_window()
    _no_go_pair()
    _person_language()
    _person_skill()
    _person_trait()
    _profile()
    _request_language()
    _request_skill()
    _request_trait()
    _saved_search()
    _wish()


def _skill() -> None:
    op.create_table(
        "skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("name", name=op.f("uq_skill_name")),
    )


def _availability_exception() -> None:
    op.create_table(
        "availability_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.Column("is_free", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "from_minute >= 0 AND until_minute <= 1440", name=op.f("ck_availability_exception_day")
        ),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_availability_exception_days")),
        sa.CheckConstraint(
            "until_minute > from_minute", name=op.f("ck_availability_exception_order")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.party_id"],
            name=op.f("fk_availability_exception_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability_exception")),
    )
    op.create_index(
        "ix_availability_exception_person_to",
        "availability_exception",
        ["person_id", "to_on"],
        unique=False,
    )


def _availability_window() -> None:
    op.create_table(
        "availability_window",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "from_minute >= 0 AND until_minute <= 1440", name=op.f("ck_availability_window_day")
        ),
        sa.CheckConstraint("until_minute > from_minute", name=op.f("ck_availability_window_order")),
        sa.CheckConstraint(
            "weekday >= 0 AND weekday <= 6", name=op.f("ck_availability_window_weekday")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.party_id"], name=op.f("fk_availability_window_person_id_person")
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "weekday", "from_minute", name=op.f("pk_availability_window")
        ),
    )
    op.create_index(
        "ix_availability_window_when",
        "availability_window",
        ["weekday", "from_minute", "until_minute"],
        unique=False,
    )


def _no_go_pair() -> None:
    op.create_table(
        "no_go_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("other_party_id", sa.Integer(), nullable=False),
        sa.Column("reason_sealed", sa.Text(), nullable=False),
        sa.Column("made_by_user_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_user_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("person_id <> other_party_id", name=op.f("ck_no_go_pair_two")),
        sa.ForeignKeyConstraint(
            ["ended_by_user_id"], ["user.id"], name=op.f("fk_no_go_pair_ended_by_user_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_user_id"], ["user.id"], name=op.f("fk_no_go_pair_made_by_user_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["other_party_id"], ["party.id"], name=op.f("fk_no_go_pair_other_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.party_id"], name=op.f("fk_no_go_pair_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_no_go_pair")),
    )
    op.create_index(
        op.f("ix_no_go_pair_other_party_id"), "no_go_pair", ["other_party_id"], unique=False
    )
    op.create_index(
        "uq_no_go_pair_live",
        "no_go_pair",
        ["person_id", "other_party_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _person_language() -> None:
    op.create_table(
        "person_language",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.party_id"], name=op.f("fk_person_language_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "language", name=op.f("pk_person_language")),
    )


def _person_skill() -> None:
    op.create_table(
        "person_skill",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.party_id"], name=op.f("fk_person_skill_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_person_skill_skill_id_skill")
        ),
        sa.PrimaryKeyConstraint("person_id", "skill_id", name=op.f("pk_person_skill")),
    )
    op.create_index(op.f("ix_person_skill_skill_id"), "person_skill", ["skill_id"], unique=False)


def _person_trait() -> None:
    op.create_table(
        "person_trait",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "trait",
            sa.Enum(
                "woman",
                "man",
                "non_smoking",
                "fine_with_dogs",
                "fine_with_cats",
                name="trait",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.party_id"], name=op.f("fk_person_trait_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "trait", name=op.f("pk_person_trait")),
    )


def _profile() -> None:
    op.create_table(
        "profile",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "travel_mode",
            sa.Enum(
                "walk",
                "bicycle",
                "bus",
                "car",
                name="travelmode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("travel_minutes_max", sa.Integer(), nullable=True),
        sa.Column("times_per_week_max", sa.Integer(), nullable=True),
        sa.Column("minutes_per_week_max", sa.Integer(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "minutes_per_week_max > 0", name=op.f("ck_profile_minutes_per_week_max")
        ),
        sa.CheckConstraint("times_per_week_max > 0", name=op.f("ck_profile_times_per_week_max")),
        sa.CheckConstraint("travel_minutes_max > 0", name=op.f("ck_profile_travel_minutes_max")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.party_id"], name=op.f("fk_profile_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_profile")),
    )


def _request_language() -> None:
    op.create_table(
        "request_language",
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["help_request_id"],
            ["help_request.id"],
            name=op.f("fk_request_language_help_request_id_help_request"),
        ),
        sa.PrimaryKeyConstraint("help_request_id", "language", name=op.f("pk_request_language")),
    )


def _request_skill() -> None:
    op.create_table(
        "request_skill",
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["help_request_id"],
            ["help_request.id"],
            name=op.f("fk_request_skill_help_request_id_help_request"),
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_request_skill_skill_id_skill")
        ),
        sa.PrimaryKeyConstraint("help_request_id", "skill_id", name=op.f("pk_request_skill")),
    )
    op.create_index(op.f("ix_request_skill_skill_id"), "request_skill", ["skill_id"], unique=False)


def _request_trait() -> None:
    op.create_table(
        "request_trait",
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column(
            "trait",
            sa.Enum(
                "woman",
                "man",
                "non_smoking",
                "fine_with_dogs",
                "fine_with_cats",
                name="trait",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["help_request_id"],
            ["help_request.id"],
            name=op.f("fk_request_trait_help_request_id_help_request"),
        ),
        sa.PrimaryKeyConstraint("help_request_id", "trait", name=op.f("pk_request_trait")),
    )


def _saved_search() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("category_code", sa.String(length=40), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "from_minute >= 0 AND until_minute <= 1440", name=op.f("ck_saved_search_day")
        ),
        sa.CheckConstraint("until_minute > from_minute", name=op.f("ck_saved_search_order")),
        sa.CheckConstraint(
            "weekdays >= 0 AND weekdays < 128", name=op.f("ck_saved_search_weekdays")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_saved_search_area_id_area")
        ),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["category.code"],
            name=op.f("fk_saved_search_category_code_category"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.party_id"], name=op.f("fk_saved_search_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index("ix_saved_search_live", "saved_search", ["ended_at", "person_id"], unique=False)
    op.create_index(op.f("ix_saved_search_person_id"), "saved_search", ["person_id"], unique=False)


def _wish() -> None:
    op.create_table(
        "wish",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("category_code", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "wanted",
                "rather_not",
                "never",
                name="wishkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_wish_category_code_category")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.party_id"], name=op.f("fk_wish_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "category_code", name=op.f("pk_wish")),
    )
    op.create_index(op.f("ix_wish_category_code"), "wish", ["category_code"], unique=False)


def downgrade() -> None:
    """What people said and staff decided stays: only empty tables go."""
    bind = op.get_bind()
    for table in TABLES:
        if bind.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar():  # noqa: S608 - our own names
            raise RuntimeError(f"there are rows in {table}; they are kept")
    for table in reversed(TABLES):
        op.drop_table(table)
