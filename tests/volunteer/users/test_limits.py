"""Limits of codes: a stranger cannot lock anybody out, and guessing stays bounded."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.cast import Cast
from tests.client import Client
from tests.mail import Outbox
from tests.volunteer.users.codes import code_in_mail, wrong
from volunteer.core import clock
from volunteer.core.attempts import count_attempt
from volunteer.core.errors import TooManyAttempts

pytestmark = pytest.mark.both_databases

HANAKO = "hanako@example.jp"
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def _no_csrf(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)


def _browser(app: Flask) -> Client:
    made = app.test_client()
    assert isinstance(made, Client)
    return made


def _ask(client: Client, **more: object) -> int:
    return client.submit("/sign-in", {"email": HANAKO}, **more).status_code


def test_a_stranger_who_asks_for_codes_locks_nobody_out(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    asked = [_ask(_browser(app), environ_overrides=STRANGER) for _number in range(9)]
    assert asked == [303] * 6 + [422] * 3
    assert _ask(client) == 303
    code = code_in_mail(outbox, HANAKO)
    assert client.post("/sign-in/code", data={"code": code}).status_code == 303


def test_a_stranger_who_types_wrong_codes_locks_nobody_out(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    for _number in range(5):
        stranger = _browser(app)
        _ask(stranger, environ_overrides=STRANGER)
        code = wrong(code_in_mail(outbox, HANAKO))
        for _try in range(6):
            stranger.post("/sign-in/code", data={"code": code}, environ_overrides=STRANGER)
    assert _ask(client) == 303
    code = code_in_mail(outbox, HANAKO)
    assert client.post("/sign-in/code", data={"code": code}).status_code == 303


def test_a_browser_that_was_in_before_is_not_held_by_the_cap_of_mails(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    _ask(client)
    client.post("/sign-in/code", data={"code": code_in_mail(outbox, HANAKO)})
    client.post("/sign-out")
    crowd = [
        _ask(_browser(app), environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"})
        for number in range(21)
    ]
    assert crowd[-1] == 422
    assert crowd.count(303) <= 20
    assert _ask(client) == 303


def test_one_browser_gets_five_codes_an_hour(app: Flask, cast: Cast, client: Client) -> None:
    assert [_ask(client) for _number in range(6)] == [303] * 5 + [422]


def test_the_window_of_a_limit_slides(app: Flask) -> None:
    hour = timedelta(hours=1)
    clock.set(clock.now() + timedelta(minutes=59))
    for _number in range(4):
        count_attempt("test", "somebody", 4, hour)
    clock.set(clock.now() + timedelta(minutes=2))
    with pytest.raises(TooManyAttempts):
        count_attempt("test", "somebody", 4, hour)
    clock.set(clock.now() + timedelta(minutes=40))
    count_attempt("test", "somebody", 4, hour)
