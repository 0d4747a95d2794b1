"""わたしのQR: whose it is, how long it is good, what it tells whoever else opens it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from matching.checkin.scanning import key
from matching.checkin.tokens import Verdict, person_token, read_person_token, venue_token
from tests.cast import CARD_OF_ICHIRO, NOW, Cast, sign_in_as
from tests.client import Client
from tests.matching.checkin.scenes import attendances, browser
from volunteer.core import clock as core_clock
from volunteer.core.db import db
from volunteer.core.models import AuditEntry

pytestmark = pytest.mark.both_databases
PAGE = "/me/code"
CSRF = re.compile(r'name="csrf_token" value="[^"]+"')
"""The token of a form carries the second in which it was made."""


def test_the_page_shows_a_code_of_the_volunteer_until_the_end_of_tomorrow(
    app: Any, cast: Cast
) -> None:
    page = browser(app, cast.hanako).get(PAGE)
    for words in ("わたしのQR", "佐藤 花子", "登録番号 V0001", "11月22日", "画面を明るく"):
        assert words in page.text, words
    assert page.headers["X-Code-Until"] == "2026-11-22T15:00:00+00:00"
    assert f'data-until="{int((NOW + timedelta(hours=39)).timestamp()) * 1000}"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    good = person_token(key(), cast.hanako.party_id, core_clock.now())
    assert read_person_token(key(), good, NOW + timedelta(hours=38)).verdict is Verdict.OK
    assert read_person_token(key(), good, NOW + timedelta(hours=39)).verdict is Verdict.EXPIRED


def test_the_page_holds_nothing_but_what_the_reception_may_see(app: Any, cast: Cast) -> None:
    page = browser(app, cast.hanako).get(PAGE)
    person = cast.hanako
    for private in (person.email, person.telephone, person.address, "csrf", "<form"):
        assert not private or private not in page.text, private


def test_who_is_not_registered_gets_no_code_and_reads_why(app: Any, cast: Cast) -> None:
    page = browser(app, cast.applicant).get(PAGE)
    assert "X-Code-Until" not in page.headers
    assert "登録ができると出ます" in page.text
    assert app.test_client().get(PAGE).status_code in (302, 303, 401)


def test_the_first_page_leads_to_it_in_one_tap(app: Any, cast: Cast) -> None:
    for person, words in ((cast.hanako, PAGE), (cast.student, PAGE)):
        assert f'href="{words}"' in browser(app, person).get("/home").text
    assert f'href="{PAGE}"' not in browser(app, cast.applicant).get("/home").text
    assert f'href="{PAGE}"' in browser(app, cast.hanako).get("/me").text


def test_the_address_in_the_code_answers_the_same_to_everybody_for_every_token(
    app: Any, cast: Cast, client: Client
) -> None:
    moment = core_clock.now()
    tokens = (
        person_token(key(), cast.hanako.party_id, moment),
        person_token(key(), cast.ichiro.party_id, moment - timedelta(days=30)),
        person_token(b"another center" * 3, 1, moment),
        venue_token(key(), cast.shift_today.id, moment),
        CARD_OF_ICHIRO,
        "nothing",
    )
    answers = [client.get(f"/p/{token}") for token in tokens]
    told = {
        (one.status_code, CSRF.sub("", one.text).replace(token, "*"))
        for token, one in zip(tokens, answers, strict=True)
    }
    assert len(told) == 1
    ((status, text),) = told
    assert status == 200
    assert "受付のためのQR" in text
    assert "佐藤" not in text
    own = browser(app, cast.hanako).get(f"/p/{tokens[0]}")
    assert own.headers["Referrer-Policy"] == "no-referrer"


def test_opening_it_checks_nobody_in(app: Any, cast: Cast) -> None:
    token = person_token(key(), cast.hanako.party_id, core_clock.now())
    for one in (
        app.test_client(),
        browser(app, cast.hanako),
        sign_in_as(app.test_client(), cast.cook),
    ):
        for ask in (one.get, one.head):
            assert ask(f"/p/{token}").status_code == 200
            ask(PAGE)
    assert attendances() == []
    db.session.rollback()
    assert db.session.execute(db.select(db.func.count()).select_from(AuditEntry)).scalar() == 0


def test_the_worker_keeps_that_page_alone_and_changes_with_what_draws_it(
    app: Any, client: Client, cast: Cast
) -> None:
    script = client.get("/me/code-worker.js")
    assert script.mimetype == "text/javascript"
    assert script.headers["Cache-Control"] == "no-cache"
    assert "/static/js/code/page.js" in script.text
    assert "佐藤" not in script.text
    names = re.findall(r'"(/[^"]+)"', script.text)
    assert all(name.startswith("/static/") for name in names)
    for name in names:
        assert client.get(name).status_code == 200, name
    shown = set(
        re.findall(r'(?:src|href)="(/static/[^"]+)"', browser(app, cast.hanako).get(PAGE).text)
    )
    left = {one.split("#")[0] for one in shown if "/icons/" not in one} - set(names)
    assert not left
