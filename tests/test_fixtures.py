"""The fixtures themselves: fresh databases, the stopped clock, signing in, the walls around a test."""

import socket
from email.message import EmailMessage

import pytest
from flask import Flask

from tests.cast import NOW, Cast, sign_in_as
from tests.client import Client
from tests.mail import Mailbox
from tests.network import OutsideWorld
from volunteer.areas.models import Area
from volunteer.core.db import db, write_turn
from volunteer.core.mailer import send
from volunteer.people.models import Person
from volunteer.users.models import UserSession


@pytest.mark.both_databases
@pytest.mark.parametrize("_turn", ["first", "second"])
def test_every_test_starts_with_the_cast_and_nothing_else(cast: Cast, _turn: str) -> None:
    assert db.session.scalar(db.select(db.func.count(Area.id))) == 2
    assert cast.ichiro.email is None
    with write_turn():
        db.session.add(Area(code="new", name="新", kana="しん", position=9))


@pytest.mark.both_databases
def test_a_test_without_the_cast_starts_empty(app: Flask) -> None:
    assert db.session.scalar(db.select(db.func.count(Person.party_id))) == 0


def test_the_clock_stands_still(clock: object) -> None:
    assert clock.now() == clock.now() == NOW  # type: ignore[attr-defined]


def test_a_person_and_staff_can_be_signed_in_side_by_side(
    app: Flask, cast: Cast, client: Client
) -> None:
    sign_in_as(client, cast.hanako)
    desk = app.test_client()
    assert isinstance(desk, Client)
    sign_in_as(desk, cast.coordinator)
    rows = db.session.scalars(db.select(UserSession).order_by(UserSession.id)).all()
    assert [row.as_staff for row in rows] == [False, True]


def test_no_socket_reaches_another_machine() -> None:
    with socket.socket() as door, pytest.raises(OutsideWorld):
        door.connect(("192.0.2.1", 80))


def test_mail_goes_to_a_real_server(app: Flask, smtp: Mailbox) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "a@example.jp",
        "b@example.jp",
        "こんにちは",
    )
    message.set_content("本文")
    send(message)
    assert [m["Subject"] for m in smtp.messages] == ["こんにちは"]
