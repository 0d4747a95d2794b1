"""What every answer carries, and what browsers may keep."""

import re

import pytest
from flask import Flask, render_template_string

from tests.cast import Cast, sign_in_as
from tests.client import Client
from volunteer.core import headers

PAGES = ("/healthz", "/static/css/base.css", "/no-such-page", "/")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_strict_headers(client: Client, cast: Cast, path: str) -> None:
    answer = client.get(path)
    answer.close()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert "unsafe" not in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}", answer.headers["X-Request-ID"])


def test_nonce_and_request_number_are_new_each_time(client: Client) -> None:
    first, second = client.get("/healthz").headers, client.get("/healthz").headers
    assert first["Content-Security-Policy"] != second["Content-Security-Policy"]
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_the_page_gets_the_nonce_of_its_own_answer() -> None:
    app = _small_app(production=False)
    answer = app.test_client().get("/")
    assert f"'nonce-{answer.text}'" in answer.headers["Content-Security-Policy"]


def test_only_production_promises_https() -> None:
    assert (
        "Strict-Transport-Security"
        not in _small_app(production=False).test_client().get("/").headers
    )
    answer = _small_app(production=True).test_client().get("/")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_view_may_send_no_referrer_at_all() -> None:
    app = _small_app(production=False)

    @app.get("/token")
    def token() -> tuple[str, dict[str, str]]:
        return "x", {"Referrer-Policy": "no-referrer"}

    assert app.test_client().get("/token").headers["Referrer-Policy"] == "no-referrer"


def test_only_a_page_that_scans_codes_may_run_compiled_code() -> None:
    app = _small_app(production=False)
    app.add_url_rule("/scan", "scan", headers.scans_codes(lambda: "x"))
    scanning = app.test_client().get("/scan").headers["Content-Security-Policy"]
    other = app.test_client().get("/").headers["Content-Security-Policy"]
    assert re.search(r"script-src 'self' 'nonce-[^']+' 'wasm-unsafe-eval';", scanning)
    assert scanning.count("unsafe") == 1
    assert "unsafe" not in other
    without = re.sub(r" 'wasm-unsafe-eval'|nonce-[^']+", "", scanning)
    assert without == re.sub(r"nonce-[^']+", "", other)


def test_personal_pages_are_never_stored_and_public_ones_are_asked_again() -> None:
    personal = _small_app(production=False, personal=True).test_client().get("/")
    public = _small_app(production=False, personal=False).test_client().get("/")
    assert personal.headers["Cache-Control"] == "no-store"
    assert public.headers["Cache-Control"] == "private, no-cache"
    assert "Accept-Language" in public.headers["Vary"]


def test_a_style_sheet_with_its_hash_is_kept_for_a_year_and_without_it_is_not(
    client: Client, cast: Cast
) -> None:
    address = re.search(
        r'href="(/static/css/base\.css\?v=[0-9a-f]{12})"', client.get("/no-page").text
    )
    assert address
    with client.get(address[1]) as with_hash, client.get("/static/css/base.css") as without:
        assert "immutable" in with_hash.headers["Cache-Control"]
        assert "immutable" not in without.headers.get("Cache-Control", "")


def test_a_vendored_file_is_kept_for_a_year_by_the_version_in_its_folder(
    client: Client, cast: Cast
) -> None:
    with client.get("/static/vendor/zxing-wasm-3.1.4/reader/zxing_reader.wasm") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.mimetype == "application/wasm"
    with client.get("/static/vendor/vendor.json") as answer:
        assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_a_file_which_caches_may_keep_carries_no_session(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.hanako)
    assert client.get("/home").status_code == 200
    with client.get("/static/css/base.css?v=0") as answer:
        assert "public" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_page_does_not_prolong_the_session(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.hanako)
    client.get("/home")
    assert "Set-Cookie" not in client.get("/home").headers


def _small_app(production: bool, personal: bool = False) -> Flask:
    app = Flask("small")
    headers.init_app(app, production=production, personal=lambda: personal)
    app.add_url_rule("/", "index", lambda: render_template_string("{{ csp_nonce() }}"))
    return app
