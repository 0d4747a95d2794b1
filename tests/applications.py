"""Applications for tests: as for a real town, on a database of their own, made once a worker and kind."""

import logging
from typing import Any

from flask import Flask

from tests import databases
from tests.cast import NOW, Cast, make_cast
from tests.client import Client
from tests.walk.world import keep_world
from volunteer.core import clock
from volunteer.core.config import Settings, load_settings
from volunteer.core.db import db, writing_allowed
from volunteer.core.migrating import upgrade
from wsgi import create_app

DATA_KEY = "b3RhZ2FpLXRlc3RzLWRhdGEta2V5LTMyLWJ5dGVzISE="
SECRET_KEY = "tests sign with this and nobody else does"

# pytest reads the log itself; the application must not hold on to a stream that pytest closes
logging.getLogger("otagai").addHandler(logging.NullHandler())


def settings_for(url: str, **environ: str) -> Settings:
    """Settings of a test application on the database at `url`; each worker has a data folder of its own."""
    data = databases.folder() / f"data-{databases.WORKER}"
    data.mkdir(exist_ok=True)
    return load_settings(
        {
            "OTAGAI_ENV": "development",
            "OTAGAI_DATA_DIR": str(data),
            "OTAGAI_DATABASE_URL": url,
            "OTAGAI_SECRET_KEY": SECRET_KEY,
            "OTAGAI_DATA_KEY": DATA_KEY,
            "OTAGAI_BASE_URL": "http://localhost",
            "OTAGAI_PLANS_START": "jobs",
            **environ,
        }
    )


def make_app(url: str, **environ: str) -> Flask:
    """The application as it runs for a town, on the database at `url`."""
    app = create_app(settings_for(url, **environ))
    app.testing = True
    app.test_client_class = Client
    return app


def fill(url: str, contents: str) -> None:
    """Make the tables by the real migrations, and what is asked for in them."""
    clock.set(NOW)
    app = make_app(url)
    with app.app_context():
        try:
            with writing_allowed():
                upgrade()
            if contents != "empty":
                make_cast()
            if contents == "world":
                keep_world(Cast())
        finally:
            db.session.remove()
            db.engine.dispose()


KINDS = {"sqlite": databases.SqliteDatabase, "postgres": databases.PostgresDatabase}
_ready: dict[str, tuple[databases.Database, Flask, dict[str, Any]]] = {}


def application(kind: str, *, with_cast: bool, with_world: bool = False) -> Flask:
    """The application of this worker on a fresh database; templates stay compiled from test to test."""
    if kind not in _ready:
        database = KINDS[kind](fill)
        app = make_app(database.url)
        _ready[kind] = (database, app, dict(app.config))
    database, app, config = _ready[kind]
    database.renew("world" if with_world else "cast" if with_cast else "empty")
    with app.app_context():
        db.engine.dispose()  # a late request of the test before may have opened the old contents
    app.config.clear()
    app.config.update(config)
    app.config["OTAGAI"] = settings_for(database.url)
    return app
