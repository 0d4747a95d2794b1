"""Fixtures of all tests. Everything is real but the clock, which stands still at `cast.NOW`: the database made by
the real migrations, the mail server on loopback, the browser. Nothing reaches another machine.

`app` is on SQLite; a test marked `both_databases` runs on PostgreSQL too. With the fixture `cast` the database
holds the fixed people of tests/cast.py, with `world` also what tests/walk/world.py makes, else no row at all.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests import databases, machine, network, rendered
from tests import mail as mail_server
from tests.applications import application, settings_for
from tests.cast import NOW, Cast
from tests.client import Client
from volunteer.core import clock as core_clock
from volunteer.core.db import db

pytest_plugins = ["tests.browser", "tests.collector", "tests.not_run"]
NEVER_RENDERED = pytest.StashKey[list[str]]()


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """The clock of the application, stopped at `NOW`; `clock.set`, `clock.advance`."""
    core_clock.set(NOW)
    yield core_clock
    core_clock.reset()


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Iterator[None]:
    """No socket leaves this machine."""
    with pytest.MonkeyPatch.context() as patch:
        network.block(patch)
        yield


@pytest.fixture
def database_kind() -> str:
    """Which database the test runs on; parametrised by the marker `both_databases`."""
    return "sqlite"


@pytest.fixture
def app(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on a fresh database, its context pushed. Tests write in `write_turn()`."""
    wanted = request.fixturenames
    app = application(database_kind, with_cast="cast" in wanted, with_world="world" in wanted)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def db_session(app: Flask) -> Any:
    """The session of the pushed application context; read-only outside `write_turn()`."""
    return db.session


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The fixed people of tests/cast.py."""
    return Cast()


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser without a screen, not signed in; `app.test_client()` makes more."""
    made = app.test_client()
    assert isinstance(made, Client)
    return made


@pytest.fixture
def outbox(app: Flask) -> mail_server.Outbox:
    """What waits to be sent, as its receivers would read it."""
    return mail_server.Outbox()


@pytest.fixture
def smtp(app: Flask) -> Iterator[mail_server.Mailbox]:
    """A real mail server on loopback which the application sends to."""
    with mail_server.serve() as mailbox:
        app.config["OTAGAI"] = settings_for(
            app.config["OTAGAI"].database_url,
            OTAGAI_SMTP_HOST="127.0.0.1",
            OTAGAI_SMTP_PORT=str(mailbox.port),
        )
        yield mailbox


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long`: property tests and storms play many times more. `--pictures`: every page is photographed."""
    parser.addoption("--long", action="store_true", help="play property tests and storms at length")
    parser.addoption("--pictures", action="store_true", help="keep pictures in tests/screenshots")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests marked `both_databases` on each, those marked `postgres` there only."""
    for mark, kinds in (("both_databases", ["sqlite", "postgres"]), ("postgres", ["postgres"])):
        if metafunc.definition.get_closest_marker(mark):
            metafunc.parametrize("database_kind", kinds)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives Chromium says so, and is skipped and counted where there is none."""
    for item in items:
        if {"page", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the workers owns the private folder."""
    if not hasattr(config, "workerinput"):
        databases.open_folder()
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(Path(config.rootpath) / ".hypothesis")


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The last one out stops the servers and removes the private folder."""
    if not hasattr(config, "workerinput"):
        databases.close_folder()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A complete run has rendered every template."""
    if hasattr(session.config, "workerinput"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    lacking = machine.summary(reporter.stats.get("skipped", [])) if reporter else []
    if rendered.was_complete(session.config, bool(lacking)) and not session.shouldstop:
        if (left := rendered.never_rendered()) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        session.config.stash[NEVER_RENDERED] = left


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what this machine lacked and how many tests that cost, and what no test has rendered."""
    for line in machine.summary(terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(line, yellow=True)
    for name in config.stash.get(NEVER_RENDERED, []):
        terminalreporter.write_line(f"FAILED no test has rendered templates/{name}", red=True)
