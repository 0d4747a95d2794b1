"""The only file that knows all three packages: settings, extensions, the three wirings, error pages.

`create_app()` is the complete application, for the web server. `app` is what `flask --app wsgi` finds: the same
application, completed only when a command needs it (`volunteer/core/application.py`).
"""

from importlib import import_module

from flask import Flask

import matching.commands
import points.commands
import volunteer.commands
from volunteer.core.application import Application
from volunteer.core.config import Settings, load_settings

WIRINGS = ("volunteer.wiring", "points.wiring", "matching.wiring")
"""In this order: who ← worth ← work. Named, not imported: each brings its whole package."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Settings come from the environment unless handed in; raises `ConfigError` in one line."""
    app = _named(settings)
    app.complete()
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
