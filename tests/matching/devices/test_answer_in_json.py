"""Every error below /api/device is told in JSON, also of addresses that are no call; pages stay pages."""

import pytest
from flask import Flask

from matching.devices import queries
from tests.cast import Cast
from tests.factories.devices import Tablet


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api/device", 404, "not_found"),
        ("GET", "/api/device/", 404, "not_found"),
        ("GET", "/api/device/nothing", 404, "not_found"),
        ("OPTIONS", "/api/device/nothing", 404, "not_found"),
        ("GET", "/api/device/state/", 404, "not_found"),
        ("POST", "/api/device/scans/", 404, "not_found"),
        ("GET", "/api/device/scans", 405, "method_not_allowed"),
        ("PUT", "/api/device/scans", 405, "method_not_allowed"),
        ("GET", "/api/device/enrolment", 405, "method_not_allowed"),
        ("DELETE", "/api/device/state", 405, "method_not_allowed"),
    ],
)
def test_what_is_no_call_is_told_in_json(
    app: Flask, cast: Cast, *, method: str, path: str, status: int, error: str, is_known: bool
) -> None:
    tablet = Tablet(app, cast)
    answer = tablet.client.open(path, method=method, headers=tablet.headers if is_known else {})
    assert (answer.status_code, answer.get_json()) == (status, {"error": error})
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Allow" in answer.headers) is (status == 405)


def test_a_head_asks_for_the_headers_alone(app: Flask, cast: Cast) -> None:
    tablet = Tablet(app, cast)
    answer = tablet.client.head("/api/device/state", headers=tablet.headers)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/json", b"")
    assert tablet.client.head("/api/device/state").status_code == 401
    refused = tablet.client.head("/api/device/scans", headers=tablet.headers)
    assert (refused.status_code, refused.mimetype) == (405, "application/json")


def test_options_names_the_methods_and_is_kept_nowhere(app: Flask, cast: Cast) -> None:
    tablet = Tablet(app, cast)
    answer = tablet.client.options("/api/device/scans", headers=tablet.headers)
    assert (answer.status_code, answer.data) == (200, b"")
    assert {one.strip() for one in answer.headers["Allow"].split(",")} == {"OPTIONS", "POST"}
    assert answer.headers["Cache-Control"] == "no-store"
    unknown = tablet.client.options("/api/device/scans")
    assert (unknown.status_code, unknown.get_json()["error"]) == (401, "unknown_device")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_the_kind_of_content_is_not_asked_for(app: Flask, cast: Cast, kind: str) -> None:
    tablet = Tablet(app, cast)
    answer = tablet.client.post(
        "/api/device/scans", data=b"code=C", content_type=kind, headers=tablet.headers
    )
    assert (answer.status_code, answer.get_json()["error"]) == (422, "bad_body")


def test_what_breaks_before_a_call_is_told_in_json(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = Tablet(app, cast)

    def breaks(_hash: str) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(queries, "device_of_token", breaks)
    monkeypatch.setattr(app, "testing", False)
    answer = tablet.client.get("/api/device/state", headers=tablet.headers)
    assert (answer.status_code, answer.get_json()["error"]) == (500, "our_fault")


def test_addresses_beside_it_are_answered_by_pages(app: Flask) -> None:
    for path in ("/api/devices", "/api", "/api/device-scans"):
        answer = app.test_client().get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_a_token_of_another_center_is_nobody_here(app: Flask, cast: Cast) -> None:
    tablet = Tablet(app, cast)
    elsewhere = {"Authorization": "Bearer " + "e" * 43}
    state = tablet.client.get("/api/device/state", headers=elsewhere)
    body = {"sent_at": "2026-11-21T00:00:00Z", "scans": [tablet.scan(code="CCARD726")]}
    sent = tablet.client.post("/api/device/scans", json=body, headers=elsewhere)
    for answer in (state, sent):
        assert (answer.status_code, answer.get_json()["error"]) == (401, "unknown_device")
