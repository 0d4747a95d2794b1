"""Which language a page is in, and that the switch and its memory work."""

import pytest
from flask import Flask, g

from tests.cast import Cast
from tests.client import Client
from volunteer.core import i18n
from volunteer.core.i18n import EASY, ENGLISH, JAPANESE, in_language, language, show


def _choice(
    app: Flask, saved: str | None = None, cookie: str | None = None, wish: str | None = None
) -> str:
    headers = {"Accept-Language": wish} if wish else {}
    if cookie:
        headers["Cookie"] = f"{i18n.COOKIE}={cookie}"
    with app.test_request_context("/", headers=headers):
        g.saved_language = saved
        return language()


@pytest.fixture
def small_app() -> Flask:
    app = Flask("small")
    i18n.init_app(app, lambda: g.get("saved_language"))
    return app


def test_the_saved_language_wins_then_the_cookie_then_the_browser_then_japanese(
    small_app: Flask,
) -> None:
    assert _choice(small_app, saved=EASY, cookie=ENGLISH, wish="en") == EASY
    assert _choice(small_app, cookie=EASY, wish="en") == EASY
    assert _choice(small_app, wish="en-GB,en;q=0.8,ja;q=0.5") == ENGLISH
    assert _choice(small_app, wish="ja,en;q=0.8") == JAPANESE
    assert _choice(small_app) == JAPANESE


@pytest.mark.parametrize("nonsense", ["fr", "ja@evil", "../../etc", "", "en_US", "JA"])
def test_a_language_we_do_not_have_is_passed_over(small_app: Flask, nonsense: str) -> None:
    assert _choice(small_app, saved=nonsense, cookie=nonsense, wish="fr") == JAPANESE


def test_a_mail_can_be_written_in_the_language_of_its_reader(small_app: Flask) -> None:
    with small_app.app_context():
        with in_language(ENGLISH):
            assert show("yen", 1000) == "1,000 yen"
        with in_language("nonsense"):
            assert show("yen", 1000) == "1,000円"
        assert show("yen", None) == ""


def test_the_switch_is_remembered_and_leads_back_to_the_page(client: Client, cast: Cast) -> None:
    page = client.get("/no-such-page?x=1").text
    assert 'name="next" value="/no-such-page?x=1"' in page
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        "/language", data={"csrf_token": token, "language": ENGLISH, "next": "/no-such-page?x=1"}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/no-such-page?x=1"
    assert '<html lang="en">' in client.get("/no-such-page").text


def test_easy_japanese_is_japanese_with_readings_for_readers_and_machines(
    client: Client, cast: Cast
) -> None:
    client.set_cookie(i18n.COOKIE, EASY)
    page = client.get("/no-such-page").text
    assert '<html lang="ja">' in page
    assert " easy" in page.split("<body class=")[1].split(">")[0]
    assert "{" not in page
    title = page.split("<title>")[1].split("</title>")[0]
    assert "<ruby>" not in title
    assert "<ruby>" in page


def test_english_error_pages_hold_no_japanese_sentence(client: Client, cast: Cast) -> None:
    client.set_cookie(i18n.COOKIE, ENGLISH)
    page = client.get("/no-such-page").text
    assert "<title>Page not found" in page


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "target", ["//[", "/\r\nX-Evil: 1", "/\x00", "/\t/evil.example", "/" + "a" * 2000]
)
def test_a_way_back_that_is_no_path_of_ours_leads_to_the_front_page(
    app: Flask, client: Client, cast: Cast, target: str
) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    answer = client.post("/language", data={"language": ENGLISH, "next": target})
    assert (answer.status_code, answer.location) == (303, "/")
