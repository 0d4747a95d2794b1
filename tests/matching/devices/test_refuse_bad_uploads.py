"""Whatever is sent that is no upload has an answer in JSON, and nothing breaks or is kept."""

import json
from typing import Any

import pytest
from flask import Flask

from matching.checkin.models import Attendance
from matching.devices import throttle
from matching.devices.models import DeviceScan
from tests.cast import CARD_OF_ICHIRO, Cast, sign_in_as
from tests.client import Client
from tests.factories.devices import Tablet
from tests.matching.checkin.scenes import accept, rows
from volunteer.core import clock as core_clock

NOW = "2026-11-21T00:00:00+00:00"
SCANS = "/api/device/scans"
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no json": b"{",
    "not utf-8": b"\xff\xfe",
    "a list": b"[]",
    "null": b"null",
    "no scans": b"{}",
    "empty": json.dumps({"sent_at": NOW, "scans": []}).encode(),
    "an object of scans": json.dumps({"sent_at": NOW, "scans": {"uuid": 1}}).encode(),
    "no time": json.dumps({"scans": [{}]}).encode(),
    "a time without offset": json.dumps({"sent_at": "2026-11-21T00:00:00", "scans": [{}]}).encode(),
    "a time that is none": json.dumps({"sent_at": "yesterday", "scans": [{}]}).encode(),
    "51 scans": json.dumps({"sent_at": NOW, "scans": 51 * [{}]}).encode(),
    "deep": b'{"scans":' + 20_000 * b"[" + 20_000 * b"]" + b"}",
    "a huge number": b'{"sent_at":' + 5000 * b"9" + b"}",
}
SCAN_VALUES: dict[str, Any] = {
    "uuid": [None, 5, "", "x" * 37, "ab\x00cdefghi", "ÄÖÜ-ÄÖÜ-ÄÖÜ", "../../../../", {}],
    "counter": [None, -1, 2**31, 1.5, True, "1", [], 10**400],
    "device_time": [
        None,
        0,
        "now",
        "2026-11-21",
        "2026-11-21T00:00:00",
        "0001-01-01T00:00:00Z",
        {},
    ],
    "last_server_time": ["x", 5, []],
    "offset_ms": ["1", 1.5, 10**14, True],
    "shift_id": ["1", 0, -1, 2**31, 1.0, True],
    "direction": ["sideways", 1, {}],
    "how": ["smell", 3],
    "code": [5, [], {"a": 1}, False],
    "person_id": ["7", 0, 2**40, 1.5],
}


@pytest.fixture
def tablet(app: Flask, cast: Cast) -> Tablet:
    """A kiosk that expects 一郎."""
    accept(cast.ichiro, cast.shift_today)
    return Tablet(app, cast)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_upload_is_named(tablet: Tablet, name: str) -> None:
    answer = tablet.client.post(SCANS, data=BODIES[name], headers=tablet.headers)
    assert answer.status_code == 422
    assert answer.get_json()["error"] == "bad_body"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not rows(DeviceScan)


def test_a_body_that_is_too_large_is_not_read(tablet: Tablet) -> None:
    scans = [tablet.scan(code=CARD_OF_ICHIRO) for _ in range(10_000)]
    answer = tablet.upload(*scans)
    assert (answer.status_code, answer.mimetype) == (413, "application/json")
    assert not rows(DeviceScan)


@pytest.mark.both_databases
def test_a_bad_scan_is_refused_and_its_neighbours_are_taken(tablet: Tablet) -> None:
    good = tablet.scan(code=CARD_OF_ICHIRO)
    wrong = [
        {**tablet.scan(code="nobody"), name: value}
        for name, values in SCAN_VALUES.items()
        for value in values
    ]
    wrong += [7, None, [], "scan", {}, tablet.scan(), tablet.scan(code="x", person_id=7)]
    for some in (wrong[i : i + 49] for i in range(0, len(wrong), 49)):
        *found, last = tablet.send(*some, good)
        assert {(one["status"], one["outcome"]) for one in found} == {("refused", "unreadable")}
        assert last["status"] == "accepted"
    assert len(rows(Attendance)) == len(rows(DeviceScan)) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "code", ["\x00", "C\x00ARD726", "\ud800", "=1+1", "' OR 1=1 --", "💣" * 100, "\u202eCCARD726"]
)
def test_nonsense_in_a_code_is_nobody(tablet: Tablet, code: str) -> None:
    assert tablet.read(code)["status"] == "refused"


def test_one_is_told_in_json_what_is_not_there(tablet: Tablet) -> None:
    for address, method, status in (
        ("/api/device/scans", "GET", 405), ("/api/device/state", "POST", 405), ("/api/device/x", "GET", 404),
    ):  # fmt: skip
        answer = tablet.client.open(address, method=method, headers=tablet.headers)
        assert answer.status_code == status


HEADERS = ["", "Bearer", "Bearer ", "Bearer short", "Basic " + "0" * 43, "Bearer " + "z" * 43]


@pytest.mark.parametrize("header", [*HEADERS, "Bearer " + "0" * 5000])
def test_only_the_token_of_a_device_opens_anything(tablet: Tablet, header: str) -> None:
    for address, method in (("/api/device/state", "GET"), (SCANS, "POST")):
        answer = tablet.client.open(address, method=method, headers={"Authorization": header})
        assert (answer.status_code, answer.get_json()["error"]) == (401, "unknown_device")


def test_a_cookie_opens_nothing_here_and_the_token_opens_nothing_else(
    app: Flask, cast: Cast, tablet: Tablet
) -> None:
    desk = app.test_client()
    assert isinstance(desk, Client)
    sign_in_as(desk, cast.coordinator)
    assert desk.get("/api/device/state").status_code == 401
    assert desk.post(SCANS, json={}).status_code == 401
    answer = tablet.client.get("/desk/devices", headers=tablet.headers)
    assert answer.status_code == 303
    assert "sign-in" in answer.headers["Location"]


def test_a_token_of_another_center_is_unknown(app: Flask, cast: Cast) -> None:
    elsewhere = Tablet(app, cast)
    elsewhere.token = "e" * 43
    assert elsewhere.state().status_code == 401


def test_a_busy_kiosk_is_never_held_up_and_a_program_in_a_loop_is(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "A_SECOND", 0.0)  # however slow this machine is
    found = [tablet.state().status_code for _ in range(int(throttle.FULL))]
    assert set(found) == {200}
    answer = tablet.state()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert tablet.read(CARD_OF_ICHIRO)["status"] == "accepted"


def test_answers_are_in_the_language_that_is_asked_for(tablet: Tablet) -> None:
    scan = tablet.scan(code="nobody")
    english = tablet.upload(scan, **{"Accept-Language": "en"}).get_json()["answers"][0]
    japanese = tablet.upload(scan).get_json()["answers"][0]
    assert japanese["heading"] == "受付のQRでも、カードの番号でもありません"
    assert english["uuid"] == japanese["uuid"]
    body = {"sent_at": core_clock.now().isoformat(), "scans": [scan]}
    easy = tablet.client.post(f"{SCANS}?lang=ja@easy", json=body, headers=tablet.headers)
    assert easy.status_code == 200
