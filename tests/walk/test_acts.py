"""What changes anything leaves exactly one act in the trail, and the same form again changes nothing.

Each POST route is sent once, by somebody it is for, to their own thing, with no more than the key of the form: a button
does its work, a form with fields is given back.
"""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests import databases
from tests.applications import make_app
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.walk.addresses import address_of, contents, rules_of
from tests.walk.world import A, World
from volunteer.core.db import db
from volunteer.core.models import AuditEntry, Outcome
from volunteer.core.permissions import Audience, Guard, Role, guard_of

KEY = "a-key-of-the-walk-0001"
WHO = {
    Audience.VOLUNTEER: "hanako",
    Audience.PERSON: "hanako",
    Audience.MEMBER: "cook",
    Audience.SIGNED_IN: "hanako",
    Audience.STAFF: "coordinator",
}


def _posts() -> list[str]:
    app = make_app(f"sqlite:///{databases.folder()}/routes.sqlite3")
    rules = rules_of(app)
    return [f"{rule.endpoint} {rule.rule}" for rule in rules if "POST" in (rule.methods or ())]


def _cases() -> list[tuple[str, str]]:
    """Every route on SQLite, one in eight on PostgreSQL, where a fresh database takes longer."""
    posts = _posts()
    return [("sqlite", name) for name in posts] + [("postgres", name) for name in posts[::8]]


def _actor(guard: Guard) -> str | None:
    for role in Role:
        if role in guard.roles:
            return role.value
    return next((WHO[one] for one in WHO if one in guard.audiences), None)


def _acts() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id)))


def _rule(app: Flask, name: str) -> Rule:
    return next(rule for rule in rules_of(app) if f"{rule.endpoint} {rule.rule}" == name)


@pytest.mark.parametrize(("database_kind", "name"), _cases())
def test_an_act_leaves_one_trace(app: Flask, cast: Cast, world: World, name: str) -> None:
    rule = _rule(app, name)
    guard = guard_of(app.view_functions[rule.endpoint])
    assert guard is not None
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    assert isinstance(client, Client)
    if actor := _actor(guard):
        sign_in_as(client, getattr(cast, actor))
    world.keep("session_id", 1, 1)
    address = address_of(app, world, rule, A)
    before, acts = contents(), len(_acts())
    answer = client.post(address, data={"form_key": KEY})
    after, made = contents(), [act.outcome for act in _acts()[acts:]]
    assert answer.status_code < 500
    assert made == [Outcome.DONE] if after != before else len(made) <= 1, (
        f"{answer.status} to {address}"
    )
    again = client.post(address, data={"form_key": KEY})
    assert again.status_code < 500
    if made == [Outcome.DONE]:
        assert contents() == after, "the same form again did something"
        assert len(_acts()) == acts + 1
