"""A device becomes ours by a code of the desk and a token of its own; everything else is told why not."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from matching.devices.models import Device
from matching.devices.services import new_enrolment
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.devices import Tablet, make_device
from tests.matching.checkin.scenes import browser, rows
from volunteer.core import clock as core_clock
from volunteer.core.db import run_turn, write_turn
from volunteer.core.models import AuditEntry

TOKEN, OTHER = "t" * 43, "u" * 43
ADDRESS = "/api/device/enrolment"


@pytest.fixture
def code(app: Flask, cast: Cast) -> str:
    """A code for a new kiosk."""
    with write_turn():
        device_id = make_device(cast).id
    return str(run_turn(new_enrolment, device_id, cast.coordinator.id))


def enrol(client: Client, code: str, token: str = TOKEN) -> tuple[int, dict[str, object]]:
    """What the device is told."""
    answer = client.post(ADDRESS, json={"code": code, "token": token, "name": ""})
    return answer.status_code, answer.get_json()


@pytest.mark.both_databases
def test_a_code_works_once_and_its_answer_as_often_as_it_is_lost(client: Client, code: str) -> None:
    first, second = enrol(client, code), enrol(client, code)
    assert (first[0], second[0]) == (201, 200)
    assert first[1] == second[1]
    assert enrol(client, code, OTHER)[0] == 409
    acts = [act.act for act in rows(AuditEntry)]
    assert acts.count("device_api.enrol") == 1
    assert (
        client.get("/api/device/state", headers={"Authorization": f"Bearer {TOKEN}"}).status_code
        == 200
    )


def test_a_code_is_typed_as_people_type(client: Client, code: str) -> None:
    assert enrol(client, f" {code[:4].lower()}-{code[4:]} ")[0] == 201


def test_a_code_ends_after_15_minutes(client: Client, code: str) -> None:
    core_clock.advance(timedelta(minutes=15))
    status, body = enrol(client, code)
    assert (status, body["error"]) == (404, "unknown_code")


def test_a_new_code_ends_the_one_before(app: Flask, client: Client, cast: Cast, code: str) -> None:
    core_clock.advance(timedelta(seconds=1))
    newer = run_turn(new_enrolment, rows(Device)[0].id, cast.coordinator.id)
    core_clock.advance(timedelta(seconds=1))
    assert enrol(client, code)[0] == 404
    assert enrol(client, newer)[0] == 201


def test_wrong_codes_are_counted(client: Client, code: str) -> None:
    found = [enrol(client, "D0000000")[0] for _ in range(31)]
    assert found[:30] == 30 * [404]
    assert found[30] == 429
    assert enrol(client, code)[0] == 429


@pytest.mark.parametrize("token", ["", "short", "x" * 129, "ü" * 43, "a b" * 20])
def test_a_weak_token_is_not_taken(client: Client, code: str, token: str) -> None:
    status, body = enrol(client, code, token)
    assert (status, body["error"]) == (422, "bad_token")


def test_a_token_belongs_to_one_device(app: Flask, client: Client, cast: Cast, code: str) -> None:
    enrol(client, code)
    with write_turn():
        other = make_device(cast).id
    assert enrol(client, run_turn(new_enrolment, other, cast.coordinator.id))[0] == 409


def test_the_desk_makes_a_tablet_and_sees_it_enrolled(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = browser(app, cast.coordinator)
    made = desk.submit(
        "/desk/devices/new",
        {"name": "花園公民館 入口", "place": "花園公民館", "pin": "２４６８"},
        follow_redirects=True,
    )
    assert made.status_code == 200, made.text
    assert made.headers["Refresh"] == "5"
    assert made.headers["Referrer-Policy"] == "no-referrer"
    typed = re.search(r'<p class="short code"><span>(\w{4})</span><span>(\w{4})</span>', made.text)
    assert typed
    status, body = enrol(client, typed[1] + typed[2])
    assert status == 201
    device = body["device"]
    assert isinstance(device, dict)
    assert device["pin"]["iterations"] == 310_000
    assert len(device["pin"]["salt"]) == 32
    shown = desk.get(f"/desk/devices/{device['id']}")
    assert "この端末は登録ずみです" in shown.text
    assert "Refresh" not in shown.headers
    assert "花園公民館 入口" in desk.get("/desk/devices").text


def test_a_tablet_is_bound_to_something(app: Flask, cast: Cast) -> None:
    desk = browser(app, cast.coordinator)
    answer = desk.submit(
        "/desk/devices/new", {"name": "どこでも", "pin": "12", "ends_on": "2026年11月1日"}
    )
    assert answer.status_code == 422
    for words in ("団体、場所、活動のどれか", "4けたから8けた", "最後の日は、最初の日と同じか"):
        assert words in answer.text


def test_a_code_that_ran_out_is_renewed_at_the_desk(app: Flask, cast: Cast, code: str) -> None:
    desk, device_id = browser(app, cast.coordinator), rows(Device)[0].id
    core_clock.advance(timedelta(minutes=20))
    late = desk.get(f"/desk/devices/{device_id}")
    assert "番号の時間が切れました" in late.text
    again = desk.resubmit(late, action="/enrolment", follow_redirects=True)
    assert 'class="short code"' in again.text


def test_the_desk_ends_a_device(app: Flask, cast: Cast) -> None:
    tablet, desk = Tablet(app, cast), browser(app, cast.coordinator)
    done = desk.submit(f"/desk/devices/{tablet.id}", action="/revocation", follow_redirects=True)
    assert "端末を取り消しました" in done.text
    assert tablet.state().status_code == 403


def test_an_organizer_uses_their_own_phone(app: Flask, client: Client, cast: Cast) -> None:
    cook = browser(app, cast.cook)
    made = cook.submit("/o/devices", action="/o/devices/new", follow_redirects=True)
    link = re.search(r'href="http://localhost/kiosk#(\w{8})"', made.text)
    assert link, made.text
    status, body = enrol(client, link[1])
    device = body["device"]
    assert isinstance(device, dict)
    assert (status, device["kind"], device["pin"]) == (201, "leader", None)
    assert "使える" in cook.get("/o/devices").text
    outsider = sign_in_as(app.test_client(), cast.outsider)  # type: ignore[arg-type]
    assert outsider.get(f"/o/devices/{device['id']}").status_code == 404
    helper = browser(app, cast.helper)
    done = helper.submit(f"/o/devices/{device['id']}", action="/revocation", follow_redirects=True)
    assert "端末を取り消しました" in done.text


def test_nobody_else_sees_the_code_of_a_phone(app: Flask, cast: Cast) -> None:
    cook, helper = browser(app, cast.cook), browser(app, cast.helper)
    made = cook.submit("/o/devices", action="/o/devices/new")
    assert helper.get(made.headers["Location"]).status_code == 404
    assert "くわしく見る" not in helper.get("/o/devices").text
