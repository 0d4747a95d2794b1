"""Connects the floor: error pages, health, the command groups, the template variables every page has."""

from typing import Any

from flask import Flask

from volunteer.core import error_pages, routes
from volunteer.core.center import center_or_none
from volunteer.core.cli import jobs_cli
from volunteer.core.hooks import add_once, hooks
from volunteer.core.housekeeping import JOBS
from volunteer.core.migrating import db_cli
from volunteer.core.permissions import viewer
from volunteer.core.start_checks import demo_is_open


def init_app(app: Flask) -> None:
    """Connect the floor to `app`."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(routes.desk)
    app.cli.add_command(jobs_cli)
    app.cli.add_command(db_cli)
    app.context_processor(_every_page)
    error_pages.init_app(app)
    add_once(hooks.jobs, *JOBS)


def _every_page() -> dict[str, Any]:
    return {"center": center_or_none(), "viewer": viewer(), "demo_is_open": demo_is_open}
