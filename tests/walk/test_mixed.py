"""Addresses that name two things which do not belong together: a shift and the attendance of another, a person and
the insurance of somebody else. There is no such page, and nothing changes, whoever asks.
"""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.walk.addresses import contents, rules_of
from tests.walk.world import SAME_FOR_ALL, A, B, World
from volunteer.core.permissions import Role

ACTORS = ("hanako", "cook", *(role.value for role in Role))
GONE_STAYS_GONE = {"help_requests.remove_shift", "help_requests_desk.remove_shift"}
"""Taking out a day that is not there is answered as if it had been taken out; nothing may change all the same."""
ANY_TWO = {"match_desk.ask", "match_desk.drop", "match_desk.pin", "match_desk.release"}
"""Staff may ask anybody for any shift, or not: there are no two that do not belong together."""


def _pairs(rule: Rule) -> list[str]:
    return sorted(name for name in rule.arguments - {"act"} if name not in SAME_FOR_ALL)


def _mixed(app: Flask, world: World, rule: Rule, odd: str) -> str:
    """The address with the argument `odd` from the other set."""
    values = {"act": "x"} if "act" in rule.arguments else {}
    for name in rule.arguments - {"act"}:
        which = B if name == odd else A
        values[name] = world.fill(rule.endpoint, name, which, "int")
    return app.url_map.bind("localhost").build(rule.endpoint, values)


@pytest.mark.both_databases
@pytest.mark.parametrize("actor", ACTORS)
def test_two_things_that_do_not_belong_together_are_nowhere(
    app: Flask, cast: Cast, world: World, client: Client, actor: str
) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=False)
    sign_in_as(client, getattr(cast, actor))
    before, wrong = contents(), []
    for rule in rules_of(app):
        names = _pairs(rule)
        if len(names) < 2 or rule.endpoint in ANY_TWO:
            continue
        for odd in names:
            address = _mixed(app, world, rule, odd)
            for method in sorted({"GET", "POST"} & set(rule.methods or ())):
                data = {"reason": "理由", "ends_on": "2026-12-31"} if method == "POST" else None
                answer = client.open(address, method=method, data=data)
                if answer.status_code not in (403, 404) and rule.endpoint not in GONE_STAYS_GONE:
                    wrong.append(f"{method} {address} ({rule.endpoint}): {answer.status}")
    assert not wrong, "\n".join(wrong)
    assert contents() == before
