"""Every page, for each role that may open it: looked at on a phone and on a desk, in three languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from matching.help_requests.forms import STEP_FORMS
from tests.browser import LiveServer
from tests.cast import Cast
from tests.e2e.look import Look, read_in
from tests.e2e.visitor import Visitor, enter
from tests.walk.addresses import address_of, rules_of
from tests.walk.world import A, B, World
from volunteer.core.i18n import LANGUAGES
from volunteer.core.permissions import (
    MEMBER,
    PERSON,
    PUBLIC,
    SIGNED_IN,
    STAFF,
    VOLUNTEER,
    Audience,
    Role,
    guard_of,
)

NOT_PAGES = {
    "core.healthz",
    "core.readyz",
    "core.mails",
    "devices.kiosk",
    "devices.worker",
    "phone.worker",
    "assignments.calendar",
    "privacy.own_data_file",
    "reports_desk.filling_file",
}
"""Files, scripts; and the kiosk, whose language is the device's own: test_kiosk.py looks at it in all three."""

OF_PERSONS = frozenset({PERSON, VOLUNTEER, SIGNED_IN})
AUDIENCES: dict[str, frozenset[Audience]] = {
    "nobody": frozenset({PUBLIC}),
    "hanako": OF_PERSONS,
    "applicant": OF_PERSONS,
    "cook": frozenset({MEMBER}),
    "outsider": frozenset({MEMBER}),
}
ALSO: dict[str, set[str]] = {
    "hanako": {"board.board", "board.shift"},
    "cook": {"board.shift"},
    "coordinator": {"board.shift"},
}
"""Public pages which show something else to who is signed in."""

ONLY: dict[str, set[str]] = {
    "applicant": {"home.volunteer", "people.me", "people.card", "ledger.passbook"},
    "outsider": {"home.organization", "help_requests.help_request", "help_requests.step",
                 "help_requests.check", "help_requests.sent"},
}  # fmt: skip
"""Whose pages are the same as those of somebody else but for these."""

FOR_EACH_ROLE = {"home_desk.desk", "home_desk.person", "redemption_desk.cash_out"}
"""Pages of the desk that differ by role; the others are looked at by the first role that may open them."""

PARTS = {"nobody": 2, "hanako": 3, "cook": 3, "coordinator": 6}
"""In how many tests a role's pages are looked at, so that several workers share them."""

ROLES = [
    pytest.param(role, part, id=f"{role}-{part + 1}")
    for role in [*AUDIENCES, *(role.value for role in Role)]
    for part in range(PARTS.get(role, 1))
]


def _opens(app: Flask, role: str, rule: Rule) -> bool:
    """Whether this role's visit to the page shows what no other's does."""
    guard = guard_of(app.view_functions[rule.endpoint])
    if guard is None or "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES:
        return False
    if rule.endpoint in ALSO.get(role, ()):
        return True
    if role in AUDIENCES:
        mine = bool(guard.audiences & AUDIENCES[role])
        return mine and rule.endpoint in ONLY.get(role, {rule.endpoint})
    able = [one for one in Role if one in guard.roles or STAFF in guard.audiences]
    return Role(role) in able[: None if rule.endpoint in FOR_EACH_ROLE else 1]


def _pages(app: Flask, world: World, role: str) -> Iterator[tuple[str, str]]:
    """(name, address) of what this role looks at."""
    which = B if role == "outsider" else A
    for rule in rules_of(app):
        if not _opens(app, role, rule):
            continue
        address = address_of(app, world, rule, which)
        if "step" in rule.arguments:
            for step in STEP_FORMS:
                yield f"{rule.endpoint}.{step}", address.replace("/what", f"/{step}")
        else:
            yield rule.endpoint, address


@pytest.mark.parametrize(("role", "part"), ROLES)
def test_pages_of(
    live_server: LiveServer, cast: Cast, world: World, new_context: Any, role: str, part: int
) -> None:
    app = live_server.app
    pages = list(_pages(app, world, role))[part :: PARTS.get(role, 1)]
    context = new_context()
    who = Visitor(context) if role == "nobody" else enter(context, app, getattr(cast, role))
    page = who.page
    look = Look(page, role, [])
    for language in LANGUAGES:
        read_in(context, live_server.url, language)
        for name, address in pages:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status < 500, f"{name}: {answer.status}"
            if not answer.request.redirected_from:
                look(name, language)
    if look.problems:
        pytest.fail("\n".join(look.problems), pytrace=False)
