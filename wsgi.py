"""The only file that knows all three packages: settings, extensions, the three wirings, error pages.

`create_app()` is the complete application, for the web server. `app` is what `flask --app wsgi` finds: the same
application, completed only when a command needs it (`volunteer/core/application.py`).
"""

import sys
from importlib import import_module

from flask import Flask

import matching.commands
import points.commands
import volunteer.commands
from volunteer.core.application import Application
from volunteer.core.config import ConfigError, Settings, load_settings

WIRINGS = ("volunteer.wiring", "points.wiring", "matching.wiring")
"""In this order: who ← worth ← work. Named, not imported: each brings its whole package."""

SWITCH_SECONDS = 0.0005
"""After so long a thread lets the others go on (Python's own: ten times as long). Whoever holds the write turn lets go
at each of its statements, and everybody waits for them; a check-in on SQLite is a fifth faster so.
"""

CANNOT_LOAD = 4
"""The exit status by which gunicorn knows that starting another worker would not help."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Settings come from the environment unless handed in.

    What stops the start is told in one line: `ConfigError` to whoever handed settings in; a web server, which
    would bury it in a traceback, ends with the line on standard error.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    app = _named(settings)
    try:
        app.complete()
    except ConfigError as error:
        if settings is not None:
            raise
        error.show(sys.stderr)
        raise SystemExit(CANNOT_LOAD) from None
    return app


def __getattr__(name: str) -> Flask:
    """`app`, made when the command line asks for it; it reads the settings when a command needs it complete."""
    if name == "app":
        return _named()
    raise AttributeError(name)


def _named(settings: Settings | None = None) -> Application:
    app = Application(__name__, lambda app: _finish(app, settings or load_settings()))
    for package in (volunteer, points, matching):
        app.add_commands(package.commands.COMMANDS)
    return app


def _finish(app: Flask, settings: Settings) -> None:
    core = import_module("volunteer.core.wiring")
    core.extend(app, settings)
    for name in WIRINGS:
        import_module(name).init_app(app)
    core.close(app, settings)
