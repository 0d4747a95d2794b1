"""What credited nothing is shown at the desk, and decided once, with a reason, by nobody it is about."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from matching.checkin.models import Attendance
from matching.checkin.states import Grade, Source
from matching.devices.duties import erase_person, own_data
from matching.devices.models import DeviceScan, DeviceScanDecision
from matching.devices.services import revoke_device
from matching.devices.states import Decision
from points.earning.models import Award
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.client import Client
from tests.factories.devices import Tablet
from tests.factories.volunteer import make_acting
from tests.matching.checkin.scenes import accept, browser, rows
from tests.races.scene import race
from volunteer.core import clock as core_clock
from volunteer.core.db import db, run_turn, write_turn

LIST = "/desk/device-scans"


@pytest.fixture
def waiting(app: Flask, cast: Cast) -> DeviceScan:
    """一郎 was read at 9:50 by a tablet that was revoked before it sent it, at 13:00."""
    accept(cast.ichiro, cast.shift_today)
    tablet = Tablet(app, cast)
    core_clock.advance(timedelta(minutes=50))
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(timedelta(hours=3, minutes=10))
    run_turn(revoke_device, tablet.id, cast.coordinator.id)
    tablet.send(scan)
    (kept,) = rows(DeviceScan)
    assert isinstance(kept, DeviceScan)
    return kept


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Client:
    """The coordinator."""
    return browser(app, cast.coordinator)


@pytest.mark.both_databases
def test_an_upload_is_written_down_with_a_reason(
    waiting: DeviceScan, desk: Client, cast: Cast
) -> None:
    page = desk.get(f"{LIST}/{waiting.id}")
    assert 'value="9:50"' in page.text
    assert "もう受付に使えません" in page.text
    done = desk.resubmit(
        page,
        {"reason": "主催者に電話で確かめた"},
        action=f"{LIST}/{waiting.id}",
        follow_redirects=True,
    )
    assert "ポイントをつけました" in done.text
    (attendance,) = rows(Attendance)
    assert (attendance.source, attendance.grade) == (Source.STAFF_ENTRY, Grade.HOST_SIGNED)
    (award,) = rows(Award)
    assert award.entered_by_user_id == cast.coordinator.id
    (decision,) = rows(DeviceScanDecision)
    assert (decision.decision, decision.attendance_id) == (Decision.ACCEPTED, attendance.id)
    assert "決める記録はありません" in desk.get(LIST).text
    assert "主催者に電話で確かめた" in desk.get(f"{LIST}/{waiting.id}").text


@pytest.mark.both_databases
def test_an_upload_is_dismissed_with_a_reason(waiting: DeviceScan, desk: Client) -> None:
    page = desk.get(f"{LIST}/{waiting.id}")
    nothing = desk.resubmit(page, {"reason": " "}, action="/dismissal")
    assert nothing.status_code == 422
    assert "理由を入れてください" in nothing.text
    done = desk.resubmit(page, {"reason": "二重"}, action="/dismissal", follow_redirects=True)
    assert "理由といっしょに残しました" in done.text
    assert not rows(Attendance)
    again = desk.resubmit(page, {"reason": "もう一度", "form_key": "k" * 24}, action="/dismissal")
    assert again.status_code == 409


@pytest.mark.both_databases
def test_two_decide_at_once_and_one_of_them_does(
    app: Flask, waiting: DeviceScan, cast: Cast
) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    app.testing = False
    clients = [browser(app, cast.coordinator) for _ in range(2)]
    address = f"{LIST}/{waiting.id}/dismissal"
    acts = [lambda c=c: c.post(address, data={"reason": "二重"}).status_code for c in clients]
    try:
        assert sorted(race(app, 0, *acts)) == [303, 409]
    finally:
        app.testing = True
    assert len(rows(DeviceScanDecision)) == 1


def test_nobody_decides_about_themselves(waiting: DeviceScan, desk: Client, cast: Cast) -> None:
    with write_turn():
        make_acting(cast.coordinator, cast.ichiro.party_id)
    page = desk.get(f"{LIST}/{waiting.id}")
    accepted = desk.resubmit(page, {"reason": "来ていた"}, action=f"{LIST}/{waiting.id}")
    assert "ほかの担当の人か、センターにたのんで" in accepted.text
    assert desk.resubmit(page, {"reason": "二重"}, action="/dismissal").status_code == 403
    assert not rows(DeviceScanDecision)


def test_a_scan_of_nobody_can_only_be_dismissed(app: Flask, cast: Cast) -> None:
    tablet = Tablet(app, cast)
    scan = tablet.scan(code="WIFI:S:guest;;")
    core_clock.advance(timedelta(hours=1))
    tablet.send(scan)
    desk = browser(app, cast.coordinator)
    page = desk.get(f"{LIST}/{rows(DeviceScan)[0].id}")
    assert "このままでは記録できません" in page.text
    assert 'href="/desk/today?day=2026-11-21"' in page.text
    assert desk.resubmit(page, {"reason": "別のQR"}, action="/dismissal").status_code == 303


def test_what_waits_stands_in_the_list_of_the_staff(waiting: DeviceScan, desk: Client) -> None:
    assert "端末からあとで届いた記録 1件" in desk.get("/desk").text
    assert "センターが決める記録（1件）" in desk.get("/desk/devices").text
    assert "鈴木 一郎" in desk.get(LIST).text


@pytest.mark.both_databases
def test_uploads_and_decisions_are_never_changed(waiting: DeviceScan, desk: Client) -> None:
    desk.submit(f"{LIST}/{waiting.id}", {"reason": "二重"}, action="/dismissal")
    for statement in (
        update(DeviceScan).values(outcome="ok"),
        update(DeviceScanDecision).values(decision=Decision.ACCEPTED),
        db.delete(DeviceScan),
        db.delete(DeviceScanDecision),
    ):
        with pytest.raises(DBAPIError), write_turn():
            db.session.execute(statement)


def test_a_person_reads_and_erases_what_is_kept(
    waiting: DeviceScan, desk: Client, cast: Cast
) -> None:
    desk.submit(f"{LIST}/{waiting.id}", {"reason": "一郎さんは休み"}, action="/dismissal")
    (records,) = own_data(cast.ichiro.party_id)
    assert len(records.rows) == 1
    run_turn(erase_person, cast.ichiro.party_id)
    assert rows(DeviceScanDecision)[0].reason == ""


def test_what_a_device_counted_and_never_sent_is_shown(
    app: Flask, cast: Cast, desk: Client
) -> None:
    tablet = Tablet(app, cast)
    tablet.read("nobody")
    tablet.scan()
    tablet.scan()
    tablet.read("nobody")
    assert "届いていない 2件" in desk.get("/desk/devices").text


@pytest.mark.both_databases
def test_coming_and_going_are_decided_together(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    tablet = Tablet(app, cast)
    core_clock.advance(timedelta(minutes=50))
    came = tablet.scan(code=CARD_OF_ICHIRO)
    core_clock.advance(timedelta(hours=2, minutes=20))
    went = tablet.scan(code=CARD_OF_ICHIRO, direction="out")
    core_clock.advance(timedelta(minutes=50))
    run_turn(revoke_device, tablet.id, cast.coordinator.id)
    tablet.send(came, went)
    desk = browser(app, cast.coordinator)
    first, second = sorted(row.id for row in rows(DeviceScan))
    page = desk.get(f"{LIST}/{first}")
    for time in ("9:50", "12:10"):
        assert f'value="{time}"' in page.text
        assert f'value="{time}"' in desk.get(f"{LIST}/{second}").text
    assert "いっしょに決まります" in page.text
    desk.resubmit(page, {"reason": "電話で確かめた"}, action=f"{LIST}/{first}")
    (attendance,) = rows(Attendance)
    assert isinstance(attendance, Attendance)
    decisions = rows(DeviceScanDecision)
    assert {one.device_scan_id for one in decisions} == {first, second}
    assert {one.attendance_id for one in decisions} == {attendance.id}
    assert "決める記録はありません" in desk.get(LIST).text
