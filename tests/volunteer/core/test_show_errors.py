"""Every error page says what happened and whom to call, in three languages, and gives away nothing."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from flask import Flask, abort

from tests.applications import make_app
from tests.cast import Cast
from volunteer.core import i18n
from volunteer.core.db import db
from volunteer.core.errors import (
    AlreadyDecided,
    AlreadySent,
    DomainError,
    NotAllowed,
    NotFound,
    NotReady,
    Refused,
    TooManyAttempts,
)
from volunteer.core.permissions import PUBLIC, allow

ERRORS: dict[str, tuple[DomainError, int]] = {
    "not-allowed": (NotAllowed(None), 403),
    "not-found": (NotFound(None), 404),
    "already-decided": (AlreadyDecided(None), 409),
    "already-sent": (AlreadySent(None), 409),
    "refused": (Refused(None), 422),
    "too-many": (TooManyAttempts(None), 429),
    "not-ready": (NotReady(None), 503),
}
CODES = (400, 403, 404, 405, 413, 429, 500, 503)
SECRET = "the database said: secret"


@pytest.fixture
def troubled(app: Flask, cast: Cast) -> Iterator[Flask]:
    """The application with a few more addresses, all of which fail."""
    made = _app_with_trouble(app.config["OTAGAI"].database_url)
    made.testing = True
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@cache
def _app_with_trouble(url: str) -> Flask:
    app = make_app(url)
    views: dict[str, Any] = {
        "/raise/<name>": _raise,
        "/abort/<int:code>": _abort,
        "/words": _words,
        "/break": _break,
    }
    for number, (rule, view) in enumerate(views.items()):
        guarded = allow(PUBLIC)(view)
        app.add_url_rule(rule, f"trouble{number}", guarded, methods=["GET", "POST"])
    return app


def _raise(name: str) -> Any:
    raise ERRORS[name][0]


def _abort(code: int) -> Any:
    abort(code)


def _words() -> Any:
    raise Refused("1日の上限<5時間>をこえます。")


def _break() -> Any:
    raise RuntimeError(SECRET)


@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
@pytest.mark.parametrize("name", list(ERRORS))
def test_a_rule_that_says_no_has_a_page(troubled: Flask, name: str, language: str) -> None:
    client = troubled.test_client()
    client.set_cookie(i18n.COOKIE, language)
    answer = client.get(f"/raise/{name}")
    assert answer.status_code == ERRORS[name][1]
    _has_all_a_page_needs(answer.text)


@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
@pytest.mark.parametrize("code", CODES)
def test_every_status_has_a_page(troubled: Flask, code: int, language: str) -> None:
    client = troubled.test_client()
    client.set_cookie(i18n.COOKIE, language)
    answer = client.get(f"/abort/{code}")
    assert answer.status_code == code
    _has_all_a_page_needs(answer.text)


def test_the_words_of_the_rule_are_shown_and_escaped(troubled: Flask) -> None:
    page = troubled.test_client().get("/words").text
    assert "1日の上限&lt;5時間&gt;をこえます。" in page


def test_a_fault_of_ours_shows_a_number_and_no_detail(troubled: Flask) -> None:
    troubled.testing = False
    answer = troubled.test_client().get("/break")
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


def test_a_form_without_its_token_is_answered_kindly(troubled: Flask) -> None:
    answer = troubled.test_client().post("/break")
    assert answer.status_code == 400
    assert "何も変わっていません" in answer.text


def test_a_wrong_method_says_which_ones_are_right(troubled: Flask) -> None:
    answer = troubled.test_client().get("/language")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_foreign_host_is_told_so(app: Flask, cast: Cast) -> None:
    answer = app.test_client().get("/board", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "アドレスがちがいます" in answer.text
    assert "elsewhere.example" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def _has_all_a_page_needs(page: str) -> None:
    assert page.count("<h1") == 1
    assert 'href="tel:' in page
    assert 'href="/"' in page
    assert "</html>" in page
