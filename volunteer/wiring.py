"""Table of contents of `volunteer`: its blueprints, commands, hooks. Importing it imports the models."""

from flask import Flask

import volunteer.areas.models
import volunteer.core.models
import volunteer.credentials.models
import volunteer.households.models
import volunteer.organizations.models
import volunteer.people.models
import volunteer.users.models  # noqa: F401 - the tables must be known before the first query
from volunteer.core import wiring as core
from volunteer.users import sessions


def init_app(app: Flask) -> None:
    """Connect this package to `app`."""
    core.init_app(app)
    sessions.init_app(app)
