"""Table of contents of `matching`: its blueprints, commands, hooks. Importing it imports the models."""

from flask import Flask

import matching.assignments.models
import matching.categories.models
import matching.checkin.models
import matching.help_requests.models  # noqa: F401 - the tables must be known before the first query


def init_app(app: Flask) -> None:
    """Connect this package to `app`."""
