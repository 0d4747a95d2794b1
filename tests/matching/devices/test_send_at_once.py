"""Several tabs and several devices at once, each in a thread with a connection of its own."""

import pytest
from flask import Flask

from matching.checkin.duties import verify
from matching.checkin.models import Attendance, AttendanceEvent
from matching.devices.models import Device, DeviceScan
from matching.devices.services import new_enrolment, revoke_device
from points.earning.models import Award
from points.ledger.verifying import verify_all
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.factories.devices import Tablet, make_device
from tests.factories.matching import make_participation, make_shift
from tests.factories.points import enrol
from tests.factories.volunteer import insure, make_card, make_person
from tests.matching.checkin.scenes import accept, rows
from tests.races.scene import race
from volunteer.core import clock as core_clock
from volunteer.core.clock import from_tokyo
from volunteer.core.db import run_turn, write_turn

pytestmark = pytest.mark.both_databases


def all_is_well() -> None:
    """The books agree."""
    assert not verify()
    assert not verify_all()


def test_two_tabs_send_the_same_scan(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    tablet = Tablet(app, cast)
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    found = race(app, 0, *(4 * [lambda: tablet.send(scan)[0]]))
    assert [one["status"] for one in found] == 4 * ["accepted"]
    assert len(rows(DeviceScan)) == len(rows(Attendance)) == len(rows(AttendanceEvent)) == 1
    all_is_well()


def test_two_tabs_send_the_same_refusal(app: Flask, cast: Cast) -> None:
    tablet = Tablet(app, cast)
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    found = race(app, 0, *(4 * [lambda: tablet.send(scan)[0]]))
    assert {(one["status"], one["outcome"]) for one in found} == {("refused", "not_participant")}
    assert len(rows(DeviceScan)) == 1


def test_one_person_at_four_kiosks(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    tablets = [Tablet(app, cast) for _ in range(4)]
    scans = [tablet.scan(code=CARD_OF_ICHIRO) for tablet in tablets]
    acts = [lambda t=t, s=s: t.send(s)[0]["status"] for t, s in zip(tablets, scans, strict=True)]
    assert sorted(race(app, 0, *acts)) == ["accepted", "again", "again", "again"]
    assert len(rows(Attendance)) == len(rows(Award)) == 1
    assert len(rows(DeviceScan)) == 4
    all_is_well()


def test_going_home_at_two_kiosks(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    tablets = [Tablet(app, cast) for _ in range(2)]
    tablets[0].read(CARD_OF_ICHIRO)
    core_clock.set(cast.shift_today.ends_at)
    scans = [tablet.scan(code=CARD_OF_ICHIRO, direction="out") for tablet in tablets]
    acts = [lambda t=t, s=s: t.send(s)[0]["outcome"] for t, s in zip(tablets, scans, strict=True)]
    found = race(app, 0, *acts)
    assert set(found) <= {"out", "already_out"}
    assert "out" in found
    events = [event.direction.value for event in rows(AttendanceEvent)]
    assert events == ["check_in", "check_out"]
    all_is_well()


def test_a_device_is_revoked_while_it_sends(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    tablet = Tablet(app, cast)
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    answer, _none = race(
        app, 1, lambda: tablet.send(scan)[0], lambda: run_turn(revoke_device, tablet.id, 1)
    )
    assert answer["status"] in {"accepted", "quarantined"}
    assert len(rows(Attendance)) == (answer["status"] == "accepted")


def test_a_code_is_used_by_two_devices_at_once(app: Flask, cast: Cast) -> None:
    with write_turn():
        device_id = make_device(cast).id
    code = run_turn(new_enrolment, device_id, cast.coordinator.id)

    def enrol_with(sign: str) -> int:
        body = {"code": code, "token": sign * 43, "name": ""}
        return app.test_client().post("/api/device/enrolment", json=body).status_code

    found = race(app, 0, lambda: enrol_with("a"), lambda: enrol_with("b"))
    assert sorted(found) == [201, 409]
    assert len(rows(Device)) == 1


def test_a_storm_with_repeats_counts_everybody_once(app: Flask, cast: Cast) -> None:
    people = 24
    with write_turn():
        start = from_tokyo(core_clock.today(), core_clock.to_tokyo(core_clock.now()).time())
        shift = make_shift(cast.help_request, start, seats=people)
        codes = []
        for number in range(people):
            person = make_person(f"人 {number}", number=f"B{number:04d}")
            insure(person, start.date().replace(month=4, day=1), start.date().replace(year=2027))
            enrol(person, cast.programme, start.date().replace(month=4, day=1))
            make_participation(person, shift)
            codes.append(make_card(person).code)
    tablets = [Tablet(app, cast) for _ in range(4)]
    plans = [
        [tablet.scan(code=code) for code in codes[number::4]]
        for number, tablet in enumerate(tablets)
    ]
    acts = [
        lambda t=t, p=p: [t.send(*p[:3]), t.send(*p[2:]), t.send(*p)][-1]
        for t, p in zip(tablets, plans, strict=True)
    ]
    found = race(app, 0, *acts)
    assert {one["status"] for answers in found for one in answers} == {"accepted"}
    assert len(rows(Attendance)) == len(rows(Award)) == len(rows(DeviceScan)) == people
    all_is_well()
