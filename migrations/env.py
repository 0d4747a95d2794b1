"""Runs the migrations on the database of the application; writing is allowed in here."""

from alembic import context

from volunteer.core.db import Base, db, writing_allowed

config = context.config


def run_migrations() -> None:
    """Apply what is missing, each migration in one transaction."""
    with writing_allowed(), db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
