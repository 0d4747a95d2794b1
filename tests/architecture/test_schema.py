"""The migrations make what the models say, on both databases, with the same guards."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from migrations import guards
from tests.architecture.tree import ROOT
from volunteer.core.db import Base, db
from volunteer.core.migrating import configuration

GUARDS_MIN = 40
"""So many rules of the ledger and the trail stand in the database itself."""

VERSIONS = ROOT / "migrations" / "versions"


@pytest.mark.both_databases
def test_migrations_make_what_the_models_say(app: Flask) -> None:
    options = {"compare_type": True, "compare_server_default": False, "render_as_batch": True}
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.both_databases
def test_every_table_was_made_by_a_model(app: Flask) -> None:
    tables = set(db.inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert tables == set(Base.metadata.tables)


@pytest.mark.both_databases
def test_the_database_stands_at_the_newest_migration(app: Flask) -> None:
    scripts = ScriptDirectory.from_config(configuration())
    assert db.session.scalars(text("SELECT version_num FROM alembic_version")).all() == [
        scripts.get_current_head()
    ]


def test_current_head_names_the_newest_file() -> None:
    files = sorted(path.stem for path in VERSIONS.glob("[0-9]*.py"))
    assert (ROOT / "migrations" / ".current-head").read_text(encoding="utf-8").strip() == files[-1]


def test_migrations_are_numbered_without_gaps() -> None:
    files = sorted(path.stem for path in VERSIONS.glob("*.py") if path.stem != "__init__")
    assert [name[:4] for name in files] == [f"{n:04d}" for n in range(1, len(files) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+", name) for name in files)


def test_migrations_import_no_models() -> None:
    for path in VERSIONS.glob("[0-9]*.py"):
        assert not re.search(
            r"^(from|import) (volunteer|points|matching).*models", path.read_text(), re.M
        )


@pytest.mark.both_databases
def test_every_guard_stands(app: Flask) -> None:
    with db.engine.connect() as connection:
        found = guards.installed_guards(connection)
        assert found == guards.guard_names(connection.dialect.name)


def test_both_databases_guard_the_same() -> None:
    """But for TRUNCATE, which SQLite does not have."""
    on_postgresql = guards.guard_names("postgresql")
    only_there = set(on_postgresql) - set(guards.guard_names("sqlite"))
    assert all(name.endswith("_no_truncate") for name in only_there)
    assert set(guards.guard_names("sqlite")) <= set(on_postgresql)
    assert len(on_postgresql) >= GUARDS_MIN
