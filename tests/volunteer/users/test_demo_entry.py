"""A demo town is entered without a password, from this machine only."""

import pytest
from flask import Flask

from tests.cast import Cast
from tests.client import Client
from tests.factories.volunteer import make_center, make_person, make_staff, make_user
from volunteer.core.db import db, write_turn
from volunteer.core.permissions import Role
from volunteer.users.models import Acting

LOOPBACK = {"REMOTE_ADDR": "127.0.0.1", "SERVER_NAME": "127.0.0.1"}


@pytest.fixture
def demo(app: Flask) -> Acting:
    """A demo town with one volunteer and one coordinator; how the volunteer's user acts."""
    with write_turn():
        make_center(is_demo=True)
        user = make_user("hanako@example.jp")
        make_person("佐藤 花子", user=user)
        make_staff(Role.COORDINATOR, name="相談 員子", password_hash="x", totp="JBSWY3DPEHPK3PXP")
    return db.session.execute(db.select(Acting).filter_by(user_id=user.id)).scalar_one()


def test_a_demo_lists_its_people_and_lets_one_enter_as_staff(client: Client, demo: Acting) -> None:
    page = client.get("/demo/enter", base_url="http://127.0.0.1", environ_overrides=LOOPBACK)
    assert page.status_code == 200
    assert "佐藤 花子" in page.text
    assert "コーディネーター" in page.text


@pytest.mark.parametrize(
    "header",
    ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"],
)
def test_demo_entry_through_a_proxy_header_is_a_404(
    client: Client, demo: Acting, header: str
) -> None:
    answer = client.get("/demo/enter", headers={header: "1"}, environ_overrides=LOOPBACK)
    assert answer.status_code == 404


def test_demo_entry_from_another_machine_is_a_404(client: Client, demo: Acting) -> None:
    far = {**LOOPBACK, "REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/demo/enter", environ_overrides=far).status_code == 404


def test_a_real_town_has_no_demo_entry(client: Client, cast: Cast) -> None:
    assert client.get("/demo/enter", environ_overrides=LOOPBACK).status_code == 404


def test_one_press_enters_as_a_volunteer(client: Client, demo: Acting) -> None:
    page = client.get("/demo/enter", environ_overrides=LOOPBACK)
    answer = client.resubmit(
        page,
        {"who": f"{demo.user_id}:{demo.id}"},
        action="/demo/enter",
        environ_overrides=LOOPBACK,
    )
    assert answer.status_code == 303
    assert "佐藤 花子さん" in client.get("/me").text
