"""The mails of a demo town can be read on a page, from this machine only."""

import pytest
from flask import Flask

from tests.cast import Cast
from tests.client import Client
from tests.factories.volunteer import make_center
from volunteer.core import outbox
from volunteer.core.db import write_turn

LOOPBACK = {"REMOTE_ADDR": "127.0.0.1", "SERVER_NAME": "127.0.0.1"}


@pytest.fixture
def demo(app: Flask) -> None:
    with write_turn():
        make_center(is_demo=True)


def test_before_anything_happens_it_says_what_will_come(client: Client, demo: None) -> None:
    page = client.get("/demo/mails", environ_overrides=LOOPBACK)
    assert page.status_code == 200
    assert "まだメールはありません" in page.text


def test_a_mail_is_readable_with_its_address(client: Client, demo: None) -> None:
    with write_turn():
        outbox.queue(
            "volunteer/users/role_granted",
            "k",
            "<b>@example.jp",
            {"role": "coordinator", "name": "相談 員子", "at": "2026-11-22T00:00:00+00:00"},
        )
    page = client.get("/demo/mails", environ_overrides=LOOPBACK)
    assert page.status_code == 200
    assert "&lt;b&gt;@example.jp" in page.text
    assert "相談 員子さんに「コーディネーター」の役割がつきました。" in page.text
    assert "<b>@" not in page.text


def test_through_a_proxy_or_from_elsewhere_it_is_not_there(client: Client, demo: None) -> None:
    far = {**LOOPBACK, "REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/demo/mails", environ_overrides=far).status_code == 404
    through = client.get("/demo/mails", headers={"Via": "1.1 proxy"}, environ_overrides=LOOPBACK)
    assert through.status_code == 404


def test_a_real_town_has_no_such_page(client: Client, cast: Cast) -> None:
    assert client.get("/demo/mails", environ_overrides=LOOPBACK).status_code == 404
