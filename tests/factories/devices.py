"""Devices that receive people, enrolled already, and what they send."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from matching.devices import api, arrivals, intake, throttle
from matching.devices.models import Device, DeviceScan
from matching.devices.services import hash_token
from matching.devices.states import Asked, DeviceKind, How, ScanStatus
from tests.cast import Cast
from tests.client import Client
from tests.factories.numbers import numbers
from tests.factories.volunteer import added
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.people.models import Person

_next = numbers()


def make_device(cast: Cast, token: str = "", **values: Any) -> Device:
    """A kiosk of みなと食堂 for this month, enrolled with `token` when there is one."""
    moment = clock.now()
    defaults: dict[str, Any] = {
        "kind": DeviceKind.KIOSK,
        "name": "入口のタブレット",
        "host_party_id": cast.minato.party_id,
        "shift_ids": [],
        "valid_from": moment - timedelta(days=10),
        "valid_until": moment + timedelta(days=30),
        "made_by_user_id": cast.coordinator.id,
        "made_at": moment,
        "token_hash": hash_token(token) if token else None,
        "enrolled_at": moment if token else None,
    }
    return added(Device(**{**defaults, **values}))


class Tablet:
    """An enrolled device as a program: it counts its scans, knows its clock and sends what it is told to."""

    def __init__(self, app: Flask, cast: Cast, **values: Any) -> None:
        arrivals.forget()
        throttle.forget()
        intake.forget()
        api.forget()
        number = next(_next)
        self.token = f"{number:043d}"
        with write_turn():
            self.id = make_device(cast, self.token, **values).id
        made = app.test_client()
        assert isinstance(made, Client)
        self.client = made
        self.offset = timedelta(0)
        self.counters: Iterator[int] = count(1)

    @property
    def headers(self) -> dict[str, str]:
        """The credential."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def device(self) -> Device:
        """Its row."""
        return db.session.get_one(Device, self.id)

    def state(self, **headers: str) -> TestResponse:
        """What it shows."""
        return self.client.get("/api/device/state", headers={**self.headers, **headers})

    def scan(self, **values: Any) -> dict[str, Any]:
        """One scan of now, not sent yet."""
        number = next(self.counters)
        moment = clock.now()
        return {
            "uuid": f"{self.id:08d}-0000-4000-8000-{number:012d}",
            "counter": number,
            "device_time": (moment + self.offset).isoformat(),
            "last_server_time": moment.isoformat(),
            "offset_ms": int(self.offset / timedelta(milliseconds=1)),
            "shift_id": None,
            "direction": "auto",
            "code": None,
            "person_id": None,
            "how": "camera",
            **values,
        }

    def upload(self, *scans: Any, **headers: str) -> TestResponse:
        """Send scans."""
        body = {"sent_at": (clock.now() + self.offset).isoformat(), "scans": list(scans)}
        return self.client.post("/api/device/scans", json=body, headers={**self.headers, **headers})

    def send(self, *scans: Any) -> list[dict[str, Any]]:
        """Send scans; their answers."""
        answer = self.upload(*scans)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.get_json()["answers"]
        return found

    def read(self, code: str, **values: Any) -> dict[str, Any]:
        """Read a code now and send it at once; the answer."""
        return self.send(self.scan(code=code, **values))[0]


def make_upload(device: Device, person: Person, shift_id: int, **values: Any) -> DeviceScan:
    """A scan that came when the device had been revoked, and waits for the desk."""
    moment = clock.now()
    defaults: dict[str, Any] = {
        "uuid": f"upload-{device.id}-{person.party_id}",
        "counter": 1,
        "device_time": moment,
        "at": moment,
        "received_at": moment,
        "how": How.CAMERA,
        "asked": Asked.AUTO,
        "is_out": False,
        "status": ScanStatus.QUARANTINED,
        "outcome": "revoked",
        "facts": {},
        "for_desk": True,
    }
    ids = {"device_id": device.id, "person_id": person.party_id, "shift_id": shift_id}
    return added(DeviceScan(**{**defaults, **ids, **values}))


def make_phones(cast: Cast) -> tuple[list[int], list[int]]:
    """The phones of two organizations, enrolled, and an upload of each that waits: their ids."""
    phones = [
        make_device(
            cast,
            sign * 43,
            kind=DeviceKind.LEADER,
            host_party_id=organization.party_id,
            user_id=user.id,
            last_seen_at=clock.now(),
        )
        for sign, organization, user in (
            ("p", cast.minato, cast.cook),
            ("q", cast.other_organization, cast.outsider),
        )
    ]
    people = (cast.hanako, cast.student)
    uploads = [
        make_upload(phone, person, cast.shift_today.id)
        for phone, person in zip(phones, people, strict=True)
    ]
    return [phone.id for phone in phones], [upload.id for upload in uploads]
