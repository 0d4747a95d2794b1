"""docs/api.md is true: its examples are sent to the application, its lists hold every field and every outcome."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from matching.devices import answers
from matching.devices.readings import Read
from matching.devices.services import new_enrolment
from matching.devices.states import Asked, How, ScanStatus
from tests.architecture.tree import ROOT
from tests.cast import Cast
from tests.client import Client
from tests.factories.devices import Tablet, make_device
from tests.matching.checkin.scenes import accept
from volunteer.core.db import run_turn, write_turn
from volunteer.pins.services import sealed_pin, set_pin
from volunteer.pins.states import PinReason

TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
TAKEN = {Read.CARD, Read.PHONE}


def example(name: str) -> Any:
    """The JSON under `<!-- example: NAME -->`."""
    found = re.search(rf"<!-- example: {name} -->\n```json\n(.*?)```", TEXT, re.DOTALL)
    assert found, name
    return json.loads(found[1])


@pytest.mark.both_databases
def test_the_example_of_the_enrolment_works(app: Flask, client: Client, cast: Cast) -> None:
    with write_turn():
        device_id = make_device(cast).id
    code = run_turn(new_enrolment, device_id, cast.coordinator.id)
    answer = client.post("/api/device/enrolment", json={**example("enrolment"), "code": code})
    assert answer.status_code == 201
    assert all(f"`{name}`" in TEXT for name in answer.get_json()["device"])


@pytest.mark.both_databases
def test_the_example_of_a_scan_gets_the_example_of_an_answer(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    tablet = Tablet(app, cast)
    answer = tablet.client.post(
        "/api/device/scans", json=example("scans"), headers=tablet.headers
    ).get_json()
    ids = {"shift_id": cast.shift_today.id, "person_id": cast.ichiro.party_id}
    assert answer["answers"] == [{**example("answer"), **ids}]


def test_every_field_of_the_state_is_told(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    body = Tablet(app, cast).state().get_json()
    shift = body["shifts"][0]
    names = {*body, *body["center"], *shift, *shift["people"][0]}
    assert not [name for name in names if f"`{name}`" not in TEXT]


def test_every_outcome_and_choice_is_told() -> None:
    own = {answers.NOT_HERE, *answers.STOPS, *answers.QUARANTINE, *answers.TAKEN}
    words = {*own, *(set(Read) - TAKEN), *ScanStatus, *How, *Asked}
    assert not [word for word in words if f"`{word}`" not in TEXT]


@pytest.mark.both_databases
def test_the_example_of_the_own_view_works_and_every_field_of_it_is_told(
    app: Flask, cast: Cast
) -> None:
    accept(cast.ichiro, cast.shift_today)
    asked = example("own")
    sealed = sealed_pin(cast.ichiro.party_id, asked["pin"])
    run_turn(set_pin, cast.ichiro.party_id, sealed, PinReason.FIRST, cast.coordinator.id)
    tablet = Tablet(app, cast)
    told = tablet.client.post("/api/device/own", json=asked, headers=tablet.headers).get_json()
    names = {*told, *told["shifts"][0], *(name for one in told["programmes"] for name in one)}
    assert not [name for name in names if f"`{name}`" not in TEXT]
