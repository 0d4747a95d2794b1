"""Table of contents of `points`: its blueprints, commands, hooks. Importing it imports the models."""

from flask import Flask

import points.bank_accounts.models
import points.earning.models
import points.ledger.models
import points.payouts.models
import points.programmes.models
import points.redemption.models  # noqa: F401 - the tables must be known before the first query


def init_app(app: Flask) -> None:
    """Connect this package to `app`."""
