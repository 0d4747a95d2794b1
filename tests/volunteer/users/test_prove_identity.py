"""Before money, bank data and roles one proves again who one is."""

from datetime import timedelta
from typing import Any

from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.mail import Outbox
from tests.volunteer.users.codes import code_in_mail, wrong
from volunteer.core import clock as core_clock
from volunteer.core.db import db
from volunteer.users.jobs import JOBS
from volunteer.users.models import SignInCode, UserSession

HANAKO = "hanako@example.jp"


def test_a_volunteer_proves_identity_by_a_code_and_gets_a_new_token(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    sign_in_as(client, cast.hanako)
    core_clock.advance(timedelta(minutes=11))
    before = db.session.execute(db.select(UserSession)).scalar_one().token_hash
    asked = client.submit("/confirm-identity?next=/me/details", action="next=/me/details")
    assert asked.location == "/confirm-identity/code?next=/me/details"
    code = code_in_mail(outbox, HANAKO)
    assert client.submit(asked.location, {"code": wrong(code)}).status_code == 422
    answer = client.submit(asked.location, {"code": code})
    assert answer.location == "/me/details"
    row = db.session.execute(db.select(UserSession)).scalar_one()
    db.session.refresh(row)
    assert row.token_hash != before
    assert row.confirmed_at == core_clock.now()
    assert client.get("/me").status_code == 200


def test_a_sign_in_code_proves_no_identity(client: Client, cast: Cast, outbox: Outbox) -> None:
    client.submit("/sign-in", {"email": HANAKO})
    code = code_in_mail(outbox, HANAKO)
    with client.session_transaction() as kept:
        device = kept["device"]
    sign_in_as(client, cast.hanako)
    with client.session_transaction() as kept:
        kept["device"] = device
    client.submit("/confirm-identity", action="/confirm-identity")
    assert client.submit("/confirm-identity/code", {"code": code}).status_code == 422


def test_an_old_form_says_that_identity_must_be_proved_first(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.administrator)
    page = client.get(f"/desk/staff/{cast.coordinator.id}")
    core_clock.advance(timedelta(minutes=11))
    answer = client.resubmit(page, {"role": "auditor"}, action="/roles")
    assert answer.status_code == 401
    assert "ご本人か確かめます" in answer.text
    assert "保存していません" in answer.text


def test_signing_out_says_so(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.hanako)
    answer = client.submit("/me", action="/sign-out")
    assert answer.location == "/signed-out"
    assert "サインアウトしました" in client.get("/signed-out").text


def test_somebody_without_a_party_is_told_what_to_do(
    client: Client, cast: Cast, app: Flask
) -> None:
    app.test_cli_runner().invoke(
        args=["staff", "invite", "new@example.jp", "--name", "新人", "--role", "auditor"]
    )
    sign_in_as(client, cast.user("new@example.jp"), as_staff=False)
    assert "登録は、まだありません" in client.get("/me").text
    assert client.get("/sign-up/done").status_code == 303


def test_old_codes_and_links_are_tidied_away(client: Client, cast: Cast, clock: Any) -> None:
    client.submit("/sign-in", {"email": HANAKO})
    clock.advance(timedelta(days=3))
    assert JOBS[0].run().startswith("codes=1")
    assert db.session.execute(db.select(SignInCode)).first() is None
