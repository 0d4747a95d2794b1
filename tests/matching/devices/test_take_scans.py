"""What is read while there is a network: cards, phones, names; in, again, out; each with its own kind answer."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.checkin.models import Attendance, AttendanceEvent, ScanRefusal
from matching.checkin.queries import is_to_look_at
from matching.checkin.scanning import key
from matching.checkin.states import AttendanceState, Grade, Source
from matching.checkin.tokens import person_token, venue_token
from matching.devices import intake, taking
from matching.devices.models import DeviceScan
from matching.devices.readings import Read, Reading, read
from matching.devices.states import DeviceKind, ScanStatus
from points.earning.models import Award
from points.ledger.queries import balances
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.factories.devices import Tablet
from tests.factories.matching import make_shift
from tests.factories.volunteer import make_acting, make_card
from tests.matching.checkin.scenes import accept, rows
from volunteer.core import clock as core_clock
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.db import db, write_turn
from volunteer.people.models import Person
from volunteer.people.registration import reissue_card
from volunteer.users.models import User
from volunteer.users.states import ActingAs

BASE = "http://localhost"


@pytest.fixture
def tablet(app: Flask, cast: Cast) -> Tablet:
    """A kiosk of みなと食堂, whose shift of today expects 一郎 and 花子."""
    accept(cast.ichiro, cast.shift_today)
    accept(cast.hanako, cast.shift_today)
    return Tablet(app, cast)


def phone_of(person: Person) -> str:
    """The QR on a phone."""
    return f"{BASE}/p/{person_token(key(), person.party_id, core_clock.now())}"


@pytest.mark.both_databases
def test_a_card_checks_in_and_points_are_credited(tablet: Tablet, cast: Cast) -> None:
    answer = tablet.read(CARD_OF_ICHIRO)
    assert {name: answer[name] for name in ("status", "outcome", "direction", "tone")} == {
        "status": "accepted", "outcome": "ok", "direction": "in", "tone": "ok",
    }  # fmt: skip
    assert (answer["name"], answer["number"]) == ("鈴○ 一○", "V0002")
    assert (answer["arrived"], answer["expected"]) == (1, 2)
    assert answer["heading"] == "受付しました"
    (attendance,) = rows(Attendance)
    assert (attendance.source, attendance.grade) == (Source.CARD_CODE, Grade.ON_SITE)
    (award,) = rows(Award)
    assert balances(cast.ichiro.party_id, cast.programme.id).in_lots == award.points > 0


@pytest.mark.parametrize(
    "form", ["{}", "http://localhost/c/{}", "https://other.name/c/{}/", " {} "]
)
def test_a_card_is_read_bare_and_as_an_address(tablet: Tablet, form: str) -> None:
    assert tablet.read(form.format(CARD_OF_ICHIRO))["status"] == "accepted"


@pytest.mark.parametrize(
    "form",
    ["http+//localhost+5000/c/{}", "https'//localhost/c/{}", "ｈｔｔｐ：／／localhost／ｃ／{}"],
)
def test_a_reader_made_for_another_keyboard_is_understood(tablet: Tablet, form: str) -> None:
    assert tablet.read(form.format(CARD_OF_ICHIRO))["status"] == "accepted"


def test_of_a_phone_too(tablet: Tablet, cast: Cast) -> None:
    typed = phone_of(cast.hanako).replace(":", "+").replace("_", "=")
    assert tablet.read(typed)["outcome"] == "ok"
    assert read("http+//localhost/p/A=-=Z") == Reading(Read.PHONE, "A_-_Z")


def test_what_is_no_number_of_a_card_says_which_number_is_meant(tablet: Tablet) -> None:
    for typed in ("V0002", "OT-0006", "0120-000-000"):
        answer = tablet.read(typed, how="typed")
        assert answer["outcome"] == "foreign"
        assert "カードの番号（Cで始まる8文字）" in answer["words"]


def test_a_phone_checks_in(tablet: Tablet, cast: Cast) -> None:
    assert tablet.read(phone_of(cast.hanako))["outcome"] == "ok"
    (attendance,) = rows(Attendance)
    assert attendance.source is Source.HOST_CODE


@pytest.mark.both_databases
def test_a_name_of_the_list_checks_in(tablet: Tablet, cast: Cast) -> None:
    scan = tablet.scan(person_id=cast.hanako.party_id, how="list", shift_id=cast.shift_today.id)
    assert tablet.send(scan)[0]["outcome"] == "ok"
    (attendance,) = rows(Attendance)
    assert attendance.source is Source.NAME_LIST


def test_a_person_who_is_not_on_the_list_has_no_name_for_the_device(
    tablet: Tablet, cast: Cast
) -> None:
    for person_id in (cast.student.party_id, 987654):
        (answer,) = tablet.send(tablet.scan(person_id=person_id, how="list"))
        assert (answer["outcome"], answer["name"], answer["person_id"]) == (
            "not_on_list",
            None,
            None,
        )


@pytest.mark.both_databases
def test_the_same_scan_again_gets_the_first_answer_whatever_else_differs(
    tablet: Tablet, cast: Cast
) -> None:
    scan = tablet.scan(code=CARD_OF_ICHIRO)
    (first,) = tablet.send(scan)
    core_clock.advance(timedelta(minutes=30))
    for other in (scan, {**scan, "code": phone_of(cast.hanako), "direction": "out", "counter": 9}):
        (again,) = tablet.send(other)
        assert again == first
    assert len(rows(Attendance)) == len(rows(DeviceScan)) == len(rows(AttendanceEvent)) == 1


def test_a_second_reading_says_since_when(tablet: Tablet) -> None:
    tablet.read(CARD_OF_ICHIRO)
    again = tablet.read(CARD_OF_ICHIRO)
    assert (again["status"], again["tone"], again["heading"]) == (
        "again", "again", "すでに受付ずみです（9時）",
    )  # fmt: skip


@pytest.mark.both_databases
def test_going_home_is_offered_and_then_taken(tablet: Tablet) -> None:
    tablet.read(CARD_OF_ICHIRO)
    core_clock.advance(timedelta(hours=2, minutes=50))
    assert tablet.read(CARD_OF_ICHIRO)["status"] == "offer_out"
    assert rows(Attendance)[0].state is AttendanceState.OPEN
    out = tablet.read(CARD_OF_ICHIRO, direction="out")
    assert (out["status"], out["outcome"], out["direction"]) == ("accepted", "out", "out")
    assert rows(Attendance)[0].state is AttendanceState.CLOSED
    assert tablet.read(CARD_OF_ICHIRO, direction="out")["outcome"] == "already_out"
    assert tablet.read(CARD_OF_ICHIRO)["outcome"] == "already_out"


def test_nobody_goes_home_who_has_not_come(tablet: Tablet) -> None:
    assert tablet.read(CARD_OF_ICHIRO, direction="out")["outcome"] == "not_in"


def test_cards_that_nobody_has_and_old_cards_have_their_own_answers(
    tablet: Tablet, cast: Cast
) -> None:
    with write_turn():
        old = make_card(db.session.get_one(Person, cast.hanako.party_id)).code
        reissue_card(cast.hanako.party_id, cast.coordinator.id, "なくした")
    assert tablet.read(old)["outcome"] == "revoked_card"
    assert tablet.read("CCARD000")["outcome"] in {"mistyped", "unknown_card"}
    assert tablet.read("CCARD727")["outcome"] == "mistyped"
    told = {refusal.code for refusal in rows(ScanRefusal)}
    assert "revoked_card" in told


def test_codes_for_something_else_say_what_they_are(tablet: Tablet, cast: Cast) -> None:
    venue = venue_token(key(), cast.shift_today.id, core_clock.now())
    found = {
        code: tablet.read(code)["outcome"]
        for code in (
            f"{BASE}/v/{venue}", f"{BASE}/w/{cast.shift_today.code}", str(cast.shift_today.code),
            f"{BASE}/kiosk#D1234567", "WIFI:S:guest;;", "https://example.com/p", "", "x" * 600,
            f"{BASE}/p/{venue}", f"{BASE}/p/AAAA",
        )
    }  # fmt: skip
    assert list(found.values()) == [
        "venue_read", "shift_read", "shift_read", "device_read", "foreign", "foreign", "foreign",
        "foreign", "phone_forged", "phone_forged",
    ]  # fmt: skip


def test_a_phone_of_the_day_before_yesterday_asks_to_open_the_page_again(
    tablet: Tablet, cast: Cast
) -> None:
    core_clock.advance(timedelta(days=-3))
    old = phone_of(cast.hanako)
    core_clock.advance(timedelta(days=3))
    answer = tablet.read(old)
    assert (answer["outcome"], answer["tone"]) == ("phone_expired", "stop")
    (refusal,) = rows(ScanRefusal)
    assert refusal.person_id == cast.hanako.party_id


def test_somebody_without_a_place_is_told_so_and_the_desk_hears_of_it(
    tablet: Tablet, cast: Cast
) -> None:
    answer = tablet.read(phone_of(cast.student))
    assert answer["outcome"] == "not_participant"
    assert [refusal.code for refusal in rows(ScanRefusal)] == ["not_participant"]
    assert rows(DeviceScan)[0].for_desk is False


def test_a_walk_in_is_taken_where_the_shift_allows(tablet: Tablet, cast: Cast) -> None:
    with write_turn():
        cast.help_request.walk_in_allowed = True
        cast.category.needs_insurance = False
    answer = tablet.read(phone_of(cast.student))
    assert (answer["outcome"], answer["expected"]) == ("walk_in", 3)


def test_a_shift_of_somebody_else_is_not_received_here(tablet: Tablet, cast: Cast) -> None:
    with write_turn():
        cast.help_request.host_party_id = cast.other_organization.party_id
    scan = tablet.scan(code=CARD_OF_ICHIRO, shift_id=cast.shift_today.id)
    assert tablet.send(scan)[0]["outcome"] == "not_here"
    assert tablet.read(CARD_OF_ICHIRO)["outcome"] == "no_shift_now"


def test_the_shift_of_the_person_is_found_among_several(app: Flask, cast: Cast) -> None:
    with write_turn():
        other = make_shift(cast.help_request, cast.shift_today.starts_at)
    accept(cast.ichiro, other)
    assert Tablet(app, cast).read(CARD_OF_ICHIRO)["shift_id"] == other.id


def test_a_kiosk_of_chosen_shifts_knows_no_other(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    far = Tablet(app, cast, host_party_id=None, shift_ids=[cast.shift.id])
    assert far.read(CARD_OF_ICHIRO)["outcome"] == "no_shift_now"
    near = Tablet(app, cast, host_party_id=None, shift_ids=[cast.shift_today.id])
    assert near.read(CARD_OF_ICHIRO)["outcome"] == "ok"


@pytest.mark.both_databases
def test_two_kiosks_make_one_attendance_and_one_award(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    found = [Tablet(app, cast).read(CARD_OF_ICHIRO)["status"] for _ in range(2)]
    assert found == ["accepted", "again"]
    assert len(rows(Attendance)) == len(rows(Award)) == 1


def leader(app: Flask, cast: Cast, **values: Any) -> Tablet:
    """The phone of the cook."""
    return Tablet(app, cast, kind=DeviceKind.LEADER, user_id=cast.cook.id, **values)


def test_a_name_touched_on_a_tablet_is_shown_to_the_host_and_one_by_a_leader_is_not(
    app: Flask, tablet: Tablet, cast: Cast
) -> None:
    tablet.send(tablet.scan(person_id=cast.hanako.party_id, how="list"))
    core_clock.advance(timedelta(hours=2))
    tablet.send(tablet.scan(person_id=cast.hanako.party_id, how="list", direction="out"))
    phone = leader(app, cast)
    phone.send(phone.scan(person_id=cast.ichiro.party_id, how="list"))
    flags = [row.flags for row in rows(Attendance)]
    assert flags == [["early", "name_touched"], ["late"]]
    assert is_to_look_at(rows(Attendance)[0])


def test_a_leader_sees_whole_names(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    answer = leader(app, cast).read(CARD_OF_ICHIRO)
    assert answer["name"] == "鈴木 一郎"
    (event,) = rows(AttendanceEvent)
    assert event.actor_user_id == cast.cook.id


def test_nobody_receives_themselves_or_their_household(app: Flask, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    accept(cast.ichiro, cast.shift_today)
    own = db.session.execute(
        db.text("SELECT user_id FROM acting WHERE party_id = :p"), {"p": cast.hanako.party_id}
    ).scalar_one()
    with write_turn():
        for person in (cast.hanako, cast.ichiro):
            person.household_party_id = cast.household.party_id
        make_acting(db.session.get_one(User, own), cast.minato.party_id, ActingAs.MEMBER)
    phone = leader(app, cast)
    with write_turn():
        phone.device.user_id = own
    assert phone.read(phone_of(cast.hanako))["outcome"] == "own_attendance"
    assert phone.read(CARD_OF_ICHIRO)["outcome"] == "own_attendance"
    assert not rows(Attendance)


def test_a_member_who_left_receives_nobody(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    phone = leader(app, cast, host_party_id=cast.other_organization.party_id)
    assert phone.read(CARD_OF_ICHIRO)["outcome"] == "revoked"
    assert phone.state().status_code == 403


@pytest.mark.both_databases
def test_fifty_scans_are_answered_in_order(tablet: Tablet) -> None:
    scans = [tablet.scan(code=CARD_OF_ICHIRO) for _ in range(50)]
    found = tablet.send(*scans)
    assert [one["uuid"] for one in found] == [one["uuid"] for one in scans]
    assert [one["status"] for one in found] == ["accepted"] + 49 * ["again"]


@pytest.mark.both_databases
def test_a_scan_that_breaks_us_is_put_aside_and_those_behind_it_are_taken(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = taking.person_of

    def broken(asking: Any, upload: Any, at: Any) -> Any:
        if upload.code == "boom":
            raise RuntimeError("boom")
        return real(asking, upload, at)

    monkeypatch.setattr(taking, "person_of", broken)
    found = tablet.send(tablet.scan(code="boom"), tablet.scan(code=CARD_OF_ICHIRO))
    assert [one["outcome"] for one in found] == ["our_fault", "ok"]
    aside = rows(DeviceScan)[0]
    assert (aside.status, aside.for_desk) == (ScanStatus.QUARANTINED, True)


@pytest.mark.both_databases
def test_a_device_that_tries_cards_is_stopped(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "UNKNOWN_MAX", 3)
    found = [tablet.read(new_code(CodeKind.CARD))["outcome"] for _ in range(5)]
    assert found == 3 * ["unknown_card"] + 2 * ["too_many_codes"]
    assert tablet.read(CARD_OF_ICHIRO)["outcome"] == "too_many_codes"
