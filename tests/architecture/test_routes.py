"""Every route has a guard, every route that changes something acts once."""

import ast
import inspect
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.architecture.tree import called, tree_of
from volunteer.core.permissions import Audience, Role, guard_of

NO_ACT = {
    "core.language": "keeps a cookie, and at most the reader's own preference",
}
"""POST routes without an act in the audit trail, each with its reason."""


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def _posts(app: Flask) -> list[str]:
    found = {rule.endpoint for rule in _rules(app) if "POST" in (rule.methods or ())}
    return sorted(found - set(NO_ACT))


def test_every_route_has_a_guard(app: Flask) -> None:
    open_doors = [
        rule.endpoint for rule in _rules(app) if guard_of(app.view_functions[rule.endpoint]) is None
    ]
    assert not open_doors


def test_routes_of_the_desk_are_for_staff(app: Flask) -> None:
    wrong = []
    for rule in _rules(app):
        guard = guard_of(app.view_functions[rule.endpoint])
        assert guard is not None
        at_desk = rule.endpoint.split(".")[0].endswith("_desk")
        for_staff = guard.audiences <= {Audience.STAFF} and guard.roles <= set(Role)
        if at_desk != (for_staff and bool(guard.audiences | guard.roles)):
            wrong.append(rule.endpoint)
    assert not wrong


def test_pages_of_the_desk_lie_under_desk(app: Flask) -> None:
    at_desk = {r.rule for r in _rules(app) if r.endpoint.split(".")[0].endswith("_desk")}
    assert all(path == "/desk" or path.startswith("/desk/") for path in at_desk)


def test_only_get_and_post_are_used(app: Flask) -> None:
    methods = set().union(*(rule.methods or () for rule in _rules(app)))
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_every_post_goes_through_act_once(app: Flask) -> None:
    silent = [name for name in _posts(app) if not _reaches_act_once(app.view_functions[name])]
    assert not silent


def test_exceptions_without_an_act_exist(app: Flask) -> None:
    assert set(NO_ACT) <= {rule.endpoint for rule in _rules(app)}


def _reaches_act_once(view: Any) -> bool:
    """Whether the view, or a function of its module that it calls, calls `act_once`."""
    view = inspect.unwrap(view)
    module = tree_of(Path(inspect.getsourcefile(view) or ""))
    known = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    waiting, seen = [view.__name__], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        for node in ast.walk(known[name]):
            if isinstance(node, ast.Call):
                if called(node) == "act_once":
                    return True
                waiting.append(called(node))
    return False
