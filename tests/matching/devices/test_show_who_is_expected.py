"""What a device shows: its shifts of today, masked names on a kiosk, whole ones on the phone of a leader."""

from datetime import timedelta

import pytest
from flask import Flask

from matching.checkin.names import masked
from matching.devices.readings import Read, read
from matching.devices.rules import Clock, Told, happened, kana_row
from matching.devices.states import DeviceKind
from matching.help_requests.models import Shift
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.factories.devices import Tablet
from tests.factories.volunteer import make_person
from tests.matching.checkin.scenes import accept, rows
from volunteer.core import clock as core_clock
from volunteer.core.db import db, write_turn
from volunteer.people.models import Person
from volunteer.people.states import PersonState


@pytest.mark.both_databases
def test_a_kiosk_shows_masked_names_and_who_is_here(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    accept(cast.hanako, cast.shift_today)
    tablet = Tablet(app, cast)
    tablet.read(CARD_OF_ICHIRO)
    body = tablet.state().get_json()
    assert body["device"]["kind"] == "kiosk"
    assert body["center"]["telephone"]
    (shift,) = body["shifts"]
    assert (shift["id"], shift["expected"], shift["arrived"], shift["gone"]) == (
        cast.shift_today.id, 2, 1, 0,
    )  # fmt: skip
    assert shift["venue_url"].startswith("http://localhost/v/")
    assert shift["venue_left_s"] == 30
    people = [(one["name"], one["row"], one["state"]) for one in shift["people"]]
    assert people == [("佐○ 花○", "さ", "expected"), ("鈴○ 一○", "さ", "here")]
    assert "花子" not in tablet.state().text


def test_a_leader_sees_whole_names(app: Flask, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    phone = Tablet(app, cast, kind=DeviceKind.LEADER, user_id=cast.cook.id)
    assert phone.state().get_json()["shifts"][0]["people"][0]["name"] == "佐藤 花子"


def test_people_who_would_look_the_same_can_tell_which_line_is_theirs(
    app: Flask, cast: Cast
) -> None:
    with write_turn():
        names = ("佐野 花枝", "佐藤 花実", "佐藤 花実", "マリア", "マイク")
        for place, name in enumerate(names, 60):
            make_person(name, number=f"V00{place}", kana="さ")
        db.session.get_one(Shift, cast.shift_today.id).seats = 20
    for person in rows(Person):
        if person.state is PersonState.REGISTERED:
            accept(person, cast.shift_today)
    kiosk, leader = (
        {(one["name"], one["number"]) for one in device.state().get_json()["shifts"][0]["people"]}
        for device in (
            Tablet(app, cast),
            Tablet(app, cast, kind=DeviceKind.LEADER, user_id=cast.cook.id),
        )
    )
    assert {("鈴○ 一○", None), ("佐野 花○", None), ("マ○", "V0063"), ("マ○", "V0064")} <= kiosk
    assert {("佐藤 花○", f"V00{number}") for number in ("01", "61", "62")} <= kiosk
    assert {("佐藤 花子", None), ("佐藤 花実", "V0061"), ("マリア", None)} <= leader


def test_what_has_not_changed_is_not_sent_again(app: Flask, cast: Cast) -> None:
    accept(cast.ichiro, cast.shift_today)
    tablet = Tablet(app, cast)
    tag = tablet.state().headers["ETag"]
    core_clock.advance(timedelta(seconds=5))
    same = tablet.state(**{"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["X-Server-Time"] == core_clock.now().isoformat()
    tablet.read(CARD_OF_ICHIRO)
    assert tablet.state(**{"If-None-Match": tag}).status_code == 200


def test_only_its_own_place_and_days_are_shown(app: Flask, cast: Cast) -> None:
    shown = [
        len(Tablet(app, cast, **values).state().get_json()["shifts"])
        for values in (
            {"place": "花園公民館"}, {"place": "よその会館"}, {"shift_ids": [cast.shift.id]},
            {"host_party_id": cast.other_organization.party_id},
            {"valid_from": core_clock.now() + timedelta(days=1)},
        )
    ]  # fmt: skip
    assert shown == [1, 0, 0, 0, 0]


def test_looking_is_noted_once_a_minute(app: Flask, cast: Cast) -> None:
    tablet = Tablet(app, cast)
    tablet.state()
    first = tablet.device.last_seen_at
    core_clock.advance(timedelta(seconds=30))
    tablet.state()
    assert tablet.device.last_seen_at == first
    core_clock.advance(timedelta(seconds=31))
    tablet.state()
    assert tablet.device.last_seen_at == core_clock.now()


@pytest.mark.parametrize(
    ("kana", "row"),
    [
        ("さとう", "さ"),
        ("ガンダ", "か"),
        ("ぱく", "は"),
        ("ん", "わ"),
        ("Ono", "わ"),
        ("", "わ"),
        ("ヴェ", "あ"),
    ],
)
def test_names_stand_in_the_rows_of_the_syllabary(kana: str, row: str) -> None:
    assert kana_row(kana) == row


def test_a_masked_name_keeps_the_first_sign_of_each_part() -> None:
    assert [masked(name) for name in ("小林 花子", "キム", "Ann Lee", "")] == [
        "小○ 花○", "キ○", "A○ L○", "",
    ]  # fmt: skip


def test_an_address_is_read_by_its_path() -> None:
    assert read("HTTPS://x.jp/c/ccard-726").kind is Read.CARD
    assert read("http://[::1/c/CCARD726").kind is Read.FOREIGN
    assert read("http://x.jp/c/CCARD726/more").kind is Read.FOREIGN


def test_a_live_scan_is_one_within_two_minutes() -> None:
    now = core_clock.now()
    for seconds, clock in ((119, Clock.LIVE), (121, Clock.LATE), (-121, Clock.DOUBTFUL)):
        told = Told(now - timedelta(seconds=seconds), now, now - timedelta(minutes=9), timedelta(0))
        assert happened(told, now).clock is clock
