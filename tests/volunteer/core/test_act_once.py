"""A form acts once: its key is consumed, a repeat gives the first answer, a refusal leaves a trace."""

from typing import Any

import pytest
from flask import Flask, Response

from tests.client import Client
from volunteer.core.center import next_number
from volunteer.core.db import db
from volunteer.core.errors import AlreadySent, Refused
from volunteer.core.forms import ButtonForm, act_once
from volunteer.core.models import AuditEntry, Counter, FormUse, Outcome

pytestmark = pytest.mark.both_databases
KEY = "a-key-made-by-the-page"


@pytest.fixture
def press(app: Flask) -> Any:
    """Press a button that draws a number; `body` is what was typed."""

    def act(key: str = KEY, refused: bool = False, **body: str) -> Response:
        data = {"form_key": key, **body}
        with app.test_request_context("/draw", method="POST", data=data):

            def draw() -> str:
                number = next_number("draw", "N-")
                if refused:
                    raise Refused("no", code="told_so")
                return number

            return act_once(
                ButtonForm(),
                draw,
                lambda number: f"/drawn/{number}",
                subject="draw:1",
                act="draw",
            )

    return act


def _acts() -> list[tuple[str, str, Outcome, str]]:
    db.session.rollback()
    rows = db.session.execute(db.select(AuditEntry).order_by(AuditEntry.id)).scalars()
    return [(row.act, row.subject, row.outcome, row.code) for row in rows]


def test_an_act_redirects_and_leaves_one_act(press: Any) -> None:
    response = press(typed="x")
    assert (response.status_code, response.location) == (303, "/drawn/N-0001")
    assert _acts() == [("draw", "draw:1", Outcome.DONE, "")]


def test_the_same_form_again_gives_the_first_answer_and_does_nothing(press: Any) -> None:
    press(typed="x")
    assert press(typed="x").location == "/drawn/N-0001"
    assert db.session.get_one(Counter, "draw").last == 1
    assert len(_acts()) == 1


def test_the_same_key_with_other_content_is_refused(press: Any) -> None:
    press(typed="x")
    with pytest.raises(AlreadySent):
        press(typed="y")
    db.session.rollback()
    assert db.session.get_one(Counter, "draw").last == 1
    assert _acts()[-1][2:] == (Outcome.REFUSED, "already_sent")


def test_a_refusal_takes_the_act_back_but_is_remembered(press: Any) -> None:
    with pytest.raises(Refused):
        press(refused=True)
    db.session.rollback()
    assert db.session.get(Counter, "draw") is None
    assert db.session.execute(db.select(FormUse)).first() is None
    assert _acts() == [("draw", "draw:1", Outcome.REFUSED, "told_so")]


def test_after_a_refusal_the_same_form_may_try_again(press: Any) -> None:
    with pytest.raises(Refused):
        press(refused=True)
    assert press().location == "/drawn/N-0001"


def test_a_key_of_strange_shape_is_replaced(press: Any) -> None:
    assert press(key="'; DROP TABLE form_use; --").status_code == 303
    assert db.session.execute(db.select(FormUse.key)).scalar_one() != "'; DROP TABLE form_use; --"


def test_a_post_without_the_csrf_token_changes_nothing(cast: Any, client: Client) -> None:
    response = client.post("/language", data={"language": "en", "next": "/"})
    assert response.status_code == 400
    assert "language" not in response.headers.get("Set-Cookie", "")
    assert _acts() == []
