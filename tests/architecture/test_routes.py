"""Every route has a guard, every route that changes something acts once."""

import inspect
import os
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.architecture.tree import ROOT, called, calls_in, where_defined
from volunteer.core.headers import scans
from volunteer.core.permissions import Audience, Role, guard_of

GUARDS = ROOT / "tests" / "golden" / "guards.txt"

NO_ACT = {
    "billing.notices": "the payment service has no form: what is believed is a row of its own in gateway_notice",
    "checkin_desk.entry": "each row of the grid leaves its own act, in a turn and under a key of its own",
    "core.language": "keeps a cookie, and at most the reader's own preference",
    "device_api.enrol": "a device has no form: the service itself records the act, once for each code",
    "device_api.own": "a device has no form: the view records the act, allowed or refused, each time",
    "groups.leader": "each name leaves its own act, in a turn of its own",
    "groups.visit": "each name leaves its own act, in a turn of its own",
    "groups_desk.visit": "each name leaves its own act, in a turn of its own",
    "device_api.scans": "every scan is a row of its own in device_scan, which is added to and never changed",
}
"""POST routes without an act in the audit trail, each with its reason."""

SCANNING = {
    "checkin.code": "the volunteer reads the code of the venue or the poster",
    "devices.kiosk": "the tablet at the door reads cards and phones",
}
"""Pages whose content policy lets the compiled decoder run, each with what it reads."""


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def _posts(app: Flask) -> list[str]:
    found = {rule.endpoint for rule in _rules(app) if "POST" in (rule.methods or ())}
    return sorted(found - set(NO_ACT))


def test_every_route_has_a_guard(app: Flask) -> None:
    open_doors = [
        rule.endpoint for rule in _rules(app) if guard_of(app.view_functions[rule.endpoint]) is None
    ]
    assert not open_doors, "\n".join(open_doors)


def test_only_pages_that_scan_may_run_compiled_code(app: Flask) -> None:
    marked = {name for name, view in app.view_functions.items() if scans(view)}
    assert marked == set(SCANNING)


def test_routes_of_the_desk_are_for_staff(app: Flask) -> None:
    wrong = []
    for rule in _rules(app):
        guard = guard_of(app.view_functions[rule.endpoint])
        assert guard is not None
        at_desk = rule.endpoint.split(".")[0].endswith("_desk")
        for_staff = guard.audiences <= {Audience.STAFF} and guard.roles <= set(Role)
        if at_desk != (for_staff and bool(guard.audiences | guard.roles)):
            wrong.append(rule.endpoint)
    assert not wrong, "\n".join(wrong)


def test_pages_of_the_desk_lie_under_desk(app: Flask) -> None:
    at_desk = {r.rule for r in _rules(app) if r.endpoint.split(".")[0].endswith("_desk")}
    assert all(path == "/desk" or path.startswith("/desk/") for path in at_desk)


def test_only_get_and_post_are_used(app: Flask) -> None:
    methods = set().union(*(rule.methods or () for rule in _rules(app)))
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_every_post_goes_through_act_once(app: Flask) -> None:
    silent = [name for name in _posts(app) if not _reaches_act_once(app.view_functions[name])]
    assert not silent, "\n".join(silent)


def test_exceptions_without_an_act_exist(app: Flask) -> None:
    assert set(NO_ACT) <= {rule.endpoint for rule in _rules(app)}


def _reaches_act_once(view: Any) -> bool:
    """Whether the view calls `act_once`, itself or through functions of ours."""
    view = inspect.unwrap(view)
    waiting = [(Path(inspect.getsourcefile(view) or ""), view.__name__)]
    seen = set()
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        for call in calls_in(*here):
            if called(call) == "act_once":
                return True
            if target := where_defined(here[0], call):
                waiting.append(target)
    return False


def test_who_may_open_what_is_as_agreed(app: Flask) -> None:
    """A change of who may open a page is a change of tests/golden/guards.txt, seen by whoever reads the change.

    With UPDATE_GOLDEN=1 the list is written anew.
    """
    lines = sorted(_line(app, rule) for rule in _rules(app))
    text = "\n".join(lines) + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GUARDS.write_text(text, encoding="utf-8")
    assert text.split("\n") == GUARDS.read_text(encoding="utf-8").split("\n")


def _line(app: Flask, rule: Rule) -> str:
    guard = guard_of(app.view_functions[rule.endpoint])
    assert guard is not None
    methods = "/".join(sorted({"GET", "POST"} & set(rule.methods or ())))
    who = sorted(one.value for one in guard.audiences | guard.roles)
    fresh = ", identity proved within 10 minutes" if guard.fresh else ""
    return f"{rule.rule}  {methods}  {rule.endpoint}: {', '.join(who)}{fresh}"
