"""Staff: password, then the authenticator; each step once; the one-time link."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.cast import PASSWORD, TOTP_SECRET, Cast, sign_in_as
from tests.client import Client
from tests.factories.volunteer import make_center
from tests.mail import Outbox
from volunteer.core import clock as core_clock
from volunteer.core.db import db, write_turn
from volunteer.core.totp import code_at
from volunteer.users.models import User

COORDINATOR = "coordinator@center.example.jp"


def password(client: Client, typed: str = PASSWORD, email: str = COORDINATOR) -> Any:
    """Show the first factor."""
    return client.submit("/desk/sign-in", {"email": email, "password": typed})


def now_code() -> str:
    """What the authenticator shows."""
    return code_at(TOTP_SECRET, core_clock.now())


@pytest.mark.both_databases
def test_staff_sign_in_with_password_and_authenticator(client: Client, cast: Cast) -> None:
    assert password(client).location == "/desk/sign-in/code"
    answer = client.submit("/desk/sign-in/code", {"code": now_code()})
    assert answer.location == "/desk"
    assert client.get("/desk/people").status_code == 200


def test_a_desk_page_asks_staff_to_sign_in_and_comes_back(client: Client, cast: Cast) -> None:
    shown = client.get("/desk/people?q=x")
    assert shown.location.startswith("/desk/sign-in")
    asked = client.submit(shown.location, {"email": COORDINATOR, "password": PASSWORD})
    answer = client.submit(asked.location, {"code": now_code()})
    assert answer.location == "/desk/people?q=x"


@pytest.mark.parametrize(
    ("email", "typed"),
    [(COORDINATOR, "wrong"), ("nobody@example.jp", PASSWORD), ("hanako@example.jp", PASSWORD)],
)
def test_every_wrong_first_factor_looks_the_same(
    client: Client, cast: Cast, email: str, typed: str
) -> None:
    answer = password(client, typed, email)
    assert answer.status_code == 422
    assert "メールアドレスかパスワードがちがいます" in answer.text
    assert client.get("/desk/sign-in/code").status_code == 303


@pytest.mark.both_databases
def test_an_authenticator_code_counts_once(client: Client, cast: Cast, app: Flask) -> None:
    code = now_code()
    password(client)
    client.submit("/desk/sign-in/code", {"code": code})
    other = app.test_client()
    assert isinstance(other, Client)
    password(other)
    answer = other.submit("/desk/sign-in/code", {"code": code})
    assert answer.status_code == 422
    core_clock.advance(timedelta(seconds=30))
    assert other.submit("/desk/sign-in/code", {"code": now_code()}).status_code == 303


def test_after_five_wrong_authenticator_codes_the_right_one_fails(
    client: Client, cast: Cast
) -> None:
    password(client)
    for _round in range(5):
        client.submit("/desk/sign-in/code", {"code": "000000"})
    assert client.submit("/desk/sign-in/code", {"code": now_code()}).status_code == 422


def test_after_ten_wrong_passwords_the_right_one_fails(client: Client, cast: Cast) -> None:
    for _round in range(10):
        password(client, "wrong")
    answer = password(client)
    assert answer.status_code == 422
    assert "しばらく待って" in answer.text


def test_the_password_counts_for_ten_minutes(client: Client, cast: Cast) -> None:
    password(client)
    core_clock.advance(timedelta(minutes=10))
    assert client.get("/desk/sign-in/code").location == "/desk/sign-in"


def test_the_first_administrator_is_invited_by_a_command(
    app: Flask, client: Client, outbox: Outbox
) -> None:
    with write_turn():
        make_center()
    answer = app.test_cli_runner().invoke(
        args=[
            "staff",
            "invite",
            "boss@center.example.jp",
            "--name",
            "所長 一",
            "--role",
            "administrator",
        ]
    )
    assert answer.exit_code == 0, answer.output
    link = re.search(r"http\S+(/enrol/\S+)", answer.output)
    assert link
    assert link[1] in outbox.last("boss@center.example.jp").text or "役割" in outbox.last().subject
    page = client.get(link[1])
    assert page.headers["Referrer-Policy"] == "no-referrer"
    secret = "".join(re.findall(r"<span>([A-Z2-7]{1,4})</span>", page.text))
    assert len(secret) == 32
    easy = client.resubmit(
        page, {"password": "password1", "code": code_at(secret, core_clock.now())}
    )
    assert easy.status_code == 422
    assert "当てられて" in easy.text
    wrong = client.resubmit(page, {"password": PASSWORD, "code": "000000"})
    assert "アプリの番号が合いません" in wrong.text
    done = client.resubmit(page, {"password": PASSWORD, "code": code_at(secret, core_clock.now())})
    assert done.location == "/desk"
    assert client.get("/desk/staff").status_code == 200
    assert client.get(link[1]).status_code == 410


def test_disabling_somebody_ends_their_sign_in_at_once(
    client: Client, cast: Cast, app: Flask
) -> None:
    other = sign_in_as(app.test_client(), cast.coordinator)
    sign_in_as(client, cast.administrator)
    user_id = cast.coordinator.id
    answer = client.submit(f"/desk/staff/{user_id}", action="/disabling")
    assert answer.status_code == 303
    assert other.get("/desk/people").status_code == 303
    assert password(app.test_client()).status_code == 422


@pytest.mark.both_databases
def test_a_role_granted_by_the_only_administrator_holds_after_a_day(
    client: Client, cast: Cast, app: Flask, outbox: Outbox
) -> None:
    app.config["OTAGAI"].director_email = "director@example.jp"
    other = sign_in_as(app.test_client(), cast.coordinator)
    sign_in_as(client, cast.administrator)
    user_id = cast.coordinator.id
    answer = client.submit(f"/desk/staff/{user_id}", {"role": "auditor"}, action="/roles")
    assert answer.status_code == 303
    assert "監査" in outbox.last("director@example.jp").subject
    assert other.get("/desk/people").status_code == 303
    assert "から使えます" in client.get(f"/desk/staff/{user_id}").text


def test_a_role_taken_back_ends_the_sign_in_at_once(client: Client, cast: Cast, app: Flask) -> None:
    other = sign_in_as(app.test_client(), cast.coordinator)
    sign_in_as(client, cast.administrator)
    answer = client.submit(f"/desk/staff/{cast.coordinator.id}", action="/revocation")
    assert answer.status_code == 303
    assert other.get("/desk/people").status_code == 303


def test_nobody_changes_their_own_role(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.administrator)
    mine, other = cast.administrator.id, cast.coordinator.id
    shown = client.get(f"/desk/staff/{mine}")
    assert "ご自分の役割は変えられません" in shown.text
    page = client.get(f"/desk/staff/{other}")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    for path in ("roles", "disabling", "enrolment"):
        answer = client.post(
            f"/desk/staff/{mine}/{path}", data={"csrf_token": token[1], "role": "auditor"}
        )
        assert answer.status_code in (403, 422), path
    db.session.rollback()
    assert db.session.get_one(User, mine).disabled_at is None


def test_old_proof_of_identity_is_asked_for_again(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.administrator)
    page = f"/desk/staff/{cast.coordinator.id}"
    assert client.get(page).status_code == 200
    core_clock.advance(timedelta(minutes=11))
    asked = client.get(page)
    assert asked.location.startswith("/confirm-identity")
    answer = client.submit(asked.location, {"code": now_code()})
    assert answer.location == page
    assert client.get(page).status_code == 200


def test_the_desk_is_closed_to_volunteers(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.hanako)
    assert client.get("/desk/people").status_code == 403
