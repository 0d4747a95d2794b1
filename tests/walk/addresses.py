"""The addresses of all routes, filled from the world of the walk, and what the database holds."""

import hashlib
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from tests.walk.world import NONE, A, B, World
from volunteer.core.db import Base, db

LOGS = {
    "audit_entry",
    "view_entry",
    "attempt",
    "form_use",
    "user_session",
    "sign_in_code",
    "scan_refusal",
}
"""What is remembered also of acts that fail."""


def rules_of(app: Flask) -> list[Rule]:
    """Every route but the static files, in a fixed order."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    return sorted(rules, key=lambda rule: (rule.endpoint, rule.rule))


def address_of(app: Flask, world: World, rule: Rule, which: str) -> str:
    """The address of a route for the things of one set."""
    values = {}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
        else:
            kind = "int" if isinstance(converter, IntegerConverter) else "default"
            values[name] = world.fill(rule.endpoint, name, which, kind)
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def everything(app: Flask, world: World) -> Iterator[tuple[Rule, str, str, str]]:
    """(rule, method, set, address) of everything that can be asked for."""
    for rule in rules_of(app):
        for method in sorted({"GET", "POST"} & set(rule.methods or ())):
            for which in (A, B, NONE) if rule.arguments else (A,):
                yield rule, method, which, address_of(app, world, rule, which)


def contents() -> dict[str, str]:
    """A fingerprint of every table but the logs."""
    db.session.rollback()
    # the driver's own rows: hundreds of tests compare two hundred tables, and what they mean does not matter here
    cursor = db.session.connection().connection.cursor()
    found = {}
    for name in Base.metadata.tables.keys() - LOGS:
        cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - the names of our own tables
        rows = sorted(repr(tuple(row)) for row in cursor.fetchall())
        found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    cursor.close()
    db.session.rollback()
    return found
